"""An installation to which worse than kills may happen, and the mishaps of one round, all drawn from its seed."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from random import Random  # noqa: TID251 - chance is made of a round's seed here, and handed on

import asyncpg
import httpx2

from deploy.agencies.year_file import Script
from deploy.player.caller import ServerSilent
from deploy.player.play import play
from deploy.standalone.broker import Broker, Bus
from deploy.standalone.home import Home
from deploy.standalone.parts import REAL
from deploy.standalone.ports import free_ports
from deploy.standalone.postgres import SERVICES, SUPERUSER, Postgres
from deploy.standalone.stack import Parts
from tests.kit.bus import until
from tests.kit.house import LOGGED, emptied
from tests.kit.installation import Installation, standing
from tests.kit.kafka import kafka_of
from tests.kit.kills import Kill
from tests.kit.line import Line, at_once, line
from tests.kit.pids import holder, left
from tests.kit.servers import directory_for_servers
from tests.kit.small_disk import SmallDisk, small_disk

FULL = "postgres full"
CLOCKS = tuple(f"{service} clock" for service in SERVICES)
KINDS = (
    *CLOCKS,
    *(*SERVICES, "postgres", "broker", "proxy"),
    *(f"{service} relay" for service in LOGGED),
    *("broker emptied", "broker slow", "postgres stopped", FULL),
)
"""A server alone is killed; else what happens to it stands behind its name, of a clock by how many seconds it jumps."""
FEWEST, MOST = 3, 6
STOPPED_SECONDS = 30
FULL_SECONDS = SLOW_SECONDS = JUMP_SECONDS = 10
SLOWEST_SECONDS = 0.3
"""Of one piece of what is said to the broker, or by it."""
JUMPS_SECONDS = (-86400, -600, -25, 25, 600, 86400)
"""Seen by whoever compares clocks, but for half a minute, within which tokens are still taken."""
READING = frozenset({"GET", "HEAD"})
LAST_ANSWERS = frozenset({502, 503, 504})
SERVER_FAULT, UNAVAILABLE = 500, 503
NO_DISK = "This user may not mount a small disk: PostgreSQL's disk is not filled, something else happens instead."


@dataclass
class Drilled:
    """What runs, and what may happen to it; `Servers` of `tests.kit.kills`.

    Attributes:
        line: Between everybody and the broker.
        disk: PostgreSQL's; None where this user may not mount one.
        clocks: A file for each service: how many seconds its clock is off.
        answers: Those of which nobody can make anything, as they came.
    """

    installation: Installation
    line: Line
    disk: SmallDisk | None
    clocks: Path
    chance: Random
    answers: list[str] = field(default_factory=list)

    def kill(self, name: str) -> None:
        """It begins; what takes its time, begins in `start`."""
        stack = self.installation.stack
        match name.split():
            case [server]:
                stack.kill(server)
            case [_, "stopped"]:
                stack.resting.add("postgres")
                stack.postgres.stop()
            case [_, "full"]:
                assert self.disk, NO_DISK
                self.disk.fill()
            case [_, "slow"]:
                self.line.pause = partial(self.chance.uniform, 0, SLOWEST_SECONDS)
            case [service, "clock", seconds]:
                self._put(service, seconds)
            case _:
                pass

    async def start(self, name: str) -> None:
        """It ends; returns when all works."""
        stack = self.installation.stack
        match name.split():
            case [server]:
                await stack.start(server)
            case [_, "stopped"]:
                await asyncio.sleep(STOPPED_SECONDS)
                await stack.start("postgres")
            case [_, "full"]:
                await asyncio.sleep(FULL_SECONDS)
                await self._made_room()
            case [_, "slow"]:
                await asyncio.sleep(SLOW_SECONDS)
                self.line.pause = at_once
            case [_, "emptied"]:
                await emptied(stack.broker)
            case [service, "clock", _]:
                await asyncio.sleep(JUMP_SECONDS)
                self._put(service, "0")
            case [service, "relay"]:
                holding = await self.holder(service)
                stack.kill(holding)
                await stack.start(holding)
            case _:
                raise AssertionError(name)

    async def holder(self, service: str) -> str:
        """Which process says what *service* announces, once there is one."""
        found: list[str] = []

        async def there_is_one() -> bool:
            found.extend(filter(None, [await self._holder(service)]))
            return bool(found)

        await until(f"somebody holds the relay of {service}", there_is_one)
        return found[0]

    async def _holder(self, service: str) -> str | None:
        stack = self.installation.stack
        try:
            connection = await asyncpg.connect(stack.dsn(SUPERUSER))
        except (OSError, asyncpg.PostgresError):  # something has happened to PostgreSQL too
            return None
        port = await connection.fetchval(
            """SELECT client_port FROM pg_locks JOIN pg_stat_activity USING (pid)
               WHERE locktype = 'advisory' AND granted AND usename = $1""",
            service,
        )
        connection.terminate()
        pids = {name: process.pid for name, process in stack.processes.items() if process.pid}
        return holder(port, pids) if port else None

    async def _made_room(self) -> None:
        """PostgreSQL may have ended by itself, or be on its way back."""
        stack = self.installation.stack
        assert self.disk, NO_DISK
        self.disk.clear()

        async def works() -> bool:
            if stack.postgres.process.ended:
                stack.postgres.start()
            try:
                connection = await asyncpg.connect(stack.dsn(SUPERUSER))
            except (OSError, asyncpg.PostgresError):
                return False
            connection.terminate()
            return True

        await until("PostgreSQL works", works)

    def _put(self, service: str, seconds: str) -> None:
        (self.clocks / service).write_text(seconds)

    async def hear(self, answer: httpx2.Response) -> None:
        """Keep it where the caller can do nothing: not wait and ask again, not mend the request."""
        status = answer.status_code
        can = status < SERVER_FAULT or status in LAST_ANSWERS
        if not can or (status == UNAVAILABLE and "retry-after" not in answer.headers):
            self.answers.append(f"{answer.request.method} {answer.request.url.path}: {status}")

    async def play(self, *scripts: Script) -> None:
        """All at once; who finds nobody there for a minute goes on where they were, with the same keys."""
        async with asyncio.TaskGroup() as group:
            for script in scripts:
                group.create_task(self._patiently(script))

    async def _patiently(self, script: Script) -> None:
        while True:
            try:
                return await play(script, self.installation.client, self.installation.stack.token)
            except ServerSilent:
                continue


def drawn(chance: Random, requests: Sequence[str], *, disk: bool) -> Sequence[Kill]:
    """What happens, each at another of *requests*, before it or behind its answer."""
    count = chance.randint(FEWEST, MOST)
    kinds, moments = chance.choices(KINDS, k=count), chance.sample(requests, count)
    instead = chance.choice([kind for kind in KINDS if kind not in (FULL, *CLOCKS)])
    found = []
    for kind, at in zip(kinds, moments, strict=True):
        jump, answered = chance.choice(JUMPS_SECONDS), chance.choice((False, True))
        victim = instead if kind == FULL and not disk else f"{kind} {jump}" if kind in CLOCKS else kind
        found.append(Kill(victim, at, answered))
    return found


async def changes(installation: Installation, *scripts: Script) -> Sequence[str]:
    """Play them; each request that changed something, of whatever campaign, as `Kill` has it."""
    found: set[str] = set()

    async def note(request: httpx2.Request) -> None:
        if request.method not in READING:
            path = request.url.path.split("/")
            path[path.index("campaigns") + 1] = "*"
            found.add(f"{request.method} {'/'.join(path)}")

    installation.client.event_hooks = {"request": [note]}
    await installation.play(*scripts)
    installation.client.event_hooks = {}
    return sorted(found)


@asynccontextmanager
async def drilled(broker: str, chance: Random) -> AsyncIterator[Drilled]:
    """A fresh one on *broker* (``tansu`` or ``kafka``); no process of it is left in the end."""
    async with AsyncExitStack() as stack:
        directory = stack.enter_context(directory_for_servers("drill"))
        home = Home(directory / "data")
        home.make()
        clocks = directory / "clocks"
        clocks.mkdir()
        lines: list[Line] = []

        def command(service: str) -> Sequence[str]:
            (clocks / service).touch()
            python, *_ = REAL.command(service)
            return python, "-m", "tests.kit.jumping_clock", service, str(clocks / service)

        def far(home: Home, port: int) -> Bus:
            behind = next(free_ports(port + 200))
            lines.append(stack.enter_context(line(port, behind)))
            return made(broker, home, behind, told=port)

        _make_cluster(home)
        disk = stack.enter_context(small_disk(home.path / "postgres"))
        parts: Parts = replace(REAL, command=command, broker=far)
        try:
            async with standing(directory, parts) as installation:
                all_of_it = Drilled(installation, lines[0], disk, clocks, chance)
                installation.client.event_hooks = {"response": [all_of_it.hear]}
                yield all_of_it
        finally:
            remaining = left(directory)
        assert remaining == []


def made(broker: str, home: Home, port: int, *, told: int) -> Bus:
    """One that listens on *port*, and says that it is reached at *told*."""
    if broker == "kafka":
        return kafka_of(home, port, told=told)
    return Broker(port, home.log("broker"), told=told)


def _make_cluster(home: Home) -> None:
    """Before its disk is there: a directory that gets its name when it is whole can get none that is mounted."""
    port, log = next(free_ports(home.seed)), home.log("postgres")
    postgres = Postgres(home.path, port, log, lambda role: home.secret(role).read_text())
    try:
        postgres.start()
    finally:
        postgres.stop()


def told(kills: Sequence[Kill], *, disk: bool) -> Iterator[str]:
    """As people read it."""
    if not disk:
        yield NO_DISK
    for kill in kills:
        yield f"{kill.victim}, {'behind the answer to' if kill.answered else 'before'} {kill.at}"
