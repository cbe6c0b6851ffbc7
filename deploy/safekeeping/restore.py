"""The way back: an installation becomes what it was at the moment of a backup."""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from deploy.identity.schema import IDENTITY, upgrade_identity
from deploy.safekeeping.aside import drop_aside, ensure_at_rest, put_aside, put_back
from deploy.safekeeping.backup import LOGGED, Watch
from deploy.safekeeping.manifest import ACCOUNTS, DUMP, EVIDENCE, BackupDamaged, Manifest
from deploy.safekeeping.tools import ToolFailed, restore
from shared.contracts import SERVICES
from shared.edge.migrations import upgrade

END_SESSIONS = "UPDATE identity.session SET ended_at = clock_timestamp(), ended_by = 'restore' WHERE ended_at IS NULL"
"""Somebody may have been let out since; everybody signs in again."""


@dataclass(frozen=True, slots=True)
class Lost:
    """One log that is longer now than in the backup: its last *rows* will be gone."""

    service: str
    agency: str
    rows: int


async def losses(dsn: str, manifest: Manifest, services: Sequence[str] = SERVICES) -> Sequence[Lost]:
    """What is in the logs of *services* now and not in the backup."""
    kept = {(each.service, each.agency): each.position for each in manifest.logs}
    connection = await asyncpg.connect(dsn)
    try:
        now = await _positions(connection, services)
    finally:
        await connection.close()
    return [
        Lost(service, agency, position - kept.get((service, agency), 0))
        for (service, agency), position in now.items()
        if position > kept.get((service, agency), 0)
    ]


@dataclass(frozen=True, slots=True)
class Return:
    """The way back of some services.

    Attributes:
        dsn: Under the owner's login.
        evidence: The directory of all evidence; files that came after the backup stay, and nothing names them.
        backup: Its directory.
        manifest: Its account.
        services: Whose schemas go back; the others stay as they are. Accounts go back with all of them.
    """

    dsn: str
    evidence: Path
    backup: Path
    manifest: Manifest
    services: Sequence[str] = SERVICES

    @property
    def schemas(self) -> Sequence[str]:
        """All that goes back."""
        whole = self.manifest.accounts_sha256 and set(self.services) == set(SERVICES)
        return (*self.services, IDENTITY) if whole else self.services

    async def go(self, watch: Watch) -> None:
        """Put logs and tables in place of those that are there, and add the evidence that is missing.

        What is there stays aside until all of the backup is in its place; after a kill, doing it again goes on.

        Raises:
            ServicesAtWork, ToolFailed, BackupDamaged: See there; the database is as it was.
        """
        await ensure_at_rest(self.dsn)
        connection = await asyncpg.connect(self.dsn)
        try:
            await put_back(connection, self.schemas)
            await put_aside(connection, self.schemas)
            try:
                await self._bring(connection)
            except (ToolFailed, BackupDamaged):
                await put_back(connection, self.schemas)
                raise
            await drop_aside(connection, self.schemas)
        finally:
            await connection.close()
        if "submission" in self.services:
            _bring_files(self.evidence, self.backup / EVIDENCE, self.manifest, watch)

    async def _bring(self, connection: asyncpg.Connection) -> None:
        for schema in self.schemas:
            await connection.execute(f"CREATE SCHEMA {schema}")
        await restore(self.dsn, self.backup / DUMP, self.services)
        for service in self.services:
            await upgrade(service, self.dsn)
        if IDENTITY in self.schemas:
            await restore(self.dsn, self.backup / ACCOUNTS, [IDENTITY])
            await upgrade_identity(self.dsn)
            await connection.execute(END_SESSIONS)
        kept = {(e.service, e.agency): e.position for e in self.manifest.logs if e.service in self.services}
        if await _positions(connection, self.services) != kept:
            raise BackupDamaged(path=self.backup / DUMP)


def _bring_files(evidence: Path, kept: Path, manifest: Manifest, watch: Watch) -> None:
    for done, file in enumerate(manifest.files, start=1):
        there = evidence / file.place
        if not there.exists():
            there.parent.mkdir(parents=True, exist_ok=True)
            new = there.with_name(f"{there.name}.new")
            shutil.copyfile(kept / file.place, new)
            new.rename(there)
        watch(done, len(manifest.files))


async def _positions(connection: asyncpg.Connection, services: Sequence[str]) -> Mapping[tuple[str, str], int]:
    """Of every log; of a schema that is not there, none."""
    logged = [each for each in services if each in LOGGED]
    there = [each for each in logged if await connection.fetchval("SELECT to_regclass($1)", f"{each}.head")]
    return {
        (service, row["agency"]): row["position"]
        for service in there
        for row in await connection.fetch(f"SELECT agency, position FROM {service}.head")  # noqa: S608 - our own names
    }
