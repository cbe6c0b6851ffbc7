"""The year 2020 through four real processes, a real PostgreSQL and a broker, played by the public API alone."""

import csv
import html
import re
from collections.abc import AsyncIterator, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx2
import pytest

from deploy.player.bodies import file_of
from deploy.player.events import StepDone
from deploy.standalone.parts import REAL
from services.reporting.page.spreadsheets import TABLES
from services.reporting.page.wire import CampaignProgress, Results, UnitResults
from shared.contracts import SERVICES
from shared.vocabulary import Json, Value
from tests.kit import figures_2020
from tests.kit.installation import Installation, standing
from tests.kit.servers import directory_for_servers
from tests.kit.shown import OF_CAMPAIGN, OF_UNIT, lacking, rows_of
from tests.kit.year_files import example_years

pytestmark = [pytest.mark.server, pytest.mark.timeout(300)]
SCRIPTS = example_years()
MAIN, OTHER = SCRIPTS[0], SCRIPTS[-1]
EVERY_ROLE = ("operator", "unit", "unit_head", "appraiser", "council", "approver", "auditor", "machine")
AGENCY, CAMPAIGN = MAIN.year.agency, MAIN.year.campaign


@pytest.fixture(scope="module")
def directory() -> Iterator[Path]:
    with directory_for_servers("year") as directory:
        yield directory


@pytest.fixture(scope="module")
async def played(directory: Path) -> AsyncIterator[Installation]:
    """All example years, published."""
    async with standing(directory, REAL) as installation:
        await installation.play(*SCRIPTS)
        yield installation


async def got(
    played: Installation, path: str, agency: str = AGENCY, unit: str | None = None, **parameters: str
) -> httpx2.Response:
    token = played.stack.token("somebody", agency, EVERY_ROLE, unit=unit)
    return await played.client.get(path, params=parameters, headers={"authorization": f"Bearer {token}"})


async def asked(played: Installation, path: str) -> Json:
    answer = await got(played, path)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


@pytest.fixture(scope="module")
async def results(played: Installation) -> Json:
    """Published results need no token."""
    answer = await played.client.get(f"/reporting/v1/agencies/{AGENCY}/campaigns/{CAMPAIGN}/results")
    assert answer.status_code == 200
    return dict(answer.json())


def test_every_step_of_the_process_is_proved_by_a_row_of_a_log(played: Installation) -> None:
    for script in SCRIPTS:
        told = [each for each in played.events if isinstance(each, StepDone) and each.campaign == script.year.campaign]
        proofs = {each.number: each.position for each in told if f"/{script.year.agency}@" in each.position}
        assert proofs.keys() == {step.number for step in script.template.steps}


@pytest.fixture(scope="module")
async def tables(played: Installation) -> dict[str, list[dict[str, str]]]:
    """What the page's links to CSV lead to."""
    path = f"/{AGENCY}/{CAMPAIGN}.csv"
    return {name: rows_of((await played.client.get(path, params={"table": name})).content) for name in TABLES}


async def test_what_follows_from_the_tables_is_published(
    played: Installation, results: Json, tables: dict[str, list[dict[str, str]]]
) -> None:
    assert len(results["units"]) == 23
    page = (await played.client.get(f"/{AGENCY}/{CAMPAIGN}")).text
    found = [figures_2020.of_page(page), figures_2020.of_tables(tables), figures_2020.of_json(results)]
    assert found == [figures_2020.FIGURES] * 3


async def test_each_section_of_a_page_stands_in_json_and_csv_too(
    played: Installation, results: Json, tables: dict[str, list[dict[str, str]]]
) -> None:
    for unit in (None, "ban-tdkt"):
        path = f"/{AGENCY}/{CAMPAIGN}" + (f"/{unit}" if unit else "")
        answer = (await played.client.get(f"{path}.json")).json() if unit else results
        own = {"unit": rows_of((await played.client.get(f"{path}.csv")).content)} if unit else {}
        page = (await played.client.get(path)).text
        assert lacking(page, OF_UNIT if unit else OF_CAMPAIGN, answer, tables | own) == {}


def test_every_final_cell_is_the_printed_one(results: Json) -> None:
    units = {unit["unit"]: unit for unit in results["units"]}
    for unit, year in MAIN.year.units.items():
        for group, printed in year.final.items():
            score = units[unit]["groups"][group]
            assert (score.get("points") or "-") == printed, (unit, group, score)


