"""The engine of columns: what is proved of its numbers, where 64 bits end, and its figures one by one."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from services.scoring.engine.vector import LIMIT, Plain, bounds, column, compiled, keys, mean, plain, ranks, wholes
from services.scoring.engine.vector.columns import whole
from services.scoring.engine.vector.places import class_of
from shared.ruleset import half_up, parse
from shared.ruleset.exact import scored
from shared.vocabulary import Json, NotScored, Score
from tests.kit.campaigns import RULESET, leaf
from tests.kit.columns import AGGREGATES, STATES, tree, worked_out
from tests.kit.random_rules import REASONS


@pytest.mark.parametrize("limit", [LIMIT, 0])
@pytest.mark.parametrize("aggregate", AGGREGATES, ids=lambda each: f"{each['kind']} {each.get('not_applicable', '')}")
def test_two_parts_in_every_state(aggregate: Json, limit: int) -> None:
    scores = [*STATES, *map(scored, (Fraction(0), Fraction(-1, 100), Fraction(20, 3)))]
    sheets = [{"a": one, "b": other} for one, other in product(scores, scores)]
    for reads in ("published", "exact"):
        root = tree({**aggregate, "reads": reads}, leaf("a", max="7"), leaf("b", max="0.01"), digits="1")
        found = worked_out(root, sheets, limit)
        assert found.overall.top.dtype == (np.int64 if limit else object)


def test_a_score_keeps_its_state_its_reason_and_its_exact_points() -> None:
    assert [plain(NotScored.model_validate({"reason": each})).state for each in REASONS] == [3, 4, 5, 6]
    assert plain(scored(Fraction(20, 3))) == Plain(2, 667, 2000, 3)
    assert column([plain(scored(Fraction(1, 200)))], 100).rows() == [Plain(2, 1, 1, 2)]


def test_what_fits_is_proved_of_every_shipped_kind_of_whole() -> None:
    for root in (tree(each, leaf("a"), leaf("b")) for each in AGGREGATES):
        assert max(each.reach for each in bounds(root).values()) <= LIMIT


def fine(bottom: int) -> dict[str, Score]:
    """Just below a hundred points, by the *bottom*-th part of a hundredth."""
    return {"a": scored(Fraction(10_000 * bottom - 1, 100 * bottom))}


LAST = LIMIT // 20_001
"""The finest denominator of which twice a hundred points and one denominator more fit into 64 bits."""


def test_the_finest_figure_that_is_proved_to_fit_is_worked_out_in_64_bits_and_the_next_is_not() -> None:
    root = tree({"kind": "mean_of_applicable", "reads": "exact"}, leaf("a"))
    below, above = worked_out(root, [fine(LAST)]), worked_out(root, [fine(LAST + 1)])
    assert below.bounds[None].reach <= LIMIT < above.bounds[None].reach
    assert below.overall.top.dtype == np.int64
    assert above.overall.top.dtype == object
    assert below.overall.rows()[0].hundredths == above.overall.rows()[0].hundredths == 10_000


def test_one_bit_less_than_is_proved_to_be_needed_publishes_a_wrong_figure() -> None:
    root = tree({"kind": "mean_of_applicable", "reads": "exact"}, leaf("a"))
    forced = wholes(root, {"a": column([plain(fine(LAST + 1)["a"])], 10_000)}, limit=2 * LIMIT)
    assert forced.overall.rows()[0].hundredths != 10_000


@pytest.mark.parametrize(("count", "kind"), [(4, np.int64), (5, object)])
def test_a_root_of_many_parts_needs_more_than_64_bits(count: int, kind: object) -> None:
    codes = "abcde"[:count]
    root = tree({"kind": "geometric_mean"}, *map(leaf, codes))
    found = worked_out(root, [dict.fromkeys(codes, scored(Fraction(each, 3))) for each in (0, 1, 200, 300)])
    assert found.overall.top.dtype == kind


def test_only_the_node_that_needs_it_is_wide_and_who_reads_it_as_published_is_not() -> None:
    group = {"code": "g", "title": {"vi": "g"}, "max": "100", "aggregate": {"kind": "geometric_mean"}}
    root = tree({"kind": "mean_of_applicable"}, {**group, "children": [leaf(code) for code in "abcde"]}, leaf("f"))
    found = worked_out(root, [dict.fromkeys("abcdef", scored(Fraction(20, 3)))])
    assert found.nodes["g"].hundredths.dtype == object
    assert found.overall.hundredths.dtype == np.int64


def test_weights_of_many_decimals_and_numerators_of_many_digits_are_exact() -> None:
    weights = {"a": "999999999.999999", "b": "1/999999999"}
    root = tree({"kind": "weighted_sum", "weights": weights, "reads": "exact"}, leaf("a"), leaf("b"))
    sheet: dict[str, Score] = {"a": scored(Fraction(10**40, 3 * 10**38)), "b": scored(Fraction(10**30 + 1, 10**29))}
    assert worked_out(root, [sheet]).overall.top.dtype == object


def test_points_off_their_scale_widen_the_bound() -> None:
    root = tree({"kind": "mean_of_applicable"}, leaf("a"))
    off = worked_out(root, [{"a": scored(Fraction(99_999))}])
    assert off.bounds["a"].published == 9_999_900


def test_a_part_without_a_maximum_may_have_points_all_the_same() -> None:
    """Nothing of nothing: the points themselves where parts add up, nothing where they are weighed."""
    for aggregate in AGGREGATES:
        root = tree(aggregate, leaf("a", max="0"), leaf("b", max="0"))
        worked_out(root, [{"a": scored(Fraction(1)), "b": scored(Fraction(-5, 3))}])


def test_no_units_are_no_figures() -> None:
    root = tree({"kind": "geometric_mean"}, leaf("a"))
    assert wholes(root, {"a": column([], 100)}).overall.rows() == []
    assert whole([], 0).dtype == np.int64


FIGURES = [Fraction(-1, 3), Fraction(1, 3), Fraction(1, 3), Fraction(333, 1000), Fraction(2**70, 3), Fraction(2**70)]


@pytest.mark.parametrize("figures", [FIGURES, FIGURES[:4]], ids=["wide", "narrow"])
def test_keys_are_in_the_order_of_the_fractions(figures: list[Fraction]) -> None:
    reach = max(abs(each.numerator) for each in figures)
    key = keys(whole((f.numerator for f in figures), reach), whole((f.denominator for f in figures), reach)).tolist()
    assert [[a < b for b in key] for a in key] == [[a < b for b in figures] for a in figures]


def test_nothing_of_a_fine_denominator_has_a_key_too() -> None:
    assert keys(np.zeros(2, dtype=np.int64), np.array([2**40, 1])).tolist() == [0, 0]


def test_equal_units_share_a_rank_and_the_next_counts_on_or_follows() -> None:
    key, there = np.array([7, 9, 7, 5, 9]), np.array([True, True, True, True, False])
    assert ranks(key, there, dense=False) == [2, 1, 2, 4, None]
    assert ranks(key, there, dense=True) == [2, 1, 2, 3, None]
    assert ranks(key.astype(object), there, dense=True) == [2, 1, 2, 3, None]


@pytest.mark.parametrize(("total", "over"), [(5, 2), (-5, 2), (-1, 3), (0, 1), (7, 0)])
def test_a_mean_is_rounded_half_up_away_from_zero(total: int, over: int) -> None:
    assert mean(total, over) == (int(half_up(Fraction(total, over), 0)) if over else None)


def test_a_class_begins_where_it_says_and_the_lowest_has_all_that_is_less() -> None:
    bands = parse(RULESET).classes["thuoc"]
    assert [class_of(bands, each) for each in (6500, 6499, 0, -1)] == ["A", "B", "B", "B"]
    assert class_of((), 6500) is None


def test_the_loop_is_compiled_once_whatever_the_ruleset() -> None:
    assert compiled() is compiled()
