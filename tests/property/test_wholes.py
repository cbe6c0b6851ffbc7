"""What columns of whole numbers come to is what fractions come to: every figure of every node, bit for bit."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from services.scoring.engine.vector import LIMIT, Column, Plain, Wholes, column, compiled, plain, wholes
from shared.ruleset import Appendix, Total, totals
from shared.ruleset.exact import scored
from shared.vocabulary import Score
from tests.kit.campaigns import leaf
from tests.kit.columns import tree
from tests.kit.random_rules import NUMBERS, criteria, sheets, trees

Sheet = Mapping[str, Score]


def columns(tree: Appendix, rows: Sequence[Sheet]) -> dict[str, Column]:
    return {each.code: column([plain(row[each.code]) for row in rows], int(each.max * 100)) for each in criteria(tree)}


def expected(total: Total) -> Plain:
    return plain(total.score)


def assert_same(tree: Appendix, rows: Sequence[Sheet], found: Wholes) -> None:
    nodes = {code: each.rows() for code, each in found.nodes.items()}
    overall = found.overall.rows()
    for row, sheet in enumerate(rows):
        first = totals(tree, sheet)
        assert {code: expected(each) for code, each in first.nodes.items()} == {
            code: each[row] for code, each in nodes.items()
        }
        assert expected(first.overall) == overall[row]
        assert first.overall.applicable == found.overall.applicable[row]


@st.composite
def cases(draw: st.DrawFn) -> tuple[Appendix, list[Sheet]]:
    tree = draw(trees)
    finest = draw(st.sampled_from(sorted(NUMBERS)))
    return tree, [draw(sheets(tree, finest)) for _ in range(draw(st.integers(1, 3)))]


@given(cases())
def test_every_figure_is_found_again(case: tuple[Appendix, list[Sheet]]) -> None:
    tree, rows = case
    assert_same(tree, rows, wholes(tree, columns(tree, rows)))


@given(cases(), st.sampled_from([0, 2**31, LIMIT]))
def test_how_many_bits_a_number_has_changes_nothing(case: tuple[Appendix, list[Sheet]], limit: int) -> None:
    tree, rows = case
    assert_same(tree, rows, wholes(tree, columns(tree, rows), limit))
    assert_same(tree, rows, wholes(tree, columns(tree, rows), limit, compiled()))


def test_one_loop_is_compiled_for_all_rulesets() -> None:
    loop = compiled()
    assert loop, "numba is in the environment of the tests"
    for kind, codes in (("sum", "ab"), ("geometric_mean", "abc")):
        root = tree({"kind": kind}, *map(leaf, codes))
        sheet: dict[str, Score] = {code: scored(Fraction(20, 3)) for code in codes}
        assert_same(root, [sheet], wholes(root, columns(root, [sheet]), LIMIT, loop))
    assert len(getattr(loop, "signatures", ())) == 1
