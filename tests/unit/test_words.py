"""Words that may not be said on a criterion, each refused with what was said and what may be."""

from decimal import Decimal

import pytest

from shared.errors import IctIndexError
from shared.ruleset import Criterion, check, cohort_of, evaluate
from shared.ruleset.errors import (
    CohortUnknown,
    InputOutOfRange,
    InputsDoNotFit,
    InputWrong,
    PointsOutOfRange,
    WordDoesNotFit,
)
from shared.ruleset.rules import Peers
from shared.vocabulary import GivenInputs, GivenPoints, Scored, Word
from tests.kit.rule_cases import CASES
from tests.kit.rules import CHOICE, DAYS, LEADER, PER_ITEM, RATIO, RECORDS, criterion, examples, told, word

JUDGED = criterion({"kind": "manual.v1", "floor": "-5"})
SHARE, ITEMS, CHOSEN, DAY, MANY, PEERS = (
    criterion(rule, *examples(CASES, rule)) for rule in (RATIO, PER_ITEM, CHOICE, DAYS, RECORDS, LEADER)
)
PLAN = criterion({"kind": "yes_no.v1", "input": "plan"}, {"given": {"plan": "yes"}, "gives": "10"})


def points(value: str) -> GivenPoints:
    return GivenPoints(points=Decimal(value))


REFUSED: list[tuple[Criterion, Word, type[IctIndexError], dict[str, str]]] = [
    (JUDGED, points("-5.01"), PointsOutOfRange, {"points": "-5.01", "min": "-5.00", "max": "10.00"}),
    (JUDGED, points("10.01"), PointsOutOfRange, {"points": "10.01", "min": "-5.00", "max": "10.00"}),
    (JUDGED, word({"a": "1"}), WordDoesNotFit, {"kind": "inputs", "rule": "manual.v1"}),
    (SHARE, points("1"), WordDoesNotFit, {"kind": "points", "rule": "ratio.v1"}),
    (SHARE, word({"a": "9"}), InputsDoNotFit, {"input": "b"}),
    (SHARE, word({"a": "9", "b": "12", "c": "1"}), InputsDoNotFit, {"input": "c"}),
    (SHARE, word({"a": "-1", "b": "12"}), InputOutOfRange, {"input": "a", "value": "-1", "ceiling": "1000"}),
    (SHARE, word({"a": "1", "b": "1000.5"}), InputOutOfRange, {"input": "b", "value": "1000.5", "ceiling": "1000"}),
    (MANY, word({"scores": ["1", "1001"]}), InputOutOfRange, {"input": "scores", "value": "1001", "ceiling": "1000"}),
    (MANY, word({"scores": "12"}), InputWrong, {"input": "scores", "value": "12", "wanted": "records"}),
    (ITEMS, word({"a": "yes"}), InputWrong, {"input": "a", "value": "yes", "wanted": "number"}),
    (DAY, word({"when": "12"}), InputWrong, {"input": "when", "value": "12", "wanted": "date"}),
    (PLAN, word({"plan": "maybe"}), InputWrong, {"input": "plan", "value": "maybe", "wanted": "yes, no"}),
    (PLAN, word({"plan": "1"}), InputWrong, {"input": "plan", "value": "1", "wanted": "yes, no"}),
    (CHOSEN, word({"who": "nobody"}), InputWrong, {"input": "who", "value": "nobody", "wanted": "head, deputy, other"}),
]


@pytest.mark.parametrize(("leaf", "said", "error", "facts"), REFUSED)
def test_a_word_that_does_not_fit_is_refused_with_what_may_be_said(
    leaf: Criterion, said: Word, error: type[IctIndexError], facts: dict[str, str]
) -> None:
    for refusing in (check, evaluate):
        with pytest.raises(error) as refusal:
            refusing(leaf, said)
        assert told(refusal.value) == {"criterion": "c", **facts}


@pytest.mark.parametrize("given", ["0", "1000"])
def test_nothing_and_the_most_that_a_unit_can_have_may_be_said(given: str) -> None:
    check(ITEMS, word({"a": given}))


@pytest.mark.parametrize("given", ["-5", "10"])
def test_the_least_and_the_most_points_may_be_given(given: str) -> None:
    assert evaluate(JUDGED, points(given)) == Scored(points=Decimal(f"{given}.00"))


def test_who_is_held_against_others_is_not_scored_without_them() -> None:
    nobody: Peers = {}
    for cohort in (None, nobody):
        with pytest.raises(CohortUnknown) as refusal:
            evaluate(PEERS, word({"a": "3"}), cohort)
        assert told(refusal.value) == {"criterion": "c"}


def test_who_is_judged_as_a_whole_is_held_against_nobody() -> None:
    assert cohort_of(JUDGED, [points("1"), word({"a": "1"}), None]) == {}


def test_a_score_has_the_decimals_that_its_criterion_is_published_with() -> None:
    """Given or worked out: what is dropped stays beside it."""
    rounded = ITEMS.model_copy(update={"digits": 1})
    assert evaluate(rounded, GivenInputs(inputs={"a": Decimal("3.14")})) == Scored(
        points=Decimal("3.1"), exact="157/50"
    )
    assert evaluate(JUDGED.model_copy(update={"digits": 0}), points("3.5")) == Scored(points=Decimal(4), exact="7/2")
