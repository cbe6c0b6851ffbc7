"""A national campaign that is made to be computed: 11,000 units, 190 blocks, 120 criteria, three stages."""

import random  # noqa: TID251 - drawn from a seed: each time the same nation
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from services.scoring.engine import UnitInput
from shared.ruleset import Ruleset, parse
from shared.vocabulary import GivenInputs, GivenPoints, GivenState, Json, NotApplicable, NotScored, Stage, Word
from tests.kit.campaigns import GRADES, POLICIES

UNITS, BLOCKS, GROUPS = 11_000, 190, 8
PER_GROUP = ("ratio",) * 4 + ("tiers",) * 3 + ("yes_no",) * 5 + ("deduction",) + ("manual",) * 2
STAGES: Mapping[Stage, float] = {"self": 1, "round1": 0.3, "council": 0.05}
"""What share of the cells each stage speaks on."""
NOT_APPLICABLE, LATE = 0.1, 0.02
POOL = 4000
RULES: Mapping[str, Json] = {
    "ratio": {"kind": "ratio.v1", "numerator": "a", "denominator": "b", "zero_denominator": "zero"},
    "tiers": {
        "kind": "tiers.v1",
        "measure": {"of": "share", "numerator": "a", "denominator": "b"},
        "zero_denominator": "zero",
        "tiers": [{"at_least": "90", "share": "1"}, {"at_least": "50", "share": "1/2"}, {"points": "0"}],
    },
    "yes_no": {"kind": "yes_no.v1", "input": "a"},
    "deduction": {"kind": "deduction.v1", "each": {"a": "0.25"}},
    "manual": {"kind": "manual.v1"},
}
AGGREGATES: Sequence[Json] = (
    {"kind": "sum"},
    {"kind": "percent_of_applicable_maximum"},
    {"kind": "sum", "not_applicable": "zero"},
    {"kind": "weighted_sum"},
)


def ruleset() -> Ruleset:
    """Groups of fifteen criteria, ten of 6 points and five of 8; the whole is the mean of those that apply."""
    tree = {**_titled("I"), "aggregate": "mean_of_applicable", "children": [_group(each) for each in range(GROUPS)]}
    blocks = [f"b{each}" for each in range(BLOCKS)]
    return parse(
        {
            "id": "nation",
            "edition": "1",
            "title": {"vi": "Cả nước"},
            "ground": "Đo tốc độ",
            "appendices": [tree],
            "classes": dict.fromkeys(blocks, GRADES),
            "policies": POLICIES,
        }
    )


def _titled(code: str, most: int = 100) -> Json:
    return {"code": code, "title": {"vi": code}, "max": str(most)}


def _group(number: int) -> Json:
    children = [_criterion(f"g{number}.{place}", kind, 6 if place < 10 else 8) for place, kind in enumerate(PER_GROUP)]
    kind = dict(AGGREGATES[number % len(AGGREGATES)])
    if kind["kind"] == "weighted_sum":
        kind["weights"] = {each["code"]: "1/2" if each["max"] == "6" else "7/4" for each in children}
    return {**_titled(f"g{number}"), "aggregate": kind, "children": children}


def _criterion(code: str, kind: str, most: int) -> Json:
    given = {
        "ratio": {"a": "1", "b": "2"},
        "tiers": {"a": "1", "b": "2"},
        "yes_no": {"a": "yes"},
        "deduction": {"a": "0"},
    }
    found: Json = {**_titled(code, most), "rule": RULES[kind]}
    if kind == "manual":
        return found
    types = {"yes_no": "yes_no"}
    inputs = [
        {"name": name, "title": {"vi": name}, "source": "unit", "type": types.get(kind, "number")}
        for name in given[kind]
    ]
    gives = f"{most // 2}" if kind in {"ratio", "tiers"} else f"{most}"
    return {**found, "inputs": inputs, "examples": [{"given": given[kind], "gives": gives}]}


def units(chance: random.Random, size: int = UNITS) -> list[UnitInput]:
    """Units with all that was said of them; equal words are one object, else the nation needs gigabytes."""
    pools = {kind: [_word(chance, kind) for _ in range(POOL)] for kind in RULES}
    sheet = [(f"g{group}.{place}", kind) for group in range(GROUPS) for place, kind in enumerate(PER_GROUP)]
    return [
        UnitInput(
            unit=f"u{number}",
            block=f"b{number % BLOCKS}",
            appendix="I",
            words={stage: dict(_said(chance, sheet, pools, share)) for stage, share in STAGES.items()},
            earlier=Decimal(chance.randrange(10_001)).scaleb(-2),
        )
        for number in range(size)
    ]


def _said(
    chance: random.Random, sheet: Sequence[tuple[str, str]], pools: Mapping[str, Sequence[Word]], share: float
) -> Iterator[tuple[str, Word]]:
    for code, kind in sheet:
        if chance.random() < share:
            yield code, chance.choice(pools[kind])


def _word(chance: random.Random, kind: str) -> Word:
    state = chance.random()
    if state < NOT_APPLICABLE:
        return GivenState(score=NotApplicable())
    if state < NOT_APPLICABLE + LATE:
        return GivenState(score=NotScored(reason="late"))
    match kind:
        case "manual":
            return GivenPoints(points=Decimal(chance.randrange(601)).scaleb(-2))
        case "yes_no":
            return GivenInputs(inputs={"a": chance.choice(["yes", "no"])})
        case "deduction":
            return GivenInputs(inputs={"a": Decimal(chance.randrange(30))})
        case _:
            whole = chance.randrange(1, 500)
            return GivenInputs(inputs={"a": Decimal(chance.randrange(whole + 1)), "b": Decimal(whole)})
