"""What there is a sentence for, of all that may go wrong below a command: disks, places, databases."""

import errno

from alembic.util.exc import CommandError
from asyncpg import DataError, InterfaceError, InternalClientError, PostgresError
from sqlalchemy.exc import DBAPIError, PendingRollbackError, ResourceClosedError, SQLAlchemyError

from deploy.standalone.home import DataUnreachable
from deploy.standalone.processes import DiskFull
from shared.errors import IctIndexError, Invalid, Rejected, Unavailable
from shared.facts import FactUnreadable

NO_SPACE = "No space left on device"


class DatabaseLost(Unavailable, code="database.lost"):
    """Nobody answers at the database's address, or not any more."""


class LoginRefused(Unavailable, code="database.login_refused"):
    """The database does not let this login in."""


class LoginTooWeak(Invalid, code="database.login_too_weak"):
    """The login may not do there what the command needs."""


class ReleaseOther(Rejected, code="database.release_other"):
    """What is stored is not what this release expects."""


LOST = (InterfaceError, InternalClientError, PendingRollbackError, ResourceClosedError)
"""What driver and library say of themselves about a connection that is gone."""
STATES: dict[str, type[IctIndexError]] = {
    "28": LoginRefused,
    "3D": LoginRefused,
    "42501": LoginTooWeak,
    "25006": LoginTooWeak,
    "3F": ReleaseOther,
    "42P01": ReleaseOther,
    "42703": ReleaseOther,
    "42883": ReleaseOther,
    "08": DatabaseLost,
    "53": DatabaseLost,
    "57": DatabaseLost,
    "58": DatabaseLost,
    "XX": DatabaseLost,
}
"""By class or code of the state that PostgreSQL reports; others are mistakes of ours.

Source: PostgreSQL documentation, appendix A.
"""


def refusal_of(failure: BaseException) -> IctIndexError | None:
    """*failure* as a refusal with a sentence; of concurrent failures the first; None for a mistake of ours."""
    match failure:
        case FactUnreadable():
            return ReleaseOther(reason=", ".join(f"{name} {value}" for name, value in failure.facts.items()))
        case IctIndexError():
            return failure
        case BaseExceptionGroup():
            return next((found for each in failure.exceptions if (found := refusal_of(each))), None)
        case OSError():
            return _of_system(failure)
        case Exception():
            return _of_database(failure)
        case _:
            return None


def _of_system(failure: OSError) -> IctIndexError | None:
    if failure.errno in {errno.ENOSPC, errno.EDQUOT}:
        return DiskFull(path=failure.filename or "–")
    if isinstance(failure, PermissionError) and failure.filename:
        return DataUnreachable(path=failure.filename, why=failure.strerror)
    return None


def _of_database(failure: Exception) -> IctIndexError | None:
    if isinstance(failure, CommandError):  # the schema's version is none that we know
        return ReleaseOther(reason=_line(failure))
    if not isinstance(failure, SQLAlchemyError | PostgresError | InterfaceError | InternalClientError):
        return None
    said: BaseException = failure
    if isinstance(failure, DBAPIError) and failure.orig:
        said = failure.orig.__cause__ or failure.orig  # the driver's own error; between them stands an adapter
    if NO_SPACE in str(said):
        return DiskFull(path="PostgreSQL")
    state = getattr(said, "sqlstate", None)
    if state:
        kind = STATES.get(state) or STATES.get(state[:2])
        return kind(reason=_line(said)) if kind else None
    lost = isinstance(said, LOST) and not isinstance(said, DataError)
    return DatabaseLost(reason=_line(said)) if lost else None


def _line(failure: BaseException) -> str:
    return next(iter(str(failure).splitlines()), type(failure).__name__)
