"""Alembic, run for one service's schema: each service keeps its own versions and its own version table.

Tables change by numbered versions, forward only. Functions are replaced: every migration brings today's text, unless a
later release has brought its own (ADR 0012).
"""

import asyncio
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

import asyncpg
from alembic import command, context, op
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, pool, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from shared.errors import Unavailable

SERVICES = Path(__file__).parents[2] / "services"
OWNER = "ictindex_owner"
LOGGED = frozenset({"submission", "appraisal", "scoring"})
FUNCTIONS = Path(__file__).with_name("postgres_log_functions.sql")
EDITION = 1
"""Of ``FUNCTIONS``: raised with every change that is released, so that no earlier release puts its own back."""
OLDEST = 1
"""The first edition whose services may still call what ``FUNCTIONS`` makes; later than theirs, they are not ready."""
LOCK_MS = 500
"""So long may a migration wait for a table, and keep waiting whoever comes behind it."""
RETRY_SECONDS = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
WHICH = "SELECT obj_description(to_regprocedure('append(jsonb,bigint)'), 'pg_proc')"


class TablesInUse(Unavailable, code="database.tables_in_use"):
    """Somebody works on the tables for longer than appends may be kept waiting: nothing was migrated."""


async def upgrade(service: str, dsn: str, scripts: Path | None = None, *, audited: bool = True) -> None:
    """Bring the schema of *service* to this release, all or nothing, while services work on it.

    Args:
        service: Also the name of its schema and its login.
        dsn: Address under the owner's login; ``postgresql://…``.
        scripts: Where its versions lie; None for those of this release.
        audited: The auditor may read all; else what the versions themselves grant.

    Raises:
        TablesInUse: A table was never free for a moment; nothing was done.
    """
    engine = create_async_engine(_driver(dsn), poolclass=pool.NullPool)
    try:
        for wait in (*RETRY_SECONDS, None):
            try:
                async with engine.begin() as connection:
                    await _bring(connection, service, scripts or _scripts(service), audited=audited)
            except (DBAPIError, asyncpg.LockNotAvailableError) as failed:
                if not _locked_out(failed):
                    raise
                if wait is None:
                    raise TablesInUse(service=service) from failed
                await asyncio.sleep(wait)
            else:
                return
    finally:
        await engine.dispose()


def _locked_out(failed: Exception) -> bool:
    """Whether it waited for a table in vain; what scripts raise comes from the driver itself."""
    said = failed.orig and failed.orig.__cause__ if isinstance(failed, DBAPIError) else failed
    return isinstance(said, asyncpg.LockNotAvailableError)


async def _bring(connection: AsyncConnection, service: str, scripts: Path, *, audited: bool) -> None:
    """Within one transaction; two of them do not meet, and neither waits where appends would wait behind it."""
    await connection.execute(text(f"SET LOCAL lock_timeout = {LOCK_MS}"))
    await connection.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(:what, 0))"), {"what": f"migrate {service}"}
    )
    await connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {service}"))
    await connection.execute(text(f"SET LOCAL search_path = {service}"))
    await connection.run_sync(_upgrade, service, scripts)
    if service in LOGGED:
        await _replace(connection)
        await connection.execute(text(f"GRANT EXECUTE ON FUNCTION append(jsonb, bigint) TO {service}"))
    for grant in _grants(service, audited=audited):
        await connection.execute(text(grant))


async def _replace(connection: AsyncConnection) -> None:
    """Put today's functions in place of those of another text, unless a later release made them."""
    mine = {"edition": EDITION, "oldest": OLDEST, "sha256": hashlib.sha256(FUNCTIONS.read_bytes()).hexdigest()}
    found = json.loads(await connection.scalar(text(WHICH)) or "{}")
    if found == mine or found.get("edition", 0) > EDITION:
        return
    raw = await connection.get_raw_connection()
    driver = raw.driver_connection
    assert isinstance(driver, asyncpg.Connection)  # noqa: S101 - the engine was made for it
    await driver.execute(FUNCTIONS.read_text())
    await driver.execute(f"COMMENT ON FUNCTION append(jsonb, bigint) IS '{json.dumps(mine)}'")


def admits(functions: str | None) -> bool:
    """Whether the *functions* that a schema has, by what ``WHICH`` finds, still serve processes of this release."""
    return functions is not None and int(json.loads(functions)["oldest"]) <= EDITION


async def revision(service: str, dsn: str) -> str | None:
    """The schema's version; None where nothing was migrated yet."""
    engine = create_async_engine(_driver(dsn), poolclass=pool.NullPool)
    async with engine.connect() as connection:
        found = await connection.scalar(text("SELECT to_regclass(:name)"), {"name": f"{service}.alembic_version"})
        version = await connection.scalar(text(f"SELECT version_num FROM {service}.alembic_version")) if found else None  # noqa: S608 - our own name
    await engine.dispose()
    return version


def reached(service: str, version: str | None) -> bool:
    """Whether a schema at *version* has all that this release needs: its newest version, or a later release's."""
    known = known_versions(service)
    return version is not None and (version == known[0] or version not in known)


def known_versions(service: str) -> Sequence[str]:
    """All that a schema may be at in this release; the one that it needs first."""
    return [script.revision for script in ScriptDirectory.from_config(_config(_scripts(service))).walk_revisions()]


def _driver(dsn: str) -> str:
    return dsn.replace("postgresql://", "postgresql+asyncpg://", 1)


def _upgrade(connection: Connection, service: str, scripts: Path) -> None:
    config = _config(scripts)
    config.attributes.update(connection=connection, schema=service)
    command.upgrade(config, "head")


def _scripts(service: str) -> Path:
    return SERVICES / service / "migrations"


def _config(scripts: Path) -> Config:
    config = Config()
    config.set_main_option("script_location", str(scripts))
    return config


def _grants(service: str, *, audited: bool) -> list[str]:
    """The login reads all, writes only its rows that are not facts, and appends; the auditor reads."""
    readers = f"{service}, auditor" if audited else service
    return [
        f"GRANT USAGE ON SCHEMA {service} TO {service}, auditor",
        f"GRANT SELECT ON ALL TABLES IN SCHEMA {service} TO {readers}",
    ]


def run_env() -> None:
    """What every service's ``migrations/env.py`` does: run its versions on the connection that ``upgrade`` opened."""
    connection: Connection = context.config.attributes["connection"]
    schema: str = context.config.attributes["schema"]
    context.configure(connection=connection, version_table_schema=schema)
    with context.begin_transaction():
        context.run_migrations()


def run_script(path: Path) -> None:
    """Run a whole SQL file within a migration; prepared statements take one statement only, so past SQLAlchemy."""
    connection = op.get_bind().connection.dbapi_connection
    connection.run_async(lambda driver: driver.execute(path.read_text()))  # type: ignore[union-attr] # asyncpg's adapter


def make_log(service: str) -> None:
    """First version of every service that keeps a log: log, inbox, closed text, cursors; the guards on them."""
    edge = Path(__file__).parent
    # Order: functions name the tables, guards the functions, cursors positions of the log.
    for name in ("postgres_log.sql", FUNCTIONS.name, "postgres_log_guards.sql", "readers.sql"):
        run_script(edge / name)
    op.execute(f"GRANT SELECT, INSERT, UPDATE ON cursor TO {service}")
