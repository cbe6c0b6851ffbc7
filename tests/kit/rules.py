"""A rule of every kind, as somebody would write it in a ruleset, and criteria made of them."""

from collections.abc import Iterator, Sequence
from typing import Any, get_args

from shared.errors import IctIndexError
from shared.ruleset import Criterion, Ruleset, parse, sheet_of
from shared.ruleset.errors import ExampleFails
from shared.ruleset.rules import Kind, Rule
from shared.vocabulary import GivenInputs
from tests.kit.campaigns import RULESET, appendix, leaf

TITLES = {
    "a": "Số máy đã cài",
    "b": "Tổng số máy",
    "when": "Ngày ban hành",
    "plan": "Kế hoạch",
    "report": "Báo cáo",
    "who": "Trưởng ban",
    "scores": "Điểm từng hồ sơ",
}
TYPES = {"when": "date", "plan": "yes_no", "report": "yes_no", "who": "choice", "grade": "choice", "scores": "records"}
CHOICE = {
    "kind": "choice.v1",
    "input": "who",
    "options": [
        {"code": "head", "title": {"vi": "người đứng đầu", "en": "the head"}, "share": "1"},
        {"code": "deputy", "title": {"vi": "cấp phó", "en": "a deputy"}, "share": "1/2"},
        {"code": "other", "title": {"vi": "khác", "en": "others"}, "points": "0"},
    ],
}
TABLE = {
    "kind": "table.v1",
    "rows": "who",
    "columns": "grade",
    "cells": {"head": {"good": "10", "poor": "4"}, "other": {"good": "3", "poor": "-2"}},
}
RATIO = {"kind": "ratio.v1", "numerator": "a", "denominator": "b", "zero_denominator": "zero"}
PER_ITEM = {"kind": "per_item.v1", "input": "a", "each": "1"}
TWO_EACH = {**PER_ITEM, "each": "2.5"}
SHARES = {
    "kind": "tiers.v1",
    "measure": {"of": "share", "numerator": "a", "denominator": "b"},
    "zero_denominator": "not_applicable",
    "tiers": [{"above": "90", "points": "10"}, {"at_least": "70", "up_to": "90", "share": "1/2"}, {"points": "0"}],
}
DAYS = {
    "kind": "tiers.v1",
    "measure": {"of": "days", "input": "when", "after": "2025-03-31"},
    "tiers": [{"above": "30", "points": "0"}, {"above": "0", "share": "1/2"}, {"points": "10"}],
}
LESS = {
    "kind": "tiers.v1",
    "measure": {"of": "difference", "minuend": "a", "subtrahend": "b"},
    "tiers": [{"above": "0", "points": "0"}, {"at_least": "0", "points": "5"}, {"share": "1"}],
}
COUNT = {
    "kind": "tiers.v1",
    "measure": {"of": "figure", "input": "a"},
    "tiers": [{"at_least": "4", "points": "10"}, {"at_least": "1", "below": "4", "points": "2.5"}, {"points": "0"}],
}
HALF_WAY: dict[str, Any] = {**COUNT, "tiers": [{"at_least": "2.5", "points": "10"}, {"points": "0"}]}
SUM = {
    "kind": "sum_of_parts.v1",
    "parts": [
        {"title": {"vi": "kết nối", "en": "connected"}, "max": "5", "rule": RATIO},
        {"title": {"vi": "ứng dụng", "en": "applications"}, "max": "5", "rule": {**PER_ITEM, "input": "c"}},
    ],
}
CASES_OF: list[dict[str, Any]] = [
    {
        "title": {"vi": "trường hợp a", "en": "case a"},
        "max": "10",
        "rule": {**RATIO, "zero_denominator": "not_applicable"},
    },
    {"title": {"vi": "trường hợp b", "en": "case b"}, "max": "5", "rule": {"kind": "yes_no.v1", "input": "plan"}},
]
BEST = {"kind": "best_of.v1", "parts": CASES_OF}
BONUS = {"kind": "bonus_penalty.v1", "bonus": {"a": "2"}, "penalty": {"b": "1.5"}, "floor": "-5"}
MERITS = {**BONUS, "bonus": {"a": "2", "c": "1"}, "penalty": {"b": "1.5", "d": "0.5"}}
SURVEY = {"kind": "survey_mean.v1", "answers": {"a": "2", "b": "1", "c": "0"}}
RECORDS = {"kind": "mean_of_records.v1", "input": "scores", "greatest": "2", "digits": 1}
TARGET = {"kind": "target.v1", "actual": "a", "target": "b"}
EACH = {"kind": "relative.v1", "input": "a", "per": "b", "zero_denominator": "not_applicable"}
CENTRE = {
    "kind": "sum_of_parts.v1",
    "parts": [
        {"title": {"vi": "trung tâm", "en": "centre"}, "max": "4", "rule": {"kind": "yes_no.v1", "input": "plan"}},
        {
            "title": {"vi": "tiêu chuẩn", "en": "standard"},
            "max": "6",
            "rule": {**BEST, "parts": [{**CASES_OF[0], "max": "6"}, CASES_OF[1]]},
        },
    ],
}
LEADER = {"kind": "relative.v1", "input": "a", "by": "leader", "others": "1/2"}

