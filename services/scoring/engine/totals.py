"""From criteria to groups to the unit: exact inside, rounded once at each level that is published.

Source: report 1101/QĐ-BNV, part I.IV.2.b (mean of the groups that apply).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import assert_never

from shared.ruleset import Appendix, Criterion, Group, half_up
from shared.vocabulary import Missing, NotApplicable, NotScored, Score, Scored


@dataclass(frozen=True, slots=True)
class Total:
    """A whole and its parts.

    Attributes:
        score: Missing while any part is; not applicable where no part applies.
        unrounded: Exact, before rounding; None where there are no points.
        applicable: How many parts apply.
    """

    score: Score
    unrounded: Fraction | None = None
    applicable: int = 0

    @property
    def points(self) -> Decimal | None:
        """Two decimals; None where the total does not exist. None is not zero."""
        return self.score.points if isinstance(self.score, Scored) else None

    @property
    def exact(self) -> str | None:
        """The exact total as ``numerator/denominator``."""
        return None if self.unrounded is None else f"{self.unrounded.numerator}/{self.unrounded.denominator}"


@dataclass(frozen=True, slots=True)
class Totals:
    """One unit at one stage.

    Attributes:
        groups: The groups right below the root, by code, in order.
        nodes: Every group of whatever depth, by code.
    """

    groups: Mapping[str, Total]
    nodes: Mapping[str, Total]
    overall: Total


def totals(tree: Appendix, scores: Mapping[str, Score]) -> Totals:
    """Group and unit totals of one unit; a criterion without a score is missing."""
    nodes: dict[str, Total] = {}
    overall = _whole(tree, scores, nodes)
    groups = {child.code: nodes[child.code] for child in tree.children}
    return Totals(groups=groups, nodes=nodes, overall=overall)


def _whole(node: Appendix | Group, scores: Mapping[str, Score], nodes: dict[str, Total]) -> Total:
    parts: list[tuple[Score, Decimal]] = []
    for child in node.children:
        if isinstance(child, Criterion):
            total = _leaf(scores.get(child.code, Missing()))
        else:
            total = _whole(child, scores, nodes)
        nodes[child.code] = total
        parts.append((total.score, child.max))
    return aggregate(node, parts)


def _leaf(score: Score) -> Total:
    points = points_of(score)
    return Total(score, None if points is None else Fraction(points), 0 if isinstance(score, NotApplicable) else 1)


def points_of(score: Score) -> Decimal | None:
    """What *score* counts in a mean: 0 where not scored; None where it is in no mean, or missing."""
    match score:
        case Scored():
            return score.points
        case NotScored():
            return Decimal("0.00")
        case NotApplicable() | Missing():
            return None
        case _:
            assert_never(score)


def aggregate(node: Appendix | Group, parts: Sequence[tuple[Score, Decimal]]) -> Total:
    """*node* from its parts, each a score and its maximum."""
    applicable = sum(not isinstance(score, NotApplicable) for score, _ in parts)
    if any(isinstance(score, Missing) for score, _ in parts):
        return Total(Missing(), None, applicable)
    if not applicable:
        return Total(NotApplicable())
    counted = [(points, most) for score, most in parts if (points := points_of(score)) is not None]
    given = sum((Fraction(points) for points, _ in counted), Fraction(0))
    match node.aggregate:
        case "mean_of_applicable":
            exact = given / len(counted)
        case "sum":
            exact = given / sum((Fraction(most) for _, most in counted), Fraction(0)) * Fraction(node.max)
        case _:
            assert_never(node.aggregate)
    return Total(Scored(points=half_up(exact)), exact, applicable)
