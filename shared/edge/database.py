"""Rows that are not facts: one transaction, and a lost database as what the caller must do about it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.edge.trouble import passes, unavailable
from shared.errors import Unavailable


class RowsUnavailable(Unavailable, code="rows.unavailable"):
    """The database does not answer; whether a change was committed is not known."""


@asynccontextmanager
async def transaction(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """One transaction, committed at the end, or rolled back by any error.

    Raises:
        RowsUnavailable: The database does not answer, or not now.
        DiskFull: See there.
    """
    try:
        async with engine.begin() as connection:
            yield connection
    except DBAPIError as found:
        if found.connection_invalidated or passes(found.orig):
            raise unavailable(found.orig, RowsUnavailable) from found
        raise
    except (OSError, PoolTimeout) as found:
        raise unavailable(found, RowsUnavailable) from found
