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
class Low:
    """No figure of a node is lower, as its whole reads it.

    Attributes:
        points: Of it.
        share: Of it in its maximum, which is a smaller one where ``left_out`` makes it so.
    """

    points: Fraction
    share: Fraction


@dataclass(frozen=True, slots=True)
class Bound:
    """The lowest figures of a node.

    Attributes:
        published: Where it is published, else as `exact`.
        exact: Before it is rounded.
    """

    published: Low
    exact: Low

    @property
    def points(self) -> Fraction:
        """As they are shown."""
        return self.published.points

    @property
    def penalizes(self) -> bool:
        """Whether it may fall below zero."""
        return self.exact.points < 0

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
    bounds = [bound(child, groups) for child in counting]
    parts = [each.exact if node.aggregate.reads == "exact" else each.published for each in bounds]
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
            rounded = share - (quotient(1, 2 * 10**node.decimals * smallest) if finer else ZERO)
            return Bound(Low(found.points, rounded), Low(found.exact.points, share))
        case Mean() | GeometricMean():
            return _published(node, least)
        case PercentOfMaximum():
            return _published(node, share * 100)
        case _:
            assert_never(node.aggregate)


def _published(node: Appendix | Group | Criterion, exact: Fraction) -> Bound:
    """*exact* points, and as they are published, where they are: rounding keeps the order."""
    shown = Fraction(half_up(exact, node.decimals)) if node.published else exact
    return Bound(*(Low(each, quotient(each, Fraction(node.max)) if node.max else ZERO) for each in (shown, exact)))
