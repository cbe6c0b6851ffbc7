"""Rulesets nobody would write: trees of uneven depth, every aggregate, odd weights, digits, parts that are shared."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from services.scoring.engine import UnitInput
from shared.errors import IctIndexError
from shared.ruleset import Appendix, Ruleset, check_composition, every, half_up, sheet_of
from shared.ruleset.exact import scored
from shared.ruleset.model import Criterion
from shared.vocabulary import (
    GivenInputs,
    GivenPoints,
    GivenState,
    Json,
    Missing,
    NotApplicable,
    NotScored,
    Score,
    Stage,
    Word,
)
from tests.kit.campaigns import GRADES, POLICIES

AGGREGATES = ("sum", "weighted_sum", "mean_of_applicable", "percent_of_applicable_maximum", "geometric_mean")
REASONS = ("insufficient_data", "contradicts_reality", "no_evidence", "late")
STATES: list[Score] = [NotApplicable(), *(NotScored.model_validate({"reason": reason}) for reason in REASONS)]
states = st.sampled_from(STATES)
FINE = 10**6
SEVERAL = st.integers(1, 4)


def titled(code: str, most: Fraction | str, **more: Any) -> Json:
    return {"code": code, "title": {"vi": code}, "max": str(half_up(Fraction(most))), **more}


NOTHING: Json = {"zero_denominator": "not_applicable"}
SHARE: Json = {"of": "share", "numerator": "a", "denominator": "b"}
RULES: list[tuple[Json, str]] = [
    ({"kind": "ratio.v1", "numerator": "a", "denominator": "b"} | NOTHING, "ab"),
    ({"kind": "threshold_ratio.v1", "numerator": "a", "denominator": "b", "threshold": "1/3"} | NOTHING, "ab"),
    (
        {"kind": "tiers.v1", "measure": SHARE, "tiers": [{"above": "50", "share": "2/3"}, {"points": "0"}]} | NOTHING,
        "ab",
    ),
    ({"kind": "per_item.v1", "input": "a", "each": "0.15"}, "a"),
    ({"kind": "deduction.v1", "each": {"a": "0.25", "b": "1"}}, "ab"),
    # A floor that is written in any number of digits: rounding leads below another one, and no run with it is let out.
    ({"kind": "bonus_penalty.v1", "bonus": {"a": "0.5"}, "penalty": {"b": "0.25"}, "floor": "-1"}, "ab"),
    ({"kind": "relative.v1", "input": "a"}, "a"),
    ({"kind": "relative.v1", "input": "a", "by": "min_max"}, "a"),
    ({"kind": "target.v1", "actual": "a", "target": "b"}, "ab"),
]


@st.composite
def leaves_(draw: st.DrawFn, code: str) -> Json:
    """Appraised as a whole, sometimes below zero, or calculated; some have no points at all."""
    most = Fraction(draw(st.sampled_from(["100", "20", "0.75", "0"])))
    shown = draw(_shown()) if most >= 1 else {}
    if most and draw(st.booleans()):
        rule, names = draw(st.sampled_from(RULES))
        inputs = [{"name": name, "title": {"vi": name}, "source": "unit"} for name in names]
        return titled(code, most, rule=rule, inputs=inputs, **shown)
    floor = draw(st.sampled_from([Fraction(0), -most]))
    return titled(code, most, rule={"kind": "manual.v1", "floor": str(half_up(floor))}, **shown)


@st.composite
def _shown(draw: st.DrawFn) -> Json:
    counts = draw(st.sampled_from(["true", "true", "true", "false"]))
    if draw(st.integers(0, 4)):
        return {"digits": draw(st.sampled_from([None, "0", "1", "2"])), "counts": counts}
    return {"published": "false", "counts": counts}


@st.composite
def nodes(draw: st.DrawFn, code: str, depth: int) -> Json:
    """A leaf, or a whole of up to four nodes."""
    if not depth or draw(st.booleans()):
        return draw(leaves_(code))
    children: list[Json] = [draw(nodes(f"{code}.{number}", depth - 1)) for number in range(draw(SEVERAL))]
    return {**draw(whole(code, children)), **draw(_shown())}


@st.composite
def whole(draw: st.DrawFn, code: str, children: list[Json]) -> Json:
    """Of *children*, the first of which counts; its maximum is theirs."""
    children[0] |= {} if "of" in children[0] else {"counts": "true"}
    counting = [child for child in children if child.get("counts") != "false"]
    kind: Json = {"kind": draw(st.sampled_from(AGGREGATES)), "reads": draw(st.sampled_from(["published", "exact"]))}
    weights = {child["code"]: Fraction(1) for child in counting}
    if kind["kind"] == "sum":
        kind["not_applicable"] = draw(st.sampled_from(["scaled", "zero", "left_out"]))
    if kind["kind"] == "weighted_sum":
        weights = {code: draw(st.fractions(0, 2, max_denominator=9)) for code in weights}
        kind["weights"] = {code: str(weight) for code, weight in weights.items()}
    maxima = [Fraction(child["max"]) * weights[child["code"]] for child in counting]
    most = sum(maxima, Fraction(0)) if kind["kind"] in {"sum", "weighted_sum"} else max(maxima)
    most = Fraction(100) if kind["kind"].startswith("percent") or not half_up(most) else most
    return titled(code, most, aggregate=kind, children=children)


@st.composite
def appendices(draw: st.DrawFn, code: str = "I", depth: int = 3) -> Json:
    """A tree; what a group in it comes to may count once more, right below the root."""
    children: list[Json] = [draw(nodes(f"{number}", depth)) for number in range(draw(SEVERAL))]
    groups = [each for child in children for each in _all(child) if "aggregate" in each]
    if draw(st.booleans()) and groups:
        group = draw(st.sampled_from(groups))
        children.append(titled("again", group["max"], of=group["code"]))
    return {**draw(whole(code, children)), "digits": draw(st.sampled_from([None, "0", "1"]))}


def _all(node: Json) -> list[Json]:
    return [node, *(each for child in node.get("children", ()) for each in _all(child))]


trees = appendices().map(Appendix.model_validate)


def criteria(tree: Appendix) -> list[Criterion]:
    return [node for node in every(tree.children) if isinstance(node, Criterion)]


NUMBERS = {finest: st.integers(0, finest) for finest in (1, 3, 60, FINE, FINE**2)}
KINDS = st.integers(0, 8)


def score_on(draw: st.DrawFn, criterion: Criterion, finest: int) -> Score:
    """Points of any denominator up to *finest*, or a state."""
    if draw(KINDS) > 6:
        return draw(states)
    least, most = criterion.rule.least, Fraction(criterion.max)
    bottom = 1 + draw(NUMBERS[finest])
    exact = least + (most - least) * Fraction(draw(NUMBERS[finest]) % (bottom + 1), bottom)
    return scored(exact, criterion.decimals)


@st.composite
def sheets(draw: st.DrawFn, tree: Appendix, finest: int = FINE) -> dict[str, Score]:
    """A unit's scores; nearly always complete."""
    found = {each.code: score_on(draw, each, finest) for each in criteria(tree)}
    if draw(KINDS) == 0:
        found[draw(st.sampled_from(sorted(found)))] = Missing()
    return found


