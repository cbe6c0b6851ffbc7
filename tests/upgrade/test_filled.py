"""Migrations on a log with many rows, while services append: nothing is lost, and no lock is held for long."""

from pathlib import Path

import asyncpg
import pytest

from shared.edge.migrations import OWNER, upgrade
from tests.kit.filled import FILL, while_appending, with_a_version_more
from tests.kit.servers import Server

pytestmark = [pytest.mark.upgrade, pytest.mark.timeout(240)]
ROWS = 1_000_000


async def test_migrations_run_on_a_filled_log_while_services_append(
    migrated: Server, database: str, superuser: asyncpg.Connection, tmp_path: Path
) -> None:
    await superuser.execute(FILL.replace("$1", str(ROWS)))
    await superuser.execute("COMMENT ON FUNCTION submission.append(jsonb, bigint) IS NULL")  # of an earlier release

    async def migrate() -> None:
        await upgrade("submission", migrated.dsn(OWNER, database))
        await upgrade("submission", migrated.dsn(OWNER, database), with_a_version_more(tmp_path))

    appended = await while_appending(migrated, database, migrate)
    assert appended > 1
    assert await superuser.fetchval("SELECT count(*) FROM submission.log WHERE shelf = 'open'") == ROWS + appended
