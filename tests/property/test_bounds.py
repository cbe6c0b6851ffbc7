"""Nothing that may be said of a unit leads below the bound that the validator proves."""

from fractions import Fraction
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from shared.ruleset import Appendix, every, totals
from shared.ruleset.bounds import bound
from shared.ruleset.exact import scored
from shared.ruleset.model import Criterion, Group
from shared.vocabulary import Json, NotApplicable, NotScored, Score, Scored

KINDS = ("sum", "mean_of_applicable", "percent_of_applicable_maximum", "weighted_sum")
published = st.fixed_dictionaries({"digits": st.sampled_from([None, "0", "1", "2"]), "published": st.just("true")})
states = st.sampled_from([NotApplicable(), NotScored(reason="late")])
unpublished = st.just({"published": "false"})


@st.composite
def nodes(draw: st.DrawFn, code: str, depth: int) -> Json:
    """A leaf that may have a floor, or a whole of up to three nodes."""
    most = str(draw(st.integers(1, 40)))
    node: Json = {"code": code, "title": {"vi": "nút"}, "max": most}
    if not depth or draw(st.booleans()):
        return node | {"rule": {"kind": "manual.v1", "floor": str(-draw(st.integers(0, 20)))}}
    children = [draw(nodes(f"{code}.{number}", depth - 1)) for number in range(draw(st.integers(1, 3)))]
    kind: Json = {"kind": draw(st.sampled_from(KINDS)), "reads": draw(st.sampled_from(["published", "exact"]))}
    if kind["kind"] == "sum":
        kind["not_applicable"] = draw(st.sampled_from(["scaled", "zero", "left_out"]))
    if kind["kind"] == "weighted_sum":
        kind["weights"] = {child["code"]: draw(st.fractions(1, 9, max_denominator=9).map(str)) for child in children}
    return node | {"aggregate": kind, "children": children} | draw(published | unpublished)


@st.composite
def words(draw: st.DrawFn) -> tuple[Appendix, dict[str, Score]]:
    """A tree, and scores that mostly are the lowest that there may be."""
    children = [draw(nodes(f"{number}", 2)) for number in range(draw(st.integers(1, 3)))]
    kind = draw(st.sampled_from(KINDS[:3]))
    document: Any = {"code": "I", "title": {"vi": "gốc"}, "max": "100", "aggregate": kind, "children": children}
    tree = Appendix.model_validate(document)
    scores: dict[str, Score] = {}
    for leaf in (node for node in every(tree.children) if isinstance(node, Criterion)):
        floor = Fraction(leaf.rule.least)
        low = st.one_of(st.just(floor), st.fractions(floor, Fraction(leaf.max), max_denominator=300)).map(scored)
        each: st.SearchStrategy[Score] = st.one_of(low, low, states)
        scores[leaf.code] = draw(each)
    return tree, scores


@given(words())
def test_no_figure_is_below_its_bound(given_words: tuple[Appendix, dict[str, Score]]) -> None:
    tree, scores = given_words
    groups = {node.code: node for node in every(tree.children) if isinstance(node, Group)}
    found = totals(tree, scores)
    for node, total in [(tree, found.overall), *((node, found.nodes[node.code]) for node in every(tree.children))]:
        if isinstance(total.score, Scored):
            least = bound(node, groups)
            read = [Fraction(total.score.points)] if node.published else [total.unrounded or Fraction(0)]
            assert min(read) >= least.points
            if most := Fraction(node.max) if total.most is None else total.most:
                assert min(read) / most >= least.share
