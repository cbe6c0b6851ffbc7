"""Rules that make no sense are refused when the ruleset is read, each with its place and its cure."""

import copy
from typing import Any

import pytest

from shared.edge.sentences.ruleset import SENTENCES
from shared.ruleset import examined, parse
from shared.ruleset.errors import (
    CodeRepeated,
    CollectedNotScored,
    ExampleFails,
    ExampleMissing,
    FloorAboveMaximum,
    InputsDisagree,
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
from shared.vocabulary import Json
from tests.kit.campaigns import RULESET, appendix, leaf
from tests.kit.rules import (
    BEST,
    BONUS,
    CHOICE,
    COUNT,
    EACH,
    HALF_WAY,
    LEADER,
    LESS,
    PER_ITEM,
    RATIO,
    SHARES,
    SUM,
    SURVEY,
    TABLE,
    criterion,
    rules_of,
    told,
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
    pytest.param(
        changed(CHOICE, "options", 1, "code", to="head"), CodeRepeated, {"repeated": "head"}, id="an option twice"
    ),
    pytest.param(
        changed(CHOICE, "options", 0, "share", to="3/2"),
        WorthAboveMaximum,
        {"points": "15", "max": "10"},
        id="an option above all",
    ),
    pytest.param(
        changed(CHOICE, "options", 0, "points", to="1"),
        ShapeWrong,
        {"path": "appendices/0/children/0/criterion/rule/choice.v1/options/0"},
        id="points and a share",
    ),
    pytest.param(
        changed(CHOICE, "options", 0, "share", to="0.1234567"),
        ShapeWrong,
        {"path": "appendices/0/children/0/criterion/rule/choice.v1/options/0/share"},
        id="a share that is no number",
    ),
    pytest.param(
        changed(TABLE, "cells", "other", "good", to=None),
        TableHasHole,
        {"row": "other", "column": "good"},
        id="a hole in a table",
    ),
    pytest.param(
        changed(TABLE, "cells", "other", "good", to="11"),
        WorthAboveMaximum,
        {"points": "11.00", "max": "10"},
        id="a cell above all",
    ),
    pytest.param(
        changed(SHARES, "zero_denominator", to=None), ZeroDenominatorUnsaid, {}, id="nothing of nothing unsaid"
    ),
    pytest.param({**COUNT, "zero_denominator": "zero"}, ZeroDenominatorUnsaid, {}, id="no denominator to be zero"),
    pytest.param(
        changed(SHARES, "tiers", 1, "up_to", to="89"), TiersHaveHole, {"hole": "89 … 90"}, id="a hole between tiers"
    ),
    pytest.param(changed(SHARES, "tiers", 1, "up_to", to="91"), TiersOverlap, {"at": "90"}, id="tiers that overlap"),
    pytest.param(
        changed(COUNT, "tiers", 1, "below", to="3"), TiersHaveHole, {"hole": "3 … 4"}, id="a tier that ends too early"
    ),
    pytest.param(
        changed(changed(SHARES, "tiers", 1, "up_to", to=None), "tiers", 1, "below", to="90"),
        TiersHaveHole,
        {"hole": "90 … 90"},
        id="a border in no tier",
    ),
    pytest.param(
        changed(changed(COUNT, "tiers", 1, "below", to=None), "tiers", 1, "up_to", to="4"),
        TiersOverlap,
        {"at": "4"},
        id="a border in two tiers",
    ),
    pytest.param(
        changed(SHARES, "tiers", 2, "at_least", to="10"), TiersHaveHole, {"hole": "… 10"}, id="no tier at the bottom"
    ),
    pytest.param(
        changed(LESS, "tiers", 2, "at_least", to="-5"), TiersHaveHole, {"hole": "… -5"}, id="no tier far below"
    ),
    pytest.param(
        changed(COUNT, "tiers", 0, "at_least", to=None),
        TiersOutOfOrder,
        {"at_least": "1"},
        id="everything below stands first",
    ),
    pytest.param(
        changed(COUNT, "tiers", 0, "points", to="10.01"),
        WorthAboveMaximum,
        {"points": "1001/100", "max": "10"},
        id="a tier above all",
    ),
    pytest.param({**RATIO, "full_at": "0"}, ShareOutOfRange, {"share": "0"}, id="full at nothing"),
    pytest.param({**RATIO, "full_at": "1.1"}, ShareOutOfRange, {"share": "1.1"}, id="full beyond the whole"),
    pytest.param(
        {**RATIO, "kind": "threshold_ratio.v1", "threshold": "1.1"},
        ShareOutOfRange,
        {"share": "1.1"},
        id="never reached",
    ),
    pytest.param({**LEADER, "others": "2"}, ShareOutOfRange, {"share": "2"}, id="more than the leader"),
    pytest.param(changed(LEADER, "others", to=None), ShareOutOfRange, {"share": "-"}, id="nothing said of the others"),
    pytest.param(
        changed(LEADER, "by", to="maximum"), ShareOutOfRange, {"share": "1/2"}, id="others where all are alike"
    ),
    pytest.param(
        {"kind": "deduction.v1", "each": {"a": "1"}, "floor": "10"},
        FloorAboveMaximum,
        {"floor": "10.00", "max": "10"},
        id="never less",
    ),
    pytest.param(
        changed(EACH, "zero_denominator", to=None), ZeroDenominatorUnsaid, {}, id="nobody to divide by unsaid"
    ),
    pytest.param(changed(EACH, "per", to=None), ZeroDenominatorUnsaid, {}, id="nothing to divide by"),
    pytest.param({**BONUS, "floor": "11"}, FloorAboveMaximum, {"floor": "11.00", "max": "10"}, id="a floor above all"),
    pytest.param(
        {
            **HALF_WAY,
            "tiers": [{"at_least": "2.5", "points": "10"}, {"at_least": "2.5", "points": "5"}, {"points": "0"}],
        },
        TiersOutOfOrder,
        {"at_least": "2.5"},
        id="a tier that begins where another does",
    ),
    pytest.param(
        {**HALF_WAY, "tiers": [*HALF_WAY["tiers"], {"points": "0"}]},
        TiersOutOfOrder,
        {"at_least": "…"},
        id="everything below twice",
    ),
    pytest.param({**BONUS, "floor": "10"}, FloorAboveMaximum, {"floor": "10.00"}, id="a floor that is all"),
    pytest.param(
        {**RATIO, "kind": "threshold_ratio.v1", "threshold": "0"}, ShareOutOfRange, {"share": "0"}, id="always reached"
    ),
    pytest.param(
        {**SURVEY, "answers": {"a": "0", "b": "0"}}, ShareOutOfRange, {"share": "0"}, id="answers worth nothing"
    ),
    pytest.param(
        changed(SUM, "parts", 0, "max", to="6"), MaximaDisagree, {"max": "10", "parts": "11"}, id="parts that make more"
    ),
    pytest.param(
        changed(BEST, "parts", 0, "rule", "full_at", to="0"), ShareOutOfRange, {"share": "0"}, id="a senseless part"
    ),
    pytest.param(
        {**PER_ITEM, "input": "when"},
        InputTypeWrong,
        {"input": "when", "type": "date", "wanted": "number, count"},
        id="a day is no number",
    ),
    pytest.param(
        {"kind": "collect.v1", "inputs": ["a"]}, CollectedNotScored, {"max": "10"}, id="collected, with a maximum"
    ),
    pytest.param(PER_ITEM, ExampleMissing, {}, id="no example"),
]


@pytest.mark.parametrize(("rule", "error", "facts"), SENSELESS)
def test_a_rule_that_makes_no_sense_is_refused_with_its_place(
    rule: dict[str, Any], error: type[RulesetInvalid], facts: dict[str, str]
) -> None:
    with pytest.raises(error) as refusal:
        criterion(rule)
    assert {"path": "appendices/I/c", **facts}.items() <= told(refusal.value).items()
    for sentence in SENTENCES[error.code]:
        assert str(refusal.value.facts["path"]) in sentence.format(**refusal.value.facts)


A, B = ({"name": name, "title": {"vi": name}, "source": "unit"} for name in "ab")


@pytest.mark.parametrize(
    ("rule", "declared", "error", "facts"),
    [
        (PER_ITEM, [A, A], CodeRepeated, {"repeated": "a"}),
        (PER_ITEM, [A, B], InputsDisagree, {"reads": "a", "declared": "a, b"}),
        (RATIO, [A], InputsDisagree, {"reads": "a, b", "declared": "a"}),
    ],
)
def test_a_criterion_declares_what_its_rule_reads_each_once(
    rule: Json, declared: list[Json], error: type[RulesetInvalid], facts: dict[str, str]
) -> None:
    with pytest.raises(error) as refusal:
        parse({**RULESET, "appendices": [appendix("I", leaf("c", rule=rule, inputs=declared))]})
    assert told(refusal.value) == {"path": "appendices/I/c", **facts}


def test_what_is_scored_has_a_maximum() -> None:
    with pytest.raises(NothingToScore) as refusal:
        criterion(PER_ITEM, {"given": {"a": "0"}, "gives": "0"}, most="0")
    assert told(refusal.value) == {"path": "appendices/I/c"}


@pytest.mark.parametrize(
    ("given", "gives", "found"),
    [
        ({"a": "3"}, "4", "3.00"),
        ({"a": "3"}, "-", "3.00"),
        ({}, "3", "ruleset.inputs_do_not_fit"),
        ({"a": "1001"}, "10", "ruleset.input_out_of_range"),
    ],
)
def test_an_example_that_does_not_hold_is_refused(given: dict[str, str], gives: str, found: str) -> None:
    with pytest.raises(ExampleFails) as refusal:
        criterion(PER_ITEM, {"given": {"a": "2"}, "gives": "2"}, {"given": given, "gives": gives})
    expected = gives if gives == "-" else f"{gives}.00"
    assert told(refusal.value) == {"path": "appendices/I/c", "number": "2", "expected": expected, "found": found}


def test_whatever_does_not_hold_is_found_after_an_example_that_cannot_be_worked_out() -> None:
    worked = [{"given": {}, "gives": "3"}, {"given": {"a": "3"}, "gives": "4"}]
    document = rules_of(PER_ITEM, {"given": {"a": "2"}, "gives": "2"}).model_dump(mode="json")
    document["appendices"][0]["children"][0]["examples"] = worked
    ruleset, found = examined(document)
    assert ruleset is not None
    assert [(fault.code, fault.facts["number"]) for fault in found] == [(ExampleFails.code, 1), (ExampleFails.code, 2)]


def test_an_example_of_what_does_not_apply_gives_no_points() -> None:
    with pytest.raises(ExampleFails) as refusal:
        criterion(SHARES, {"given": {"a": "0", "b": "0"}, "gives": "0"})
    assert refusal.value.facts["found"] == "-"
