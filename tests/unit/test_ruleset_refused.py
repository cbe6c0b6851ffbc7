"""Rulesets that cannot be applied, each refused with its place and what is wrong there."""

import re
from typing import Any

import pytest

from shared.edge.sentences.ruleset import SENTENCES
from shared.ruleset import RulesetInvalid, examined, parse
from shared.ruleset.errors import (
    ClassesHaveHole,
    ClassesOverlap,
    CodeLooksLikeNumber,
    CodeRepeated,
    FallsTooLow,
    InForceBackwards,
    InputsDisagree,
    MaximaDisagree,
    RanksOnRoot,
    RootOfPenalty,
    SemanticsUnknown,
    ShapeWrong,
    TiersHaveHole,
    TiersOutOfOrder,
    WorthAboveMaximum,
)
from tests.kit.campaigns import appendix, leaf
from tests.kit.rules import told


def _tiers(document: Any) -> Any:
    return document["appendices"][0]["children"][1]["children"][0]["rule"]["tiers"]


def _rooted(document: Any) -> Any:
    appendix = document["appendices"][0]
    appendix.update(aggregate="geometric_mean", children=[{**appendix, "code": "whole"}])


def _penalized(document: Any, floor: str) -> Any:
    leaf = document["appendices"][0]["children"][0]["children"][0]
    for name in ("inputs", "examples"):
        leaf.pop(name)
    leaf["rule"] = {"kind": "manual.v1", "floor": floor}


