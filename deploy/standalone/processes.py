"""Child processes: in a group of their own, logged to a file, bound to us, ended in order; nothing else is ended."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from shared.errors import IctIndexError, Rejected, Unavailable

LEASH = Path(__file__).with_name("leash.py")
POLL_SECONDS = 0.02
TAIL_LINES = 15
ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8", "PYTHONUNBUFFERED": "1"}
"""All that a child is told besides what is meant for it: our own surroundings must not change what it does."""


class StartFailed(Unavailable, code="standalone.start_failed"):
    """A server ended, or gave no sign of life, while it was starting."""


class ServerEnded(Unavailable, code="standalone.server_ended"):
    """A server that was running ended by itself."""


class DiskFull(Rejected, code="standalone.disk_full"):
    """No room is left for the data."""


class Process:
    """A server of ours, from its start to its end.

    Attributes:
        name: For people and for the log's name.
        log: The file of what it says; the file of the run before it is kept beside it as ``.1``.
    """

    def __init__(
        self,
        name: str,
        command: Iterable[str | Path],
        log: Path,
        *,
        environment: Mapping[str, str] | None = None,
        cwd: Path = Path("/"),
        user: str | None = None,
        stop_signal: signal.Signals = signal.SIGTERM,
        orphan_signal: signal.Signals = signal.SIGKILL,
    ) -> None:
        self.name = name
        self.log = log
        self._command = [str(word) for word in command]
        self._environment = ENVIRONMENT | dict(environment or {})
        self._cwd = cwd
        self._user = user
        self._stop_signal = stop_signal
        self._orphan_signal = orphan_signal
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """Of the running process."""
        return self._child.pid if self._child and self._child.poll() is None else None

    @property
    def running(self) -> bool:
        return self.pid is not None

    @property
    def ended(self) -> bool:
        """It was started, nobody asked it to stop, and it is gone."""
        return self._child is not None and self._child.poll() is not None

    def start(self) -> None:
        """Start it; call from the thread that lives as long as the child should."""
        if self.log.exists():
            self.log.replace(self.log.with_name(self.log.name + ".1"))
        leash = [
            sys.executable,
            "-I",
            "-S",
            str(LEASH),
            str(os.getpid()),
            str(int(self._orphan_signal)),
            self._user or "-",
        ]
        with self.log.open("ab") as out:
            self._child = subprocess.Popen(
                [*leash, *self._command],
                env=self._environment,
                cwd=self._cwd,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # a terminal's Ctrl-C is for us; we stop the children in order
            )

    def tail(self) -> str:
        """The last lines it wrote."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-TAIL_LINES:]) if self.log.exists() else ""

    def check(self) -> None:
        """Raises when it has ended.

        Raises:
            StartFailed: With its last words.
            DiskFull: Its last words are that.
        """
        if self.ended:
            raise self.failure(StartFailed)

    def failure(self, kind: type[IctIndexError]) -> IctIndexError:
        """*kind* of error with the last words, or a full disk where those say so."""
        tail = self.tail()
        if "No space left on device" in tail:
            return DiskFull(path=self.log.parent)
        code = self._child.poll() if self._child else None
        return kind(name=self.name, exit="–" if code is None else code, log=self.log, tail=tail)

    async def until(self, ready: Callable[[], bool], seconds: float) -> None:
        """Wait for *ready* while it lives.

        Raises:
            StartFailed: It ended, or *seconds* passed.
        """
        deadline = time.monotonic() + seconds
        while not await asyncio.to_thread(ready):
            self.check()
            if time.monotonic() > deadline:
                raise self.failure(StartFailed)
            await asyncio.sleep(POLL_SECONDS)

    def until_now(self, ready: Callable[[], bool], seconds: float) -> None:
        """`until`, for callers without an event loop."""
        deadline = time.monotonic() + seconds
        while not ready():
            self.check()
            if time.monotonic() > deadline:
                raise self.failure(StartFailed)
            time.sleep(POLL_SECONDS)

    def stop(self, seconds: float = 15) -> None:
        """Ask it to end, wait *seconds*, then insist. Nothing happens where nothing runs."""
        self.ask_to_stop()
        self.wait_stopped(seconds)

    def ask_to_stop(self) -> None:
        """Only ask; `wait_stopped` follows."""
        if self._child and self._child.poll() is None:
            self._child.send_signal(self._stop_signal)

    def wait_stopped(self, seconds: float = 15) -> None:
        """Until it has ended; by force after *seconds*."""
        if self._child is None:
            return
        try:
            self._child.wait(seconds)
        except subprocess.TimeoutExpired:
            os.killpg(self._child.pid, signal.SIGKILL)  # its own group: it and what it started
            self._child.wait()
        self._child = None

    def kill(self) -> None:
        """End it without a word, as a power cut would; for tests of faults."""
        if self._child and self._child.poll() is None:
            self._child.kill()
            self._child.wait()
        self._child = None
