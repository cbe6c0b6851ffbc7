"""How low the figures of a ruleset can fall, whatever is said and whatever does not apply; proved before it is used."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import assert_never

from shared.ruleset.aggregates import GeometricMean, Mean, PercentOfMaximum, Sum, WeightedSum
from shared.ruleset.exact import half_up, quotient
from shared.ruleset.model import Appendix, Criterion, Group, Node, Shared
from shared.vocabulary import LEAST_POINTS

ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class Bound:
    """No figure of a node is lower.

    Attributes:
        points: Of it.
        share: Of it in its maximum, which is a smaller one where ``left_out`` makes it so.
    """

    points: Fraction
    share: Fraction

    @property
    def penalizes(self) -> bool:
        """Whether it may fall below zero."""
        return self.points < 0

    @property
    def holds(self) -> bool:
        """Whether a score has room for it."""
        return self.points >= LEAST_POINTS


def bound(node: Appendix | Node, groups: Mapping[str, Group]) -> Bound:
    """The least that *node* comes to; *groups* are those of its appendix, by code, where none is in itself.

    What is scaled falls furthest where nothing else applies: no sum of points over a sum of maxima lies below the
    lowest of its parts.
    """
    match node:
        case Criterion():
            return _published(node, min(node.rule.least, ZERO))  # what is not scored is worth nothing
        case Shared():
            return bound(groups[node.of], groups)
        case Group() | Appendix():
            return _whole(node, groups)
        case _:
            assert_never(node)


def _whole(node: Appendix | Group, groups: Mapping[str, Group]) -> Bound:
    counting = [child for child in node.children if child.counts]
    parts = [bound(child, groups) for child in counting]
    least, share = min(part.points for part in parts), min(part.share for part in parts)
    match node.aggregate:
        case Sum(not_applicable="scaled") | WeightedSum():
            return _published(node, share * Fraction(node.max))
        case Sum(not_applicable=left):
            found = _published(node, sum((min(part.points, ZERO) for part in parts), ZERO))
            if left == "zero" or not found.penalizes:
                return found
            smallest = min(Fraction(child.max) for child in counting if child.max)
            finer = node.published and (node.digits is not None or node.aggregate.reads == "exact")
            return Bound(found.points, share - (quotient(1, 2 * 10**node.decimals * smallest) if finer else ZERO))
        case Mean() | GeometricMean():
            return _published(node, least)
        case PercentOfMaximum():
            return _published(node, share * 100)
        case _:
            assert_never(node.aggregate)


def _published(node: Appendix | Group | Criterion, points: Fraction) -> Bound:
    """*points* as they are published, where they are: rounding keeps the order."""
    least = Fraction(half_up(points, node.decimals)) if node.published else points
    return Bound(least, quotient(least, Fraction(node.max)) if node.max else ZERO)
