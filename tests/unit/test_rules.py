"""Every kind of rule: what it is worth and how that is accounted for; what no rule can be scored from."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.ruleset import check, cohort_of, evaluate, explain, half_up
from shared.ruleset.errors import InputWrong, PointsOutOfRange
from shared.vocabulary import GivenPoints, NotApplicable, Scored
from tests.kit.rule_cases import CASES
from tests.kit.rules import PER_ITEM, Given, criterion, every_kind, examples, word


@pytest.mark.parametrize(("rule", "given", "among", "gives", "vi", "en"), CASES)
def test_a_rule_gives_and_says_how(
    rule: dict[str, Any], given: Given, among: tuple[Given, ...], gives: str, vi: str, en: str
) -> None:
    leaf = criterion(rule, {"given": given, "among": list(among), "gives": gives})
    said = word(given)
    cohort = cohort_of(leaf, [said, *map(word, among)])
    score = evaluate(leaf, said, cohort)
    assert (str(score.points) if isinstance(score, Scored) else "-") == gives
    assert isinstance(score, Scored | NotApplicable)
    assert explain(leaf, said, score, "vi", cohort) == vi
    assert explain(leaf, said, score, "en", cohort) == en


def test_what_is_collected_counts_for_nothing_and_is_accounted_for() -> None:
    collected = criterion({"kind": "collect.v1", "inputs": ["a", "when"]}, most="0")
    said = word({"a": "12", "when": "2025-04-10"})
    score = evaluate(collected, said)
    assert score == Scored(points=Decimal("0.00"))
    assert explain(collected, said, score, "vi") == "Thu thập → 0,00"
    assert explain(collected, said, score, "en") == "Collected → 0.00"


def test_points_that_somebody_gave_are_accounted_for_beside_the_most_there_are() -> None:
    judged = criterion({"kind": "manual.v1"}, most="12")
    said = GivenPoints(points=Decimal("7.25"))
    score = evaluate(judged, said)
    assert explain(judged, said, score, "vi") == "Chấm 7,25 trên 12,00 điểm."
    assert explain(judged, said, score, "en") == "Given 7.25 of 12.00 points."


def test_every_kind_is_shown_here() -> None:
    """The set is closed: a kind that is added has its cases, or this fails."""
    kinds = set(every_kind())
    assert kinds == {case[0]["kind"] for case in CASES} | {"manual.v1", "collect.v1"}


def test_points_may_be_taken_away_down_to_the_floor() -> None:
    whole = criterion({"kind": "manual.v1", "floor": "-5"})
    assert evaluate(whole, GivenPoints(points=Decimal(-5))) == Scored(points=Decimal("-5.00"))
    with pytest.raises(PointsOutOfRange):
        check(whole, GivenPoints(points=Decimal("-5.01")))


def test_a_count_is_whole() -> None:
    counted = criterion(PER_ITEM, *examples(CASES, PER_ITEM))
    counted = counted.model_copy(
        update={"inputs": tuple(each.model_copy(update={"type": "count"}) for each in counted.inputs)}
    )
    check(counted, word({"a": "3.0"}))
    with pytest.raises(InputWrong):
        check(counted, word({"a": "3.5"}))


whole = st.integers(-(10**12), 10**12)


@given(whole, st.integers(1, 10**6), st.integers(0, 4))
def test_rounding_is_half_up_away_from_zero(top: int, bottom: int, digits: int) -> None:
    exact = Fraction(top, bottom)
    rounded = Fraction(half_up(exact, digits))
    assert half_up(-exact, digits) == -half_up(exact, digits)
    assert abs(rounded - exact) <= Fraction(1, 2 * 10**digits)
    if abs(rounded - exact) == Fraction(1, 2 * 10**digits):
        assert abs(rounded) > abs(exact)
