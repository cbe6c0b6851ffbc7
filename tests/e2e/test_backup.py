"""A backup of a running year, and the way back: on the same server, and on another one where nothing is left."""

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import pytest

from deploy.safekeeping.aside import RestoreUnfinished, put_aside
from deploy.safekeeping.manifest import DUMP, MANIFEST, read_manifest
from deploy.settings import Settings
from deploy.standalone.at_rest import at_rest
from deploy.standalone.home import Home
from deploy.standalone.parts import REAL
from shared.contracts import SERVICES
from shared.edge.migrations import OWNER
from tests.kit.house import in_order, nothing_wrong, once_at
from tests.kit.installation import ictindex, standing
from tests.kit.people import PASSWORD, People
from tests.kit.servers import directory_for_servers
from tests.kit.small_years import small_years

pytestmark = [pytest.mark.server, pytest.mark.timeout(300)]
LONG, SHORT = small_years()
REASON = "Hỏng ổ đĩa; biên bản 7/CNTT."
Heads = Sequence[tuple[str, str, int]]


@dataclass(frozen=True)
class Kept:
    """A year that was backed up in its middle, and went on to its end.

    Attributes:
        directory: Of the installation's data, of which nothing runs any more.
        ended: How long its logs were in the end.
    """

    directory: Path
    backup: Path
    keys: Path
    ended: Heads

    @property
    def logs(self) -> Heads:
        """How long they were in the backup."""
        return sorted((each.service, each.agency, each.position) for each in read_manifest(self.backup).logs)


@pytest.fixture(scope="module")
def directory() -> Iterator[Path]:
    with directory_for_servers("backup") as directory:
        yield directory


@pytest.fixture(scope="module")
async def kept(directory: Path) -> Kept:
    backup, keys = directory / "kept" / "monday", directory / "keys"
    async with standing(directory, REAL) as installation:
        people = People(installation)
        await people.signed_up("before", "auditor")

        async def back_up() -> None:
            done = await installation.ictindex("backup", str(backup), "--keys", str(keys))
            assert done.returncode == 0, done.stderr
            assert "Backed up into" in done.stderr

        installation.client.event_hooks = {"request": [once_at("/bnv/campaigns/2020/rounds/round1/closing", back_up)]}
        await installation.play(LONG, SHORT)
        await people.invited("after", "auditor")
        await people.close()
        again = await installation.ictindex("backup", str(backup))
        assert (again.returncode, "a backup replaces nothing" in again.stderr) == (1, True)
        refused = await installation.ictindex("restore", str(backup), "--yes")
        assert refused.returncode == 1, "while it runs, nothing is restored"
        await in_order(installation, LONG, SHORT)
        ended = await installation.heads()
    return Kept(directory / "data", backup, keys, ended)


async def goes_on_from(kept: Kept, directory: Path) -> None:
    """The logs are those of the backup; the years go on from there to what they would have come to.

    So are the people, and everybody signs in again.
    """
    async with standing(directory, REAL) as installation:
        people = People(installation)
        assert [each.id for each in await people.accounts(lambda accounts: accounts.everybody())] == ["before"]
        browser = people.browser()
        await browser.sign_in("before@bnv", PASSWORD)
        assert browser.text.count("/sessions/end") == 0, "there is no other session"
        await people.close()
        assert sorted(await installation.heads()) == kept.logs
        await installation.is_in_order()
        await installation.play(LONG, SHORT)
        await in_order(installation, LONG, SHORT)


async def test_what_came_after_the_backup_goes_only_by_somebody_s_word(kept: Kept) -> None:
    assert kept.logs != sorted(kept.ended)
    asked = await ictindex(kept.directory, "restore", str(kept.backup))
    assert asked.returncode == 2
    assert "Will be gone: appraisal/bnv" in asked.stderr
    assert "nothing was changed" in asked.stderr


@pytest.mark.parametrize("broken", [DUMP, MANIFEST, "evidence"])
async def test_a_damaged_backup_changes_nothing(kept: Kept, tmp_path: Path, broken: str) -> None:
    damaged = shutil.copytree(kept.backup, tmp_path / "damaged")
    victim = damaged / broken
    if victim.is_dir():
        victim = next(path for path in sorted(victim.rglob("*")) if path.is_file())
    before = await ictindex(kept.directory, "restore", str(kept.backup))
    victim.write_bytes(victim.read_bytes()[:-1])
    refused = await ictindex(kept.directory, "restore", str(damaged), "--yes")
    assert refused.returncode == 1, refused.stderr
    assert str(victim if broken != MANIFEST else damaged) in refused.stderr
    assert (await ictindex(kept.directory, "restore", str(kept.backup))).stderr == before.stderr


