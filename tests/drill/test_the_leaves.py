"""The year 2020 criterion by criterion, through four real processes: the ranking is that of the group scores."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from deploy.agencies.year_file import Script
from deploy.player.bodies import file_of
from deploy.player.events import StepDone
from deploy.standalone.parts import REAL
from shared.vocabulary import Json
from tests.kit import figures_2020
from tests.kit.installation import Installation, standing
from tests.kit.servers import directory_for_servers
from tests.kit.year_files import full_year, leaves_2020

# It takes five minutes; `make test` plays one unit of it (e2e/test_interrupted_year.py).
pytestmark = [pytest.mark.drill, pytest.mark.server, pytest.mark.timeout(900)]
AGENCY, CAMPAIGN = "bnv", "2020-leaves"
SCOPE = f"agencies/{AGENCY}/campaigns/{CAMPAIGN}"


def script() -> Script:
    return leaves_2020().script


@pytest.fixture(scope="module")
def directory() -> Iterator[Path]:
    with directory_for_servers("leaves") as directory:
        yield directory


@pytest.fixture(scope="module")
async def played(directory: Path) -> AsyncIterator[Installation]:
    """The year at leaf level alone, published."""
    async with standing(directory, REAL) as installation:
        await installation.play(script())
        yield installation


@pytest.fixture(scope="module")
async def results(played: Installation) -> Json:
    answer = await played.client.get(f"/reporting/v1/{SCOPE}/results")
    assert answer.status_code == 200
    return dict(answer.json())


async def asked(played: Installation, path: str, unit: str | None = None) -> Json:
    roles = ("unit",) if unit else ("operator", "appraiser", "auditor")
    token = played.stack.token("somebody", AGENCY, roles, unit=unit)
    answer = await played.client.get(path, headers={"authorization": f"Bearer {token}"})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_every_step_of_the_process_is_proved_by_a_row_of_a_log(played: Installation) -> None:
    told = {each.number for each in played.events if isinstance(each, StepDone)}
    assert told == {step.number for step in script().template.steps}


def test_what_follows_from_the_tables_is_published(results: Json) -> None:
    assert len(results["units"]) == 23
    assert figures_2020.of_json(results) == figures_2020.FIGURES
    units = {unit["unit"]: unit for unit in results["units"]}
    for unit, year in full_year("bnv/year-2020").year.units.items():
        for group, printed in year.final.items():
            assert (units[unit]["groups"][group].get("points") or "-") == printed, (unit, group)


async def test_each_criterion_is_in_the_history_with_every_word_that_was_said_on_it(played: Installation) -> None:
    for unit, year in script().year.units.items():
        rows = (await asked(played, f"/scoring/v1/{SCOPE}/units/{unit}/history"))["rows"]
        taken_back = 2 * len(year.self) if year.withdrawn else 0  # once said, once taken back
        assert len(rows) == 3 * len(year.self) + taken_back + len(year.council), unit
        assert {row["criterion"] for row in rows} == year.self.keys()
        for stage, verdicts in (("round1", year.round1), ("round2", year.round2), ("council", year.council)):
            changed = {row["criterion"] for row in rows if row["stage"] == stage and row["before"] != row["after"]}
            assert changed <= set(verdicts), (unit, stage)
            assert {row["criterion"] for row in rows if row["stage"] == stage and row["reason"]} == set(verdicts)


async def test_each_sheet_cites_two_files_that_can_be_had(played: Installation) -> None:
    for unit, year in script().year.units.items():
        files = {file_of(paper) for papers in year.evidence.values() for paper in papers} - {None}
        version = 2 if year.withdrawn else 1
        lines = (await asked(played, f"/submission/v1/{SCOPE}/sheets/{unit}/versions/{version}"))["lines"]
        cited = {each["sha256"] for line in lines.values() for each in line["evidence"] if each.get("sha256")}
        assert cited == {file.sha256 for file in files if file}
        assert len(cited) == 2


async def test_played_again_it_changes_nothing(played: Installation) -> None:
    before = await played.heads()
    await played.play(script())
    assert await played.heads() == before


async def test_the_demo_finds_it_the_auditor_nothing_wrong_and_the_cell_that_does_not_follow_is_named(
    played: Installation,
) -> None:
    before = await played.heads()
    shown = await played.ictindex("demo", "--leaves", "--exit")
    assert shown.returncode == 0, shown.stderr
    assert "✓ Step" not in shown.stdout
    assert "Nothing is wrong." in shown.stdout
    assert f"{played.stack.base_url}/{AGENCY}/{CAMPAIGN}" in shown.stdout
    exception = "State Organization Review, g5: 20.00 is reported, the known answers give 10.00; corrected: g5."
    assert exception in " ".join(shown.stdout.split())
    assert await played.heads() == before
