"""The rules of passwords, locks and sessions. Pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from shared.edge.auth import Role

SHORTEST_PASSWORD: Final = 12
"""Characters; any of them. NIST SP 800-63B-4 asks for 15 where a password is all there is, for 8 beside a second."""
LONGEST_PASSWORD: Final = 200
FREE_FAILURES: Final = 5
FIRST_LOCK: Final = timedelta(minutes=1)
LONGEST_LOCK: Final = timedelta(hours=1)
IDLE: Final = timedelta(minutes=60)
ABSOLUTE: Final = timedelta(hours=10)
"""A working day; nobody is signed in overnight."""
ROTATION: Final = timedelta(minutes=15)
GRACE: Final = timedelta(seconds=60)
"""So long is a cookie good that was just replaced: requests that were on their way carry it."""
SEEN_EVERY: Final = timedelta(seconds=30)
"""A session's last use is written down this often at most."""
TOKEN: Final = timedelta(minutes=5)
INVITED: Final = timedelta(days=14)
TWO_FACTORS: Final = frozenset[Role]({"operator", "approver"})


def locked_until(failures: int, now: datetime) -> datetime | None:
    """Until when an account takes no password after so many wrong ones in a row; twice as long each time."""
    beyond = failures - FREE_FAILURES
    if beyond < 0:
        return None
    doubled: int = 2 ** min(beyond, 20)
    return now + min(FIRST_LOCK * doubled, LONGEST_LOCK)


def needs_second_factor(roles: Iterable[str]) -> bool:
    """Whether a password alone is too little for whoever has *roles*."""
    return not TWO_FACTORS.isdisjoint(roles)
