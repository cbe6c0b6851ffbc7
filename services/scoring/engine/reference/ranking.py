"""Ranks, classes and means of published figures."""

from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Literal, TypeAlias

from shared.ruleset import ClassBand, half_up
from shared.standing import Mean

Ties: TypeAlias = Literal["1224", "1223"]


def ranks(points: Mapping[str, Decimal | Fraction | None], ties: Ties = "1224") -> dict[str, int]:
    """1 is best; equal points share the better rank. Without points: no rank.

    Args:
        points: All published, or all before rounding.
        ties: Whether the next one counts on (1-2-2-4) or follows at once (1-2-2-3).
    """
    having = [value for value in points.values() if value is not None]
    first: dict[Decimal | Fraction, int] = {}
    for place, value in enumerate(sorted(having if ties == "1224" else set(having), reverse=True), start=1):
        first.setdefault(value, place)
    return {unit: first[value] for unit, value in points.items() if value is not None}


def class_of(bands: Iterable[ClassBand], points: Decimal) -> str:
    """The class *points* fall into; bands go from the best down and leave no hole, so the first that is reached."""
    return next(band.code for band in bands if band.begins_at(points))


def mean(values: Collection[Decimal], denominator: int | None = None) -> Mean:
    """Mean of *values*, half up; over *denominator* where it is another than their number."""
    count = len(values) if denominator is None else denominator
    if not count:
        return Mean(mean=None, denominator=0)
    hundredths = sum(int(value.scaleb(2)) for value in values)
    return Mean(mean=half_up(Fraction(hundredths, 100 * count)), denominator=count)
