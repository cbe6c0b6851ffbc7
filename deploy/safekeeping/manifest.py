"""A backup's own account of itself, by which it is known to be whole."""

import hashlib
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from shared.errors import Corrupt, Unreadable
from shared.vocabulary import Id, Instant, Sha256, Value

MANIFEST, DUMP, ACCOUNTS, EVIDENCE = "manifest.json", "database.dump", "accounts.dump", "evidence"


class BackupUnreadable(Unreadable, code="backup.unreadable"):
    """The directory is no backup that this release can read."""


class BackupDamaged(Corrupt, code="backup.damaged"):
    """A file of the backup is not what its manifest says, or not there."""


class KeptLog(Value):
    """The end of one log at the moment of the backup."""

    service: Id
    agency: Id
    position: int
    sequence: int
    chain: Sha256


class KeptFile(Value):
    """One evidence file, which its digest names."""

    agency: Id
    sha256: Sha256

    @property
    def place(self) -> Path:
        """Below the directory of all evidence."""
        return Path(self.agency) / "sha256" / self.sha256[:2] / self.sha256


class Manifest(Value):
    """All that a backup holds; written last, so that a directory without one is no backup.

    Attributes:
        accounts_sha256: Of people's accounts; None in a backup from before there were any.
    """

    format: Literal["backup.v1"] = "backup.v1"
    made_at: Instant
    dump_sha256: Sha256
    accounts_sha256: Sha256 | None = None
    logs: tuple[KeptLog, ...]
    files: tuple[KeptFile, ...]


def read_manifest(backup: Path) -> Manifest:
    """The account of the backup in that directory.

    Raises:
        BackupUnreadable: There is none, or it is of another format.
    """
    try:
        return Manifest.model_validate_json((backup / MANIFEST).read_bytes())
    except (OSError, ValidationError) as found:
        raise BackupUnreadable(path=backup) from found


def ensure_whole(backup: Path, manifest: Manifest) -> None:
    """Read every file of the backup again.

    Raises:
        BackupDamaged: The first one that is not what it was.
    """
    named = [(backup / DUMP, manifest.dump_sha256)]
    named += [(backup / ACCOUNTS, manifest.accounts_sha256)] if manifest.accounts_sha256 else []
    named += [(backup / EVIDENCE / each.place, each.sha256) for each in manifest.files]
    for path, sha256 in named:
        if not path.is_file() or digest_of(path) != sha256:
            raise BackupDamaged(path=path)


def digest_of(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
