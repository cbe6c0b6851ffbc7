"""Migrations on a database that works: functions of another text are replaced, and no append waits for long."""

import asyncio
import json
from pathlib import Path

import asyncpg
import pytest

from shared.edge import migrations
from shared.edge.migrations import OWNER, upgrade
from shared.edge.postgres_log import PostgresLog
from shared.edge.settings import wall_clock
from shared.errors import IctIndexError
from shared.eventlog import Append, Overtaken
from tests.kit.bus import until
from tests.kit.filled import while_appending, with_a_version_more
from tests.kit.servers import Server
from tests.kit.world import AGENCY, noted

pytestmark = pytest.mark.server
OLD = """CREATE OR REPLACE FUNCTION submission.append(requests jsonb, wall_us bigint) RETURNS jsonb LANGUAGE sql AS
  $$ SELECT '[[]]'::jsonb $$; COMMENT ON FUNCTION submission.append(jsonb, bigint) IS {comment}"""
LATER = json.dumps({"edition": migrations.EDITION + 1, "oldest": 1, "sha256": ""})
WAITS = """SELECT EXISTS (SELECT FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
  WHERE c.relname = 'log' AND NOT granted AND mode = 'AccessExclusiveLock')"""


@pytest.mark.parametrize("comment", ["NULL", """'{"edition": 1, "oldest": 1, "sha256": "of another text"}'"""])
async def test_a_database_of_another_release_gets_todays_functions(
    migrated: Server, database: str, pool: asyncpg.Pool, superuser: asyncpg.Connection, comment: str
) -> None:
    log = PostgresLog(pool, wall_clock)
    await superuser.execute(OLD.format(comment=comment))
    for _ in range(2):  # the second finds nothing to do
        await upgrade("submission", migrated.dsn(OWNER, database))
    assert len(await log.append(Append(AGENCY, {"s": 0}, (noted("s"),)))) == 1
    with pytest.raises(Overtaken):
        await log.append(Append(AGENCY, {"s": 0}, (noted("s"),)))


async def test_the_functions_of_a_later_release_stay(
    migrated: Server, database: str, pool: asyncpg.Pool, superuser: asyncpg.Connection
) -> None:
    await superuser.execute(OLD.format(comment=f"'{LATER}'"))
    await upgrade("submission", migrated.dsn(OWNER, database))
    assert await pool.fetchval(migrations.WHICH) == LATER
    assert await pool.fetchval("SELECT append('[]', 0)") == "[[]]"


async def test_a_migration_behind_a_long_query_lets_appends_pass(
    migrated: Server, database: str, superuser: asyncpg.Connection, tmp_path: Path
) -> None:
    reading = superuser.transaction()
    await reading.start()
    await superuser.fetchval("SELECT count(*) FROM submission.log")
    watching = await asyncpg.connect(migrated.dsn("auditor", database))

    async def waits() -> bool:
        return bool(await watching.fetchval(WAITS))

    async def waits_no_more() -> bool:
        return not await waits()

    async def migrate() -> None:
        scripts = with_a_version_more(tmp_path)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(upgrade("submission", migrated.dsn(OWNER, database), scripts))
            await until("the migration waits for the table", waits)
            await until("it gives way", waits_no_more)
            await reading.rollback()

    assert await while_appending(migrated, database, migrate) > 1
    assert await watching.fetchval("SELECT count(*) FROM submission.log WHERE shelf = 'open'") > 1
    await watching.close()


async def test_a_migration_that_is_never_let_in_says_so_and_does_nothing(
    migrated: Server, database: str, superuser: asyncpg.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrations, "RETRY_SECONDS", ())
    async with superuser.transaction():
        await superuser.fetchval("SELECT count(*) FROM submission.log")
        with pytest.raises(IctIndexError, match="tables_in_use"):
            await upgrade("submission", migrated.dsn(OWNER, database), with_a_version_more(tmp_path))
    assert await superuser.fetchval("SELECT version_num FROM submission.alembic_version") == "0003"
    assert await superuser.fetchval("SELECT to_regclass('submission.shelf')") is None
