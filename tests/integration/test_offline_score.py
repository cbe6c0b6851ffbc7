"""`ictindex score`: the run a service would name, and refusals of files that cannot be taken."""

import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest

from deploy.cli.main import run
from deploy.offline.answers import answer
from deploy.offline.files import read_roster, read_ruleset
from deploy.offline.sheets import read_sheets
from services.scoring.engine import UnitInput, computed
from services.scoring.run.facts import RunDrafted
from shared.ruleset import parse, sheet_of
from shared.vocabulary import GivenInputs, GivenPoints, GivenState, NotApplicable, Word
from tests.kit.campaigns import RULESET, appendix, enrolled, leaf
from tests.kit.hearing import Hearing
from tests.kit.scored_year import scored_year
from tests.kit.sheets_file import in_hand, written
from tests.kit.year_files import AGENCIES

YEARS = ("bnv/year-2020", "bnv/year-2020-portal", "ubdt/year-2020")
UBDT = {
    "ruleset": (AGENCIES / "ubdt" / "ruleset-2020.yaml").read_text(),
    "units": (AGENCIES / "ubdt" / "units.yaml").read_text(),
    "sheets": "unit,criterion,input,value\n",
    "reference": (AGENCIES / "bnv" / "reference-2020.yaml").read_text(),
}


@pytest.mark.parametrize("spreadsheet", [(",", "\n"), (";", "\r\n")])
@pytest.mark.parametrize("name", YEARS)
async def test_every_draft_of_a_year_has_the_digest_that_its_words_have_without_the_service(
    name: str, spreadsheet: tuple[str, str], tmp_path: Path
) -> None:
    year = scored_year(name)
    hearing = await year.play(Hearing())
    published, units = await in_hand(hearing)
    delimiter, line_end = spreadsheet
    sheets = tmp_path / "sheets.csv"
    sheets.write_text(written(units, delimiter=delimiter, line_end=line_end), newline="")
    script = year.script
    drafts = [draft for draft in await hearing.facts(RunDrafted) if isinstance(draft, RunDrafted)]
    for draft in drafts:
        read = read_sheets(sheets, script.ruleset, script.roster.units, draft.stage)
        assert computed(script.ruleset, read, draft.stage).digest == draft.run
    assert published in {draft.run for draft in drafts}


def test_scores_have_the_decimals_that_the_ruleset_declares() -> None:
    sharing = {"code": "again", "title": {"vi": "Tính lại"}, "max": "100", "of": "whole"}
    whole = {"code": "whole", "title": {"vi": "Nhóm"}, "max": "100", "aggregate": "mean_of_applicable", "digits": "1"}
    nodes = ({**whole, "children": [leaf("g1"), leaf("g2")]}, sharing, leaf("g3", digits="0"), leaf("g4"))
    ruleset = parse({**RULESET, "appendices": [{**appendix("I", *nodes), "digits": "0"}]})
    roster = (enrolled("a"), enrolled("b"))
    said = {"g1": "90.25", "g2": "90", "g3": "70", "g4": "1.5"}
    words = {code: GivenPoints(points=Decimal(points)) for code, points in said.items()}
    nothing = dict.fromkeys(said, GivenState(score=NotApplicable()))
    units = [UnitInput.of(roster[0], {"council": words}), UnitInput.of(roster[1], {"council": nothing})]
    found = answer(ruleset, roster, computed(ruleset, units, "council"))
    first, second = found["units"]
    assert first["groups"] == {"whole": "90.1", "again": "90.1", "g3": "70", "g4": "1.50"}
    assert first["overall"] == "63"
    assert second["groups"] == {"whole": None, "again": None, "g3": None, "g4": None}
    assert (first["state"], second["state"]) == ("scored", "not_applicable")
    assert (second["overall"], second["rank_overall"], second["class"], second["applicable_groups"]) == (None,) * 3 + (
        0,
    )
    assert [(block["mean"], block["denominator"]) for block in found["blocks"]] == [("63.00", 1)]


