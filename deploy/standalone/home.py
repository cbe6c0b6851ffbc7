"""The directory where an installation keeps everything, and who is using it."""

import errno
import fcntl
import hashlib
import json
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from io import FileIO
from pathlib import Path
from typing import Any

from deploy.settings import Settings
from deploy.standalone.processes import DiskFull
from shared.errors import Invalid, Rejected

CLONE = Path(__file__).resolve().parents[2]
"""Where the program itself lies."""
OURS = ("run.json", "secrets", "jwks.json", "postgres", "postgres.new", "evidence", "logs", "proxy", "bin", "demo")
"""All that may stand in a data directory besides the lock; ``demo`` is for whoever plays a year here."""
_OPEN, _CLOSED = 0o711, 0o700
"""Root's PostgreSQL runs as somebody else, who must get through to its own directory, and see nothing on the way."""
FOR_ROOT = Path("/var/lib")
"""Root's own directories are closed to the user under which PostgreSQL must run; this one is open to everybody."""


UNUSABLE = {
    errno.EACCES,
    errno.EPERM,
    errno.EROFS,
    errno.ENOENT,
    errno.ENOTDIR,
    errno.EISDIR,
    errno.EEXIST,
    errno.ELOOP,
    errno.ENAMETOOLONG,
}
"""What the file system says about a place that will never do."""


class AlreadyRunning(Rejected, code="standalone.already_running"):
    """Somebody else runs on these data now."""


class DataForeign(Rejected, code="standalone.data_foreign"):
    """The directory holds something, and not an installation."""


class DataUnreachable(Invalid, code="standalone.data_unreachable"):
    """The directory cannot be used by this user."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """A run that ended without putting its things away."""

    pid: int
    started: str


@dataclass(frozen=True, slots=True)
class Home:
    """The data directory. Secrets are readable by its owner alone.

    ``lock`` who runs · ``run.json`` how to reach it · ``secrets/`` · ``jwks.json`` · ``postgres/`` · ``evidence/`` ·
    ``logs/`` · ``bin/`` PostgreSQL's programs, only where root runs it from a place that others cannot enter.
    """

    path: Path

    @property
    def lock(self) -> Path:
        return self.path / "lock"

    @property
    def secrets(self) -> Path:
        return self.path / "secrets"

    @property
    def signing_key(self) -> Path:
        return self.secrets / "signing-key.json"

    @property
    def jwks(self) -> Path:
        return self.path / "jwks.json"

    @property
    def logs(self) -> Path:
        return self.path / "logs"

    @property
    def evidence(self) -> Path:
        return self.path / "evidence"

    @property
    def seed(self) -> int:
        """A number of its own for this directory."""
        return int.from_bytes(hashlib.sha256(str(self.path).encode()).digest()[:4])

    def log(self, name: str) -> Path:
        """The log file of one server."""
        return self.logs / f"{name}.log"

    def secret(self, name: str) -> Path:
        """The file with the password *name*, made on first use."""
        path = self.secrets / name
        if not path.exists():
            self.write_secret(path, secrets.token_urlsafe(24))
        return path

    def write_secret(self, path: Path, text: str) -> None:
        """Write it whole or not at all, for its owner's eyes only."""
        _write(path, text, 0o600)

    def write_public(self, path: Path, text: str) -> None:
        """Write it whole or not at all, for everybody's eyes."""
        _write(path, text, 0o644)

    def make(self) -> None:
        """Make what is missing of it.

        Raises:
            DataForeign: Somebody else's things are there.
            DataUnreachable: This user may not write there.
            DiskFull: There is no room.
        """
        with said_plainly(self.path):
            if self.path.exists() and not self.lock.exists() and any(self.path.iterdir()):
                raise DataForeign(path=self.path)
            for new in reversed([self.path, *self.path.parents]):
                if not new.exists():
                    new.mkdir()
                    new.chmod(_OPEN if os.geteuid() == 0 else _CLOSED)  # whatever the user's mask is
            if os.geteuid() == 0:
                self.path.chmod(self.path.stat().st_mode | _OPEN)
            self.lock.touch(mode=0o644)
            for part in (self.secrets, self.evidence, self.logs):
                part.mkdir(mode=_CLOSED, exist_ok=True)

    def empty(self) -> None:
        """Remove all data, keys and logs, and nothing that is not ours; the lock stays with who holds it."""
        for name in OURS:
            part = self.path / name
            if part.is_dir() and not part.is_symlink():
                shutil.rmtree(part)
            else:
                part.unlink(missing_ok=True)
        self.make()

    @contextmanager
    def locked(self, port: int) -> Iterator[Earlier | None]:
        """Hold it for one run; tells of an earlier run that was killed.

        The lock is the kernel's, so a dead holder's is free at once; what stands in the file is only for people.

        Raises:
            AlreadyRunning: It is held by another run.
        """
        self.make()
        with said_plainly(self.path):
            lock = self.lock.open("a+b", buffering=0)
        with lock as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                holder = _read(file)
                raise AlreadyRunning(
                    path=self.path,
                    pid=holder.get("pid", "?"),
                    started=holder.get("started", "?"),
                    port=holder.get("port", "?"),
                ) from None
            left = _read(file)
            me = {
                "pid": os.getpid(),
                "started": datetime.fromtimestamp(time.time(), UTC).isoformat(timespec="seconds"),
                "port": port,
            }
            with said_plainly(self.path):
                _overwrite(file, json.dumps(me))
                (self.path / "run.json").unlink(missing_ok=True)
            try:
                yield Earlier(left["pid"], left["started"]) if left else None
            finally:
                (self.path / "run.json").unlink(missing_ok=True)
                with suppress(OSError):  # a full disk must not hide why we stop
                    _overwrite(file, "")

    def announce(self, state: dict[str, Any]) -> None:
        """Tell other commands how to reach the run that holds the lock."""
        self.write_secret(self.path / "run.json", json.dumps(state))

    def announced(self) -> dict[str, Any] | None:
        """What `announce` said, while that run lives.

        Raises:
            DataUnreachable: Not for this user, or no directory.
        """
        with said_plainly(self.path), suppress(FileNotFoundError), self.lock.open() as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                state: dict[str, Any] = json.loads((self.path / "run.json").read_text())
                return state
        return None


