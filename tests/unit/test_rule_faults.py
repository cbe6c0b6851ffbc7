"""Rules that make no sense are refused when the ruleset is read, each with its place and its cure."""

import copy
from typing import Any

import pytest

from shared.edge.sentences.ruleset import SENTENCES
from shared.ruleset.errors import (
    CodeRepeated,
    CollectedNotScored,
    ExampleFails,
    ExampleMissing,
    FloorAboveMaximum,
    InputTypeWrong,
    MaximaDisagree,
    NothingToScore,
    RulesetInvalid,
    ShapeWrong,
    ShareOutOfRange,
    TableHasHole,
    TiersHaveHole,
    TiersOutOfOrder,
    TiersOverlap,
    WorthAboveMaximum,
    ZeroDenominatorUnsaid,
)
from tests.kit.rules import (
    BEST,
    BONUS,
    CHOICE,
    COUNT,
    EACH,
    LEADER,
    LESS,
    PER_ITEM,
    RATIO,
    SHARES,
    SUM,
    SURVEY,
    TABLE,
    criterion,
)


def changed(rule: dict[str, Any], *path: Any, to: Any) -> dict[str, Any]:
    """*rule* with another value at *path*; None takes it away."""
    new = copy.deepcopy(rule)
    spot: Any = new
    for step in path[:-1]:
        spot = spot[step]
    if to is None:
        del spot[path[-1]]
    else:
        spot[path[-1]] = to
    return new


SENSELESS = [
    pytest.param(changed(CHOICE, "options", 1, "code", to="head"), CodeRepeated, id="an option twice"),
    pytest.param(changed(CHOICE, "options", 0, "share", to="3/2"), WorthAboveMaximum, id="an option above all"),
    pytest.param(changed(CHOICE, "options", 0, "points", to="1"), ShapeWrong, id="points and a share"),
    pytest.param(changed(CHOICE, "options", 0, "share", to="0.1234567"), ShapeWrong, id="a share that is no number"),
    pytest.param(changed(TABLE, "cells", "other", "good", to=None), TableHasHole, id="a hole in a table"),
    pytest.param(changed(TABLE, "cells", "other", "good", to="11"), WorthAboveMaximum, id="a cell above all"),
    pytest.param(changed(SHARES, "zero_denominator", to=None), ZeroDenominatorUnsaid, id="nothing of nothing unsaid"),
    pytest.param({**COUNT, "zero_denominator": "zero"}, ZeroDenominatorUnsaid, id="no denominator to be zero"),
    pytest.param(changed(SHARES, "tiers", 1, "up_to", to="89"), TiersHaveHole, id="a hole between tiers"),
    pytest.param(changed(SHARES, "tiers", 1, "up_to", to="91"), TiersOverlap, id="tiers that overlap"),
    pytest.param(changed(COUNT, "tiers", 1, "below", to="3"), TiersHaveHole, id="a tier that ends too early"),
    pytest.param(
        changed(changed(SHARES, "tiers", 1, "up_to", to=None), "tiers", 1, "below", to="90"),
        TiersHaveHole,
        id="a border in no tier",
    ),
    pytest.param(
        changed(changed(COUNT, "tiers", 1, "below", to=None), "tiers", 1, "up_to", to="4"),
        TiersOverlap,
        id="a border in two tiers",
    ),
    pytest.param(changed(SHARES, "tiers", 2, "at_least", to="10"), TiersHaveHole, id="no tier at the bottom"),
    pytest.param(changed(LESS, "tiers", 2, "at_least", to="-5"), TiersHaveHole, id="no tier far below"),
    pytest.param(changed(COUNT, "tiers", 0, "at_least", to=None), TiersOutOfOrder, id="everything below stands first"),
    pytest.param(changed(COUNT, "tiers", 0, "points", to="10.01"), WorthAboveMaximum, id="a tier above all"),
    pytest.param({**RATIO, "full_at": "0"}, ShareOutOfRange, id="full at nothing"),
    pytest.param({**RATIO, "kind": "threshold_ratio.v1", "threshold": "1.1"}, ShareOutOfRange, id="never reached"),
    pytest.param({**LEADER, "others": "2"}, ShareOutOfRange, id="more than the leader"),
    pytest.param(changed(LEADER, "others", to=None), ShareOutOfRange, id="nothing said of the others"),
    pytest.param(changed(LEADER, "by", to="maximum"), ShareOutOfRange, id="others where all are alike"),
    pytest.param({"kind": "deduction.v1", "each": {"a": "1"}, "floor": "10"}, FloorAboveMaximum, id="never less"),
    pytest.param(changed(EACH, "zero_denominator", to=None), ZeroDenominatorUnsaid, id="nobody to divide by unsaid"),
    pytest.param(changed(EACH, "per", to=None), ZeroDenominatorUnsaid, id="nothing to divide by"),
    pytest.param({**BONUS, "floor": "11"}, FloorAboveMaximum, id="a floor above all"),
    pytest.param({**SURVEY, "answers": {"a": "0", "b": "0"}}, ShareOutOfRange, id="answers worth nothing"),
    pytest.param(changed(SUM, "parts", 0, "max", to="6"), MaximaDisagree, id="parts that make more"),
    pytest.param(changed(BEST, "parts", 0, "rule", "full_at", to="0"), ShareOutOfRange, id="a senseless part"),
    pytest.param({**PER_ITEM, "input": "when"}, InputTypeWrong, id="a day is no number"),
    pytest.param({"kind": "collect.v1", "inputs": ["a"]}, CollectedNotScored, id="collected, with a maximum"),
    pytest.param(PER_ITEM, ExampleMissing, id="no example"),
]


@pytest.mark.parametrize(("rule", "error"), SENSELESS)
def test_a_rule_that_makes_no_sense_is_refused_with_its_place(
    rule: dict[str, Any], error: type[RulesetInvalid]
) -> None:
    with pytest.raises(error) as refusal:
        criterion(rule)
    for sentence in SENTENCES[error.code]:
        assert str(refusal.value.facts["path"]) in sentence.format(**refusal.value.facts)


def test_what_is_scored_has_a_maximum() -> None:
    with pytest.raises(NothingToScore):
        criterion(PER_ITEM, {"given": {"a": "0"}, "gives": "0"}, most="0")


@pytest.mark.parametrize(
    "example", [{"given": {"a": "3"}, "gives": "4"}, {"given": {"a": "3"}, "gives": "-"}, {"given": {}, "gives": "3"}]
)
def test_an_example_that_does_not_hold_is_refused(example: dict[str, Any]) -> None:
    with pytest.raises(ExampleFails) as refusal:
        criterion(PER_ITEM, {"given": {"a": "2"}, "gives": "2"}, example)
    assert refusal.value.facts["number"] == 2
