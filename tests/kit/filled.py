"""A log with many rows, made quickly; only its size is meant."""

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path

import asyncpg

from shared.edge.migrations import LOCK_MS, SERVICES
from shared.edge.postgres_log import PostgresLog
from shared.edge.settings import wall_clock
from shared.eventlog import Append, verify
from tests.kit.servers import Server
from tests.kit.world import noted

FILL = """INSERT INTO submission.log SELECT 'a' || n % 20, n / 20 + 1, 's' || n, 1, 'noted.v1', now(), n / 20 + 1, '{}',
  convert_to(repeat('x', 200), 'UTF8'), '{}'::bytea, sha256(n::text::bytea) FROM generate_series(0, $1 - 1) n"""
PROBE = "probe"
COLUMN = '''"""A column, and what is said of each row where nothing else is."""

from alembic import op

revision = "9001"
down_revision = "0003"


def upgrade() -> None:
    op.execute("ALTER TABLE log ADD COLUMN shelf text NOT NULL DEFAULT 'open'")
    op.execute("CREATE TABLE shelf (name text PRIMARY KEY)")
'''


def with_a_version_more(directory: Path) -> Path:
    """Submission's migrations as a later release may have them: one adds a column to the log."""
    scripts = directory / "migrations"
    shutil.copytree(SERVICES / "submission" / "migrations", scripts)
    (scripts / "versions" / "9001_shelf.py").write_text(COLUMN)
    return scripts


async def while_appending(server: Server, database: str, act: Callable[[], Awaitable[None]]) -> int:
    """How many appends went on beside *act*; none was lost, and none waited for a lock much longer than it may.

    What an append waits for other things than locks is the machine's, and does not count.
    """
    settings = {"lock_timeout": str(2 * LOCK_MS)}  # an append that waits for longer fails, and with it the test
    dsn = server.dsn("submission", database)
    async with asyncpg.create_pool(dsn, min_size=1, max_size=1, server_settings=settings) as pool:
        log, done, count = PostgresLog(pool, wall_clock), asyncio.Event(), 0

        async def append() -> None:
            nonlocal count
            while not done.is_set() or not count:
                await log.append(Append(PROBE, {f"p{count}": 0}, (noted(f"p{count}"),)))
                count += 1

        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(append())
            await act()
            done.set()
        rows = await log.tail(PROBE, 0, 1_000_000)
        assert verify(rows) == await log.head(PROBE)
        assert len(rows) == count
        return count
