"""The gate's two halves, figure by figure: what a printed figure is compared with, and why it differs."""

from decimal import Decimal
from typing import Any

import pytest

from services.scoring.engine import Standings, UnitInput, examine, standings
from services.scoring.engine.gate import compare
from shared.ruleset import parse
from shared.standing import Cell, Mean, PrintedFigure
from shared.vocabulary import Scored
from tests.unit.test_engine import NOTHING, points, ruleset, unit

RULES = ruleset("g1", "g2")
ROSTER = [
    unit("a", points("80"), points("40"), earlier="50"),
    unit("b", points("20"), NOTHING, earlier="40"),
    unit("c", points("60"), points("10"), block="c", earlier="45"),
]
RUN = standings(RULES, ROSTER, "round1")
SELF = standings(RULES, [unit("a", points("80"), points("40"), stage="self")], "self")


def figure(kind: str, value: str, **place: str) -> PrintedFigure:
    return PrintedFigure.model_validate({"id": f"{kind}.x", "table": "Bảng 1", "kind": kind, "value": value, **place})


def printed(kind: str, **values: str) -> list[PrintedFigure]:
    """A column of the report: one figure a unit."""
    return [
        figure(kind, value, unit=unit).model_copy(update={"id": f"{kind}.{unit}"}) for unit, value in values.items()
    ]


@pytest.mark.parametrize(
    ("one", "derived"),
    [
        (figure("total", "1", unit="a"), "60.00"),
        (figure("earlier_total", "1", unit="a"), "50.00"),
        (figure("group", "1", unit="a", group="g1"), "80.00"),
        (figure("group", "1", unit="b", group="g2"), "-"),
        (figure("rank", "9", unit="b"), "3"),
        (figure("block_rank", "9", unit="c"), "1"),
        (figure("class", "X", unit="b"), "B"),
        (figure("rank_change", "9", unit="c"), "0"),
        (figure("block_mean", "1", block="b"), "40.00"),
        (figure("overall_mean", "1"), "38.33"),
        (figure("earlier_block_mean", "1", block="b"), "45.00"),
        (figure("group_mean", "1", block="b", group="g2"), "40.00"),
        (figure("class_count", "9", block="b", class_code="A"), "1"),
    ],
    ids=lambda one: one.kind if isinstance(one, PrintedFigure) else "",
)
def test_each_kind_of_figure_is_compared_with_what_follows_from_the_run(one: PrintedFigure, derived: str) -> None:
    [wrong] = compare(RULES, RUN, [one]).figures
    assert wrong.derived == derived
    assert wrong.finding
    assert wrong.finding.kind == "reference.differs"
    [right] = compare(RULES, RUN, [one.model_copy(update={"value": derived})]).figures
    assert right.finding is None


def test_a_self_total_is_compared_with_what_the_unit_claimed() -> None:
    [one] = compare(RULES, SELF, [figure("self_total", "60", unit="a")]).figures
    assert (one.derived, one.finding) == ("60.00", None)


@pytest.mark.parametrize(
    "stray",
    [
        figure("total", "1", unit="nobody"),
        figure("self_total", "1", unit="a"),
        figure("group", "1", unit="a", group="g9"),
        figure("block_mean", "1", unit="a"),
        figure("block_mean", "1", block="nowhere"),
        figure("group_mean", "1", block="nowhere", group="g1"),
        figure("group_mean", "1", block="b", group="g9"),
        figure("group_mean", "1", block="b"),
        figure("class_count", "1", block="b", class_code="Z"),
        figure("total", "1"),
        figure("rank", "1"),
        figure("class", "A"),
    ],
    ids=lambda one: "-".join(filter(None, (one.kind, one.unit, one.block, one.group))),
)
def test_a_figure_with_nothing_to_compare_it_with_is_named_and_not_passed_over(stray: PrintedFigure) -> None:
    [finding] = compare(RULES, RUN, [stray]).findings
    assert (finding.kind, finding.derived, finding.difference) == ("reference.unknown", None, None)