def home_of(settings: Settings) -> Home:
    """The directory that was named, or this clone's own: two clones never share data."""
    if settings.data:
        return Home(settings.data.expanduser().absolute())
    own = f"{CLONE.name}-{hashlib.sha256(str(CLONE).encode()).hexdigest()[:8]}"
    if os.geteuid() == 0:
        return Home(FOR_ROOT / "ictindex" / own)
    return Home((settings.data_home or Path.home() / ".local" / "share") / "ictindex" / own)


@contextmanager
def said_plainly(path: Path) -> Iterator[None]:
    """Turn what the file system refuses below *path* into a sentence.

    Raises:
        DiskFull: No room, or no quota.
        DataUnreachable: Not allowed, not a directory, or nothing can be made there.
    """
    try:
        yield
    except OSError as refusal:
        # A copied tree's error is a list of errors without a number of its own.
        if refusal.errno in {errno.ENOSPC, errno.EDQUOT} or os.strerror(errno.ENOSPC) in str(refusal):
            raise DiskFull(path=path) from refusal
        if refusal.errno in UNUSABLE:
            raise DataUnreachable(path=refusal.filename or path, why=refusal.strerror) from refusal
        raise


def _read(file: FileIO) -> dict[str, Any]:
    file.seek(0)
    try:
        state: dict[str, Any] = json.loads(file.read() or "{}")
    except ValueError:  # cut off by a kill in mid-write
        return {}
    return state


def _overwrite(file: FileIO, text: str) -> None:
    file.seek(0)
    file.truncate()
    file.write(text.encode())


def _write(path: Path, text: str, mode: int) -> None:
    new = path.with_name(path.name + ".new")
    with said_plainly(path):
        new.touch(mode=mode)
        new.chmod(mode)
        new.write_text(text)
        new.replace(path)