BROKEN = [
    pytest.param(
        lambda d: d.pop("policies"), ShapeWrong, {"path": "policies", "finding": "Field required"}, id="a policy unsaid"
    ),
    pytest.param(
        lambda d: d["appendices"][0].update(extra="1"),
        ShapeWrong,
        {"path": "appendices/0/extra"},
        id="an unknown field",
    ),
    pytest.param(
        lambda d: d.update(semantics="2"),
        SemanticsUnknown,
        {"path": "semantics", "semantics": "2", "known": "1"},
        id="semantics of a release to come",
    ),
    pytest.param(
        lambda d: d["appendices"][0]["children"][0].update(code="g2"),
        CodeRepeated,
        {"path": "appendices/I", "repeated": "g2"},
        id="a code twice",
    ),
    pytest.param(
        lambda d: d["appendices"][0]["children"][0].update(code="1.10"),
        CodeLooksLikeNumber,
        {"path": "appendices/I/1.10", "number": "1.10"},
        id="a code like a number",
    ),
    pytest.param(
        lambda d: d["appendices"][0]["children"][0]["children"][0]["inputs"][0].update(name="1e5"),
        CodeLooksLikeNumber,
        {"path": "appendices/I/g1/g1.1", "number": "1e5"},
        id="an input like a number",
    ),
    pytest.param(
        lambda d: d["appendices"].append(d["appendices"][0]),
        CodeRepeated,
        {"path": "appendices", "repeated": "I"},
        id="an appendix twice",
    ),
    pytest.param(
        lambda d: d["appendices"][0]["children"][0].update(max="50"),
        MaximaDisagree,
        {"path": "appendices/I", "max": "100.00", "parts": "110.00"},
        id="a sum that is none",
    ),
    pytest.param(
        lambda d: d["appendices"][0].update(aggregate="mean_of_applicable"),
        MaximaDisagree,
        {"path": "appendices/I", "max": "100.00", "parts": "40.00"},
        id="a mean of unequal maxima",
    ),
    pytest.param(
        lambda d: d["appendices"][0]["children"][0]["children"][0]["rule"].update(numerator="laptops"),
        InputsDisagree,
        {"path": "appendices/I/g1/g1.1", "reads": "laptops, staff", "declared": "machines, staff"},
        id="an input nobody declared",
    ),
    pytest.param(
        lambda d: _tiers(d).pop(),
        TiersHaveHole,
        {"path": "appendices/I/g2/g2.1", "hole": "… 50"},
        id="no tier at the bottom",
    ),
    pytest.param(
        lambda d: _tiers(d).reverse(),
        TiersOutOfOrder,
        {"path": "appendices/I/g2/g2.1", "at_least": "50"},
        id="tiers the wrong way round",
    ),
    pytest.param(
        lambda d: _tiers(d)[0].update(points="21"),
        WorthAboveMaximum,
        {"path": "appendices/I/g2/g2.1", "points": "21", "max": "20"},
        id="a tier above the maximum",
    ),
    pytest.param(
        lambda d: d["classes"]["su_nghiep"].pop(),
        ClassesHaveHole,
        {"path": "classes/su_nghiep", "hole": "[0.00, 50.00)", "label": "trung-binh"},
        id="no class at the bottom",
    ),
    pytest.param(
        lambda d: d["classes"]["su_nghiep"].pop(1),
        ClassesHaveHole,
        {"path": "classes/su_nghiep", "hole": "[65.00, 80.00)", "label": "trung-binh"},
        id="no class in the middle",
    ),
    pytest.param(
        lambda d: d["classes"]["su_nghiep"][1].update(below="81"),
        ClassesOverlap,
        {"path": "classes/su_nghiep", "label": "kha", "at": "80.00"},
        id="a score in two classes",
    ),
    pytest.param(
        lambda d: d["classes"]["su_nghiep"][0].update(up_to="101"),
        ClassesOverlap,
        {"path": "classes/su_nghiep", "label": "tot", "at": "100.00"},
        id="a class off the scale",
    ),
    pytest.param(
        lambda d: d["classes"]["su_nghiep"][-1].update(at_least="-1"),
        ClassesOverlap,
        {"path": "classes/su_nghiep", "label": "yeu", "at": "0.00"},
        id="a class below zero",
    ),
    pytest.param(
        lambda d: d["classes"]["su_nghiep"][1].pop("at_least"),
        ClassesOverlap,
        {"path": "classes/su_nghiep", "label": "kha", "at": "50.00"},
        id="a middle class without a beginning",
    ),
    pytest.param(
        lambda d: d["classes"]["su_nghiep"][2].pop("at_least"),
        ClassesOverlap,
        {"path": "classes/su_nghiep", "label": "trung-binh", "at": "50.00"},
        id="a last class but one without a beginning",
    ),
    pytest.param(
        lambda d: d["classes"]["su_nghiep"][1].pop("below"),
        ClassesOverlap,
        {"path": "classes/su_nghiep", "label": "kha", "at": "80.00"},
        id="a middle class without an end",
    ),
    pytest.param(
        lambda d: d["classes"]["su_nghiep"][1].update(code="tot"),
        CodeRepeated,
        {"path": "classes/su_nghiep", "repeated": "tot"},
        id="a class twice",
    ),
    pytest.param(
        lambda d: d["classes"]["su_nghiep"][1].update(at_least="80"),
        ClassesOverlap,
        {"path": "classes/su_nghiep", "label": "kha", "at": "80.00"},
        id="a class with no score in it",
    ),
    pytest.param(
        lambda d: d["classes"]["su_nghiep"][0].pop("up_to"),
        ClassesHaveHole,
        {"path": "classes/su_nghiep", "hole": "[80.00, 100.00]", "label": "tot"},
        id="a best class without an end",
    ),
    pytest.param(
        lambda d: (d["classes"]["su_nghiep"][0].pop("up_to"), d["classes"]["su_nghiep"][0].update(below="95")),
        ClassesHaveHole,
        {"path": "classes/su_nghiep", "hole": "[95.00, 100.00]", "label": "tot"},
        id="a best class that ends too early",
    ),
    pytest.param(
        lambda d: d["classes"]["su_nghiep"][0].update(up_to="99"),
        ClassesHaveHole,
        {"path": "classes/su_nghiep", "hole": "(99.00, 100.00]", "label": "tot"},
        id="no class for the full score",
    ),
    pytest.param(
        lambda d: (d["policies"].update(rank_on="unrounded"), _rooted(d)),
        RanksOnRoot,
        {"path": "appendices/I"},
        id="ranks on what is no fraction",
    ),
    pytest.param(
        lambda d: _penalized(d, "-1"),
        ClassesHaveHole,
        {"path": "classes/chuc_nang", "hole": "[-5.00, 0.00)", "label": "yeu"},
        id="no class for what penalties leave",
    ),
    pytest.param(
        lambda d: _penalized(d, "-100000"),
        FallsTooLow,
        {"path": "appendices/I", "least": "-500000.00", "limit": "-100000"},
        id="a total that no score has room for",
    ),
    pytest.param(
        lambda d: (_penalized(d, "-1"), _rooted(d)),
        RootOfPenalty,
        {"path": "appendices/I", "least": "-5.00"},
        id="a root of a penalty",
    ),
    pytest.param(
        lambda d: d.update(in_force={"since": "2025-06-03", "until": "2025-06-02"}),
        InForceBackwards,
        {"path": "in_force", "since": "2025-06-03", "until": "2025-06-02"},
        id="ends first",
    ),
    pytest.param(
        lambda d: d["appendices"].append({**d["appendices"][0], "code": "X", "max": "50"}),
        MaximaDisagree,
        {"path": "appendices/X", "max": "50.00", "parts": "100.00"},
        id="two appendices with different totals",
    ),
]