def word_on(draw: st.DrawFn, criterion: Criterion) -> Word:
    """Points, inputs that rarely divide evenly, or a state."""
    if draw(KINDS) > 6:
        return GivenState.model_validate({"score": draw(states)})
    if not criterion.inputs:
        least = criterion.rule.least
        exact = least + (Fraction(criterion.max) - least) * Fraction(draw(NUMBERS[60]), 60)
        return GivenPoints(points=half_up(exact))
    return GivenInputs(inputs={each.name: Decimal(draw(NUMBERS[60])) for each in criterion.inputs})


@st.composite
def rulesets(draw: st.DrawFn) -> Ruleset:
    """Two appendices, whose greatest totals may differ; classes, and policies of every kind."""
    trees_ = [draw(appendices("I", 2)), draw(appendices("II", 2))]
    roots = [each["aggregate"]["kind"] == "geometric_mean" for each in trees_]
    document = {
        "id": "random",
        "edition": "1",
        "title": {"vi": "Ngẫu nhiên"},
        "ground": "Thử",
        "appendices": trees_,
        "classes": {"b": GRADES},
        "policies": POLICIES
        | {
            "ties": draw(st.sampled_from(["1224", "1223"])),
            "rank_on": "published" if any(roots) else draw(st.sampled_from(["published", "unrounded"])),
            "group_mean": draw(st.sampled_from(["over_applicable", "over_all"])),
            "no_sheet": draw(st.sampled_from(["unranked", "zero"])),
        },
    }
    return Ruleset.model_validate(document)


@st.composite
def rosters(draw: st.DrawFn, ruleset: Ruleset) -> list[UnitInput]:
    """Up to five units: some without a word, some with a group taken from the other appendix, some of last year."""
    units = []
    for number in range(draw(st.integers(0, 5))):
        appendix, other = draw(st.sampled_from([("I", "II"), ("II", "I")]))
        taken = {"0": other} if draw(st.booleans()) and fits(ruleset, appendix, other) else {}
        sheet = sheet_of(ruleset, appendix, taken)
        words: dict[Stage, dict[str, Word]] = {}
        if draw(KINDS):
            words["self"] = {code: word_on(draw, each) for code, each in sheet.items()}
            for stage in ("round1", "council"):
                spoken = [code for code in sheet if not draw(KINDS)]
                words[stage] = {code: word_on(draw, sheet[code]) for code in spoken}
        earlier, ranked = draw(st.none() | st.integers(0, 3).map(Decimal)), bool(draw(KINDS))
        units.append(
            UnitInput(f"u{number}", draw(st.sampled_from(["b", "c"])), appendix, taken, words, earlier, ranked)
        )
    return units


def fits(ruleset: Ruleset, appendix: str, other: str) -> bool:
    """Whether the first node may be taken from there: as large, and all that is made of it is right with it."""
    try:
        check_composition(ruleset, appendix, {"0": other})
    except IctIndexError:
        return False
    return True
