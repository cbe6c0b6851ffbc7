"""Rows that are not facts: one transaction, and a lost database as what the caller must do about it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.errors import Unavailable

PASSING = ("08", "40", "53", "55", "57")  # SQLSTATE classes: lost, to be repeated, short of something, locked, stopped


class RowsUnavailable(Unavailable, code="rows.unavailable"):
    """The database does not answer; whether a change was committed is not known."""


@asynccontextmanager
async def transaction(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """One transaction, committed at the end, or rolled back by any error.

    Raises:
        RowsUnavailable: The database does not answer, or not now.
    """
    try:
        async with engine.begin() as connection:
            yield connection
    except DBAPIError as found:
        if found.connection_invalidated or str(getattr(found.orig, "sqlstate", None)).startswith(PASSING):
            raise RowsUnavailable from found
        raise
    except OSError as found:
        raise RowsUnavailable from found
