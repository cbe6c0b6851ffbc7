"""Totals, ranks, classes and what the gate finds, on small rosters."""

from dataclasses import replace
from decimal import Decimal

import pytest

from services.scoring.engine import UnitInput, examine, run_digest, standings, totals
from services.scoring.engine.reference import ranks
from shared.ruleset import Ruleset, parse, tree_of
from shared.standing import Standing
from shared.vocabulary import (
    GivenInputs,
    GivenPoints,
    GivenState,
    Json,
    Missing,
    NotApplicable,
    NotScored,
    Score,
    Scored,
    Stage,
    Word,
)
from tests.kit.rule_cases import CASES
from tests.kit.rules import DAYS, RECORDS, examples, rules_of, word

POLICIES = {
    "ties": "1224",
    "rank_on": "published",
    "rounding": {"mode": "half_up", "digits": "2"},
    "block_mean": "of_published",
    "group_mean": "over_applicable",
    "late": "flagged",
    "no_evidence": "refused",
    "no_sheet": "unranked",
}
BANDS = [
    {"code": "A", "label": {"vi": "A"}, "at_least": "50", "up_to": "100"},
    {"code": "B", "label": {"vi": "B"}, "at_least": "0", "below": "50"},
]


def ruleset(*groups: str) -> Ruleset:
    """Manual groups of 100 points each, and one relative group ``best``."""
    manual = [{"code": code, "title": {"vi": code}, "max": "100", "rule": {"kind": "manual.v1"}} for code in groups]
    best = {
        "code": "best",
        "title": {"vi": "best"},
        "max": "100",
        "inputs": [{"name": "x", "title": {"vi": "x"}, "unit": "x", "source": "unit"}],
        "rule": {"kind": "relative.v1", "input": "x"},
        "examples": [{"given": {"x": "1"}, "among": [{"x": "2"}], "gives": "50"}],
    }
    appendix = {"code": "I", "title": {"vi": "I"}, "max": "100", "aggregate": "mean_of_applicable"}
    second = {**appendix, "code": "R", "children": [best]}
    return parse(
        {
            "id": "test",
            "edition": "1",
            "title": {"vi": "Thử"},
            "ground": "Thử",
            "appendices": [{**appendix, "children": manual}, second],
            "classes": {"b": BANDS, "c": BANDS},
            "policies": POLICIES,
        }
    )


def points(value: str) -> GivenPoints:
    return GivenPoints(points=Decimal(value))


NINETY = [("a", "90"), ("b", "95"), ("c", "80")]
NOTHING = GivenState(score=NotApplicable())


def unit(name: str, *words: Word, block: str = "b", earlier: str | None = None, stage: Stage = "round1") -> UnitInput:
    said = {f"g{number}": word for number, word in enumerate(words, start=1)}
    return UnitInput(name, block, "I", {}, {stage: said}, None if earlier is None else Decimal(earlier))


def scored(value: str) -> Score:
    return Scored(points=Decimal(value))


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        pytest.param(
            [scored("95"), scored("87.70"), NotApplicable(), scored("35")], "72.57", id="left out of the mean"
        ),
        pytest.param([scored("90"), scored("50"), NotScored(reason="late")], "46.67", id="not scored counts as zero"),
        pytest.param([scored("90"), scored("50"), scored("0")], "46.67", id="zero is a score"),
        pytest.param([scored("28.12"), scored("28.13")], "28.13", id="a tie goes up"),
        pytest.param([scored("90"), Missing()], "None", id="a missing score leaves no total"),
        pytest.param([NotApplicable()], "None", id="nothing applies"),
    ],
)
def test_totals_follow_the_report(scores: list[Score], expected: str) -> None:
    codes = [f"g{number}" for number in range(1, len(scores) + 1)]
    found = totals(tree_of(ruleset(*codes), "I", {}), dict(zip(codes, scores, strict=True)))
    assert str(found.overall.points) == expected


def test_a_total_says_its_exact_value_and_its_denominator() -> None:
    found = totals(
        tree_of(ruleset("g1", "g2", "g3"), "I", {}), {"g1": scored("10"), "g2": NotApplicable(), "g3": scored("10.01")}
    )
    assert found.overall.exact == "2001/200"
    assert found.overall.applicable == 2
    assert str(found.overall.points) == "10.01"


