"""Every small case there is: two parts in every state and in every figure that a half can hide in."""

from decimal import Decimal
from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from services.scoring.engine.reference import mean as mean_by_fractions
from services.scoring.engine.vector import compiled, mean
from shared.ruleset import half_up
from shared.ruleset.exact import scored
from shared.vocabulary import Json
from tests.kit.campaigns import leaf
from tests.kit.columns import AGGREGATES, STATES, tree, worked_out


@pytest.mark.parametrize("aggregate", AGGREGATES, ids=lambda each: f"{each['kind']} {each.get('not_applicable', '')}")
@pytest.mark.parametrize("digits", ["0", "1", "2"])
@pytest.mark.parametrize("reads", ["published", "exact"])
def test_two_parts_of_every_kind_come_to_what_fractions_say(aggregate: Json, digits: str, reads: str) -> None:
    """Every hundredth up to four, thirds and sixths, twenty thirds, below zero, in every pair: ties of every kind."""
    figures = [*(Fraction(each, 100) for each in range(-2, 5)), Fraction(20, 3), Fraction(1, 6), Fraction(1, 200)]
    scores = [*STATES, *map(scored, figures)]
    root = tree({**aggregate, "reads": reads}, leaf("a", max="7"), leaf("b", max="0.01"), digits=digits)
    sheets = [{"a": one, "b": other} for one, other in product(scores, scores)]
    loop = compiled()
    assert loop, "numba is in the environment of the tests"
    fast = worked_out(root, sheets, loop=loop)
    slow = worked_out(root, sheets, limit=0)
    assert fast.overall.top.dtype == np.int64
    assert slow.overall.top.dtype == object


@pytest.mark.parametrize("count", range(1, 13))
def test_a_mean_of_up_to_twelve_scores_is_half_up_for_every_rest_of_the_sum(count: int) -> None:
    """The sum leaves each rest, above and below zero; ties among them. In a tree, and over the units of a block."""
    hundredths = range(-2 * count, 2 * count + 1)
    due = [half_up(Fraction(each, 100 * count)) for each in hundredths]
    parts = [leaf(f"p{number}", rule={"kind": "manual.v1", "floor": "-100"}) for number in range(count)]
    root = tree({"kind": "mean_of_applicable"}, *parts)
    rest = dict.fromkeys((f"p{number}" for number in range(1, count)), scored(Fraction(0)))
    loop = compiled()
    assert loop
    found = worked_out(root, [{"p0": scored(Fraction(each, 100)), **rest} for each in hundredths], loop=loop)
    assert [Decimal(int(each)).scaleb(-2) for each in found.overall.hundredths] == due
    assert [Decimal(mean(each, count) or 0).scaleb(-2) for each in hundredths] == due
    zeros = [Decimal(0)] * (count - 1)
    assert [mean_by_fractions([Decimal(each).scaleb(-2), *zeros]).mean for each in hundredths] == due
