"""Wholes that cannot be made, or whose figures could not be written: refused with their place."""

import pytest

from shared.edge.sentences.ruleset import SENTENCES
from shared.ruleset import parse
from shared.ruleset.errors import (
    LimitFinerThanFigure,
    MaximaDisagree,
    NothingCounts,
    ReadsRoot,
    ReadsUnpublished,
    RoundedUnpublished,
    RulesetInvalid,
    SharedInItself,
    SharedUnknown,
)
from shared.vocabulary import Json
from tests.kit.campaigns import leaf
from tests.kit.rules import told
from tests.unit.test_aggregates import EXACT, WEIGHTED, A, B, document, group, shared

GEOMETRIC = group("g", "geometric_mean", A, B)
REFUSED = [
    pytest.param(
        group("I", "sum", {**A, "counts": "false"}), NothingCounts, {"path": "appendices/I"}, id="nothing counts"
    ),
    pytest.param(
        group("I", "sum", {**A, "published": "false"}),
        ReadsUnpublished,
        {"path": "appendices/I", "part": "a"},
        id="reads what nobody sees",
    ),
    pytest.param(
        group("I", EXACT, {**A, "published": "false", "digits": "1"}),
        RoundedUnpublished,
        {"path": "appendices/I/a"},
        id="rounded inside",
    ),
    pytest.param(
        group("I", "sum", leaf("a"), {**leaf("b", max="0.75"), "digits": "1", "counts": "false"}),
        LimitFinerThanFigure,
        {"path": "appendices/I/b", "digits": "1", "limit": "0.75"},
        id="a maximum that cannot be written",
    ),
    pytest.param(
        group(
            "I",
            "sum",
            leaf("a"),
            {**leaf("b", max="1", rule={"kind": "manual.v1", "floor": "-0.5"}), "digits": "0", "counts": "false"},
        ),
        LimitFinerThanFigure,
        {"path": "appendices/I/b", "digits": "0", "limit": "-0.50"},
        id="a floor that cannot be written",
    ),
    pytest.param(
        group("I", "geometric_mean", A, published="false"),
        RoundedUnpublished,
        {"path": "appendices/I"},
        id="a root that nobody sees",
    ),
    pytest.param(
        group("I", EXACT, GEOMETRIC), ReadsRoot, {"path": "appendices/I", "part": "g"}, id="a root is no fraction"
    ),
    pytest.param(
        group("I", EXACT, shared("s", "g"), {**GEOMETRIC, "counts": "false"}),
        ReadsRoot,
        {"path": "appendices/I", "part": "s"},
        id="a shared root",
    ),
    pytest.param(
        group("I", "sum", shared("s", "g")), SharedUnknown, {"path": "appendices/I/s", "of": "g"}, id="shares nothing"
    ),
    pytest.param(
        group(
            "I", "mean_of_applicable", shared("s", "g"), group("g", "sum", leaf("a", max="9"), most="9", counts="false")
        ),
        SharedUnknown,
        {"path": "appendices/I/s", "of": "g"},
        id="shares less",
    ),
    pytest.param(
        group("I", EXACT, shared("s", "g"), group("g", "sum", A, published="false")),
        ReadsUnpublished,
        {"path": "appendices/I/s", "part": "g"},
        id="shares unseen",
    ),
    pytest.param(
        group("I", "sum", group("g", "sum", shared("s", "g"))),
        SharedInItself,
        {"path": "appendices/I/g/s", "of": "g"},
        id="shares itself",
    ),
    pytest.param(
        group(
            "I",
            "mean_of_applicable",
            group("g", "sum", shared("s", "h")),
            group("h", "sum", group("i", "sum", shared("t", "g"))),
        ),
        SharedInItself,
        {"path": "appendices/I/g/s", "of": "h"},
        id="shares itself the long way",
    ),
    pytest.param(
        group("I", EXACT, *(group(one, "sum", shared(f"s{one}", of)) for one, of in ("fg", "gh", "hi", "ij", "jh"))),
        SharedInItself,
        {"path": "appendices/I/h/sh", "of": "i"},
        id="shares what is shared in a circle",
    ),
    pytest.param(
        group("I", {**WEIGHTED, "weights": {"a": "1/3", "b": "1/3"}}, A, B),
        MaximaDisagree,
        {"path": "appendices/I", "max": "100.00", "parts": "200/3"},
        id="weights that are no whole",
    ),
    pytest.param(
        group("I", {**WEIGHTED, "weights": {"a": "1"}}, leaf("a", max="1"), leaf("b", max="1"), most="1"),
        MaximaDisagree,
        {"path": "appendices/I", "max": "1.00", "parts": "-1.00"},
        id="a part of one point without a weight",
    ),
    pytest.param(
        group("I", {**WEIGHTED, "weights": {"a": "1"}}, A, B),
        MaximaDisagree,
        {"path": "appendices/I", "max": "100.00", "parts": "-1.00"},
        id="a part without a weight",
    ),
    pytest.param(
        group("I", "percent_of_applicable_maximum", A, most="90"),
        MaximaDisagree,
        {"path": "appendices/I", "max": "90.00", "parts": "100.00"},
        id="a percentage of 90",
    ),
]


def test_a_maximum_that_its_decimals_can_write_is_taken() -> None:
    parse(document(group("I", "sum", leaf("a"), {**leaf("b", max="0.01"), "digits": "2", "counts": "false"})))
    parse(document(group("I", "sum", leaf("a"), {**leaf("b", max="0.5"), "digits": "1", "counts": "false"})))


@pytest.mark.parametrize(("root", "error", "facts"), REFUSED)
def test_a_whole_that_cannot_be_made_is_refused_with_its_place(
    root: Json, error: type[RulesetInvalid], facts: dict[str, str]
) -> None:
    with pytest.raises(error) as refusal:
        parse(document(root))
    assert told(refusal.value) == facts
    for sentence in SENTENCES[error.code]:
        assert str(refusal.value.facts["path"]) in sentence.format(**refusal.value.facts)
