"""Every node of a tree from its criteria, all units at a time: whole numbers, each node rounded once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias, assert_never

import numpy as np

from services.scoring.engine.vector.bounds import HUNDRED, Bound, Bounds, bounds, step_of, weights_of
from services.scoring.engine.vector.columns import LIMIT, MISSING, NOT_APPLICABLE, SCORED, Column, Flags, Whole
from services.scoring.engine.vector.kernel import ADDED, LEFT_OUT, MEAN, ROOT, SCALED, SHARED, Kernel, Made, Read
from shared.ruleset import Appendix, Criterion, Group, Node, Shared, every
from shared.ruleset.aggregates import GeometricMean, Mean, PercentOfMaximum, Sum, WeightedSum

Pair: TypeAlias = tuple[Whole, Whole]
"""Numerators, and denominators above zero; each of shape (units,)."""


@dataclass(frozen=True, slots=True)
class Wholes:
    """A tree worked out for all its units.

    Attributes:
        nodes: Every node of whatever depth, criteria included, by code.
        overall: The root.
        bounds: What was proved of each before.
    """

    nodes: Mapping[str, Column]
    overall: Column
    bounds: Bounds


def wholes(tree: Appendix, columns: Mapping[str, Column], limit: int = LIMIT, kernel: Kernel | None = None) -> Wholes:
    """What *tree* comes to for each unit.

    Args:
        tree: The tree they are appraised by.
        columns: Its criteria, by code; all over the same units in the same order.
        limit: Where a node may meet a greater number than this, its numbers are of any length.
        kernel: Works the other nodes out.
    """
    proved = bounds(tree, columns)
    work = _Work({node.code: node for node in every(tree.children)}, columns, proved, limit, kernel)
    for child in tree.children:
        work.of(child)
    return Wholes(work.done, work.whole(tree, proved[None]), proved)


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a whole as the whole reads it; where it does not apply, top and share are 0 and bottom is 1."""

    top: Whole
    bottom: Whole
    share: Whole
    applies: Flags


@dataclass(slots=True)
class _Work:
    """Each node once."""

    known: Mapping[str, Node]
    columns: Mapping[str, Column]
    bounds: Bounds
    limit: int
    kernel: Kernel | None
    done: dict[str, Column] = field(default_factory=dict)

    def of(self, node: Node) -> Column:
        if node.code not in self.done:
            self.done[node.code] = self._found(node)
        return self.done[node.code]

    def _found(self, node: Node) -> Column:
        match node:
            case Criterion():
                return self.columns[node.code]
            case Group():
                return self.whole(node, self.bounds[node.code])
            case Shared():
                return self.of(self.known[node.of])
            case _:
                assert_never(node)

    def whole(self, whole: Appendix | Group, bound: Bound) -> Column:
        """*whole* from its parts, in 64 bits where *bound* proves that they are enough."""
        kind = np.dtype(np.int64 if bound.reach <= self.limit else object)
        weights, exactly = weights_of(whole), whole.aggregate.reads == "exact"
        found = {child.code: self.of(child) for child in whole.children}
        counting = [(weights[child.code], found[child.code]) for child in whole.children if child.counts]
        if self.kernel is not None and bound.reach <= self.limit:
            return Column(*self.kernel(_read(counting, exactly=exactly), _made(whole, bound)))
        parts = [_part(column, weight, kind, exactly=exactly) for weight, column in counting]
        missing = np.any([column.state == MISSING for _, column in counting], axis=0)
        applicable: Whole = np.add.reduce([part.applies for part in parts], dtype=np.int64)
        state = np.where(missing, MISSING, np.where(applicable > 0, SCORED, NOT_APPLICABLE)).astype(np.int8)
        there, degree = state == SCORED, np.maximum(applicable, 1).astype(kind)
        top, bottom = _exact(whole, parts, degree, bound.published)
        top, bottom = np.where(there, top, 0), np.where(there, bottom, 1)
        most = np.full(len(state), int(whole.max * 100), dtype=kind)
        if isinstance(whole.aggregate, Sum) and whole.aggregate.not_applicable == "left_out":
            most = _shares(parts)
        return Column(state, _half_up(top, bottom, step_of(whole)), top, bottom, applicable, most)