GROUPS = [
    figure("group", "80", unit="a", group="g1"),
    figure("group", "50", unit="a", group="g2"),
    figure("group", "20", unit="b", group="g1"),
    figure("group", "-", unit="b", group="g2"),
]
TOTALS = printed("total", a="10", b="90", c="50")
EARLIER = printed("earlier_total", a="10", b="20", c="30")


@pytest.mark.parametrize(
    ("column", "one"),
    [
        (GROUPS, figure("total", "65.00", unit="a")),
        ([figure("group", "30", unit="b", group="g1"), GROUPS[3]], figure("total", "30.00", unit="b")),
        (GROUPS, figure("group_mean", "50.00", block="b", group="g2")),
        (TOTALS, figure("block_mean", "50.00", block="b")),
        (TOTALS, figure("overall_mean", "50.00")),
        (EARLIER, figure("earlier_block_mean", "15.00", block="b")),
        (TOTALS, figure("rank", "1", unit="b")),
        (TOTALS, figure("block_rank", "2", unit="a")),
        (TOTALS + EARLIER, figure("rank_change", "1", unit="b")),
        (TOTALS, figure("class", "A", unit="b")),
        (TOTALS, figure("class_count", "2", class_code="A")),
    ],
    ids=lambda one: one.kind if isinstance(one, PrintedFigure) else "",
)
def test_a_figure_that_follows_from_another_wrong_figure_is_not_a_mistake_of_its_own(
    column: list[PrintedFigure], one: PrintedFigure
) -> None:
    assert kind_of(one, column) == "reference.follows"


@pytest.mark.parametrize(
    ("column", "one"),
    [
        (GROUPS[:1], figure("total", "80.00", unit="a")),
        (GROUPS[:3], figure("group_mean", "50.00", block="b", group="g2")),
        (TOTALS[:1], figure("block_mean", "10.00", block="b")),
        (TOTALS[:2], figure("rank", "1", unit="b")),
        (TOTALS[1:], figure("block_rank", "2", unit="a")),
        (TOTALS + EARLIER[:2], figure("rank_change", "1", unit="b")),
        (TOTALS[:2], figure("class", "A", unit="b")),
        (printed("total", a="10", b="cao", c="50"), figure("class", "A", unit="b")),
        (TOTALS, figure("class_count", "3", class_code="A")),
    ],
    ids=lambda one: one.kind if isinstance(one, PrintedFigure) else "",
)
def test_a_figure_whose_ground_is_not_printed_in_full_stays_unexplained(
    column: list[PrintedFigure], one: PrintedFigure
) -> None:
    assert kind_of(one, column) == "reference.differs"


@pytest.mark.parametrize(("policy", "printed", "others"), [("over_applicable", "20.00", 2), ("over_all", "40.00", 1)])
def test_a_mean_over_the_other_denominator_is_told_as_a_second_policy(policy: str, printed: str, others: int) -> None:
    policies = RULES.policies.model_copy(update={"group_mean": policy})
    rules = RULES.model_copy(update={"policies": policies})
    comparison = compare(rules, RUN, [figure("group_mean", printed, block="b", group="g2")])
    [finding] = comparison.findings
    assert (finding.kind, finding.printed_denominator) == ("reference.second_policy", others)
    assert (comparison.checked, comparison.equal) == (1, 0)


def test_an_overall_score_counts_as_equal_only_where_every_printing_of_it_is() -> None:
    twice = [*printed("total", a="60.00", b="20.00"), figure("total", "61.00", unit="a")]
    assert compare(RULES, RUN, twice).totals == {"a": False, "b": True}


def kind_of(one: PrintedFigure, column: list[PrintedFigure]) -> str:
    return next(each.kind for each in compare(RULES, RUN, [*column, one]).findings if each.id == f"ref.{one.id}")


