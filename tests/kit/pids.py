"""The processes of a run, watched from outside: whether any is left when it is over."""

import os
import select
import time
from collections.abc import Mapping, Sequence

from deploy.standalone.home import Home


def pids(home: Home) -> dict[str, int]:
    """Of each server of the run on *home*."""
    state = home.announced()
    assert state
    found: dict[str, int] = state["pids"]
    return found


def watched(pids: Mapping[str, int]) -> list[int]:
    """A handle (pidfd) for each, which no later process can take over."""
    return [os.pidfd_open(pid) for pid in pids.values()]


def ended(watches: Sequence[int], seconds: float = 30) -> bool:
    """All of these processes are gone, or will be within *seconds*."""
    deadline = time.monotonic() + seconds
    for watch in watches:
        if not select.select([watch], [], [], max(0, deadline - time.monotonic()))[0]:
            return False
        os.close(watch)
    return True
