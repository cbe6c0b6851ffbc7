"""One node of a tree as columns, a row a unit: whole numbers, and the state in a plane of its own.

All figures are in hundredths of a point, so that two decimals are whole numbers.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple, TypeAlias, assert_never

import numpy as np
from numpy.typing import NDArray

from shared.vocabulary import Missing, NotApplicable, NotScored, Score, Scored

Whole: TypeAlias = NDArray[Any]
"""Whole numbers: 64 bits where that is proved to be enough, else as many as it takes (dtype object)."""
States: TypeAlias = NDArray[np.int8]
Flags: TypeAlias = NDArray[np.bool_]

LIMIT = 2**63 - 1
"""The greatest whole number of 64 bits with a sign."""
MISSING, NOT_APPLICABLE, SCORED = 0, 1, 2
REASONS = ("insufficient_data", "contradicts_reality", "no_evidence", "late")
"""Why something is not scored; the state is 3 and on, in this order."""


class Plain(NamedTuple):
    """A score as whole numbers.

    Attributes:
        state: See above.
        hundredths: Published points × 100; 0 where there are none.
        top, bottom: Exact points × 100 as a fraction that cannot be reduced, bottom ≥ 1.
    """

    state: int
    hundredths: int = 0
    top: int = 0
    bottom: int = 1


def plain(score: Score) -> Plain:
    """*score* as whole numbers; nothing of it is lost."""
    match score:
        case Scored():
            hundredths = int(score.points.scaleb(2))
            if score.exact is None:
                return Plain(SCORED, hundredths, hundredths)
            exact = 100 * Fraction(score.exact)
            return Plain(SCORED, hundredths, exact.numerator, exact.denominator)
        case NotScored():
            return Plain(SCORED + 1 + REASONS.index(score.reason))
        case NotApplicable():
            return Plain(NOT_APPLICABLE)
        case Missing():
            return Plain(MISSING)
        case _:
            assert_never(score)


def whole(values: Iterable[int], reach: int, limit: int = LIMIT) -> Whole:
    """*values*, none beyond *reach*, as an array; shape (units,)."""
    return np.array(list(values), dtype=np.int64 if reach <= limit else object)


@dataclass(frozen=True, slots=True)
class Column:
    """What one node comes to; every array has shape (units,).

    Attributes:
        state: Of each unit; without points the other arrays hold 0, *bottom* 1.
        hundredths: As published.
        top, bottom: As it was before; where there is no such fraction (a root), as published.
        applicable: How many parts apply; of a criterion 1, or 0.
        most: Maximum of what applies in it, × 100.
    """

    state: States
    hundredths: Whole
    top: Whole
    bottom: Whole
    applicable: Whole
    most: Whole

    @property
    def applies(self) -> Flags:
        """Where it does, or where nobody knows."""
        return np.not_equal(self.state, NOT_APPLICABLE)

    def rows(self) -> list[Plain]:
        """Unit by unit."""
        shared = np.gcd(self.top, self.bottom)
        planes = (self.state, self.hundredths, self.top // shared, self.bottom // shared)
        return [Plain(*row) for row in zip(*(plane.tolist() for plane in planes), strict=True)]


def column(found: Sequence[Plain], most: int) -> Column:
    """A criterion's scores, a row each, beside its maximum × 100."""
    state = np.array([each.state for each in found], dtype=np.int8)
    reach = max((abs(each.hundredths) for each in found), default=0)
    hundredths = whole((each.hundredths for each in found), reach)
    top, bottom = hundredths, np.ones_like(hundredths)
    if any((each.top, each.bottom) != (each.hundredths, 1) for each in found):
        reach = max(max(abs(each.top), each.bottom) for each in found)
        top, bottom = whole((each.top for each in found), reach), whole((each.bottom for each in found), reach)
    applicable = (state != NOT_APPLICABLE).astype(np.int64)
    return Column(state, hundredths, top, bottom, applicable, np.full(len(found), most, dtype=np.int64))
