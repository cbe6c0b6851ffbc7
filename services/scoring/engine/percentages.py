"""Percentages and the whole counts that they can come from, held at the decimals they are printed with."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from math import ceil

HUNDRED = 100


def decimals(printed: str) -> int:
    """How many a figure is printed with."""
    return len(printed.partition(".")[2])


def share(part: Decimal | int, whole: int) -> Fraction:
    """*part* of *whole* in percent; *whole* is not zero."""
    return HUNDRED * Fraction(part) / Fraction(whole)


def counts(printed: str, whole: int) -> range:
    """The whole numbers that are *printed* percent of *whole*, half up; empty where none is."""
    exact, half = Fraction(Decimal(printed)), Fraction(1, 2 * 10 ** decimals(printed))
    first, beyond = (ceil((exact + side) * whole / Fraction(HUNDRED)) for side in (-half, half))
    return range(max(first, 0), min(beyond, whole + 1))


def apportioned(printed: Sequence[str], whole: int) -> tuple[int, ...] | None:
    """Counts that are all *printed* percentages and come to *whole* together; None where there are none.

    Where several would do, the later ones are as small as they can be.
    """
    ranges = [counts(each, whole) for each in printed]
    if not all(ranges):
        return None
    left = whole - sum(each[0] for each in ranges)
    found: list[int] = []
    for each in ranges:
        more = min(max(left, 0), len(each) - 1)
        found.append(each[more])
        left -= more
    return None if left else tuple(found)