async def test_nothing_begins_on_half_a_backup_and_who_has_no_whole_one_takes_it_back(kept: Kept) -> None:
    home = Home(kept.directory)
    with at_rest(home, Settings()) as (dsn, _):
        owner = await asyncpg.connect(dsn(OWNER))
        await put_aside(owner, SERVICES)
        await owner.execute("CREATE SCHEMA scoring")
        await owner.close()
    with pytest.raises(RestoreUnfinished):
        async with standing(kept.directory.parent, REAL):
            pass
    told = await ictindex(kept.directory, "restore")
    assert (told.returncode, "is taken back" in told.stderr) == (0, True), told.stderr
    again = await ictindex(kept.directory, "restore")
    assert (again.returncode, "No restore was cut off" in again.stderr) == (0, True), again.stderr
    async with standing(kept.directory.parent, REAL) as installation:
        assert await installation.heads() == kept.ended
        nothing_wrong(await installation.verified())


async def test_the_installation_becomes_what_it_was_and_goes_on_from_there(kept: Kept) -> None:
    done = await ictindex(kept.directory, "restore", str(kept.backup), "--yes")
    assert done.returncode == 0, done.stderr
    await goes_on_from(kept, kept.directory.parent)


async def test_after_the_server_is_lost_another_one_goes_on(kept: Kept) -> None:
    with directory_for_servers("elsewhere") as directory:
        home = Home(directory / "data")
        home.make()
        shutil.copy(kept.keys / home.signing_key.name, home.signing_key)
        done = await ictindex(home.path, "restore", str(kept.backup))
        assert done.returncode == 0, done.stderr
        await goes_on_from(kept, directory)
        assert home.signing_key.read_bytes() == (kept.keys / home.signing_key.name).read_bytes()


class CutOff(Exception):
    """Everything went down here."""


@pytest.mark.parametrize(
    ("publisher", "kept_at", "lost_at"),
    [
        ("submission", "/sheets/ban-tdkt/submission", "/intake/closure"),
        ("appraisal", "/rounds/round2/verdicts", "/rounds/round2/closing"),
        ("scoring", "/rounds/round1/closing", "/council/reviews"),
    ],
)
async def test_one_service_s_older_log_goes_on_once_its_loss_is_accepted(
    directory: Path, publisher: str, kept_at: str, lost_at: str
) -> None:
    """What others heard of it stays on their record; it is done again, and comes to what it would have come to."""
    place, backup = directory / f"lost-{publisher}", directory / f"backup-{publisher}"
    place.mkdir(mode=0o711)
    async with standing(place, REAL) as installation:

        async def back_up() -> None:
            assert (await installation.ictindex("backup", str(backup))).returncode == 0

        async def cut_off() -> None:
            raise CutOff

        hooks = [once_at(kept_at, back_up), once_at(lost_at, cut_off)]
        installation.client.event_hooks = {"request": hooks}
        with pytest.raises(ExceptionGroup) as ended:
            await installation.play(LONG)
        assert ended.group_contains(CutOff)
        nothing_wrong(await installation.verified())

    alone = ("restore", str(backup), "--only", publisher, "--yes")
    refused = await ictindex(place / "data", *alone)
    assert (refused.returncode, "which the backup lacks" in refused.stderr) == (1, True), refused.stderr
    done = await ictindex(place / "data", *alone, "--accept-loss", REASON)
    assert done.returncode == 0, done.stderr
    assert "On the record as lost: messages" in done.stderr
    again = await ictindex(place / "data", "restore", "--accept-loss", REASON)
    assert (again.returncode, "Nothing is lost." in again.stderr) == (0, True), again.stderr

    async with standing(place, REAL) as installation:
        await installation.play(LONG)
        await in_order(installation, LONG)
        notes = {note.code for each in await installation.verified() for note in each.looked.notes}
        assert "audit.messages_lost" in notes
