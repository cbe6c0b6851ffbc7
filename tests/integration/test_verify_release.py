"""A release that nobody approved, and `ictindex verify` as a program of its own on a database somebody changed."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import pytest

from deploy.auditor.reading import read_histories
from deploy.auditor.runs import check_runs
from deploy.standalone.postgres import SUPERUSER
from shared.audit.history import Histories
from shared.audit.wrong import RunOtherwise
from shared.eventlog import Row
from tests.kit.forgery import both, forged
from tests.kit.house import house
from tests.kit.servers import Server, broker_to_kill, directory_for_servers
from tests.kit.small_years import only
from tests.kit.year_files import full_year

pytestmark = pytest.mark.server
DATABASE = "released"
YEAR = only(full_year("ubdt/year-2020"), "vu-khtc", "tt-thong-tin")
AGENCY = YEAR.year.agency
OTHER_RUN = "0" * 64


@dataclass(frozen=True)
class Place:
    """Where a published year lies, with nobody at work any more."""

    server: Server
    evidence: Path
    histories: Histories

    def ictindex_verify(self) -> subprocess.CompletedProcess[str]:
        """The command as another process, under the auditor's login."""
        dsn = self.server.dsn("auditor", DATABASE)
        command = [sys.executable, "-m", "deploy.cli", "verify", "--lang", "en", "--dsn", dsn]
        command += ["--evidence", str(self.evidence)]
        return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture(scope="module")
def directory() -> Iterator[Path]:
    with directory_for_servers("released") as directory:
        yield directory


@pytest.fixture(scope="module")
async def place(migrated: Server, directory: Path) -> AsyncIterator[Place]:
    owner = await asyncpg.connect(migrated.dsn(SUPERUSER, "postgres"))
    await owner.execute(f"CREATE DATABASE {DATABASE} TEMPLATE ictindex")
    with broker_to_kill() as broker:
        async with house(migrated, DATABASE, broker, directory) as home:
            await home.play(YEAR)
            await home.is_in_order()
    auditor = await asyncpg.connect(migrated.dsn("auditor", DATABASE))
    histories = await read_histories(auditor, AGENCY)
    await auditor.close()
    yield Place(migrated, directory / "evidence", histories)
    await owner.execute(f"DROP DATABASE {DATABASE} WITH (FORCE)")
    await owner.close()


def the(rows: Sequence[Row], kind: str) -> Row:
    [row] = [row for row in rows if row.type == kind]
    return row


def test_a_release_of_another_run_is_named(place: Place) -> None:
    """Every chain fits again, and what was said is what was written: the run itself does not follow."""
    row = the(place.histories["scoring"].rows, "results_published.v1")
    change = both(lambda data: {**data, "run": OTHER_RUN})
    with pytest.raises(RunOtherwise) as found:
        check_runs(forged(place.histories, "scoring", row.position, change))
    assert found.value.facts["message"] == f"scoring/{AGENCY}@{row.position}"
    assert found.value.facts["stated"] == OTHER_RUN[:12]


def test_a_release_of_a_run_that_was_not_the_approved_one_is_named(place: Place) -> None:
    """The run follows from the rows; but it is another one that the head of the agency signed."""
    release = the(place.histories["scoring"].rows, "results_published.v1")
    approval = the(place.histories["appraisal"].rows, "results_signed.v1")
    change = both(lambda data: {**data, "run": OTHER_RUN})
    with pytest.raises(RunOtherwise) as found:
        check_runs(forged(place.histories, "appraisal", approval.position, change))
    assert found.value.facts == {
        "message": f"scoring/{AGENCY}@{release.position}",
        "stated": str(release.content().data["run"])[:12],
        "found": OTHER_RUN[:12],
    }


async def test_the_command_ends_with_1_and_prints_the_place_where_somebody_changed_the_log(place: Place) -> None:
    before = await asyncio.to_thread(place.ictindex_verify)
    assert (before.returncode, before.stderr) == (0, "")
    assert "Nothing is wrong." in before.stdout

    row = the(place.histories["scoring"].rows, "results_published.v1")
    somebody = await asyncpg.connect(place.server.dsn(SUPERUSER, DATABASE))
    await somebody.execute("SET session_replication_role = replica")  # no trigger says no
    changed = "UPDATE scoring.log SET record = record || ' '::bytea WHERE agency = $1 AND position = $2"
    assert await somebody.execute(changed, AGENCY, row.position) == "UPDATE 1"
    await somebody.close()

    after = await asyncio.to_thread(place.ictindex_verify)
    assert after.returncode == 1
    assert f"scoring/{AGENCY}@{row.position}" in after.stdout.replace("\n", "")
    assert "Traceback" not in after.stderr
