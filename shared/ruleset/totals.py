"""From criteria to groups to the unit: exact inside, rounded once at each level that is published."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import assert_never

from shared.ruleset.aggregates import Counted
from shared.ruleset.exact import rational, scored_as
from shared.ruleset.model import Appendix, Criterion, Group, Node, Shared, every
from shared.vocabulary import Missing, NotApplicable, NotScored, Score, Scored

NOTHING = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Total:
    """A whole and its parts.

    Attributes:
        score: Missing while any part is; not applicable where no part applies.
        unrounded: Exact, before rounding; None where there are no points, or where they are no fraction.
        applicable: How many parts apply; a criterion has none.
        most: Its maximum, where that is a smaller one since a part does not apply.
    """

    score: Score
    unrounded: Fraction | None = None
    applicable: int = 0
    most: Fraction | None = None

    @property
    def points(self) -> Decimal | None:
        """As published; None where the total does not exist. None is not zero."""
        return self.score.points if isinstance(self.score, Scored) else None

    @property
    def exact(self) -> str | None:
        """The exact total as ``numerator/denominator``."""
        return None if self.unrounded is None else f"{self.unrounded.numerator}/{self.unrounded.denominator}"


@dataclass(frozen=True, slots=True)
class Totals:
    """One unit at one stage.

    Attributes:
        groups: The nodes right below the root, by code, in order.
        nodes: Every node of whatever depth, by code.
    """

    groups: Mapping[str, Total]
    nodes: Mapping[str, Total]
    overall: Total


def totals(tree: Appendix, scores: Mapping[str, Score]) -> Totals:
    """Group and unit totals of one unit; a criterion without a score is missing."""
    work = _Work({node.code: node for node in every(tree.children)}, scores)
    for child in tree.children:
        work.total(child)
    groups = {child.code: work.done[child.code] for child in tree.children}
    return Totals(groups=groups, nodes=work.done, overall=aggregate(tree, work.done))


@dataclass(slots=True)
class _Work:
    """Each node once, whoever asks for it; a shared group may stand behind the one that counts it too."""

    known: Mapping[str, Node]
    scores: Mapping[str, Score]
    done: dict[str, Total] = field(default_factory=dict)

    def total(self, node: Node) -> Total:
        if node.code not in self.done:
            self.done[node.code] = self._found(node)
        return self.done[node.code]

    def _found(self, node: Node) -> Total:
        match node:
            case Criterion():
                return _leaf(self.scores.get(node.code, Missing()))
            case Group():
                return aggregate(node, {child.code: self.total(child) for child in node.children})
            case Shared():
                return self.total(self.known[node.of])
            case _:
                assert_never(node)


def _leaf(score: Score) -> Total:
    points = points_of(score)
    if points is None:
        return Total(score)
    exact = score.exact if isinstance(score, Scored) else None
    return Total(score, Fraction(points) if exact is None else rational(exact))


def points_of(score: Score) -> Decimal | None:
    """What *score* counts in a mean: 0 where not scored; None where it is in no mean, or missing."""
    match score:
        case Scored():
            return score.points
        case NotScored():
            return NOTHING
        case NotApplicable() | Missing():
            return None
        case _:
            assert_never(score)


def aggregate(whole: Appendix | Group, parts: Mapping[str, Total]) -> Total:
    """*whole* from its *parts*, which are there by code."""
    found = [parts[child.code] for child in whole.children if child.counts]
    applicable = sum(not isinstance(part.score, NotApplicable) for part in found)
    if any(isinstance(part.score, Missing) for part in found):
        return Total(Missing(), None, applicable)
    if not applicable:
        return Total(NotApplicable())
    counted = counted_in(whole, parts)
    exact = whole.aggregate.exact(counted, Fraction(whole.max))
    points = whole.aggregate.published(exact, counted, whole.decimals)
    most = whole.aggregate.applying(counted, Fraction(whole.max))
    return Total(scored_as(points, exact), exact, applicable, None if most == whole.max else most)


def counted_in(whole: Appendix | Group, parts: Mapping[str, Total]) -> Sequence[Counted]:
    """The *parts* of *whole* that apply, as it reads them."""
    return [
        Counted(child.code, _read(part, points, whole), Fraction(child.max) if part.most is None else part.most)
        for child in whole.children
        if child.counts and (points := points_of((part := parts[child.code]).score)) is not None
    ]


def _read(part: Total, points: Decimal, whole: Appendix | Group) -> Fraction:
    """A part as *whole* reads it."""
    exact = part.unrounded if whole.aggregate.reads == "exact" else None
    return Fraction(points) if exact is None else exact