def test_ties_share_a_rank_and_the_next_counts_on_or_follows() -> None:
    given = {"a": Decimal(9), "b": Decimal(9), "c": Decimal(10), "d": Decimal(1), "e": None}
    assert ranks(given) == {"a": 2, "b": 2, "c": 1, "d": 4}
    assert ranks(given, "1223") == {"a": 2, "b": 2, "c": 1, "d": 3}


def with_policies(rules: Ruleset, **policies: str) -> Ruleset:
    return rules.model_copy(update={"policies": rules.policies.model_copy(update=policies)})


@pytest.mark.parametrize(
    ("policies", "places"),
    [
        ({}, [1, 1, 3, 4]),
        ({"ties": "1223"}, [1, 1, 2, 3]),
        ({"rank_on": "unrounded"}, [2, 1, 3, 4]),
        ({"ties": "1223", "rank_on": "unrounded"}, [2, 1, 3, 4]),
    ],
)
def test_ranks_go_by_what_the_ruleset_says(policies: dict[str, str], places: list[int]) -> None:
    """33.333… and 33.3366… are published as 33.33 and 33.34; 33.34 and 33.3366… both as 33.34."""
    rules = with_policies(ruleset("g1", "g2", "g3"), **policies)
    said = [("33.34", "33.34", "33.34"), ("33.35", "33.34", "33.34"), ("33.33", "33.33", "33.34"), ("1", "1", "1")]
    roster = [unit(name, *map(points, each)) for name, each in zip("abcd", said, strict=True)]
    run = standings(rules, roster, "round1")
    assert [str(standing.total) for standing in run.units] == ["33.34", "33.34", "33.33", "1.00"]
    assert [standing.rank_overall for standing in run.units] == places
    assert [standing.rank_block for standing in run.units] == places
    assert examine(rules, roster, run) == ()


def test_a_unit_without_a_sheet_is_shown_so_and_stops_nobody() -> None:
    rules = ruleset("g1", "g2")
    roster = [unit("a", points("10"), points("20")), unit("b")]
    run = standings(rules, roster, "round1")
    assert (run.of("b").total, run.of("b").rank_overall, run.of("b").class_code) == (None, None, None)
    assert run.overall.total.denominator == 1
    assert examine(rules, roster, run) == ()


@pytest.mark.parametrize("policy", ["rank_on", "ties"])
def test_a_unit_without_a_sheet_has_no_rank_by_any_policy(policy: str) -> None:
    rules = with_policies(ruleset("g1"), **{policy: {"rank_on": "unrounded", "ties": "1223"}[policy]})
    roster = [unit("a", points("10")), unit("b")]
    run = standings(rules, roster, "round1")
    assert run.of("b").rank_overall is None
    assert examine(rules, roster, run) == ()


def test_a_unit_without_a_sheet_may_have_nothing_for_want_of_data() -> None:
    rules = with_policies(ruleset("g1", "g2"), no_sheet="zero")
    roster = [unit("a", points("10"), points("20")), unit("b")]
    run = standings(rules, roster, "round1")
    assert run.of("b").cells["g1"].standing == NotScored(reason="insufficient_data")
    assert (str(run.of("b").total), run.of("b").rank_overall, run.of("b").class_code) == ("0.00", 2, "B")
    assert examine(rules, roster, run) == ()


def test_ranks_are_on_the_published_score_not_the_unrounded_one() -> None:
    run = standings(
        ruleset("g1", "g2"),
        [unit("a", points("10"), points("10.01")), unit("b", points("10.01"), points("10.01"))],
        "round1",
    )
    assert [(one.total, one.rank_overall) for one in run.units] == [(Decimal("10.01"), 1), (Decimal("10.01"), 1)]


def test_the_latest_stage_that_spoke_stands_and_earlier_ones_stay_visible() -> None:
    said: dict[Stage, dict[str, Word]] = {
        "self": {"g1": points("90"), "g2": points("80")},
        "round1": {"g1": points("50")},
    }
    one = UnitInput("a", "b", "I", {}, said)
    run = standings(ruleset("g1", "g2"), [one], "council")
    assert run.of("a").totals == {"self": Decimal("85.00"), "round1": Decimal("65.00")}
    assert run.of("a").cells["g1"].scores == {"self": scored("90.00"), "round1": scored("50.00")}
    assert standings(ruleset("g1", "g2"), [one], "self").of("a").total == Decimal("85.00")


