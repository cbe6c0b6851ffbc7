"""A year that an earlier release recorded is what it was, and its rest is played with today's code."""

from pathlib import Path

import pytest

from deploy.standalone.parts import REAL
from tests.kit.house import in_order
from tests.kit.installation import ictindex, standing
from tests.kit.servers import directory_for_servers
from tests.upgrade.releases import HALF, YEARS, kept

pytestmark = [pytest.mark.upgrade, pytest.mark.timeout(240)]


@pytest.mark.parametrize("backup", kept(), ids=lambda path: "-".join(path.parts[-2:]))
async def test_what_a_release_kept_is_restored_verified_and_gone_on_with(backup: Path) -> None:
    with directory_for_servers("upgrade") as directory:
        done = await ictindex(directory / "data", "restore", str(backup))
        assert done.returncode == 0, done.stderr
        async with standing(directory, REAL) as installation:
            await installation.is_in_order()
            before = await installation.heads()
            await installation.play(*YEARS)
            await in_order(installation, *YEARS)
            grown = await installation.heads() != before
            assert grown is (backup.name == HALF)


def test_something_was_kept() -> None:
    assert kept()
