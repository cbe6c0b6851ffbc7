"""What was there before a restore stays aside until all of the backup is in its place, and counts until then."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import asyncpg

from deploy.identity.schema import IDENTITY
from shared.contracts import SERVICES
from shared.errors import Rejected

KEPT = (*SERVICES, IDENTITY)
"""Schemas that may be aside, and logins that may be at work."""
ASIDE = "_before"
"""Behind the name of a schema that is aside."""


class ServicesAtWork(Rejected, code="backup.services_at_work"):
    """Services still have the database open, and would answer on what is about to go."""


class RestoreUnfinished(Rejected, code="backup.restore_unfinished"):
    """A restore was cut off: whatever would be said on what is in its place now would be lost with that."""


@asynccontextmanager
async def _connected(dsn: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(dsn)
    try:
        yield connection
    finally:
        await connection.close()


async def ensure_at_rest(dsn: str) -> None:
    """Refuse to change anything below services that work on it.

    Raises:
        ServicesAtWork: See there.
    """
    at_work = "SELECT DISTINCT usename FROM pg_stat_activity WHERE usename = ANY($1) ORDER BY usename"
    async with _connected(dsn) as connection:
        found = [row["usename"] for row in await connection.fetch(at_work, KEPT)]
    if found:
        raise ServicesAtWork(names=", ".join(found))


async def ensure_finished(dsn: str) -> None:
    """Refuse to let anything begin on half a backup.

    Raises:
        RestoreUnfinished: See there.
    """
    async with _connected(dsn) as connection:
        if aside := await find_aside(connection):
            raise RestoreUnfinished(schemas=", ".join(aside))


async def take_back(dsn: str) -> Sequence[str]:
    """Undo a restore that was cut off; the schemas that are again what they were.

    Raises:
        ServicesAtWork: See there.
    """
    await ensure_at_rest(dsn)
    async with _connected(dsn) as connection:
        return await put_back(connection, KEPT)


async def find_aside(connection: asyncpg.Connection) -> Sequence[str]:
    """Names of the schemas that are aside."""
    return [f"{service}{ASIDE}" for service in await _there(connection, KEPT, ASIDE)]


async def put_aside(connection: asyncpg.Connection, services: Sequence[str]) -> None:
    """Make room for the backup of *services*."""
    async with connection.transaction():
        for service in await _there(connection, services):
            await connection.execute(f"ALTER SCHEMA {service} RENAME TO {service}{ASIDE}")


async def put_back(connection: asyncpg.Connection, services: Sequence[str]) -> Sequence[str]:
    """What is aside still counts: whatever came in its place, now or in an earlier try, is not whole."""
    async with connection.transaction():
        aside = await _there(connection, services, ASIDE)
        for service in aside:
            await connection.execute(f"DROP SCHEMA IF EXISTS {service} CASCADE")
            await connection.execute(f"ALTER SCHEMA {service}{ASIDE} RENAME TO {service}")
    return aside


async def drop_aside(connection: asyncpg.Connection, services: Sequence[str]) -> None:
    """The backup of *services* is in its place."""
    async with connection.transaction():
        for service in services:
            await connection.execute(f"DROP SCHEMA IF EXISTS {service}{ASIDE} CASCADE")


async def _there(connection: asyncpg.Connection, services: Sequence[str], aside: str = "") -> Sequence[str]:
    """Those of the *services* that have a schema."""
    named = {f"{service}{aside}": service for service in services}
    rows = await connection.fetch("SELECT nspname FROM pg_namespace WHERE nspname = ANY($1) ORDER BY 1", list(named))
    return [named[row["nspname"]] for row in rows]
