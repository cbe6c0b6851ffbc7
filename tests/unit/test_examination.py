"""Whatever a run says that its words do not make of it refuses the run, by name."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from services.scoring.engine import Standings, UnitInput, examine, standings
from shared.ruleset import parse
from shared.standing import BlockSummary, Cell, Mean, Standing
from shared.vocabulary import GivenInputs, GivenPoints, Missing, NotApplicable, NotScored, Score, Scored, Word
from tests.kit.campaigns import RULESET, appendix, leaf

RATIO = {"kind": "ratio.v1", "numerator": "a", "denominator": "b", "zero_denominator": "zero"}
INPUTS = [{"name": name, "title": {"vi": name}, "source": "unit"} for name in "ab"]
EXAMPLE = {"given": {"a": "1", "b": "2"}, "gives": "50"}
TREES = [
    appendix("I", leaf("g1"), leaf("g2", rule=RATIO, inputs=INPUTS, examples=[EXAMPLE])),
    appendix("II", leaf("g1")),
]
RULES = parse({**RULESET, "appendices": TREES})
NONE = NotApplicable()
LATE = NotScored(reason="late")


def points(text: str) -> Word:
    return GivenPoints(points=Decimal(text))


def rate(part: int, whole: int) -> Word:
    return GivenInputs(inputs={"a": Decimal(part), "b": Decimal(whole)})


ROSTER = [
    UnitInput(
        "a",
        "thuoc",
        "I",
        words={"self": {"g1": points("90"), "g2": rate(1, 15)}, "round1": {"g1": points("80")}},
        earlier=Decimal("50.00"),
    ),
    UnitInput("b", "truc_thuoc", "I", words={"self": {"g1": points("60"), "g2": rate(1, 3)}}, earlier=Decimal("60.00")),
    UnitInput("c", "truc_thuoc", "II", words={"self": {"g1": points("70")}}),
]
RUN = standings(RULES, ROSTER, "council")


def changed(**change: Any) -> Standings:
    """The run with its first unit changed."""
    first = RUN.units[0].model_copy(update=change)
    return Standings(stage=RUN.stage, units=(first, *RUN.units[1:]), blocks=RUN.blocks, overall=RUN.overall)


def found(run: Standings) -> list[tuple[str, str | None, str | None]]:
    return [(each.id, each.printed, each.derived) for each in examine(RULES, ROSTER, run)]


def test_a_run_that_follows_from_its_words_is_not_refused() -> None:
    assert found(RUN) == []


def score(text: str, exact: str | None = None) -> Score:
    return Scored(points=Decimal(text), exact=exact)


CELLS: list[tuple[dict[str, Any], str, str | None, str | None]] = [
    ({"standing": score("6.66")}, "run.cell.a.g2", "6.66", "6.67 (20/3)"),
    ({"standing": score("6.67")}, "run.cell.a.g2", "6.67", "6.67 (20/3)"),
    ({"standing": NONE}, "run.cell.a.g2", "-", "6.67 (20/3)"),
    ({"standing": LATE}, "run.cell.a.g2", "0.00 (late)", "6.67 (20/3)"),
    ({"standing": Missing()}, "run.missing.a.g2", None, None),
    ({"standing": score("100.01")}, "run.range.a.g2", "100.01", "100.00"),
    ({"scores": {"self": score("6.68")}}, "run.cell.a.g2.self", "6.68", "6.67 (20/3)"),
    ({"scores": {}}, "run.cell.a.g2.self", None, "6.67 (20/3)"),
    ({"scores": {"self": score("6.67", "20/3"), "round1": NONE}}, "run.cell.a.g2.round1", "-", None),
    ({"scores": {}, "standing": NONE}, "run.cell.a.g2", "-", "6.67 (20/3)"),
]


@pytest.mark.parametrize(("change", "named", "stated", "again"), CELLS)
def test_a_cell_that_its_word_does_not_make_is_named_once_and_nothing_else(
    change: dict[str, Any], named: str, stated: str | None, again: str | None
) -> None:
    cells = RUN.units[0].cells
    run = changed(cells={**cells, "g2": cells["g2"].model_copy(update=change)}, total=Decimal("1.00"))
    assert found(run) == [(named, stated, again)]


def test_a_sheet_of_other_criteria_is_all_that_is_said_of_its_unit() -> None:
    assert found(changed(cells={"g1": Cell(standing=NONE)})) == [("run.sheet.a", None, None)]


GROUPS: Mapping[str, Score] = RUN.units[0].groups
FIGURES: list[tuple[dict[str, Any], str, str | None, str | None]] = [
    ({"groups": {**GROUPS, "g2": score("6.67")}}, "run.group.a.g2", "6.67", "6.67 (20/3)"),
    ({"groups": {"g1": GROUPS["g1"]}}, "run.group.a.g2", None, "6.67 (20/3)"),
    ({"groups": {**GROUPS, "g3": NONE}}, "run.group.a.g3", "-", None),
    ({"groups_by_stage": {**RUN.units[0].groups_by_stage, "self": GROUPS}}, "run.group.a.g1.self", "80.00", "90.00"),
    ({"total": Decimal("43.33")}, "run.total.a", "43.33", "43.34"),
    ({"total": None}, "run.total.a", None, "43.34"),
    ({"totals": {**RUN.units[0].totals, "self": None}}, "run.total.a.self", None, "48.34"),
    ({"totals": {"self": RUN.units[0].totals["self"]}}, "run.total.a.round1", None, "43.34"),
    ({"totals": {**RUN.units[0].totals, "council": None}}, "run.stages.a", "council, round1, self", "round1, self"),
    ({"unrounded": "130/3"}, "run.unrounded.a", "130/3", "8667/200"),
    ({"applicable_groups": 1}, "run.applicable.a", "1", "2"),
    ({"block": "truc_thuoc"}, "run.block.a", "truc_thuoc", "thuoc"),
    ({"appendix": "II"}, "run.appendix.a", "II", "I"),
    ({"earlier": None}, "run.earlier.a", None, "50.00"),
    ({"rank_overall": 1}, "run.rank_overall.a", "1", "3"),
    ({"rank_block": None}, "run.rank_block.a", None, "1"),
    ({"earlier_rank_overall": 1}, "run.earlier_rank_overall.a", "1", "2"),
    ({"earlier_rank_block": 2}, "run.earlier_rank_block.a", "2", "1"),
    ({"change_overall": 1}, "run.change_overall.a", "1", "-1"),
    ({"change_block": 1}, "run.change_block.a", "1", "0"),
    ({"class_code": "A"}, "run.class.a", "A", "B"),
]


@pytest.mark.parametrize(("change", "named", "stated", "again"), FIGURES, ids=lambda each: str(each)[:30])
def test_a_figure_of_a_unit_that_does_not_follow_is_named_with_both_readings(
    change: dict[str, Any], named: str, stated: str | None, again: str | None
) -> None:
    assert (named, stated, again) in found(changed(**change))


BLOCK = RUN.blocks[1]
MEANS: list[tuple[dict[str, Any], str, str | None, str | None]] = [
    ({"total": Mean(mean=Decimal("58.33"), denominator=2)}, "run.mean.truc_thuoc.total", "58.33 (2)", "58.34 (2)"),
    ({"self_total": Mean(mean=None, denominator=0)}, "run.mean.truc_thuoc.self_total", None, "58.34 (2)"),
    ({"earlier": Mean(mean=Decimal("60.00"), denominator=2)}, "run.mean.truc_thuoc.earlier", "60.00 (2)", "60.00 (1)"),
    ({"group_means": {"g1": BLOCK.group_means["g1"]}}, "run.mean.truc_thuoc.g2", None, "33.33 (1)"),
    ({"group_means_all": {}}, "run.mean.truc_thuoc.g1.all", None, "65.00 (2)"),
    ({"classes": {"A": 2, "B": 1}}, "run.class_count.truc_thuoc.A", "2", "1"),
    ({"classes": {**BLOCK.classes, "C": 0}}, "run.class_count.truc_thuoc.C", "0", None),
]


def with_blocks(*blocks: BlockSummary) -> Standings:
    return Standings(stage=RUN.stage, units=RUN.units, blocks=blocks, overall=RUN.overall)


@pytest.mark.parametrize(("change", "named", "stated", "again"), MEANS, ids=lambda each: str(each)[:30])
def test_a_mean_or_a_count_that_does_not_follow_is_named_with_its_denominator(
    change: dict[str, Any], named: str, stated: str | None, again: str | None
) -> None:
    assert (named, stated, again) in found(with_blocks(RUN.blocks[0], BLOCK.model_copy(update=change)))


def test_a_block_that_is_left_out_is_named() -> None:
    assert found(with_blocks(RUN.blocks[0])) == [("run.blocks", "all, thuoc", "all, thuoc, truc_thuoc")]


def test_of_all_units_together_a_mean_is_held_too() -> None:
    overall = RUN.overall.model_copy(update={"total": Mean(mean=Decimal("1.00"), denominator=3)})
    run = Standings(stage=RUN.stage, units=RUN.units, blocks=RUN.blocks, overall=overall)
    assert [each[0] for each in found(run)] == ["run.mean.all.total"]


def test_findings_come_in_the_order_of_the_roster() -> None:
    wrong: list[Standing] = [each.model_copy(update={"applicable_groups": 9}) for each in RUN.units]
    run = Standings(stage=RUN.stage, units=tuple(wrong), blocks=RUN.blocks, overall=RUN.overall)
    assert [each[0] for each in found(run)] == [f"run.applicable.{name}" for name in "abc"]


def test_nobody_enrolled_is_a_run_too() -> None:
    assert examine(RULES, [], standings(RULES, [], "council")) == ()


def test_penalties_that_outweigh_all_else_lead_into_the_lowest_class() -> None:
    """-12.345 is rounded away from zero, in a unit as in a mean."""
    floor = {"kind": "manual.v1", "floor": "-100"}
    rules = parse({**RULESET, "appendices": [appendix("I", leaf("g1", rule=floor), leaf("g2", rule=floor))]})
    roster = [UnitInput("a", "thuoc", "I", words={"self": {"g1": points("-24.69"), "g2": points("0")}})]
    run = standings(rules, roster, "self")
    assert (run.units[0].total, run.units[0].rank_overall, run.units[0].class_code) == (Decimal("-12.35"), 1, "B")
    assert run.overall.classes == {"A": 0, "B": 1}
    assert examine(rules, roster, run) == ()


def test_a_word_on_a_criterion_of_another_sheet_counts_for_nothing() -> None:
    stray = UnitInput("c", "truc_thuoc", "II", words={"self": {"g1": points("70"), "g2": rate(1, 2)}})
    roster = [*ROSTER[:2], stray]
    assert examine(RULES, roster, standings(RULES, roster, "council")) == ()


STAFF = [{"name": "staff", "title": {"vi": "Số người"}, "source": "unit"}]
REGISTER = leaf("r1", max="0", counts="false", inputs=STAFF, rule={"kind": "collect.v1", "inputs": ["staff"]})
BEST = leaf(
    "best",
    inputs=STAFF,
    registers={"staff": "r1"},
    rule={"kind": "relative.v1", "input": "staff"},
    examples=[{"given": {"staff": "1"}, "among": [{"staff": "2"}], "gives": "50"}],
)


def staff(count: int) -> dict[str, Word]:
    return {"r1": GivenInputs(inputs={"staff": Decimal(count)}), "best": GivenInputs(inputs={})}


def test_the_best_of_all_sheets_with_the_same_criterion_is_found_again_at_each_stage() -> None:
    rules = parse(
        {**RULESET, "appendices": [appendix("I", REGISTER, BEST), appendix("II", REGISTER, BEST, leaf("g1"))]}
    )
    roster = [
        UnitInput("a", "thuoc", "I", words={"self": staff(3)}),
        UnitInput("b", "thuoc", "II", words={"self": {**staff(7), "g1": points("1")}, "round1": staff(2)}),
    ]
    run = standings(rules, roster, "round1")
    assert run.units[0].cells["best"].standing == score("100.00")
    assert run.units[0].totals == {"self": Decimal("42.86"), "round1": Decimal("100.00")}
    assert examine(rules, roster, run) == ()


def test_a_cell_whose_register_is_missing_is_missing() -> None:
    rules = parse({**RULESET, "appendices": [appendix("I", REGISTER, BEST)]})
    roster = [UnitInput("a", "thuoc", "I", words={"self": {"best": staff(1)["best"]}})]
    found = [each.id for each in examine(rules, roster, standings(rules, roster, "self"))]
    assert found == ["run.missing.a.r1", "run.missing.a.best"]


def test_a_group_that_needs_more_than_64_bits_in_one_tree_stands_beside_the_same_group_in_another() -> None:
    """A root of five parts is of any length, a mean is not; both are one column of the block's means."""
    root = {**leaf("g"), "aggregate": "geometric_mean", "children": [leaf(f"g.{each}") for each in range(5)]}
    del root["rule"]
    rules = parse({**RULESET, "appendices": [appendix("I", root), appendix("II", leaf("g"))]})
    roster = [
        UnitInput("a", "thuoc", "I", words={"self": {f"g.{each}": points("50") for each in range(5)}}),
        UnitInput("b", "thuoc", "II", words={"self": {"g": points("20")}}),
    ]
    run = standings(rules, roster, "self")
    assert run.blocks[0].group_means["g"] == Mean(mean=Decimal("35.00"), denominator=2)
    assert examine(rules, roster, run) == ()


def test_the_longest_names_fit_into_a_finding() -> None:
    unit, group = "u" * 64, "g" * 64
    rules = parse({**RULESET, "appendices": [appendix("I", leaf(group))]})
    roster = [UnitInput(unit, "thuoc", "I", words={"council": {group: points("1")}})]
    run = standings(rules, roster, "council")
    one = run.units[0].model_copy(update={"groups_by_stage": {}})
    [*found] = examine(rules, roster, Standings(run.stage, (one,), run.blocks, run.overall))
    assert f"run.group.{unit}.{group}.council" in [each.id for each in found]