Given = dict[str, Any]
Case = tuple[dict[str, Any], Given, tuple[Given, ...], str, str, str]
"""A rule, what a unit said, what the others said, what it gives, and how that is accounted for."""


def rules_of(rule: dict[str, Any], *worked: dict[str, Any], most: str = "10") -> Ruleset:
    """A ruleset of one criterion ``c`` with the inputs that *rule* reads, and the rest of a hundred points."""
    declared = [
        {
            "name": name,
            "title": {"vi": TITLES.get(name, name), "en": name},
            "type": TYPES.get(name, "number"),
            "source": "unit",
            "ceiling": "1000",
        }
        for name in sorted(named(rule))
    ]
    own = leaf("c", max=most, rule=rule, inputs=declared, examples=list(worked))
    rest = leaf("rest", max=str(100 - int(most)))
    return parse({**RULESET, "appendices": [{**appendix("I", own, rest), "aggregate": "sum"}]})


def criterion(rule: dict[str, Any], *worked: dict[str, Any], most: str = "10") -> Criterion:
    """That criterion alone."""
    return sheet_of(rules_of(rule, *worked, most=most), "I", {})["c"]


def every_kind(union: object = Rule) -> Iterator[str]:
    """The names of all kinds of rules, each once; a union may stand in another."""
    for each in get_args(union):
        if isinstance(each, type) and issubclass(each, Kind):
            yield get_args(each.model_fields["kind"].annotation)[0]
        else:
            yield from every_kind(each)


def named(rule: Any) -> set[str]:
    """The inputs that stand in a rule."""
    if isinstance(rule, list):
        return set().union(*map(named, rule))
    if not isinstance(rule, dict):
        return set()
    found: set[str] = set()
    for key, value in rule.items():
        if key in {
            "input",
            "numerator",
            "denominator",
            "minuend",
            "subtrahend",
            "rows",
            "columns",
            "actual",
            "target",
            "per",
        }:
            found.add(value)
        elif key == "inputs":
            found |= set(value)
        elif key in {"each", "bonus", "penalty", "answers"} and isinstance(value, dict):
            found |= value.keys()
        elif key not in {"cells", "options"}:
            found |= named(value)
    return found


def told(refusal: IctIndexError) -> dict[str, str]:
    """Its facts as its sentences write them."""
    return {name: str(value) for name, value in refusal.facts.items()}


def word(given: Given) -> GivenInputs:
    return GivenInputs.model_validate({"inputs": given})


def examples(cases: Sequence[Case], rule: dict[str, Any]) -> list[dict[str, Any]]:
    """A worked example of *rule*: its own in *cases*, or what it makes of one like it."""
    like = next(case for case in cases if case[0]["kind"] == rule["kind"] and named(case[0]) == named(rule))
    found = next((case for case in cases if case[0] == rule), like)
    given = {"given": found[1], "among": list(found[2])}
    try:
        criterion(rule, {**given, "gives": found[3]})
    except ExampleFails as refused:
        return [{**given, "gives": str(refused.facts["found"])}]
    return [{**given, "gives": found[3]}]
