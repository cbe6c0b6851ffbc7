"""The processes of a run, watched from outside: whether any is left when it is over, and who holds a connection."""

import os
import select
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

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


def left(directory: Path) -> list[int]:
    """Processes that work in *directory*, or were told of it; of another user's nothing can be said."""
    return [pid for pid in _others() if str(directory) in _surroundings(pid)]


def holder(port: int, among: Mapping[str, int]) -> str | None:
    """Which of these processes has the connection whose own end is *port*."""
    ours = f"{port:04X}"
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    sockets = {f"socket:[{fields[9]}]" for fields in lines if fields[1].endswith(f":{ours}")}
    return next((name for name, pid in among.items() if sockets & set(_open(pid))), None)


def _others() -> Iterator[int]:
    for path in Path("/proc").iterdir():
        if path.name.isdecimal() and int(path.name) != os.getpid():
            yield int(path.name)


def _surroundings(pid: int) -> str:
    """Where it works, its words and its environment; nothing where it is gone or another user's."""
    place, found = Path(f"/proc/{pid}"), ""
    with suppress(OSError):
        found += str((place / "cwd").readlink())
        found += (place / "cmdline").read_text(errors="replace")
        found += (place / "environ").read_text(errors="replace")
    return found


def _open(pid: int) -> Iterator[str]:
    with suppress(OSError):
        for handle in Path(f"/proc/{pid}/fd").iterdir():
            with suppress(OSError):
                yield str(handle.readlink())
