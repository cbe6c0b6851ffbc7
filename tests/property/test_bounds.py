"""Nothing that may be said of a unit leads below the bound that the validator proves."""

from fractions import Fraction
from typing import Any

from hypothesis import assume, given
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
def nodes(draw: st.DrawFn, code: str, depth: int, reads: str) -> Json:
    """A leaf that may have a floor, or a whole of up to three nodes, published unless its whole *reads* it exact."""
    most = str(draw(st.integers(1, 40)))
    node: Json = {"code": code, "title": {"vi": "nút"}, "max": most}
    if not depth or draw(st.booleans()):
        return node | {"rule": {"kind": "manual.v1", "floor": str(-draw(st.integers(0, 20)))}}
    kind: Json = {"kind": draw(st.sampled_from(KINDS)), "reads": draw(st.sampled_from(["published", "exact"]))}
    children = [draw(nodes(f"{code}.{each}", depth - 1, kind["reads"])) for each in range(draw(st.integers(1, 3)))]
    if kind["kind"] == "sum":
        kind["not_applicable"] = draw(st.sampled_from(["scaled", "zero", "left_out"]))
    if kind["kind"] == "weighted_sum":
        kind["weights"] = {child["code"]: draw(st.fractions(1, 9, max_denominator=9).map(str)) for child in children}
    shown = published | unpublished if reads == "exact" else published
    return node | {"aggregate": kind, "children": children} | draw(shown)


@st.composite
def words(draw: st.DrawFn) -> tuple[Appendix, dict[str, Score]]:
    """A tree, and scores that mostly are the lowest that there may be."""
    children = [draw(nodes(f"{number}", 2, "published")) for number in range(draw(st.integers(1, 3)))]
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
    least = {node.code: bound(node, groups) for node in (tree, *every(tree.children))}
    assume(all(each.holds for each in least.values()))  # else no score has room for it, and the ruleset is refused
    found = totals(tree, scores)
    for node, total in [(tree, found.overall), *((node, found.nodes[node.code]) for node in every(tree.children))]:
        if isinstance(total.score, Scored):
            shown = Fraction(total.score.points) if node.published else total.unrounded or Fraction(0)
            exact = shown if total.unrounded is None else total.unrounded
            most = Fraction(node.max) if total.most is None else total.most
            for read, low in ((shown, least[node.code].published), (exact, least[node.code].exact)):
                assert read >= low.points
                assert not most or read / most >= low.share
