"""A kind of rule, an aggregate and the form of a run digest never change once results rest on them."""

import json
from collections import Counter

from services.scoring.engine import run_digest, standings
from shared.ruleset import Ruleset
from tests.golden.frozen import STAGE, UNITS, WAYS, differing, kept
from tests.kit.rules import every_kind

CURE = (
    "results that were published rest on it: a kind once published never changes, write `kind.v2`; for aggregates, "
    "ranks, means and the digest see docs/adr/0017-semantics-of-a-ruleset.md"
)
MISSING = "without a fixed case: python -m tests.golden.frozen"


def test_what_was_frozen_comes_to_what_it_came_to() -> None:
    assert differing(kept()) == [], CURE


def test_every_kind_and_every_aggregate_is_frozen() -> None:
    held = Counter(name.partition(" ")[0] for name in kept())
    assert {*every_kind(), *WAYS, "run"} - held.keys() == set(), MISSING


def test_the_check_sees_a_change() -> None:
    altered = json.loads(json.dumps(kept()))
    altered["ratio.v1 21"]["comes_to"]["score"]["points"] = "7.49"
    altered["sum 0"]["tree"]["aggregate"]["not_applicable"] = "zero"
    altered["run 1"]["units"][0]["block"] = "truc_thuoc"
    assert sorted(differing(altered)) == ["ratio.v1 21", "run 1", "sum 0"]


def test_a_run_by_other_semantics_has_another_digest() -> None:
    case = kept()["run 1"]
    first, units = Ruleset.model_validate(case["ruleset"]), UNITS.validate_python(case["units"])
    second = first.model_copy(update={"semantics": "2"})
    run = standings(first, units, STAGE)
    assert run_digest(first, units, run) == case["comes_to"]["digest"] != run_digest(second, units, run)
