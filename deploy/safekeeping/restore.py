"""The way back: an installation becomes what it was at the moment of a backup."""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from deploy.safekeeping.backup import LOGGED, Watch
from deploy.safekeeping.manifest import DUMP, EVIDENCE, BackupDamaged, Manifest, ensure_whole
from deploy.safekeeping.tools import ToolFailed, restore
from shared.contracts import SERVICES
from shared.errors import Rejected

ASIDE = "_before"
"""What a schema is called until the backup is in its place."""


class ServicesAtWork(Rejected, code="backup.services_at_work"):
    """Services still have the database open, and would answer on what is about to go."""


@dataclass(frozen=True, slots=True)
class Lost:
    """One log that is longer now than in the backup: its last *rows* will be gone."""

    service: str
    agency: str
    rows: int


async def losses(dsn: str, manifest: Manifest) -> Sequence[Lost]:
    """What is in the logs now and not in the backup."""
    kept = {(each.service, each.agency): each.position for each in manifest.logs}
    connection = await asyncpg.connect(dsn)
    try:
        now = await _positions(connection)
    finally:
        await connection.close()
    return [
        Lost(service, agency, position - kept.get((service, agency), 0))
        for (service, agency), position in now.items()
        if position > kept.get((service, agency), 0)
    ]


async def bring_back(dsn: str, evidence: Path, backup: Path, manifest: Manifest, watch: Watch) -> None:
    """Put logs and tables in place of those that are there, and add the evidence that is missing.

    What is there stays aside until all of the backup is in its place; after a kill, doing it again goes on.

    Args:
        dsn: Under the owner's login.
        evidence: The directory of all evidence; files that came after the backup stay, and nothing names them.
        backup: Its directory.
        manifest: Its account.
        watch: Is told how far the evidence is.

    Raises:
        ServicesAtWork, ToolFailed, BackupDamaged: See there; the database is as it was.
    """
    ensure_whole(backup, manifest)
    connection = await asyncpg.connect(dsn)
    try:
        await _ensure_at_rest(connection)
        await _put_back(connection)
        await _put_aside(connection)
        try:
            await restore(dsn, backup / DUMP)
            await _ensure_same(connection, backup, manifest)
        except (ToolFailed, BackupDamaged):
            await connection.execute("".join(f"DROP SCHEMA IF EXISTS {each} CASCADE;" for each in SERVICES))
            await _put_back(connection)
            raise
        await connection.execute("".join(f"DROP SCHEMA IF EXISTS {each}{ASIDE} CASCADE;" for each in SERVICES))
    finally:
        await connection.close()
    _bring_files(evidence, backup / EVIDENCE, manifest, watch)


async def _ensure_same(connection: asyncpg.Connection, backup: Path, manifest: Manifest) -> None:
    if await _positions(connection) != {(each.service, each.agency): each.position for each in manifest.logs}:
        raise BackupDamaged(path=backup / DUMP)


async def _ensure_at_rest(connection: asyncpg.Connection) -> None:
    at_work = "SELECT DISTINCT usename FROM pg_stat_activity WHERE usename = ANY($1) ORDER BY usename"
    if found := [row["usename"] for row in await connection.fetch(at_work, SERVICES)]:
        raise ServicesAtWork(names=", ".join(found))


async def _put_aside(connection: asyncpg.Connection) -> None:
    async with connection.transaction():
        for service in await _there(connection):
            await connection.execute(f"ALTER SCHEMA {service} RENAME TO {service}{ASIDE}")


async def _put_back(connection: asyncpg.Connection) -> None:
    """What an earlier try left aside: it counts where nothing came in its place."""
    there = await _there(connection)
    async with connection.transaction():
        for service in await _there(connection, ASIDE):
            if service in there:
                await connection.execute(f"DROP SCHEMA {service}{ASIDE} CASCADE")
            else:
                await connection.execute(f"ALTER SCHEMA {service}{ASIDE} RENAME TO {service}")


async def _there(connection: asyncpg.Connection, aside: str = "") -> Sequence[str]:
    """The services that have a schema."""
    named = {f"{service}{aside}": service for service in SERVICES}
    rows = await connection.fetch("SELECT nspname FROM pg_namespace WHERE nspname = ANY($1)", list(named))
    return [named[row["nspname"]] for row in rows]


def _bring_files(evidence: Path, kept: Path, manifest: Manifest, watch: Watch) -> None:
    for done, file in enumerate(manifest.files, start=1):
        there = evidence / file.place
        if not there.exists():
            there.parent.mkdir(parents=True, exist_ok=True)
            new = there.with_name(f"{there.name}.new")
            shutil.copyfile(kept / file.place, new)
            new.rename(there)
        watch(done, len(manifest.files))


async def _positions(connection: asyncpg.Connection) -> Mapping[tuple[str, str], int]:
    """Of every log; of a schema that is not there, none."""
    there = [each for each in LOGGED if await connection.fetchval("SELECT to_regclass($1)", f"{each}.head")]
    return {
        (service, row["agency"]): row["position"]
        for service in there
        for row in await connection.fetch(f"SELECT agency, position FROM {service}.head")  # noqa: S608 - our own names
    }
