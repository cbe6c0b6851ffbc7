"""The database, under the auditor's login: its version, that it keeps what it was told, and who may change a log."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import asyncpg

from deploy.doctor.findings import Finding
from deploy.doctor.grants import examine_grants
from deploy.safekeeping.aside import find_aside
from shared.contracts import SERVICES
from shared.edge.migrations import known_versions
from shared.eventlog import CLOCK_TOLERANCE

OLDEST = 170_000  # PostgreSQL 17: the builtin locale that orders text alike everywhere
DURABLE = ("fsync", "full_page_writes", "synchronous_commit", "data_checksums")
OPEN_TRIGGERS = """
    SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = ANY($1) AND c.relname ~ '^(log(_[0-9]+)?|inbox)$' AND c.relkind IN ('r', 'p')
      AND NOT EXISTS (
        SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgname = 'append_only' AND t.tgenabled IN ('O', 'A'))
    ORDER BY 1"""
"""Tables of the record whose guard is missing or turned off."""
SCHEMA_VERSION = """
    SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = $1 AND c.relname = 'alembic_version'
      AND has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')"""
"""Where the version of a schema's tables stands, if it may be read: a schema that is just being made is its owner's."""


async def examine_database(dsn: str) -> AsyncIterator[Finding]:
    """All about it; one finding where it does not answer."""
    try:
        connection = await asyncpg.connect(dsn, timeout=5)
    except (OSError, TimeoutError, asyncpg.PostgresError) as lost:
        yield Finding("database", well=False, facts={"reason": str(lost) or type(lost).__name__})
        return
    try:
        version = int(await connection.fetchval("SHOW server_version_num"))
        shown = await connection.fetchval("SHOW server_version")
        yield Finding("database", version >= OLDEST, {"version": shown, "reason": f"PostgreSQL {shown} < 17"})
        async for finding in _schemas(connection):
            yield finding
        if aside := await find_aside(connection):
            yield Finding("restore", well=False, facts={"schemas": ", ".join(aside)})
        off = [name for name in DURABLE if await connection.fetchval(f"SHOW {name}") != "on"]
        yield Finding("durable", not off, {"settings": ", ".join(off)})
        open_tables = [row[0] for row in await connection.fetch(OPEN_TRIGGERS, SERVICES)]
        yield Finding("guards", not open_tables, {"tables": ", ".join(open_tables)})
        async for finding in examine_grants(connection):
            yield finding
        apart = abs(await connection.fetchval("SELECT clock_timestamp()") - datetime.now(UTC))  # noqa: TID251 - compared, not kept
        yield Finding("clock", apart <= CLOCK_TOLERANCE, {"seconds": round(apart.total_seconds())})
    finally:
        await connection.close()


async def _schemas(connection: asyncpg.Connection) -> AsyncIterator[Finding]:
    """Whether each service's tables are of this release; one line for all where they are."""
    well = True
    for service in SERVICES:
        table = await connection.fetchval(SCHEMA_VERSION, service)
        found = await connection.fetchval(f"SELECT version_num FROM {table}") if table else None  # noqa: S608 - from the catalogue
        wanted, *older = known_versions(service)
        if found != wanted:
            well = False
            what = "schema_behind" if found is None or found in older else "schema_later"
            yield Finding(what, well=False, facts={"service": service, "found": found or "–", "wanted": wanted})
    if well:
        yield Finding("schemas", well=True, facts={"count": len(SERVICES)})
