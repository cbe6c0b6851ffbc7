"""Servers and logs that tests ask for. A server that cannot start fails its tests; nothing is skipped."""

import gc
from collections.abc import AsyncIterator, Iterator

import asyncpg
import pytest
from hypothesis import settings

from deploy.standalone.postgres import SUPERUSER
from shared.edge.memory_log import MemoryLog
from shared.edge.migrations import upgrade
from shared.edge.postgres_log import PostgresLog
from shared.edge.settings import wall_clock
from shared.eventlog import EventLog
from tests.kit.servers import Server, database_of, postgres
from tests.kit.world import clock

LOGGED = ("submission", "appraisal", "scoring")
settings.register_profile("quick", max_examples=10, deadline=None)  # make check: --hypothesis-profile=quick
settings.register_profile("thorough", max_examples=80, deadline=None)
settings.register_profile("mutants", max_examples=10, deadline=None, derandomize=True, database=None)  # make mutants
settings.load_profile("thorough")


def pytest_collection_finish(session: pytest.Session) -> None:
    """Without servers there is little to leak: collecting garbage seldom saves a fifth of the time."""
    if not any(item.get_closest_marker("server") for item in session.items):
        gc.freeze()
        gc.set_threshold(100_000, 50, 100)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whoever asks for the server needs one: `make check` leaves those tests to `make test`."""
    for item in items:
        if "server" in getattr(item, "fixturenames", ()):
            item.add_marker("server")
        apart = {"server", "kafka", "compose", "upgrade", "drill"} & {mark.name for mark in item.iter_markers()}
        assert apart or item.path.parent.name != "e2e", f"{item.nodeid} starts servers, and is marked as none that does"


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A PostgreSQL of this test run, with the installation's logins and empty schemas."""
    with postgres() as running:
        yield running


@pytest.fixture(scope="session")
async def migrated(server: Server) -> Server:
    """The same, with every service's tables."""
    for service in (*LOGGED, "reporting"):
        await upgrade(service, server.owner_dsn)
    return server


@pytest.fixture
async def database(migrated: Server) -> AsyncIterator[str]:
    """Name of a database of this test's own: all schemas, nothing in them."""
    async with database_of(migrated) as name:
        yield name


@pytest.fixture
async def pool(migrated: Server, database: str) -> AsyncIterator[asyncpg.Pool]:
    """Connections under submission's login to this test's own database."""
    async with asyncpg.create_pool(migrated.dsn("submission", database), min_size=1, max_size=8) as connections:
        yield connections


@pytest.fixture
async def superuser(migrated: Server, database: str) -> AsyncIterator[asyncpg.Connection]:
    """What only a database administrator could do, in this test's own database."""
    connection = await asyncpg.connect(migrated.dsn(SUPERUSER, database))
    yield connection
    await connection.close()


@pytest.fixture(params=["memory", pytest.param("postgres", marks=pytest.mark.server)])
def log(request: pytest.FixtureRequest) -> EventLog:
    """An empty log; every test that asks for it runs against both implementations."""
    if request.param == "memory":
        return MemoryLog(clock)
    pool: asyncpg.Pool = request.getfixturevalue("pool")
    return PostgresLog(pool, wall_clock)
