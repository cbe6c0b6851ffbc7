"""The schema of identity: its name, its versions."""

from pathlib import Path
from typing import Final

from shared.edge.migrations import upgrade

IDENTITY: Final = "identity"


async def upgrade_identity(dsn: str) -> None:
    """Bring it to this release; the auditor reads only what the versions grant.

    Raises:
        TablesInUse: See ``upgrade``.
    """
    await upgrade(IDENTITY, dsn, Path(__file__).parent / "migrations", audited=False)
