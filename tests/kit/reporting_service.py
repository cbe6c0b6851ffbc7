"""Reporting over a real PostgreSQL: what it heard, and what it answers."""

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from httpx2 import ASGITransport, AsyncClient
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from services.reporting.main import PROJECTIONS, SERVICE, UNKNOWN, dump
from shared.edge import migrations
from shared.edge.projector import TableAnswers
from shared.edge.service import Room
from shared.envelope import Envelope
from tests.kit.servers import Server
from tests.kit.world import clock, tokens


@dataclass(frozen=True)
class Reporting:
    """The service with its tables."""

    engine: AsyncEngine
    answers: TableAnswers
    browser: AsyncClient

    async def hear(self, messages: Iterable[Envelope]) -> None:
        for message in messages:
            gate = await self.answers.gate(message.agency, message.source)
            await self.answers.answer(message, gate)

    async def dump(self, agency: str) -> Mapping[str, str]:
        async with self.engine.connect() as connection:
            return await dump(connection, agency)


@asynccontextmanager
async def reporting(server: Server, directory: Path) -> AsyncIterator[Reporting]:
    """Migrated, under the service's own login."""
    await migrations.upgrade("reporting", server.owner_dsn)
    engine = create_async_engine(server.dsn("reporting").replace("postgresql://", "postgresql+asyncpg://", 1))
    answers = TableAnswers(engine, PROJECTIONS, UNKNOWN)
    app = SERVICE.app(Room(clock, None, answers, engine), tokens(directory))
    async with AsyncClient(transport=ASGITransport(app), base_url="http://ict") as browser:
        yield Reporting(engine, answers, browser)
    await engine.dispose()