def _read(counting: Sequence[tuple[int, Column]], *, exactly: bool) -> Read:
    """Parts for a kernel; those that may not fit do not reach one."""
    columns = [column for _, column in counting]
    tops = [column.top if exactly else column.hundredths for column in columns]
    bottoms = [column.bottom if exactly else np.ones_like(column.hundredths) for column in columns]
    return Read(
        state=np.array([column.state for column in columns]),
        top=np.array(tops, dtype=np.int64),
        bottom=np.array(bottoms, dtype=np.int64),
        most=np.array([column.most for column in columns], dtype=np.int64),
        weight=np.array([weight for weight, _ in counting], dtype=np.int64),
    )


def _made(whole: Appendix | Group, bound: Bound) -> Made:
    kind, way, most = whole.aggregate, SHARED, int(whole.max * 100)
    match kind:
        case Mean():
            way = MEAN
        case Sum():
            way = {"zero": ADDED, "left_out": LEFT_OUT, "scaled": SCALED}[kind.not_applicable]
        case WeightedSum():
            pass
        case PercentOfMaximum():
            most = HUNDRED
        case GeometricMean():
            way = ROOT
        case _:
            assert_never(kind)
    return Made(way, step_of(whole), most, bound.published)


def _part(column: Column, weight: int, kind: np.dtype[Any], *, exactly: bool) -> _Part:
    top, bottom = (column.top, column.bottom) if exactly else (column.hundredths, np.ones_like(column.hundredths))
    share = np.where(column.applies, column.most, 0).astype(kind)
    return _Part(top.astype(kind) * weight, bottom.astype(kind), share * weight, column.applies)


def _exact(whole: Appendix | Group, parts: Sequence[_Part], degree: Whole, greatest: int) -> Pair:
    """The exact figure; of units that have none it is sorted out later.

    A root is no fraction and exact as it is published, which is at most *greatest*.
    """
    top, bottom = _added(parts)
    match whole.aggregate:
        case Mean():
            return top, bottom * degree
        case Sum(not_applicable="zero" | "left_out"):
            return top, bottom
        case Sum():
            return _scaled((top, bottom), _shares(parts), int(whole.max * 100), of_nothing=1)
        case WeightedSum():
            return _scaled((top, bottom), _shares(parts), int(whole.max * 100), of_nothing=0)
        case PercentOfMaximum():
            return _scaled((top, bottom), _shares(parts), HUNDRED, of_nothing=0)
        case GeometricMean():
            root = _root(parts, degree, step_of(whole), greatest)
            return root, np.ones_like(root)
        case _:
            assert_never(whole.aggregate)


def _added(parts: Sequence[_Part]) -> Pair:
    top, bottom = parts[0].top, parts[0].bottom
    for part in parts[1:]:
        common = np.lcm(bottom, part.bottom)
        top = top * (common // bottom) + part.top * (common // part.bottom)
        bottom = common
    return top, bottom


def _shares(parts: Sequence[_Part]) -> Whole:
    """Maxima of what applies, added up."""
    shares: Whole = np.add.reduce([part.share for part in parts])
    return shares


def _scaled(points: Pair, shares: Whole, most: int, *, of_nothing: int) -> Pair:
    """*points* of *shares*, of *most*; of no shares so many times the points."""
    some = shares > 0
    return points[0] * np.where(some, most, of_nothing), points[1] * np.where(some, shares, 1)


def _half_up(top: Whole, bottom: Whole, step: int) -> Whole:
    """To whole steps of so many hundredths; a tie goes away from zero."""
    found: Whole = (2 * abs(top) + bottom * step) // (2 * bottom * step) * step
    return np.where(top < 0, -found, found)


def _root(parts: Sequence[_Part], degree: Whole, step: int, greatest: int) -> Whole:
    """The root of the product of what applies, to whole steps; a tie goes up.

    The greatest k of which (2k - 1) / 2 steps are not above the root, bit by bit from above; k steps are at most
    *greatest*, which is whole steps.
    """
    one = np.ones_like(degree)
    top, bottom = one, one
    for part in parts:
        top, bottom = top * np.where(part.applies, part.top, 1), bottom * np.where(part.applies, part.bottom, 1)
    goal, found = top * (2 * one) ** degree, 0 * one
    for bit in reversed(range((greatest // step).bit_length())):
        more = found + (1 << bit)
        found = np.where((step * (2 * more - 1)) ** degree * bottom <= goal, more, found)
    return found * step
