"""Groups and totals of one unit once more, in whole numbers: knows nothing of how they were computed first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import lcm, prod
from typing import TypeAlias, assert_never

from shared.ruleset import Appendix, Criterion, Group, Node, Shared, every
from shared.ruleset.aggregates import GeometricMean, Mean, PercentOfMaximum, Sum, WeightedSum
from shared.vocabulary import NotApplicable, Score, Scored

Pair: TypeAlias = tuple[int, int]
"""A numerator, and a denominator above zero."""


@dataclass(frozen=True, slots=True)
class Figure:
    """What a node comes to: as published, in units of its last decimal, and before that."""

    published: Pair
    exact: Pair
    most: Pair | None = None  # where it is smaller than the node's, since a part does not apply


@dataclass(slots=True)
class Again:
    """One unit's tree, each node worked out once; a criterion without points counts as nothing."""

    tree: Appendix
    scores: Mapping[str, Score]
    _done: dict[str, Figure | None] = field(default_factory=dict)

    def hundredths(self, node: Appendix | Node) -> int | None:
        """The published figure of *node* × 100; None: not applicable."""
        found = self._figure(node)
        return None if found is None else found.published[0] * 100 // found.published[1]

    def _figure(self, node: Appendix | Node) -> Figure | None:
        if node.code not in self._done or isinstance(node, Appendix):
            self._done[node.code] = self._worked_out(node)
        return self._done[node.code]

    def _worked_out(self, node: Appendix | Node) -> Figure | None:
        match node:
            case Criterion():
                return _said(self.scores[node.code])
            case Shared():
                [group] = [each for each in every(self.tree.children) if each.code == node.of]
                return self._figure(group)
            case Group() | Appendix():
                return self._whole(node)
            case _:
                assert_never(node)

    def _whole(self, node: Appendix | Group) -> Figure | None:
        applying = [
            (child, found) for child in node.children if child.counts and (found := self._figure(child)) is not None
        ]
        if not applying:
            return None
        exactly = node.aggregate.reads == "exact"
        values = [found.exact if exactly else found.published for _, found in applying]
        shares = [found.most or (int(child.max * 100), 100) for child, found in applying]
        most, scale = (int(node.max * 100), 100), 10**node.decimals
        smaller: Pair | None = None
        match node.aggregate:
            case Mean():
                exact = _times(_sum(values), (1, len(values)))
            case Sum(not_applicable="zero" | "left_out" as left):
                exact, smaller = _sum(values), _sum(shares) if left == "left_out" else None
            case Sum():
                exact = _scaled(_sum(values), _sum(shares), most)
            case WeightedSum(weights=weights):
                weighed = [_pair(weights[child.code]) for child, _ in applying]
                exact = _scaled(
                    _sum(list(map(_times, values, weighed))), _sum(list(map(_times, shares, weighed))), most
                )
            case PercentOfMaximum():
                exact = _scaled(_sum(values), _sum(shares), (100, 1))
            case GeometricMean():
                product = prod(top for top, _ in values), prod(bottom for _, bottom in values)
                root = (_root(product, len(values), scale), scale)
                return Figure(root, root)
            case _:
                assert_never(node.aggregate)
        return Figure((_rounded(exact, scale), scale), exact, smaller)


def _said(score: Score) -> Figure | None:
    if isinstance(score, NotApplicable):
        return None
    if not isinstance(score, Scored):
        return Figure((0, 1), (0, 1))
    published = int(score.points * 100), 100
    return Figure(published, published if score.exact is None else _pair(score.exact))


def _pair(text: str) -> Pair:
    """What ``20/3`` or ``0.8`` writes."""
    if "/" in text:
        top, bottom = text.split("/")
        return int(top), int(bottom)
    whole, _, decimals = text.partition(".")
    return int(whole + decimals), 10 ** len(decimals)


def _sum(values: Sequence[Pair]) -> Pair:
    bottom = lcm(*(each for _, each in values))
    return sum(top * (bottom // each) for top, each in values), bottom


def _times(one: Pair, other: Pair) -> Pair:
    return one[0] * other[0], one[1] * other[1]


def _scaled(points: Pair, whole: Pair, most: Pair) -> Pair:
    """*points* of *whole*, of *most*; nothing of nothing is nothing."""
    if not whole[0]:
        return 0, 1
    return points[0] * whole[1] * most[0], points[1] * whole[0] * most[1]


def _rounded(exact: Pair, scale: int) -> int:
    """Half up, away from zero."""
    top, bottom = abs(exact[0]) * scale, exact[1]
    whole = (2 * top + bottom) // (2 * bottom)
    return whole if exact[0] >= 0 else -whole


def _root(product: Pair, degree: int, scale: int) -> int:
    """The greatest number that is no further above the root than half a unit of *scale*: bit by bit from above."""
    found = 0
    for bit in reversed(range((product[0].bit_length() + 1) // degree + scale.bit_length() + 2)):
        more = found + (1 << bit)
        if (2 * more - 1) ** degree * product[1] <= product[0] * (2 * scale) ** degree:
            found = more
    return found