def test_classes_are_half_open() -> None:
    run = standings(
        ruleset("g1"), [unit("a", points("50")), unit("b", points("49.99")), unit("c", points("100"))], "round1"
    )
    assert [one.class_code for one in run.units] == ["A", "B", "A"]
    assert run.overall.classes == {"A": 2, "B": 1}


def test_a_unit_that_is_not_compared_has_its_total_and_nobody_else_is_another_by_it() -> None:
    rules, said = ruleset("g1"), [unit(name, points(value), earlier="5") for name, value in NINETY]
    apart = [replace(each, ranked=each.unit != "b") for each in said]
    run, without = standings(rules, apart, "round1"), standings(rules, [said[0], said[2]], "round1")
    one = run.of("b")
    assert (str(one.total), one.rank_overall, one.rank_block, one.class_code) == ("95.00", None, None, None)
    assert (one.earlier_rank_overall, one.change_overall) == (None, None)
    assert [run.of("a"), run.of("c")] == list(without.units)
    assert (run.overall, run.blocks) == (without.overall, without.blocks)
    assert examine(rules, apart, run) == ()
    assert [finding.id for finding in examine(rules, said, run)][:2] == ["run.rank_overall.a", "run.rank_block.a"]
    assert run_digest(rules, apart, run) != run_digest(rules, said, standings(rules, said, "round1"))


def test_a_change_of_rank_needs_an_earlier_result_on_this_roster() -> None:
    roster = [
        unit("a", points("90"), earlier="50"),
        unit("b", points("80"), earlier="60"),
        unit("new", points("85")),
        unit("c", points("70"), block="c", earlier="70"),
    ]
    run = standings(ruleset("g1"), roster, "round1")
    found = {one.unit: (one.earlier_rank_overall, one.change_overall, one.change_block) for one in run.units}
    assert found == {"a": (3, 2, 1), "b": (2, -1, -2), "new": (None, None, None), "c": (1, -3, 0)}


def test_a_unit_is_ranked_among_all_and_within_its_block() -> None:
    roster = [unit("a", points("90")), unit("b", points("80"), block="c"), unit("c", points("85"))]
    run = standings(ruleset("g1"), roster, "round1")
    assert [(one.rank_overall, one.rank_block) for one in run.units] == [(1, 1), (3, 1), (2, 2)]


def test_a_block_without_classes_has_none() -> None:
    roster = [unit("a", points("90"), block="unclassed"), unit("b", points("80"))]
    run = standings(ruleset("g1"), roster, "round1")
    assert [one.class_code for one in run.units] == [None, "A"]
    assert [block.classes for block in run.blocks] == [{}, {"A": 1, "B": 0}]


def test_a_sheet_that_leaves_a_line_out_is_missing_it_even_where_no_sheet_is_worth_nothing() -> None:
    roster = [unit("a", points("10")), unit("b", points("20"), points("60"))]
    run = standings(with_policies(ruleset("g1", "g2"), no_sheet="zero"), roster, "round1")
    assert run.of("a").cells["g2"].standing == Missing()
    assert (run.of("a").total, run.of("a").rank_overall) == (None, None)


@pytest.mark.parametrize(("ties", "places"), [("1224", [1, 1, 3]), ("1223", [1, 1, 2])])
def test_ranks_of_before_share_places_as_those_of_now_do(ties: str, places: list[int]) -> None:
    rules = with_policies(ruleset("g1"), ties=ties)
    roster = [unit(name, points("1"), earlier=earlier) for name, earlier in (("a", "9"), ("b", "9"), ("c", "8"))]
    run = standings(rules, roster, "round1")
    assert [one.earlier_rank_overall for one in run.units] == places
    assert [one.earlier_rank_block for one in run.units] == places


def test_a_better_peer_lowers_everybody_elses_relative_score() -> None:
    def said(name: str, value: str) -> UnitInput:
        return UnitInput(name, "b", "R", {}, {"self": {"best": GivenInputs(inputs={"x": Decimal(value)})}})

    alone = standings(ruleset("g1"), [said("a", "10"), said("b", "5")], "self")
    joined = standings(ruleset("g1"), [said("a", "10"), said("b", "5"), said("c", "20")], "self")
    assert [one.total for one in alone.units] == [Decimal("100.00"), Decimal("50.00")]
    assert [one.total for one in joined.units] == [Decimal("50.00"), Decimal("25.00"), Decimal("100.00")]


