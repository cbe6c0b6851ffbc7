"""Alembic, run for one service's schema: each service keeps its own versions and its own version table."""

from collections.abc import Sequence
from pathlib import Path

from alembic import command, context, op
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, pool, text
from sqlalchemy.ext.asyncio import create_async_engine

SERVICES = Path(__file__).parents[2] / "services"
OWNER = "ictindex_owner"


async def upgrade(service: str, dsn: str) -> None:
    """Bring the schema of *service* to this release.

    Args:
        service: Also the name of its schema and its login.
        dsn: Address under the owner's login; ``postgresql://…``.
    """
    engine = create_async_engine(_driver(dsn), poolclass=pool.NullPool)
    async with engine.begin() as connection:
        await connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {service}"))
        await connection.execute(text(f"SET LOCAL search_path = {service}"))
        await connection.run_sync(_upgrade, service)
        for grant in _grants(service):
            await connection.execute(text(grant))
    await engine.dispose()


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
    return [script.revision for script in ScriptDirectory.from_config(_config(service)).walk_revisions()]


def _driver(dsn: str) -> str:
    return dsn.replace("postgresql://", "postgresql+asyncpg://", 1)


def _upgrade(connection: Connection, service: str) -> None:
    config = _config(service)
    config.attributes.update(connection=connection, schema=service)
    command.upgrade(config, "head")


def _config(service: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(SERVICES / service / "migrations"))
    return config


def _grants(service: str) -> list[str]:
    """The login reads all, writes only its rows that are not facts, and appends; the auditor reads."""
    return [
        f"GRANT USAGE ON SCHEMA {service} TO {service}, auditor",
        f"GRANT SELECT ON ALL TABLES IN SCHEMA {service} TO {service}, auditor",
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
    """First version of every service that keeps a log: log, inbox, closed text, cursors; the login may append."""
    edge = Path(__file__).parent
    for name in ("postgres_log.sql", "readers.sql"):  # order: cursors name positions of the log
        run_script(edge / name)
    op.execute(f"GRANT EXECUTE ON FUNCTION append(jsonb, bigint) TO {service}")
    op.execute(f"GRANT SELECT, INSERT, UPDATE ON cursor TO {service}")
