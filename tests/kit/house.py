"""All four services in this process, wired as in production: a real PostgreSQL, a real broker, HTTP by path prefix."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

import asyncpg
import httpx2

from deploy.agencies.year_file import Person, Script
from deploy.auditor.verification import Outcome, verify
from deploy.player.caller import Caller
from deploy.player.play import play
from deploy.standalone.broker import Bus
from services.appraisal.main import SERVICE as APPRAISAL
from services.reporting.main import SERVICE as REPORTING
from services.scoring.main import SERVICE as SCORING
from services.submission.main import SERVICE as SUBMISSION
from shared.edge.kafka_client import BrokerUnavailable
from shared.edge.service import Process, Service, app_of, wired
from shared.edge.settings import Settings
from shared.edge.topics import declare
from shared.vocabulary import Json
from tests.kit.bus import LONG_SECONDS, until
from tests.kit.lives import Lives, MortalDoor
from tests.kit.servers import Server
from tests.kit.small_years import undisturbed
from tests.kit.world import token, tokens

SERVICES = (SUBMISSION, APPRAISAL, SCORING, REPORTING)
LOGGED = tuple(service.name for service in SERVICES if service.projections is None)
PATIENCE_SECONDS = 1.0  # of an answer that waits for what ICT-After names
IDLE_SECONDS = 1.0
SESSION_SECONDS = 1.5  # the embedded broker has everybody wait for half of it, and for all of it behind who has died
SOON_SECONDS = "0.1"
UNAVAILABLE = 503


async def emptied(broker: Bus, partitions: int | None = None) -> None:
    """The broker loses everything it was told, while everybody works; its topics come back, perhaps with more parts."""
    if broker.keeps:
        await declare(broker.address, fresh=True, partitions=partitions)
        return

    async def declared() -> bool:
        try:
            await declare(broker.address, fresh=True, partitions=partitions)
        except BrokerUnavailable:  # a relay made them anew with fewer parts, and this broker cannot widen a topic
            return False
        return True

    broker.process.kill()
    broker.start()
    await until("the topics are there", declared)


Before = Callable[[httpx2.Request], Awaitable[None]]
After = Callable[[httpx2.Request, httpx2.Response], Awaitable[None]]


async def _nothing(*_what: object) -> None:
    pass


@dataclass
class Door(httpx2.AsyncBaseTransport):
    """The proxy's routing. What a test wants to happen in mid-year hangs on the requests that come through.

    Attributes:
        before, after: Are told every request, and every answer.
    """

    services: Mapping[str, MortalDoor]
    before: Before = _nothing
    after: After = _nothing

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        await self.before(request)
        prefix = request.url.path.split("/")[1]
        answer = await self.services.get(prefix, self.services["reporting"]).handle_async_request(request)
        await self.after(request, answer)
        if answer.status_code == UNAVAILABLE:
            answer.headers["retry-after"] = SOON_SECONDS
        return answer


@dataclass
class House:
    """A running installation.

    Attributes:
        lives: The services, by name.
    """

    server: Server
    database: str
    store: Path
    broker: Bus
    lives: Lives
    door: Door
    client: httpx2.AsyncClient

    @property
    def processes(self) -> Mapping[str, Process]:
        """The services by name."""
        return self.lives.processes

    async def play(self, *scripts: Script) -> None:
        """Play the years at the same time, until their results are published."""
        async with asyncio.TaskGroup() as group:
            for script in scripts:
                group.create_task(self.play_one(script))

    async def play_one(self, script: Script) -> None:
        """Play one year, or go on with it."""
        await play(script, self.client, spoken_for)

    def caller(self, agency: str) -> Caller:
        return Caller(self.client, agency, spoken_for)

    async def published(self, script: Script) -> str:
        """The digest of the published run."""
        year = script.year
        path = f"/scoring/v1/agencies/{year.agency}/campaigns/{year.campaign}/published"
        found = await self.caller(year.agency).ask(operator_of(script), path)
        return str(found["run"])

    async def stops(self, service: str, script: Script) -> list[Json]:
        """What is stopped there for the agency of *script*."""
        agency = script.year.agency
        found = await self.caller(agency).ask(operator_of(script), f"/{service}/v1/agencies/{agency}/stops")
        return list(found["stops"])

    async def verified(self, patience_seconds: float = LONG_SECONDS) -> Sequence[Outcome]:
        """What the auditor finds, when everything was answered, or not in time."""
        dsn = self.server.dsn("auditor", self.database)
        return await verify(dsn, self.store, patience_seconds=patience_seconds, watch=lambda *_: None)

    async def is_in_order(self) -> None:
        """Everything was answered by everybody, and the auditor finds nothing wrong."""
        nothing_wrong(await self.verified())


class Played(Protocol):
    """Where years were played, however it runs."""

    async def published(self, script: Script) -> str: ...

    async def is_in_order(self) -> None: ...


def nothing_wrong(outcomes: Sequence[Outcome]) -> None:
    wrong = {each.check: repr(each.wrong) for each in outcomes if each.wrong is not None}
    assert not wrong, json.dumps(wrong, indent=1)


async def in_order(home: Played, *years: Script, audited: bool = True) -> None:
    """Each year came to the run it comes to undisturbed, and the auditor finds nothing wrong."""
    assert [await home.published(year) for year in years] == [await undisturbed(year) for year in years]
    if audited:
        await home.is_in_order()


async def heads(dsn: str) -> Sequence[tuple[str, str, int]]:
    """How long every log is: service, agency, position."""
    logs = " UNION ALL ".join(f"SELECT '{name}', agency, position FROM {name}.head" for name in LOGGED)
    connection = await asyncpg.connect(dsn)
    found = await connection.fetch(f"{logs} ORDER BY 1, 2")
    await connection.close()
    return [tuple(row) for row in found]


def once_at(ending: str, act: Callable[[], Awaitable[None]]) -> Before:
    """*act*, before the first request to a path with that *ending*."""
    waiting = [act]

    async def before(request: httpx2.Request) -> None:
        if waiting and request.url.path.endswith(ending):
            await waiting.pop()()

    return before


def operator_of(script: Script) -> Person:
    return next(person for person in script.year.persons if "operator" in person.roles)


def spoken_for(actor: str, agency: str, roles: Sequence[str], *, unit: str | None = None) -> str:
    return token(actor, *roles, agency=agency, unit=unit)


@asynccontextmanager
async def house(
    server: Server,
    database: str,
    broker: Bus,
    directory: Path,
    *,
    services: Sequence[Service] = SERVICES,
    prepare: Callable[[Process], None] = lambda _process: None,
    patience_seconds: float = PATIENCE_SECONDS,
    idle_seconds: float = IDLE_SECONDS,
    otlp_endpoint: str | None = None,
) -> AsyncIterator[House]:
    """The services at work on an empty *database*; *prepare* may change a process before it begins."""
    await declare(broker.address, fresh=True)
    store = directory / "evidence"
    store.mkdir()

    @asynccontextmanager
    async def alive(service: Service) -> AsyncIterator[Process]:
        settings = Settings(
            database_url=server.dsn(service.name, database),
            kafka=broker.address,
            kafka_idempotence=broker.keeps,
            jwks_file=directory / "jwks.json",
            evidence_dir=store,
            otlp_endpoint=otlp_endpoint,
        )
        async with wired(service, settings) as process:
            process.bus.idle_seconds = idle_seconds
            process.bus.session_seconds, process.bus.end_seconds = SESSION_SECONDS, 0
            if process.relay:
                process.relay.idle_seconds = idle_seconds
            prepare(process)
            yield process

    def door_of(process: Process) -> httpx2.ASGITransport:
        app = app_of(process, tokens(directory))
        app.state.patience_seconds = patience_seconds
        return httpx2.ASGITransport(app)

    async with asyncio.TaskGroup() as group:
        lives = Lives({service.name: partial(alive, service) for service in services}, door_of, group)
        try:
            for service in services:
                await lives.begin(service.name)
            door = Door(lives.doors)
            async with httpx2.AsyncClient(transport=door, base_url="http://house") as client:
                await until("every service hears", lambda: _hearing(lives.processes.values()))
                yield House(server, database, store, broker, lives, door, client)
        finally:
            for service in services:
                await lives.end(service.name)


async def _hearing(processes: Iterable[Process]) -> bool:
    return all([await process.bus.reachable() for process in processes])
