"""Everything that can go wrong, sorted by what the caller must do next.

    IctIndexError
    ├── Rejected        change the request             HTTP 409   Kafka: record the refusal as a fact, go on
    │   ├── Invalid     malformed                      HTTP 422   stop that (publisher, agency)
    │   ├── Forbidden   this actor may not             HTTP 403   stop that (publisher, agency)
    │   └── NotFound    no such thing in this scope    HTTP 404   stop that (publisher, agency)
    ├── Stale           read again and retry           HTTP 412   retry 3 times, then let it come again
    ├── Unavailable     wait and retry                 HTTP 503   retry with back-off, do not commit
    ├── Unreadable      will never parse               HTTP 400   drop and ask again; the third time stop
    └── Corrupt         an invariant is broken         HTTP 500   stop that (publisher, agency)

An error carries facts; the sentences for people are in ``shared.edge.sentences``, by ``code``. The two columns on the
right are tables too: ``shared.edge.asgi.STATUS`` and ``shared.edge.stops.TREATMENT``.
"""

from collections.abc import Mapping
from typing import ClassVar, TypeVar

T = TypeVar("T")


class IctIndexError(Exception):
    """Root of all errors raised on purpose.

    Attributes:
        code: Stable name, e.g. ``sheet.deadline_passed``; the key of its sentences.
        facts: What the sentence needs, by name.
    """

    code: ClassVar[str]

    def __init_subclass__(cls, code: str) -> None:
        cls.code = code

    def __init__(self, **facts: object) -> None:
        super().__init__(self.code, facts)
        self.facts = facts


class Rejected(IctIndexError, code="rejected"):
    """A rule of the campaign is broken; sending it again unchanged never helps."""


class Invalid(Rejected, code="invalid"):
    """The request itself is malformed."""


class Forbidden(Rejected, code="forbidden"):
    """This actor may not."""


class NotFound(Rejected, code="not_found"):
    """No such thing in this scope."""


class Stale(IctIndexError, code="stale"):
    """Something that was read has moved on since."""


class Unavailable(IctIndexError, code="unavailable"):
    """A neighbour is down."""


class Unreadable(IctIndexError, code="unreadable"):
    """Bytes that no version of the contract can read."""


class Corrupt(IctIndexError, code="corrupt"):
    """An invariant is broken; a person is needed."""


def nearest(table: Mapping[type[IctIndexError], T], error: IctIndexError) -> T:
    """What *table* says about the nearest ancestor of *error*."""
    return next(table[kind] for kind in type(error).__mro__ if kind in table)
