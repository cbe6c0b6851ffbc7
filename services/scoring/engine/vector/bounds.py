"""How large the numbers of each node can get: what fits into 64 bits is proved before anything is worked out.

What `wholes` adds or multiplies is added or multiplied here for the greatest that each can be. A node whose numbers
may not fit is worked out with whole numbers of any length.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil, lcm, prod
from typing import TypeAlias, assert_never

from services.scoring.engine.vector.columns import Column, Whole
from shared.ruleset import Appendix, Criterion, Group, Node, Shared, every
from shared.ruleset.aggregates import GeometricMean, Mean, PercentOfMaximum, Sum, WeightedSum

HUNDRED = 10_000
"""A hundred points, in hundredths."""


@dataclass(frozen=True, slots=True)
class Bound:
    """The greatest that each number of a node can be for any unit, signs aside; figures in hundredths of a point.

    Attributes:
        value: The exact figure.
        published: The published one.
        top, bottom: Numerator and denominator of the exact figure.
        most, least: The greatest, and the smallest above zero, that the maximum of what applies can be.
        ratio: Either figure to that maximum; None where there may be points without a maximum.
        reach: The greatest number met on the way, the doubled ones of half-up rounding included.
    """

    value: int
    published: int
    top: int
    bottom: int
    most: int
    least: int
    ratio: Fraction | None
    reach: int


Bounds: TypeAlias = Mapping[str | None, Bound]
"""By code of the node; None is the root's."""


def bounds(tree: Appendix, columns: Mapping[str, Column] | None = None) -> Bounds:
    """What no number of *tree* can exceed.

    Args:
        tree: Says what criteria can come to: from least points to maxima.
        columns: What they did come to, where that is known: it says the denominators of exact figures. Points off
            their scale widen the bound, since to refuse them is somebody else's.
    """
    work = _Proof({node.code: node for node in every(tree.children)}, columns or {})
    root = work.whole(tree)
    return {**work.done, None: root}


def step_of(whole: Appendix | Group) -> int:
    """A unit of the last decimal of its figure, in hundredths."""
    return int(10 ** (2 - whole.decimals))


def weights_of(whole: Appendix | Group) -> Mapping[str, int]:
    """Whole numbers in the proportion of the weights, by code; 1 each where the aggregate has none."""
    if not isinstance(whole.aggregate, WeightedSum):
        return {child.code: 1 for child in whole.children}
    exact = {code: Fraction(weight) for code, weight in whole.aggregate.weights.items()}
    scale = lcm(*(each.denominator for each in exact.values()))
    return {code: int(each * scale) for code, each in exact.items()}


@dataclass(slots=True)
class _Proof:
    """Each node once."""

    known: Mapping[str, Node]
    columns: Mapping[str, Column]
    done: dict[str | None, Bound] = field(default_factory=dict)

    def of(self, node: Node) -> Bound:
        if node.code not in self.done:
            self.done[node.code] = self._found(node)
        return self.done[node.code]

    def _found(self, node: Node) -> Bound:
        match node:
            case Criterion():
                return _leaf(node, self.columns.get(node.code))
            case Group():
                return self.whole(node)
            case Shared():
                return self.of(self.known[node.of])
            case _:
                assert_never(node)

    def whole(self, node: Appendix | Group) -> Bound:
        parts = {child.code: self.of(child) for child in node.children}
        return _whole(node, [(child.code, parts[child.code]) for child in node.children if child.counts])


def _leaf(criterion: Criterion, column: Column | None) -> Bound:
    most = int(criterion.max * 100)
    value, top, bottom = max(most, ceil(abs(criterion.rule.least) * 100)), 0, 1
    published = value
    if column is not None:
        published = max(published, _greatest(column.hundredths))
        value = max(value, _greatest(-(-abs(column.top) // column.bottom)))
        top, bottom = _greatest(column.top), max(1, _greatest(column.bottom))
    top = max(top, value * bottom)
    return Bound(value, published, top, bottom, most, max(most, 1), _ratio(max(value, published), most), top + bottom)


def _greatest(values: Whole) -> int:
    return int(abs(values).max(initial=0))


def _ratio(figure: int, most: int) -> Fraction | None:
    if most:
        return Fraction(figure, most)
    return None if figure else Fraction(0)


def _whole(whole: Appendix | Group, parts: Sequence[tuple[str, Bound]]) -> Bound:
    """What a whole can come to: its exact figure as numbers first, then as a value, then rounded."""
    kind, step, most = whole.aggregate, step_of(whole), int(whole.max * 100)
    known = weights_of(whole)
    weights = [known[code] for code, _ in parts]
    read = [(part.top, part.bottom) if kind.reads == "exact" else (part.published, 1) for _, part in parts]
    bottom = prod(own for _, own in read)
    top = sum(each * weight * (bottom // own) for (each, own), weight in zip(read, weights, strict=True))
    shares = sum(part.most * weight for (_, part), weight in zip(parts, weights, strict=True))
    figures = [max(part.value, part.published) for _, part in parts]
    value, reach, least = max(figures), 0, most
    ratios = [part.ratio for _, part in parts if part.ratio is not None]
    ratio = max(ratios) if len(ratios) == len(parts) else None
    match kind:
        case Mean():
            bottom *= len(parts)
        case Sum(not_applicable="zero"):
            value = sum(figures)
        case Sum(not_applicable="left_out"):
            value, most, least = sum(figures), shares, min(part.least for _, part in parts)
        case Sum() | WeightedSum() | PercentOfMaximum():
            of = HUNDRED if isinstance(kind, PercentOfMaximum) else most
            top, bottom = top * of, bottom * max(shares, 1)
            value = top if ratio is None else ceil(of * ratio)
            reach = max(of, *weights)
        case GeometricMean():
            reach = _root(read, max(-(-value // step), 1), step)
            top, bottom = value + step, 1
        case _:
            assert_never(kind)
    published = -(-value // step) * step
    reach = max(reach, shares, most, published, 2 * top + bottom * step, 2 * bottom * step)
    if not (isinstance(kind, Sum) and kind.not_applicable == "left_out"):
        ratio = Fraction(published, most)
    elif ratio is not None and (step > 1 or ratio.denominator > 1):
        ratio += Fraction(step, least)
    return Bound(value, published, top, bottom, most, least, ratio, reach)


def _root(read: Sequence[tuple[int, int]], greatest: int, step: int) -> int:
    """The greatest number that is met in search of a root of at most so many *step*s."""
    degree, bottom = len(read), prod(own for _, own in read)
    tried = (2 ** (greatest.bit_length() + 1) * step) ** degree * bottom
    return int(max(tried, 2**degree * prod(max(top, 1) for top, _ in read)))
