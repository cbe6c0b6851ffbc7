"""Evidence files against the SHA-256 that facts name."""

import asyncio
import hashlib
from collections.abc import Mapping
from pathlib import Path

from shared.audit.evidence import evidence_named
from shared.audit.history import Histories, Looked
from shared.audit.wrong import EvidenceMissing, EvidenceOtherwise
from shared.edge.files import DiskFiles


async def check_files(histories: Histories, store: Path) -> Looked:
    """Read every file that submission's facts name again.

    Raises:
        EvidenceMissing, EvidenceOtherwise: At the first file that is not there, or is another.
    """
    history = histories["submission"]
    return await asyncio.to_thread(_check, evidence_named(history), store / history.agency)


def _check(named: Mapping[str, str], store: Path) -> Looked:
    files = DiskFiles(store.parent)
    for sha256, place in sorted(named.items(), key=lambda each: each[1]):
        try:
            with files.path(store.name, sha256).open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as missing:
            raise EvidenceMissing(message=place, sha256=sha256[:12]) from missing
        if found != sha256:
            raise EvidenceOtherwise(message=place, sha256=sha256[:12], found=found[:12])
    return Looked(len(named))
