"""A run that goes on: what one more word changes, and whom it leaves as they were."""

from dataclasses import replace

import pytest

from services.scoring.engine import Ongoing, UnitInput, standings
from shared.ruleset import parse
from shared.vocabulary import Stage, Word
from tests.kit.registers import BEST, RATIO, REGISTER, document, said

RULESET = parse(document(REGISTER, RATIO, BEST))


def unit(name: str, staff: str, machines: str, block: str = "thuoc") -> UnitInput:
    words: dict[str, Word] = {"r1": said(staff=staff), "c1": said(machines=machines)}
    return UnitInput(name, block, "I", words={"self": words})


def speaks(unit: UnitInput, stage: Stage, **words: Word) -> UnitInput:
    return replace(unit, words={**unit.words, stage: {**unit.words.get(stage, {}), **words}})


A, B, C = unit("a", "10", "5"), unit("b", "20", "20"), unit("c", "40", "10", block="truc_thuoc")
SILENT = UnitInput("d", "thuoc", "I")


@pytest.fixture
def run() -> Ongoing:
    return Ongoing.begun(RULESET, [A, B, C, SILENT], "round1")


@pytest.mark.parametrize(
    ("changed", "others"),
    [
        pytest.param(speaks(A, "self", c1=said(machines="9")), {"b", "c", "d"}, id="its own score only"),
        pytest.param(
            speaks(A, "self", r1=said(staff="12"), c1=said(machines="12")), {"b", "d"}, id="it passes another"
        ),
        pytest.param(speaks(C, "self", r1=said(staff="80")), {"d"}, id="everybody is measured by a better one"),
        pytest.param(speaks(A, "self", r1=said(staff="12")), {"b", "c", "d"}, id="a register, and not the best one"),
        pytest.param(speaks(SILENT, "self", c1=said(machines="1")), {"a", "b", "c"}, id="the first word of a unit"),
        pytest.param(
            speaks(A, "council", c1=said(machines="9")), {"a", "b", "c", "d"}, id="a stage that does not count"
        ),
        pytest.param(speaks(A, "self", c9=said(machines="9")), {"a", "b", "c", "d"}, id="no criterion of the sheet"),
        pytest.param(A, {"a", "b", "c", "d"}, id="nothing new"),
    ],
)
def test_a_word_moves_whom_it_concerns(run: Ongoing, changed: UnitInput, others: set[str]) -> None:
    after = run.heard(changed)
    assert after.standings == standings(RULESET, list(after.units.values()), "round1")
    pairs = zip(run.standings.units, after.standings.units, strict=True)
    assert {now.unit for was, now in pairs if now == was} == others


def test_a_stage_that_speaks_for_the_first_time_or_is_silent_again_shows_at_every_unit(run: Ongoing) -> None:
    spoke = run.heard(speaks(A, "round1", c1=said(machines="9")))
    assert spoke.standings == standings(RULESET, list(spoke.units.values()), "round1")
    assert [list(each.totals) for each in spoke.standings.units] == [["self", "round1"]] * 4
    assert spoke.heard(A).standings == run.standings


def test_a_unit_of_another_block_is_worked_out_anew(run: Ongoing) -> None:
    after = run.heard(replace(A, block="truc_thuoc"))
    assert after.standings == standings(RULESET, list(after.units.values()), "round1")
    assert after.standings != run.standings


def test_a_run_of_nobody_goes_on() -> None:
    assert Ongoing.begun(RULESET, [], "self").heard().standings == standings(RULESET, [], "self")
