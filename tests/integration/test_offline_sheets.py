"""What a sheets file may look like, and what each slip in it is told."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest

from deploy.offline.faults import SHOWN_FAULTS, InputRefused
from deploy.offline.sheets import read_sheets
from shared.edge.sentences import sentence
from shared.ruleset import parse
from shared.vocabulary import GivenInputs, GivenPoints, GivenState, NotApplicable, NotScored, Stage, Word
from tests.kit.campaigns import RULESET, UNITS, appendix, leaf
from tests.kit.rules import CHOICE

TYPES = {"number": "number", "heads": "count", "plan": "yes_no", "since": "date", "files": "records"}
TOLD = [{"name": name, "title": {"vi": name}, "type": kind, "source": "unit"} for name, kind in TYPES.items()]
WHO = [{"name": "who", "title": {"vi": "ai"}, "type": "choice", "source": "unit"}]
NODES = (leaf("g1"), leaf("told", max="0", rule={"kind": "collect.v1", "inputs": list(TYPES)}, inputs=TOLD))
WITH_CHOICE = (
    leaf("g1", max="90"),
    leaf("who", max="10", rule=CHOICE, inputs=WHO, examples=[{"given": {"who": "head"}, "gives": "10"}]),
)
RULES = parse(
    {
        **RULESET,
        "appendices": [
            {**appendix("I", *NODES), "aggregate": "sum"},
            {**appendix("II", *WITH_CHOICE), "aggregate": "sum"},
        ],
    }
)
POINTS, INPUTS = "unit,criterion,state,points\n", "unit,criterion,input,value\n"
COMMAS, SEMICOLONS = POINTS, "unit;criterion;state;points;input;value\n"
WHOLE = {"number": "1.5", "heads": "3", "plan": "yes", "since": "2025-03-31", "files": "9 9.5"}


def words(path: Path, text: str | bytes, stage: Stage = "council") -> Mapping[str, Mapping[Stage, Mapping[str, Word]]]:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return {unit.unit: unit.words for unit in read_sheets(path, RULES, UNITS, stage)}


def inputs(**instead: str) -> str:
    """A file that says all inputs of one criterion, with some others *instead*."""
    return INPUTS + "".join(f"a,told,{name},{value}\n" for name, value in (WHOLE | instead).items())


def faults(path: Path, text: str | bytes) -> list[tuple[str, int | None, str | None]]:
    with pytest.raises(InputRefused) as refusal:
        words(path, text)
    for fault in refusal.value.faults:
        for language in ("vi", "en"):
            assert "…" not in sentence(fault.error, language)
    return [(fault.error.code, fault.line, fault.column) for fault in refusal.value.faults]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "sheets.csv"


def test_points_and_states_are_words_of_the_stage_that_is_asked_for(path: Path) -> None:
    said = words(path, f"{POINTS}a,g1,scored,95.5\nb,g1,not_applicable,\nc,g1,not_scored:late,\n", "round1")
    assert said == {
        "a": {"round1": {"g1": GivenPoints(points=Decimal("95.50"))}},
        "b": {"round1": {"g1": GivenState(score=NotApplicable())}},
        "c": {"round1": {"g1": GivenState(score=NotScored(reason="late"))}},
    }


@pytest.mark.parametrize("reason", ["late", "no_evidence", "insufficient_data", "contradicts_reality"])
def test_each_legal_reason_can_be_said(path: Path, reason: str) -> None:
    said = words(path, f"{POINTS}a,g1,not_scored:{reason},\n")
    assert said["a"]["council"]["g1"].model_dump()["score"]["reason"] == reason


def test_a_file_may_carry_the_words_of_every_stage(path: Path) -> None:
    text = "stage,unit,criterion,state,points\nself,a,g1,scored,100\nround1,a,g1,scored,90\ncouncil,a,g1,scored,80\n"
    assert {stage: len(each) for stage, each in words(path, text, "self")["a"].items()} == {
        "self": 1,
        "round1": 1,
        "council": 1,
    }


def test_inputs_become_one_word_and_have_the_types_that_are_declared(path: Path) -> None:
    expected = {
        "number": Decimal("1.5"),
        "heads": Decimal(3),
        "plan": "yes",
        "since": dt.date(2025, 3, 31),
        "files": (Decimal(9), Decimal("9.5")),
    }
    assert words(path, inputs())["a"]["council"] == {"told": GivenInputs(inputs=expected)}
    assert words(path, inputs(files=""))["a"]["council"]["told"] == GivenInputs(inputs={**expected, "files": ()})


def test_one_file_may_hold_points_and_inputs(path: Path) -> None:
    text = "unit,criterion,state,points,input,value\nc,g1,scored,9,,\nc,who,,,who,deputy\na,told,not_applicable,,,\n"
    said = words(path, text)
    assert said["c"]["council"].keys() == {"g1", "who"}
    assert said["a"]["council"]["told"] == GivenState(score=NotApplicable())


VIETNAMESE = (
    "unit;criterion;state;points;input;value\r\n"
    "a;g1;scored;73,11;;\r\n"
    "b;g1;scored;73.11;;\r\n"
    "a;told;;;number;0,125\r\n"
    "a;told;;;heads;1234\r\n"
    "a;told;;;plan;no\r\n"
    "a;told;;;since;7/12/2020\r\n"
    "a;told;;;files;9,5 8\r\n"
    ";;;;;\r\n"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_vietnamese_spreadsheet_saves_semicolons_and_decimal_commas(path: Path, encoding: str) -> None:
    said = words(path, VIETNAMESE.encode(encoding))
    assert said["a"]["council"]["g1"] == said["b"]["council"]["g1"] == GivenPoints(points=Decimal("73.11"))
    assert said["a"]["council"]["told"] == GivenInputs(
        inputs={
            "number": Decimal("0.125"),
            "heads": Decimal(1234),
            "plan": "no",
            "since": dt.date(2020, 12, 7),
            "files": (Decimal("9.5"), Decimal(8)),
        }
    )


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_as_they_like_and_empty_cells_come_and_go(path: Path, end: str) -> None:
    lines = ["unit,criterion,state,points,,", "a,g1,not_applicable", '"b", g1 ,scored,"90",,,', ",,,,", ""]
    said = words(path, end.join(lines))
    assert said["a"]["council"]["g1"] == GivenState(score=NotApplicable())
    assert said["b"]["council"]["g1"] == GivenPoints(points=Decimal(90))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ("offline.columns_wrong", 1, None)),
        ("unit,criterion\n", ("offline.columns_wrong", 1, None)),
        ("unit,criterion,state\n", ("offline.columns_wrong", 1, None)),
        ("unit,criterion,state,points,input\n", ("offline.columns_wrong", 1, None)),
        ("unit,state,points\n", ("offline.columns_wrong", 1, None)),
        ("unit,criterion,state,points,points\n", ("offline.columns_wrong", 1, None)),
        ("unit,criterion,state,points,note\n", ("offline.columns_wrong", 1, None)),
        ("unit\tcriterion\tstate\tpoints\n", ("offline.columns_wrong", 1, None)),
        (POINTS, ("offline.sheets_empty", None, None)),
        (f"{POINTS},,,\n", ("offline.sheets_empty", None, None)),
        (f"{POINTS}a,g1,scored,95,5\n", ("offline.cells_miscounted", 2, None)),
        (f'{POINTS}\na,g1,"scored,95\n', ("offline.rows_unreadable", 3, None)),
        (POINTS.encode() + b"a,g1,scored,90\n\xd0\xcf", ("offline.file_not_utf8", 3, None)),
        (POINTS.encode("utf-16"), ("offline.file_not_utf8", 1, None)),
        (f"{POINTS},g1,scored,90\n", ("offline.nothing_said", 2, "unit")),
        (f"{POINTS}a,,scored,90\n", ("offline.nothing_said", 2, "criterion")),
        (f"{POINTS}a,g1,,\n", ("offline.nothing_said", 2, "state")),
        (f"{POINTS}a,g1,scored,\n", ("offline.nothing_said", 2, "points")),
        (f"{INPUTS}a,told,,1\n", ("offline.nothing_said", 2, "input")),
        (inputs(heads=""), ("offline.nothing_said", 3, "value")),
        (f"{POINTS}z,g1,scored,90\n", ("offline.unit_not_listed", 2, "unit")),
        (f"{POINTS}a,who,scored,90\n", ("offline.criterion_not_on_sheet", 2, "criterion")),
        (f"{POINTS}a,g1,Scored,90\n", ("offline.state_misspelt", 2, "state")),
        (f"{POINTS}a,g1,not_scored,\n", ("offline.state_misspelt", 2, "state")),
        (f"{POINTS}a,g1,not_scored:ill,\n", ("offline.state_misspelt", 2, "state")),
        (f"{POINTS}a,g1,not_applicable,0\n", ("offline.said_besides", 2, "points")),
        (f"{SEMICOLONS}a;g1;scored;1;x;1\n", ("offline.said_besides", 2, "input")),
        (f"{SEMICOLONS}a;told;;1;heads;1\n", ("offline.said_besides", 2, "points")),
        (f'{POINTS}a,g1,scored,"95,5"\n', ("offline.number_malformed", 2, "points")),
        (f"{POINTS}a,g1,scored,1e2\n", ("offline.number_malformed", 2, "points")),
        (f"{POINTS}a,g1,scored,٩\n", ("offline.number_malformed", 2, "points")),
        (f"{POINTS}a,g1,scored,-\n", ("offline.number_malformed", 2, "points")),
        (inputs(number="NaN"), ("offline.number_malformed", 2, "value")),
        (inputs(files="1 x"), ("offline.number_malformed", 6, "value")),
        (f"{SEMICOLONS}a;told;;;heads;1.234\n", ("offline.number_malformed", 2, "value")),
        (f"{SEMICOLONS}a;told;;;heads;1.234,5\n", ("offline.number_malformed", 2, "value")),
        (f"{POINTS}a,g1,scored,95.555\n", ("offline.points_malformed", 2, "points")),
        (inputs(number="0.1234567"), ("offline.value_malformed", 2, "value")),
        (inputs(since="2025-02-30"), ("offline.value_malformed", 5, "value")),
        (f"{POINTS}a,g1,scored,100.01\n", ("ruleset.points_out_of_range", 2, "points")),
        (f"{POINTS}a,g1,scored,-1\n", ("ruleset.points_out_of_range", 2, "points")),
        (f"{POINTS}a,told,scored,0\n", ("ruleset.word_does_not_fit", 2, "points")),
        (inputs(heads="1.5"), ("ruleset.input_wrong", 3, "value")),
        (inputs(plan="maybe"), ("ruleset.input_wrong", 4, "value")),
        (inputs(number="-1"), ("ruleset.input_out_of_range", 2, "value")),
        (f"{INPUTS}a,told,heads,1\n", ("ruleset.inputs_do_not_fit", 2, "input")),
        (f"{INPUTS}c,who,who,nobody\n", ("ruleset.input_wrong", 2, "value")),
        (f"{INPUTS}c,who,when,head\n", ("offline.input_not_declared", 2, "input")),
        (f"{POINTS}a,g1,scored,9\na,g1,scored,9\n", ("offline.said_twice", 3, "criterion")),
        (f"{INPUTS}c,who,who,head\nc,who,who,head\n", ("offline.said_twice", 3, "input")),
        (f"{SEMICOLONS}c;who;;;who;head\nc;who;not_applicable;;;\n", ("offline.said_twice", 3, "criterion")),
        ("stage,unit,criterion,state,points\nround3,a,g1,scored,9\n", ("offline.stage_misspelt", 2, "stage")),
        ("stage,unit,criterion,state,points\n,a,g1,scored,9\n", ("offline.stage_misspelt", 2, "stage")),
    ],
)
def test_each_slip_is_told_with_its_place(
    path: Path, text: str | bytes, found: tuple[str, int | None, str | None]
) -> None:
    assert faults(path, text) == [found]


def test_all_slips_are_told_together_in_the_order_of_the_file(path: Path) -> None:
    text = f"{POINTS}a,g1,scored,1,2\nb,g1,scored,x\nz,g1,scored,1\n\nc,g1,scored,101\n"
    assert [line for _, line, _ in faults(path, text)] == [2, 3, 4, 6]


def test_of_very_many_slips_some_are_shown_and_all_are_counted(path: Path) -> None:
    with pytest.raises(InputRefused) as refusal:
        words(path, POINTS + "z,g1,scored,1\n" * 1000)
    assert (refusal.value.facts["count"], refusal.value.facts["shown"]) == (1000, SHOWN_FAULTS)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    for place in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(InputRefused) as refusal:
            read_sheets(place, RULES, UNITS, "council")
        assert refusal.value.faults[0].error.code == "offline.file_unreachable"