def command(directory: Path, **instead: str | None) -> list[str]:
    """A command line on files that say what *instead* says; None: there is no such file."""
    files: Mapping[str, str | None] = {**UBDT, **instead}
    for name, text in files.items():
        if text is not None:
            (directory / f"{name}.yaml").write_text(text)
    return [
        "score",
        "--lang",
        "en",
        *(word for name in files for word in (f"--{name}", str(directory / f"{name}.yaml"))),
    ]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("ruleset", None, "ruleset.yaml: the file cannot be opened (No such file or directory)."),
        ("units", None, "units.yaml: the file cannot be opened (No such file or directory)."),
        ("sheets", None, "sheets.yaml: the file cannot be opened (No such file or directory)."),
        ("reference", None, "reference.yaml: the file cannot be opened (No such file or directory)."),
        ("ruleset", "a: [", "ruleset.yaml: File ruleset.yaml cannot be read at line 2: "),
        ("ruleset", "id: x", "ruleset.yaml, line 1: The ruleset is malformed at edition: Field required."),
        ("units", "units: []", "units.yaml, line 1, field blocks: Field required."),
        ("units", "blocks: []\nunits: []", "units.yaml: The roster is empty"),
        ("units", UBDT["units"].replace("block: chuc_nang", "block: x", 1), "which the campaign does not have."),
        ("units", UBDT["units"].replace("appendix: I", "appendix: X", 1), "The ruleset has no appendix X."),
        (
            "units",
            UBDT["units"].replace("appendix: I,", "appendix: I, overrides: {g1: {appendix: II}},", 1),
            "units.yaml, line 5, field units/0/overrides/g1/ground: Field required.",
        ),
        (
            "units",
            UBDT["units"].replace("appendix: I,", "appendix: I, overrides: {g1: {appendix: II, ground: ''}},", 1),
            "units.yaml, line 5, field units/0/overrides/g1/ground: Value should have at least 1 item",
        ),
        (
            "ruleset",
            UBDT["ruleset"].replace("code: g2", 'code: "1.10"', 1),
            "ruleset.yaml, line 47: appendices/I/1.10: code 1.10 looks like a number;",
        ),
        ("units", "nonsense", "units.yaml, line 1: Input should be a valid dictionary"),
        ("reference", "id: x", "reference.yaml, line 1, field title: Field required."),
        (
            "reference",
            UBDT["reference"].replace("kind: rank,", "kind: rang,", 1),
            "reference.yaml, line 9, field figures/0/kind: ",
        ),
        ("sheets", UBDT["sheets"] + "van-phong,g9,x,1\n", "sheets.yaml, line 2, column criterion: unit van-phong is "),
    ],
)
def test_a_file_that_cannot_be_taken_is_told_with_place_and_cure_and_nothing_is_computed(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str, text: str | None, said: str
) -> None:
    assert run(command(tmp_path, **{name: text})) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert said in told.err
    assert "nothing was computed" in told.err.splitlines()[-1]
    assert "…" not in told.err


@pytest.mark.parametrize(
    ("agency", "year", "best", "unranked"),
    [("ubdt", "2015", "tt-thong-tin", set()), ("lamdong", "2017", "cong-an", {"bchqs", "cong-an"})],
)
def test_a_method_and_the_roster_beside_it_are_taken_together(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, agency: str, year: str, best: str, unranked: set[str]
) -> None:
    rules, units = (AGENCIES / agency / f"{name}-{year}.yaml" for name in ("ruleset", "units"))
    ruleset = read_ruleset(rules)
    inputs = []
    for unit in read_roster(units, ruleset).units:
        leaves = sheet_of(ruleset, unit.appendix, unit.taken).values()
        most = 1 if unit.unit == best else 2
        words: dict[str, Word] = {leaf.code: GivenPoints(points=leaf.max / most) for leaf in leaves}
        words |= {leaf.code: GivenInputs(inputs=leaf.examples[0].given) for leaf in leaves if leaf.examples}
        inputs.append(UnitInput.of(unit, {"council": words}))
    sheets = tmp_path / "sheets.csv"
    sheets.write_text(written(inputs))
    files = {"ruleset": rules, "units": units, "sheets": sheets}
    asked = [word for name, path in files.items() for word in (f"--{name}", str(path))]
    assert run(["score", *asked, "--format", "json"]) == 0
    found = {each["unit"]: each for each in json.loads(capsys.readouterr().out)["units"]}
    assert {unit for unit, each in found.items() if each["rank_block"] is None} == unranked
    assert all(each["state"] == "scored" for each in found.values())
    assert best in unranked or found[best]["rank_overall"] == 1


def test_what_is_wrong_with_many_rows_is_told_of_the_first(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert run(command(tmp_path, sheets=UBDT["sheets"] + "z,g,x,1\n" * 50)) == 2
    *lines, last = capsys.readouterr().err.splitlines()
    assert len(lines) == 20
    assert last.startswith("sheets.yaml: mistakes: 50, named here: 20; nothing was computed.")


def test_a_form_that_there_is_not_is_used_wrongly(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert run([*command(tmp_path), "--format", "xml"]) == 2
    assert run([*command(tmp_path), "--stage", "round3"]) == 2
    assert capsys.readouterr().out == ""


def test_without_a_compiler_the_loop_is_refused_with_the_cure(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("deploy.cli.score.compiled", lambda: None)  # as without the extra
    assert run([*command(tmp_path), "--lang", "en", "--kernel"]) == 1
    told = capsys.readouterr()
    assert (told.out, "leave --kernel out" in told.err) == ("", True)
