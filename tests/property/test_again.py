"""What is worked out twice is equal: fractions first, whole numbers again, on trees of every kind."""

from fractions import Fraction
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.scoring.engine.again import Again
from shared.ruleset import Appendix, every, totals
from shared.ruleset.exact import scored
from shared.ruleset.model import Criterion
from shared.vocabulary import Json, NotApplicable, NotScored, Score, Scored

LEAF = {"title": {"vi": "lá"}, "max": "100", "rule": {"kind": "manual.v1"}}
AGGREGATES = ("sum", "mean_of_applicable", "percent_of_applicable_maximum", "geometric_mean", "weighted_sum")
states = st.sampled_from([NotApplicable(), NotScored(reason="late")])
points = st.fractions(0, 100, max_denominator=10**6).map(scored)


@st.composite
def nodes(draw: st.DrawFn, code: str, depth: int) -> Json:
    """A leaf, or a whole of up to four nodes; whether its maxima make sense does not matter here."""
    if not depth or draw(st.booleans()):
        return {**LEAF, "code": code}
    children = [draw(nodes(f"{code}.{number}", depth - 1)) for number in range(draw(st.integers(1, 4)))]
    kind: Json = {"kind": draw(st.sampled_from(AGGREGATES)), "reads": draw(st.sampled_from(["published", "exact"]))}
    if kind["kind"] == "sum":
        kind["not_applicable"] = draw(st.sampled_from(["scaled", "zero", "left_out"]))
    if kind["kind"] == "weighted_sum":
        weights = st.fractions(1, 9, max_denominator=9).map(str)
        kind["weights"] = {child["code"]: draw(weights) for child in children}
    more: Json = {"digits": draw(st.sampled_from([None, "0", "1", "2"])), "counts": str(draw(st.booleans()))}
    return {**LEAF, "code": code, "aggregate": kind, "children": children, **more}


@st.composite
def trees(draw: st.DrawFn) -> tuple[Appendix, dict[str, Score]]:
    children = [draw(nodes(f"{number}", 3)) for number in range(draw(st.integers(1, 4)))]
    document: Any = {**LEAF, "code": "I", "aggregate": draw(st.sampled_from(AGGREGATES[:4])), "children": children}
    for node in _all(document):
        node.pop("rule", None) if "children" in node else None
    tree = Appendix.model_validate(document)
    leaves = [node.code for node in every(tree.children) if isinstance(node, Criterion)]
    scores: st.SearchStrategy[Score] = st.one_of(points, states)
    return tree, {code: draw(scores) for code in leaves}


def _all(node: Json) -> list[Json]:
    return [node, *(each for child in node.get("children", ()) for each in _all(child))]


@given(trees())
def test_every_figure_is_found_again(found: tuple[Appendix, dict[str, Score]]) -> None:
    tree, scores = found
    first, again = totals(tree, scores), Again(tree, scores)
    for node in every(tree.children):
        score = first.nodes[node.code].score
        expected = Fraction(score.points) * 100 if isinstance(score, Scored) else None
        stated = None if expected is None and isinstance(score, NotApplicable) else int(expected or 0)
        assert again.hundredths(node) == stated
    assert again.hundredths(tree) == (None if first.overall.points is None else int(first.overall.points * 100))
