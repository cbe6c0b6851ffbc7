"""Every small case there is: two parts in every state and in every figure that a half can hide in."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest

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
    fast = worked_out(root, sheets)
    slow = worked_out(root, sheets, limit=0)
    assert fast.overall.top.dtype == np.int64
    assert slow.overall.top.dtype == object
