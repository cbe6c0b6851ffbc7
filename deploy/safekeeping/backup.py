"""Making a backup of a running installation: one moment of all logs and tables, and the evidence they name."""

import os
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

import asyncpg

from deploy.identity.schema import IDENTITY
from deploy.safekeeping.manifest import (
    ACCOUNTS,
    DUMP,
    EVIDENCE,
    MANIFEST,
    BackupDamaged,
    KeptFile,
    KeptLog,
    Manifest,
    digest_of,
)
from deploy.safekeeping.tools import dump
from shared.contracts import PUBLISHED
from shared.errors import Rejected

LOGGED = tuple(service for service, said in PUBLISHED.items() if said)
AUDITOR = "auditor"
Dsn = Callable[[str], str]
Watch = Callable[[int, int], None]
"""Is told how many of how many files are there."""


class BackupExists(Rejected, code="backup.exists"):
    """Something is there already, and a backup replaces nothing."""


async def back_up(dsn: Dsn, evidence: Path, target: Path, now: datetime, watch: Watch) -> Manifest:
    """Write a backup into the new directory *target*; a failure leaves no directory of that name.

    Everything in the logs is of one moment; accounts are of the moment before it. Evidence is copied after it: a file
    is there before the fact that names it, and never changes.

    Args:
        dsn: How a login reaches the database: the auditor's reads everything but how people prove who they are.
        evidence: The directory of all evidence.
        target: Must not exist.
        now: What the backup will say of its age.
        watch: See there.

    Raises:
        BackupExists, ToolFailed: See there.
        BackupDamaged: A file of the evidence is not what its name says.
    """
    growing = _begun(target)
    await dump(dsn(IDENTITY), growing / ACCOUNTS, f"--schema={IDENTITY}")
    async with _one_moment(dsn(AUDITOR)) as (connection, snapshot):
        logs = await _ends(connection)
        await dump(dsn(AUDITOR), growing / DUMP, f"--snapshot={snapshot}", f"--exclude-schema={IDENTITY}")
    files = tuple(_copied(evidence, growing / EVIDENCE, watch))
    dumps = {"dump_sha256": digest_of(growing / DUMP), "accounts_sha256": digest_of(growing / ACCOUNTS)}
    manifest = Manifest(made_at=now, logs=logs, files=files, **dumps)
    (growing / MANIFEST).write_text(manifest.model_dump_json(indent=1))
    _to_disk(growing)
    growing.rename(target)
    return manifest


def _begun(target: Path) -> Path:
    """Where it grows until it is whole."""
    if target.exists():
        raise BackupExists(path=target)
    growing = target.with_name(f"{target.name}.partial")
    shutil.rmtree(growing, ignore_errors=True)
    growing.mkdir(parents=True, mode=0o700)
    return growing


@asynccontextmanager
async def _one_moment(dsn: str) -> AsyncIterator[tuple[asyncpg.Connection, str]]:
    """A connection, and the name under which others see what it sees."""
    connection = await asyncpg.connect(dsn)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            yield connection, await connection.fetchval("SELECT pg_export_snapshot()")
    finally:
        await connection.close()


async def _ends(connection: asyncpg.Connection) -> tuple[KeptLog, ...]:
    logs: list[KeptLog] = []
    for service in LOGGED:
        rows = await connection.fetch(f"SELECT agency, position, sequence, chain FROM {service}.head ORDER BY agency")  # noqa: S608 - our own names
        logs += [KeptLog(service=service, **{**dict(row), "chain": row["chain"].hex()}) for row in rows]
    return tuple(logs)


def _copied(evidence: Path, target: Path, watch: Watch) -> Iterator[KeptFile]:
    """Every file that is kept, not the halves that are still being uploaded."""
    found = sorted(evidence.glob("*/sha256/*/*"))
    for done, path in enumerate(found, start=1):
        kept = KeptFile(agency=path.parts[-4], sha256=path.name)
        copy = target / kept.place
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
        if digest_of(copy) != kept.sha256:
            raise BackupDamaged(path=path)
        watch(done, len(found))
        yield kept


def _to_disk(directory: Path) -> None:
    """Everything below *directory* is on the disk before it gets its name."""
    for path in (*directory.rglob("*"), directory):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