def test_the_gate_names_the_printed_figures_that_do_not_follow(results: Json) -> None:
    findings = [(each["printed"], each["derived"], each["difference"]) for each in results["summary"]["findings"]]
    assert ("68.53", "56.88", "-11.65") in findings
    assert ("44.77", "38.76", "-6.01") in findings
    assert {("59.77", "61.72"), ("63.74", "62.91")} <= {(printed, derived) for printed, derived, _ in findings}


async def test_page_and_table_show_the_same_figures(played: Installation, results: Json) -> None:
    """Line by line: rank, unit, block, earlier, self, total, groups, class, change."""
    page = (await played.client.get(f"/{AGENCY}/{CAMPAIGN}")).text
    table = (await played.client.get(f"/{AGENCY}/{CAMPAIGN}.csv")).content.decode("utf-8-sig")
    assert "59,77" not in table
    headings, *lines = csv.reader(table.splitlines(), delimiter=";")
    there = {line[2]: dict(zip(headings, line, strict=True)) for line in lines}
    ranked, _, _ = page.partition('aria-labelledby="blocks"')
    shown = {
        found[1]: [_seen(cell) for cell in re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, re.DOTALL)]
        for row in re.findall(r"<tr>(.*?)</tr>", ranked, re.DOTALL)
        if (found := re.search(rf'href="/{AGENCY}/{CAMPAIGN}/([\w-]+)"', row))
    }
    assert len(lines) == len(shown) == len(results["units"]) == 23
    for unit in results["units"]:
        cells, line = shown[unit["unit"]], there[unit["unit"]]
        groups = [_points(unit["groups"].get(code)) for code in results["groups"]]
        figures = [str(unit["rank_overall"]), _comma(unit["total"]), *groups]
        assert [cells[0], cells[5], *cells[6:-2]] == figures, unit["unit"]
        by_group = [line[heading] for heading in headings if re.match(r"g\d ", heading)]
        assert [line[headings[0]], line[headings[7]]] == figures[:2], unit["unit"]
        assert ["–" if cell == "không áp dụng" else cell for cell in by_group] == groups, unit["unit"]
        assert cells[3:5] == [line[heading] or "–" for heading in headings[5:7]], unit["unit"]


def _seen(cell: str) -> str:
    """What is seen of a cell: no markup, and nothing that is only read aloud."""
    return html.unescape(re.sub(r"<[^>]*>", "", re.sub(r'<span class="hidden">.*?</span>', "", cell))).strip()


def _comma(figure: str) -> str:
    return figure.replace(".", ",")


def _points(score: Json | None) -> str:
    """As the page shows them; a group that the unit's appendix does not have is an empty cell."""
    if score is None:
        return ""
    return _comma(score["points"]) if score["state"] == "scored" else "–"


@pytest.mark.parametrize(
    ("path", "said"), [("results", Results), ("units/ban-tdkt", UnitResults), ("progress", CampaignProgress)]
)
async def test_what_reporting_answers_is_what_its_document_says(
    played: Installation, path: str, said: type[Value]
) -> None:
    answer = await asked(played, f"/reporting/v1/agencies/{AGENCY}/campaigns/{CAMPAIGN}/{path}")
    assert _names(said.model_validate(answer).model_dump(mode="json")) == _names(answer)


def _names(value: Any) -> Any:
    """The value with all its names, without its figures and texts."""
    match value:
        case dict():
            return {name: _names(each) for name, each in value.items()}
        case list():
            return [_names(each) for each in value]
        case _:
            return value is None


async def test_the_history_has_exactly_the_rows_that_the_file_implies(played: Installation) -> None:
    changes = 0
    for unit, year in MAIN.year.units.items():
        path = f"/scoring/v1/agencies/{AGENCY}/campaigns/{CAMPAIGN}/units/{unit}/history"
        rows = (await asked(played, path))["rows"]
        taken_back = 2 * len(year.self) if year.withdrawn else 0  # once said, once taken back
        assert len(rows) == 3 * len(year.self) + taken_back + len(year.council), unit
        for stage, verdicts in (("round1", year.round1), ("round2", year.round2), ("council", year.council)):
            changed = {row["criterion"] for row in rows if row["stage"] == stage and row["changed"]}
            assert changed == set(verdicts), (unit, stage)
            changes += len(changed) if stage != "council" else 0
        assert all(row["cause"]["message"] and row["actor"] for row in rows)
    assert changes >= 20


