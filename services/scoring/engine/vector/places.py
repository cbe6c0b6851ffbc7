"""Ranks, classes and means of columns of figures."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from services.scoring.engine.vector.columns import LIMIT, Flags, Whole
from shared.ruleset import ClassBand

Rank = int | None
"""1 is best; None where there are no points."""


def keys(top: Whole, bottom: Whole, limit: int = LIMIT) -> Whole:
    """Whole numbers in the order of the fractions, equal where these are; shape (units,).

    Two different fractions are at least 1 / (bottom × bottom) apart, so that so many times each has another whole part.
    """
    finest = int(bottom.max(initial=1)) ** 2
    if int(abs(top).max(initial=1)) * finest > limit:  # the factor must fit too, where every figure is nothing
        top, bottom = top.astype(object), bottom.astype(object)
    return top * finest // bottom


def ranks(key: Whole, there: Flags, *, dense: bool) -> list[Rank]:
    """Rank of each unit by *key*, among those that are *there*.

    Args:
        key: Greater is better; shape (units,).
        there: Who has one; shape (units,).
        dense: Whether the next one after equal units follows at once (1-2-2-3) or counts on (1-2-2-4).
    """
    among = np.unique(key[there]) if dense else np.sort(key[there])
    better = len(among) - np.searchsorted(among, key, side="right")
    return [1 + place if ranked else None for place, ranked in zip(better.tolist(), there.tolist(), strict=True)]


def ranks_within(key: Whole, there: Flags, parts: Iterable[Whole], *, dense: bool) -> list[Rank]:
    """The same, each of *parts* (row numbers) by itself; every unit is in one."""
    found: list[Rank] = [None] * len(key)
    for part in parts:
        for row, rank in zip(part.tolist(), ranks(key[part], there[part], dense=dense), strict=True):
            found[row] = rank
    return found


def rows_by(names: Sequence[str]) -> Mapping[str, Whole]:
    """Row numbers by name, in the order in which names come first."""
    found: dict[str, list[int]] = {}
    for row, name in enumerate(names):
        found.setdefault(name, []).append(row)
    return {name: np.array(rows, dtype=np.int64) for name, rows in found.items()}


def class_of(bands: Iterable[ClassBand], hundredths: int) -> str | None:
    """The class that so many *hundredths* of a point fall into; None where there is none."""
    for band in bands:
        beyond = band.below is not None and hundredths >= int(band.below * 100)
        if (band.at_least is None or hundredths >= int(band.at_least * 100)) and not beyond:
            return band.code
    return None


def mean(total: int, denominator: int) -> int | None:
    """So many hundredths over *denominator* units, half up, away from zero; None where that is 0."""
    if not denominator:
        return None
    found = (2 * abs(total) + denominator) // (2 * denominator)
    return found if total >= 0 else -found
