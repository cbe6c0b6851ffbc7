"""One service as a process: its rooms wired to HTTP, its log, Kafka, and its tables.

``services/<name>/main.py`` says what a service is made of (a ``Service``); this module makes it run.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import asyncpg
import structlog
import uvloop
from fastapi import APIRouter, FastAPI, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from shared.contracts import PUBLISHED
from shared.edge import logs, migrations, operator
from shared.edge.answers import Consumer, LogAnswers
from shared.edge.asgi import create_app
from shared.edge.asking import Ends
from shared.edge.auth import Tokens
from shared.edge.bus import Bus
from shared.edge.inbox import Answers
from shared.edge.listening import listen
from shared.edge.postgres_log import PostgresLog, Steady
from shared.edge.projector import Projection, TableAnswers, Unknown
from shared.edge.readers import Cursors, Relay
from shared.edge.requests import Watched
from shared.edge.settings import Settings, wall_clock
from shared.edge.telemetry import Telemetry
from shared.edge.tracing import tracing
from shared.edge.trouble import LOST
from shared.eventlog import CLOCK_TOLERANCE, ClockMoved, EventLog, Mark
from shared.facts import LogNewer
from shared.vocabulary import Clock

POOL = 10
READY_SECONDS = 3
logger = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Room:
    """What the world hands a service.

    Attributes:
        log: The service's log; reporting has none.
        ends: How far it has answered the others: the log, or the tables its projections commit with.
        engine: Connections for rows that are not facts (drafts, read models); None where a test needs none.
        evidence_dir: Where files lie; submission's alone.
    """

    clock: Clock
    log: EventLog | None
    ends: Ends
    engine: AsyncEngine | None = None
    evidence_dir: Path | None = None

    @property
    def own_log(self) -> EventLog:
        """The log, for a service that has one."""
        assert self.log is not None, "this service keeps a log"  # noqa: S101 - wiring, not input
        return self.log


@dataclass(frozen=True, slots=True)
class Service:
    """What a service is made of.

    Attributes:
        routers: Its routes, given the world.
        consumers: What each contract leads to, by its type; others are answered by their inbox row alone.
        projections: The same for a service without a log, which writes tables; None for one with a log.
        unknown: What such a service keeps of a message that only a later release knows.
    """

    name: str
    routers: Callable[[Room], Sequence[APIRouter]]
    consumers: Mapping[str, Consumer] = field(default_factory=dict)
    projections: Mapping[str, Projection] | None = None
    unknown: Unknown | None = None

    def app(self, room: Room, tokens: Tokens, **more: Any) -> FastAPI:  # noqa: ANN401 - FastAPI's own arguments
        """Its HTTP side."""
        return create_app(
            service=self.name,
            routers=self.routers(room),
            log=room.log,
            ends=room.ends,
            tokens=tokens,
            clock=room.clock,
            **more,
        )


@dataclass(frozen=True, slots=True)
class Process:
    """A service that runs: what it is wired to.

    Attributes:
        relay: None for a service that announces nothing.
    """

    service: Service
    room: Room
    bus: Bus
    relay: Relay | None
    telemetry: Telemetry
    pool: asyncpg.Pool
    steady: Steady

    async def ready(self) -> dict[str, bool]:
        """Whether each neighbour answers, tables and clocks are as they should be.

        The tables may be of this release or of a later one, as long as that one still lets this one work.
        """
        try:
            async with asyncio.timeout(READY_SECONDS):
                now = await self.pool.fetchval("SELECT clock_timestamp()")
                version = await self.pool.fetchval("SELECT version_num FROM alembic_version")
                functions = await self.pool.fetchval(migrations.WHICH)
        except asyncpg.UndefinedTableError:
            now, version, functions = None, None, None
        except (*LOST, DBAPIError, TimeoutError):
            return {"database": False, "broker": await self.bus.reachable()}
        return {
            "database": True,
            "broker": await self.bus.reachable(),
            "migrations": migrations.reached(self.service.name, version),
            "release": self.room.log is None or migrations.admits(functions),
            "clock": now is None or self._agrees(now),
        }

    def _agrees(self, now: datetime) -> bool:
        """Whether appends would be taken: the database's clock, ours, and ours since we started."""
        with suppress(ClockMoved):
            return abs(now - self.steady.now()) <= CLOCK_TOLERANCE
        return False

    async def work(self) -> None:
        """Hear and say, for ever."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.bus.run())
            if self.relay:
                tasks.create_task(self.relay.run())


async def _as_it_was(_connection: asyncpg.Connection) -> None:
    """Nobody changes a session: to put each back would double the trips to the database. Transactions end anyway."""


@asynccontextmanager
async def wired(service: Service, settings: Settings, clock: Clock = wall_clock) -> AsyncIterator[Process]:
    """The world of *service*, as *settings* say; nothing is reached yet, so that a neighbour may come up later."""
    dsn, telemetry = settings.dsn(), Telemetry()
    spans = tracing(settings.otlp_endpoint, service.name)
    pool = await asyncpg.create_pool(dsn, min_size=0, max_size=POOL, reset=_as_it_was)
    engine = create_async_engine(dsn.replace("postgresql://", "postgresql+asyncpg://", 1), pool_pre_ping=True)
    log = PostgresLog(pool, clock, telemetry.appended) if service.projections is None else None
    relay = None
    if log is not None:
        relay = Relay(service.name, log, Cursors(pool), dsn, settings.kafka, idempotence=settings.kafka_idempotence)
        relay.login = settings.kafka_login()
        relay.behind, relay.rewound, relay.tracing = telemetry.behind, telemetry.rewound, spans
    tables = TableAnswers(engine, service.projections or {}, service.unknown)
    answers: Answers = LogAnswers(log, service.consumers) if log else tables
    bus = Bus(service.name, settings.kafka, answers, seen=telemetry.heard, asked=telemetry.asked, tracing=spans)
    bus.login = settings.kafka_login()
    if relay:
        bus.rewind = relay.rewind
    room = Room(clock, log, answers, engine, settings.evidence_dir)
    try:
        yield Process(service, room, bus, relay, telemetry, pool, Steady(clock))
    finally:
        await engine.dispose()
        pool.terminate()
        await asyncio.to_thread(spans.end)


def app_of(process: Process, tokens: Tokens) -> FastAPI:
    """The HTTP side of a process: its routes, the operator's, and what shows its health."""
    app = process.service.app(process.room, tokens)
    app.include_router(operator.routes(process.service.name, process.bus, process.relay))
    app.state.news = process.bus.news
    app.add_middleware(Watched, told=process.telemetry.request, tracing=process.bus.tracing)

    @app.get("/livez", include_in_schema=False)
    async def live() -> dict[str, bool]:
        return {"live": True}

    @app.get("/readyz", include_in_schema=False)
    async def ready(response: Response) -> dict[str, bool]:
        found = await process.ready()
        response.status_code = 200 if all(found.values()) else 503
        return found

    @app.get("/metrics", include_in_schema=False)
    async def metrics() -> Response:
        await _measure(process)
        return Response(generate_latest(process.telemetry.registry), media_type=CONTENT_TYPE_LATEST)

    return app


