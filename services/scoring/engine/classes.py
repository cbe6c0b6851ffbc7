"""Classes as somebody else wrote them down: which one a score reaches, where they leave holes, where they overlap.

A ruleset's own classes are checked when it is read; these may be as wrong as they like.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import TypeAlias

from services.scoring.engine.claims import Band

Edge: TypeAlias = tuple[Decimal, int]
"""A cut between scores: before the score itself (0) or behind it (1)."""


@dataclass(frozen=True, slots=True)
class Hole:
    """Scores without a class, from one cut to the next."""

    begins: Edge
    ends: Edge

    def has(self, points: Decimal) -> bool:
        """Whether *points* fall into it."""
        return self.begins <= (points, 0) < self.ends

    @property
    def text(self) -> str:
        """As an interval, e.g. ``[80, 100]``."""
        opening, closing = "([", ")]"
        return f"{opening[1 - self.begins[1]]}{self.begins[0]}, {self.ends[0]}{closing[self.ends[1]]}"


def reached(bands: Sequence[Band], points: Decimal) -> Band | None:
    """The class of *points*; None where there is none, the first where there are two."""
    return next((band for band in bands if (band.at_least, 0) <= (points, 0) < _end(band, points)), None)


def holes(bands: Sequence[Band], most: Decimal) -> Iterator[Hole]:
    """What no class has of the scores from 0 to *most*."""
    at: Edge = (Decimal(0), 0)
    for band in _ascending(bands):
        begin = (band.at_least, 0)
        if begin > at:
            yield Hole(at, begin)
        at = max(at, _end(band, most))
    if at < (most, 1):
        yield Hole(at, (most, 1))


def overlaps(bands: Sequence[Band], most: Decimal) -> Iterator[tuple[Band, Band]]:
    """Neighbours that share scores, the lower first."""
    for lower, upper in pairwise(_ascending(bands)):
        if _end(lower, most) > (upper.at_least, 0):
            yield lower, upper


def _ascending(bands: Sequence[Band]) -> list[Band]:
    return sorted(bands, key=lambda band: band.at_least)


def _end(band: Band, most: Decimal) -> Edge:
    if band.below is not None:
        return band.below, 0
    return (most if band.up_to is None else band.up_to), 1