async def test_the_appraiser_sees_what_was_declared_against_what_was_measured(played: Installation) -> None:
    """A year whose figures a machine measured too: the same figure, and the one that the team corrected."""
    path = f"/appraisal/v1/agencies/{OTHER.year.agency}/campaigns/{OTHER.year.campaign}/units/tt-thong-tin/criteria"
    seen = (await got(played, path, agency=OTHER.year.agency)).json()
    criteria = {each["criterion"]: each for each in seen["criteria"]}
    beside = {
        code: [(each["declared"], [figure["value"] for figure in each["figures"]]) for each in criterion["measured"]]
        for code, criterion in criteria.items()
        if criterion["measured"]
    }
    assert beside == {"g2.1": [("98", ["98"])], "g2.2": [("51", ["42.5"])]}
    [verdict] = criteria["g2.2"]["verdicts"]
    assert verdict["after"]["inputs"] == {"files_each": "42.5"}
    assert "42,5" in verdict["reason"]["text"]


async def test_late_units_are_flagged_and_scored(results: Json) -> None:
    assert {unit["unit"] for unit in results["units"] if unit["late"]} == {"vu-cttn", "hv-hcqg"}
    assert all(Decimal(unit["total"]) > 0 for unit in results["units"])


async def test_the_auditor_finds_nothing_wrong(played: Installation) -> None:
    await played.is_in_order()


async def test_a_year_that_is_played_again_is_answered_as_before_and_changes_nothing(played: Installation) -> None:
    before = await played.heads()
    await played.play(OTHER)
    assert await played.heads() == before


async def test_no_endpoint_shows_one_agency_to_the_other(played: Installation, results: Json) -> None:
    """Asked for with what there is: each path leads somewhere for people of the agency, and nowhere for the other's."""
    filled = _real_ids(str(results["run"]))
    unit, theirs, looked = filled["unit"], OTHER.year.agency, 0
    for service in SERVICES:
        openapi = (await played.client.get(f"/{service}/v1/openapi.json")).json()
        for path, methods in openapi["paths"].items():
            if "get" not in methods or "{agency}" not in path:
                continue
            here, there = path.format(**filled, agency=AGENCY), path.format(**filled, agency=theirs)
            found = await got(played, here, unit=unit)
            assert found.status_code == 200, (here, found.text)
            hidden = await got(played, here, agency=theirs, unit=unit)
            if not _open_to_all(service, path):
                assert hidden.status_code == 404, (here, hidden.status_code)
                assert hidden.json()["type"] == "urn:ictindex:auth.agency_unknown"
            shown = await got(played, there, agency=theirs, unit=unit)
            assert shown.status_code < 500, (there, shown.text)
            assert f"/{AGENCY}@" not in shown.text, there
            assert "Bộ Nội vụ" not in shown.text, there
            looked += 1
    assert looked > 25


def _real_ids(run: str) -> dict[str, str]:
    """One value for every name in a path, of things that stand in the main year."""
    assert MAIN.reference
    assert MAIN.usage
    push = next(iter(MAIN.usage.pushes.values()))
    unit, file = next(
        (unit, file)
        for unit, year in MAIN.year.units.items()
        for papers in year.evidence.values()
        for file in map(file_of, papers)
        if file
    )
    return {
        "campaign": CAMPAIGN,
        "unit": unit,
        "version": "1",
        "criterion": "g1",
        "stage": "round1",
        "reference": MAIN.reference.id,
        "source": push.source,
        "period": push.period,
        "digest": run,
        "sha256": file.sha256,
    }


def _open_to_all(service: str, path: str) -> bool:
    """Published results are for everybody."""
    return service == "reporting" and path.endswith(("/results", "/units/{unit}"))


async def test_the_demo_finds_the_year_and_shows_it_without_playing_it_again(played: Installation) -> None:
    before = await played.heads()
    shown = await played.ictindex("demo", "--exit")
    assert shown.returncode == 0, shown.stderr
    assert "Nothing is wrong." in shown.stdout
    assert f"{played.stack.base_url}/{AGENCY}/{CAMPAIGN}" in shown.stdout
    assert re.search(r"│\s+15 │.*│\s+56\.88 │.*│\s+\+5 │", shown.stdout)
    assert await played.heads() == before


async def test_the_commands_answer_with_their_exit_codes(played: Installation) -> None:
    history = await played.ictindex("history", f"{AGENCY}/{CAMPAIGN}", "ban-tdkt", "g4")
    assert history.returncode == 0
    assert "council" in history.stdout.lower()
    assert (await played.ictindex("stopped", "list", AGENCY)).returncode == 0
    refused = await played.ictindex("history", f"{AGENCY}/{CAMPAIGN}", "nobody")
    assert refused.returncode == 1
    wrongly = await played.ictindex("history", CAMPAIGN, "ban-tdkt")
    assert wrongly.returncode == 2
