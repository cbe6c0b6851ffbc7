"""A database or a disk that cannot just now, told apart from a question that is wrong for ever."""

import errno

import asyncpg

from shared.errors import Unavailable

LOST = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
)
"""The last two are what the driver says of itself about a connection that broke while it was being used."""
PASSING = ("08", "25", "40", "53", "55", "57", "58")
"""SQLSTATE classes of what passes by itself or with an operator: lost, read only, to be repeated, short of something,
locked, stopped, the disk. Source: PostgreSQL 16, appendix A."""
DISK_FULL = "53100"
NO_ROOM = {errno.ENOSPC, errno.EDQUOT}


class DiskFull(Unavailable, code="disk.full"):
    """There is no room: nothing was written, and only an operator mends that."""


def passes(error: BaseException | None) -> bool:
    """Whether a database's *error* is no answer to what was asked: asking again later may be.

    Of an adapter's error, such as SQLAlchemy's, the driver's own is the cause. What the driver itself refuses to send
    it refuses for ever.
    """
    said = (error, error and error.__cause__)
    lost = any(isinstance(each, LOST) for each in said) and not any(
        isinstance(each, asyncpg.DataError) for each in said
    )
    return lost or str(getattr(error, "sqlstate", None)).startswith(PASSING)


def unavailable(error: BaseException | None, otherwise: type[Unavailable]) -> Unavailable:
    """What the passing *error* is called: by its own name where it is a full disk, else *otherwise*."""
    for each in (error, error and error.__cause__):
        if getattr(each, "sqlstate", None) == DISK_FULL or getattr(each, "errno", None) in NO_ROOM:
            return DiskFull()
    return otherwise()
