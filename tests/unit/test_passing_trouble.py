"""A database that cannot just now is asked again, and stops nobody."""

import errno
from collections.abc import Awaitable, Callable
from typing import Any, NoReturn, cast

import asyncpg
import pytest
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from shared.edge.database import RowsUnavailable, transaction
from shared.edge.postgres_log import PostgresLog
from shared.edge.projector import TableAnswers
from shared.edge.readers import Cursors
from shared.edge.trouble import DiskFull
from shared.errors import Unavailable
from shared.eventlog import Append
from tests.kit.world import AGENCY, clock

PASSING = [
    asyncpg.ConnectionFailureError,  # 08
    asyncpg.ReadOnlySQLTransactionError,  # 25
    asyncpg.DeadlockDetectedError,  # 40
    asyncpg.DiskFullError,  # 53
    asyncpg.TooManyConnectionsError,  # 53
    asyncpg.LockNotAvailableError,  # 55
    asyncpg.CannotConnectNowError,  # 57
    asyncpg.PostgresIOError,  # 58
    asyncpg.InternalClientError,  # the connection broke in the middle of something
    asyncpg.InterfaceError,
    OSError,
]
LASTING = [asyncpg.UndefinedTableError, asyncpg.InsufficientPrivilegeError, asyncpg.DataError]


class Broken:
    """A pool, or an engine, that answers everything with one error."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    async def fetch(self, *_query: object) -> NoReturn:
        raise self._error

    fetchval = fetch

    def begin(self) -> NoReturn:
        raise self._error


ACTS: list[Callable[[Any], Awaitable[object]]] = [
    lambda pool: PostgresLog(pool, clock).append(Append(AGENCY)),
    lambda pool: PostgresLog(pool, clock).ends(AGENCY),
    lambda pool: Cursors(pool).all(),
]


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("error", PASSING)
async def test_a_log_that_cannot_just_now_is_to_be_asked_again(act: Any, error: type[Exception]) -> None:
    with pytest.raises(Unavailable):
        await act(Broken(error("not now")))


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("error", LASTING)
async def test_what_does_not_pass_is_said_as_it_is(act: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        await act(Broken(error("never")))


def driven(said: Exception) -> DBAPIError:
    """*said* by the driver, as SQLAlchemy passes it on."""
    adapted: Any = Exception(str(said))
    adapted.__cause__, adapted.sqlstate = said, getattr(said, "sqlstate", None)
    return DBAPIError("SELECT", {}, adapted)


@pytest.mark.parametrize(
    "error",
    [
        driven(asyncpg.InternalClientError("cannot switch to state 15")),
        *(DBAPIError("SELECT", {}, each("not now")) for each in PASSING[:-1]),
        PoolTimeout("no connection is free"),
    ],
)
async def test_tables_that_cannot_just_now_are_to_be_asked_again(error: Exception) -> None:
    engine = cast("Any", Broken(error))
    with pytest.raises((RowsUnavailable, DiskFull)):
        async with transaction(engine):
            pass
    with pytest.raises((RowsUnavailable, DiskFull)):
        await TableAnswers(engine, {}).ends(AGENCY)


async def test_tables_say_what_does_not_pass_as_it_is() -> None:
    engine = cast("Any", Broken(driven(asyncpg.DataError("value out of int64 range"))))
    with pytest.raises(DBAPIError):
        async with transaction(engine):
            pass
    with pytest.raises(DBAPIError):
        await TableAnswers(engine, {}).ends(AGENCY)


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("error", [asyncpg.DiskFullError("no room"), OSError(errno.ENOSPC, "no room")])
async def test_a_full_disk_is_called_that_wherever_it_shows(act: Any, error: Exception) -> None:
    with pytest.raises(DiskFull):
        await act(Broken(error))
    engine = cast("Any", Broken(driven(error)))
    with pytest.raises(DiskFull):
        await TableAnswers(engine, {}).ends(AGENCY)
