"""What each release left behind: a backup of a year that was half done, and one of the whole year.

``python -m tests.upgrade.releases --write`` makes those of the release to come, which is allowed until there is a first
one, with a line in CHANGELOG.md. A backup that was released stays for ever.
"""

import asyncio
import shutil
import sys
from pathlib import Path

from deploy.standalone.parts import REAL
from tests.kit.house import in_order, once_at
from tests.kit.installation import standing
from tests.kit.servers import directory_for_servers
from tests.kit.small_years import small_years

RELEASES = Path(__file__).parent / "releases"
COMING = "unreleased"
HALF, WHOLE = "half", "whole"
HALF_WAY = "/bnv/campaigns/2020/rounds/round2/closing"
YEARS = small_years()


def kept() -> list[Path]:
    """Every backup of every release, by the names of both."""
    return sorted(RELEASES.glob("*/*"))


async def write(place: Path) -> None:
    """Play the years, and keep both backups in *place*."""
    with directory_for_servers("release") as directory:
        async with standing(directory, REAL) as installation:

            async def half_way() -> None:
                done = await installation.ictindex("backup", str(place / HALF))
                assert done.returncode == 0, done.stderr

            installation.client.event_hooks = {"request": [once_at(HALF_WAY, half_way)]}
            await installation.play(*YEARS)
            await in_order(installation, *YEARS)
            done = await installation.ictindex("backup", str(place / WHOLE))
            assert done.returncode == 0, done.stderr


if __name__ == "__main__" and sys.argv[1:] == ["--write"]:
    shutil.rmtree(RELEASES / COMING, ignore_errors=True)
    asyncio.run(write(RELEASES / COMING))