async def _measure(process: Process) -> None:
    """Bring the figures up to date that are looked up and not counted."""
    telemetry, answers, log = process.telemetry, process.bus.answers, process.room.log
    others = [name for name, contracts in PUBLISHED.items() if contracts and name != process.service.name]
    for agency in await answers.agencies():
        ends = await answers.ends(agency)
        for publisher in others:
            with suppress(LogNewer):  # another process can tell
                gate = await answers.gate(agency, publisher)
                telemetry.answered(agency, publisher, ends.get(publisher, Mark()), stopped=gate.stop is not None)
        if log is not None:
            telemetry.logged(agency, await log.head(agency))
    telemetry.refused(len(process.relay.refused) if process.relay else 0)


async def serve(service: Service, settings: Settings) -> None:
    """Run *service* until SIGTERM or SIGINT, then end what is in hand and stop."""
    async with wired(service, settings) as process:
        app = app_of(process, Tokens(settings.jwks_file, process.steady.now))
        async with asyncio.TaskGroup() as tasks:
            work = tasks.create_task(process.work())
            await listen(app, settings)
            work.cancel()
        logger.info("service_stopped")


def run(service: Service) -> None:
    """Run *service* as this process, as the environment says."""
    settings = Settings()
    logs.configure(settings.log_level, service.name)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve(service, settings))