@pytest.mark.parametrize(("breaking", "error", "facts"), BROKEN)
def test_a_ruleset_that_cannot_be_applied_is_refused(
    example: Any, breaking: Any, error: type[RulesetInvalid], facts: dict[str, str]
) -> None:
    breaking(example)
    with pytest.raises(error) as refusal:
        parse(example)
    assert facts.items() <= told(refusal.value).items()
    for sentence in SENTENCES[error.code]:
        assert str(refusal.value.facts["path"]) in sentence.format(**refusal.value.facts)


def test_a_total_is_lowest_where_all_but_a_penalty_is_left_out(published: Any) -> None:
    """Of a part that is left out nothing stays in the maximum that the whole sees: five of ten are half of it all."""
    penalty = leaf("a", max="10", rule={"kind": "manual.v1", "floor": "-5"})
    group = {"code": "g", "title": {"vi": "Nhóm"}, "max": "50", "children": [penalty, leaf("b", max="40")]}
    group["aggregate"] = {"kind": "sum", "not_applicable": "left_out"}
    whole = {**appendix("I", leaf("c", max="50")), "aggregate": "sum"}
    whole["children"].append(group)
    bands = [{"code": "A", "label": {"vi": "A"}, "at_least": "-49.99", "up_to": "100"}]
    with pytest.raises(ClassesHaveHole) as refusal:
        parse({**published, "appendices": [whole], "classes": {"thuoc": bands}})
    assert refusal.value.facts["hole"] == "[-50.00, -49.99)"
    group["digits"] = "0"  # rounding may add half a point to a penalty, of as few as ten
    with pytest.raises(ClassesHaveHole) as refusal:
        parse({**published, "appendices": [whole], "classes": {"thuoc": bands}})
    assert refusal.value.facts["hole"] == "[-55.00, -49.99)"


def test_a_list_that_is_empty_is_too_short(example: Any) -> None:
    example["appendices"], example["classes"]["su_nghiep"][0]["at_least"] = [], "many"
    ruleset, found = examined(example)
    assert ruleset is None
    assert [fault.facts["path"] for fault in found] == ["appendices", "classes/su_nghiep/0/at_least"]


def test_a_list_that_is_too_short_for_what_is_wrong_in_it_is_no_finding_of_its_own(example: Any) -> None:
    example["appendices"][0]["extra"] = "1"
    assert [fault.facts["path"] for fault in examined(example)[1]] == ["appendices/0/extra"]


def test_a_ruleset_may_be_in_force_for_a_day(example: Any) -> None:
    example["in_force"] = {"since": "2025-06-02", "until": "2025-06-02"}
    in_force = parse(example).in_force
    assert in_force is not None
    assert in_force.since == in_force.until


def test_classes_begin_at_nothing_whatever_else_is_wrong(example: Any) -> None:
    example["appendices"][0]["children"][0]["max"] = "50"
    example["classes"]["su_nghiep"][-1]["at_least"] = "0.5"
    _, found = examined(example)
    assert [(fault.code, fault.facts.get("hole")) for fault in found] == [
        (MaximaDisagree.code, None),
        (MaximaDisagree.code, None),
        (ClassesHaveHole.code, "[0.00, 0.50)"),
    ]


def test_whatever_is_wrong_with_a_ruleset_is_said_with_its_cure() -> None:
    """In Vietnamese a request, in English a clause of its own behind what is wrong."""
    found = [error for error in RulesetInvalid.__subclasses__() if error.__module__ == RulesetInvalid.__module__]
    told = {error.code: SENTENCES[error.code] for error in found}
    assert len(told) > 30
    assert [code for code, (vi, _) in told.items() if "hãy " not in vi.lower()] == []
    assert [code for code, (_, en) in told.items() if not re.search(r"[.:;] \w", en)] == []
