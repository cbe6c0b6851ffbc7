"""One whole for all units, number by number: what `wholes` does by columns, as a loop that numba compiles.

Only what is proved to fit into 64 bits comes here. Without numba (the optional extra ``fast``) there is no kernel, and
nothing else changes. It is compiled once in a process, whatever the ruleset: the tree is data to it.
"""

from collections.abc import Callable
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from services.scoring.engine.vector.columns import MISSING, NOT_APPLICABLE, SCORED, States, Whole

MEAN, ADDED, LEFT_OUT, SCALED, SHARED, ROOT = range(6)
"""Ways to make a whole of parts: mean; sum; sum of what applies; scaled to a maximum, also of nothing; not of nothing;
root of the product."""


class Read(NamedTuple):
    """Parts as their whole reads them; all of shape (parts, units) but the weights, of shape (parts,)."""

    state: States
    top: Whole
    bottom: Whole
    most: Whole
    weight: Whole


class Made(NamedTuple):
    """How the whole is made: which way, a unit of its last decimal, what it is scaled to, and its greatest figure."""

    way: int
    step: int
    most: int
    greatest: int


Planes: TypeAlias = tuple[States, Whole, Whole, Whole, Whole, Whole]
"""As the fields of ``Column``."""
Kernel: TypeAlias = Callable[[Read, Made], Planes]
Jit: TypeAlias = Callable[[Any], Any]
Plus: TypeAlias = Callable[[int, int, int, int], tuple[int, int]]


def kernel(jit: Jit) -> Kernel:
    """The loop, each piece of it handed to *jit*."""
    added, scaled, half_up = jit(_added), jit(_scaled), jit(_half_up)
    plus, root = jit(_plus), jit(_root)

    def work(read: Read, made: Made) -> Planes:
        units = read.state.shape[1]
        state = np.empty(units, np.int8)
        hundredths, top, bottom = np.zeros(units, np.int64), np.zeros(units, np.int64), np.ones(units, np.int64)
        applicable, most = np.empty(units, np.int64), np.empty(units, np.int64)
        for unit in range(units):
            missing, degree, shares, over, under = added(read, unit, made.way, plus)
            applicable[unit] = degree
            most[unit] = shares if made.way == LEFT_OUT else made.most
            state[unit] = MISSING if missing else SCORED if degree else NOT_APPLICABLE
            if state[unit] == SCORED:
                if made.way == ROOT:
                    over, under = root(over, under, degree, made), 1
                else:
                    over, under = scaled(over, under, made, shares, degree)
                top[unit], bottom[unit], hundredths[unit] = over, under, half_up(over, under, made.step)
        return state, hundredths, top, bottom, applicable, most

    found: Kernel = jit(work)
    return found


def _added(read: Read, unit: int, way: int, plus: Plus) -> tuple[bool, int, int, int, int]:
    """Whether a part is missing, how many apply, their maxima, and their sum, or product for a root, as a fraction."""
    missing, degree, shares, over, under = False, 0, 0, 1 if way == ROOT else 0, 1
    for part in range(read.state.shape[0]):
        state = read.state[part, unit]
        if state == MISSING:
            missing = True
        if state != NOT_APPLICABLE:
            own, its = read.top[part, unit] * read.weight[part], read.bottom[part, unit]
            over, under = (over * own, under * its) if way == ROOT else plus(over, under, own, its)
            shares += read.most[part, unit] * read.weight[part]
            degree += 1
    return missing, degree, shares, over, under


def _plus(over: int, under: int, own: int, its: int) -> tuple[int, int]:
    """Both fractions, over their least common denominator."""
    if under == its:
        return over + own, under
    common, other = under, its
    while other:
        common, other = other, common % other
    return over * (its // common) + own * (under // common), under // common * its


def _scaled(over: int, under: int, made: Made, shares: int, degree: int) -> tuple[int, int]:
    if made.way == MEAN:
        return over, under * degree
    if made.way in (ADDED, LEFT_OUT):
        return over, under
    if shares:
        return over * made.most, under * shares
    return (over, under) if made.way == SCALED else (0, 1)


def _root(over: int, under: int, degree: int, made: Made) -> int:
    """As the one by columns: bit by bit from above, the greatest k of which (2k - 1) / 2 steps are not above it."""
    goal, found, bit = over * 2**degree, 0, 1
    while 2 * bit * made.step <= made.greatest:
        bit *= 2
    while bit:
        tried = under
        for _ in range(degree):
            tried *= made.step * (2 * (found + bit) - 1)
        if tried <= goal:
            found += bit
        bit //= 2
    return found * made.step


def _half_up(over: int, under: int, step: int) -> int:
    found = (2 * abs(over) + under * step) // (2 * under * step) * step
    return found if over >= 0 else -found


plainly = kernel(lambda work: work)
"""The loop as Python runs it: slow, and the same."""


@cache
def compiled() -> Kernel | None:
    """The loop as numba compiles it; None where that is not installed."""
    return kernel(import_module("numba").njit) if find_spec("numba") else None