def broken(**change: Any) -> Standings:
    """The run with its first unit changed."""
    first = RUN.units[0].model_copy(update=change)
    return Standings(stage=RUN.stage, units=(first, *RUN.units[1:]), blocks=RUN.blocks, overall=RUN.overall)


def found(run: Standings, roster: list[UnitInput] = ROSTER) -> list[str]:
    return [finding.id for finding in examine(RULES, roster, run)]


def test_a_run_over_another_roster_is_refused() -> None:
    assert found(RUN) == []
    assert found(RUN, ROSTER[:2]) == ["run.roster"]
    assert found(RUN, [*ROSTER[1:], ROSTER[0]]) == ["run.roster"]
    assert found(RUN, [*ROSTER, ROSTER[0]]) == ["run.roster"]


def test_a_sheet_with_other_criteria_than_the_rulesets_is_refused() -> None:
    [g1, *_] = RUN.units[0].cells.items()
    assert found(broken(cells=dict([g1]))) == ["run.sheet.a"]


@pytest.mark.parametrize("beyond", ["100.01", "-0.01"])
def test_a_score_off_its_scale_is_refused(beyond: str) -> None:
    off = Cell(standing=Scored(points=Decimal(beyond)))
    assert found(broken(cells={**RUN.units[0].cells, "g2": off})) == ["run.range.a.g2"]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"total": Mean(mean=Decimal("40.01"), denominator=2)}, "run.mean.b.total"),
        ({"total": Mean(mean=Decimal("40.00"), denominator=3)}, "run.mean.b.total"),
        ({"self_total": Mean(mean=Decimal("1.00"), denominator=1)}, "run.mean.b.self_total"),
        ({"group_means": {"g2": Mean(mean=Decimal("20.00"), denominator=2)}}, "run.mean.b.g2"),
        ({"group_means_all": {"g2": Mean(mean=Decimal("40.00"), denominator=1)}}, "run.mean.b.g2.all"),
        ({"classes": {"A": 2, "B": 0}}, "run.class_count.b.A"),
    ],
    ids=lambda change: next(iter(change)) if isinstance(change, dict) else "",
)
def test_a_mean_or_count_of_a_block_that_does_not_follow_is_refused(change: dict[str, Any], named: str) -> None:
    first = RUN.blocks[0].model_copy(update=change)
    run = Standings(stage=RUN.stage, units=RUN.units, blocks=(first, *RUN.blocks[1:]), overall=RUN.overall)
    assert named in found(run)


def leaf(code: str, most: str) -> dict[str, Any]:
    return {"code": code, "title": {"vi": code}, "max": most, "rule": {"kind": "manual.v1"}}


def test_a_sum_is_scaled_to_what_applies_and_the_gate_agrees() -> None:
    """Of 60 + 40 points only the 40 apply, and 30 of them are reached: 75 of 100."""
    group = {"code": "g", "title": {"vi": "g"}, "max": "100", "aggregate": "sum"}
    tree = {**group, "code": "I", "children": [{**group, "children": [leaf("g1", "60"), leaf("g2", "40")]}]}
    rules = parse(RULES.model_dump(mode="json") | {"appendices": [tree]})
    roster = [unit("a", NOTHING, points("30")), unit("b", points("60"), points("40")), unit("c", NOTHING, NOTHING)]
    run = standings(rules, roster, "round1")
    assert [one.total for one in run.units] == [Decimal("75.00"), Decimal("100.00"), None]
    assert [one.rank_overall for one in run.units] == [2, 1, None]
    assert examine(rules, roster, run) == ()
    wrong = run.units[0].model_copy(update={"groups": {"g": Scored(points=Decimal("30.00"))}})
    again = Standings(stage=run.stage, units=(wrong, *run.units[1:]), blocks=run.blocks, overall=run.overall)
    assert "run.group.a.g" in [finding.id for finding in examine(rules, roster, again)]