def test_means_say_their_denominator_by_either_policy() -> None:
    roster = [unit("a", points("10"), NOTHING), unit("b", points("20"), points("60")), unit("c", points("30"), NOTHING)]
    summary = standings(ruleset("g1", "g2"), roster, "round1").blocks[0]
    assert (summary.group_means["g2"].mean, summary.group_means["g2"].denominator) == (Decimal("60.00"), 1)
    assert (summary.group_means_all["g2"].mean, summary.group_means_all["g2"].denominator) == (Decimal("20.00"), 3)


def test_a_run_with_a_missing_score_is_refused_by_name() -> None:
    roster = [unit("a", points("10")), unit("b", points("20"), points("60"))]
    rules = ruleset("g1", "g2")
    run = standings(rules, roster, "round1")
    assert run.of("a").total is None
    assert run.of("a").rank_overall is None
    assert [(found.id, found.severity) for found in examine(rules, roster, run)] == [("run.missing.a.g2", "refuse")]


WRONG = [
    ({"total": Decimal("10.01")}, "run.total.a"),
    ({"groups": {"g1": Scored(points=Decimal("11.00"))}}, "run.group.a.g1"),
    ({"rank_overall": 1}, "run.rank_overall.a"),
    ({"rank_block": 1}, "run.rank_block.a"),
    ({"class_code": "A"}, "run.class.a"),
    ({"earlier": Decimal("7.00")}, "run.mean.b.earlier"),
    ({"change_overall": 5}, "run.change_overall.a"),
]


@pytest.mark.parametrize(("change", "named"), WRONG)
def test_a_run_that_contradicts_itself_is_refused(change: dict[str, object], named: str) -> None:
    rules, roster = ruleset("g1"), [unit("a", points("10"), earlier="5"), unit("b", points("20"), earlier="4")]
    run = standings(rules, roster, "round1")
    assert examine(rules, roster, run) == ()
    first: Standing = run.units[0].model_copy(update=change)
    broken = type(run)(stage=run.stage, units=(first, *run.units[1:]), blocks=run.blocks, overall=run.overall)
    assert named in [found.id for found in examine(rules, roster, broken)]


def test_the_digest_covers_words_states_reasons_roster_and_earlier_results() -> None:
    rules = ruleset("g1", "g2")
    late, unproven = (GivenState(score=NotScored(reason=reason)) for reason in ("late", "no_evidence"))
    rosters = [
        [unit("a", points("10"), points("0"))],
        [unit("a", points("10"), NOTHING)],
        [unit("a", points("10"), late)],
        [unit("a", points("10"), unproven)],
        [unit("a", points("10"), points("0"), earlier="5")],
        [unit("a", points("10"), points("0"), block="c")],
    ]
    digests = {run_digest(rules, roster, standings(rules, roster, "round1")) for roster in rosters}
    assert len(digests) == len(rosters)


def test_the_digest_does_not_know_how_a_number_was_spelled_or_that_a_stage_was_silent() -> None:
    rules = ruleset("g1")

    def named(value: str, *silent: Stage) -> str:
        said: dict[Stage, dict[str, Word]] = {"self": {"best": GivenInputs(inputs={"x": Decimal(value)})}}
        roster = [UnitInput("a", "b", "R", {}, {**said, **{stage: {} for stage in silent}})]
        return run_digest(rules, roster, standings(rules, roster, "council"))

    assert named("9") == named("9.00") == named("9.0", "round1", "council") != named("90")


@pytest.mark.parametrize(
    ("kind", "once", "again", "another"),
    [
        (RECORDS, {"scores": ["2.0", "1"]}, {"scores": ["2", "1.00"]}, {"scores": ["1", "2"]}),
        (DAYS, {"when": "2025-04-10"}, {"when": "2025-04-10"}, {"when": "2025-04-11"}),
    ],
)
def test_the_digest_covers_inputs_of_every_form(kind: Json, once: Json, again: Json, another: Json) -> None:
    rules = rules_of(kind, *examples(CASES, kind))

    def named(given: Json) -> str:
        roster = [UnitInput("a", "thuoc", "I", {}, {"self": {"c": word(given), "rest": points("1")}})]
        return run_digest(rules, roster, standings(rules, roster, "council"))

    assert named(once) == named(again) != named(another)
