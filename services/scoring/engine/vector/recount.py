"""A run by columns: totals of every tree brought together, ranks, classes and means of the whole roster."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

import numpy as np

from services.scoring.engine.roster import UnitInput
from services.scoring.engine.vector.columns import MISSING, NOT_APPLICABLE, SCORED, Column, Plain, States, Whole, column
from services.scoring.engine.vector.encoding import Encoded, Part, heard, parts_of
from services.scoring.engine.vector.kernel import Kernel
from services.scoring.engine.vector.places import Rank, class_of, keys, mean, ranks, ranks_within, rows_by
from services.scoring.engine.vector.wholes import Wholes, wholes
from shared.ruleset import Ruleset
from shared.ruleset.aggregates import GeometricMean
from shared.vocabulary import Stage

ABSENT = np.int8(MISSING - 1)
"""The state of what is not in a unit's tree."""
Flat: TypeAlias = tuple[States, Whole]
"""States and published hundredths of all units, in the order of the roster."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What one unit comes to.

    Attributes:
        exact: The total before it was rounded, ``numerator/denominator``; None where there is no such fraction.
        applicable: Of how many parts the total is.
        groups: Nodes right below the root, by code.
    """

    total: Plain
    exact: str | None
    applicable: int
    groups: Mapping[str, Plain]

    @property
    def points(self) -> int | None:
        """The total × 100; None where it does not exist."""
        return self.total.hundredths if self.total.state == SCORED else None


@dataclass(frozen=True, slots=True)
class Counted:
    """All trees of a roster as they stood after a stage.

    Attributes:
        trees: What each came to, with the rows of its units on the roster.
        size: Units of the roster.
    """

    trees: Sequence[tuple[Encoded, Wholes]]
    size: int

    def total(self) -> Column:
        """Of every unit, in the order of the roster."""
        if not self.trees:
            return column((), 0)
        back = np.argsort(np.concatenate([encoded.rows for encoded, _ in self.trees]))
        found = [whole.overall for _, whole in self.trees]
        planes = ("state", "hundredths", "top", "bottom", "applicable", "most")
        return Column(*(np.concatenate([getattr(each, plane) for each in found])[back] for plane in planes))

    def groups(self) -> Mapping[str, Flat]:
        """Nodes right below the root, by code, in the order of the roster; `ABSENT` where a tree has none of it."""
        found: dict[str, Flat] = {}
        for encoded, whole in self.trees:
            rows = np.array(encoded.rows, dtype=np.int64)
            for child in encoded.tree.children:
                node = whole.nodes[child.code]
                states, figures = found.get(child.code) or (
                    np.full(self.size, ABSENT),
                    np.zeros_like(rows, shape=self.size),
                )
                if node.hundredths.dtype == object:
                    figures = figures.astype(object)
                states[rows], figures[rows] = node.state, node.hundredths
                found[child.code] = (states, figures)
        return found

    def units(self) -> Sequence[Figures]:
        """Unit by unit, in the order of the roster."""
        found: dict[int, Figures] = {}
        for encoded, whole in self.trees:
            codes = [child.code for child in encoded.tree.children]
            groups = zip(*(whole.nodes[code].rows() for code in codes), strict=True)
            is_fraction = not isinstance(encoded.tree.aggregate, GeometricMean)
            rows = zip(encoded.rows, whole.overall.rows(), whole.overall.applicable.tolist(), groups, strict=True)
            for row, total, applicable, figures in rows:
                there = is_fraction and total.state == SCORED
                exact = _points_text(total) if there else None
                found[row] = Figures(total, exact, applicable, dict(zip(codes, figures, strict=True)))
        return [found[row] for row in range(self.size)]


def _points_text(total: Plain) -> str:
    exact = Fraction(total.top, 100 * total.bottom)
    return f"{exact.numerator}/{exact.denominator}"


def counted(encoded: Sequence[Encoded], kernel: Kernel | None = None) -> Counted:
    """What columns come to; *kernel* as in `wholes`."""
    return Counted(
        trees=[(each, wholes(each.tree, each.columns, kernel=kernel)) for each in encoded],
        size=sum(len(each.rows) for each in encoded),
    )


@dataclass(frozen=True, slots=True)
class After:
    """What stood after one stage, only as long as the next one is not asked for.

    Attributes:
        parts: The criteria, and which of them were spoken on at the stage.
        counted: What they come to.
    """

    stage: Stage
    parts: Sequence[Part]
    counted: Counted


def recounted(
    ruleset: Ruleset, units: Sequence[UnitInput], last: Stage, kernel: Kernel | None = None
) -> Iterator[After]:
    """Words made columns and worked out, after each stage that spoke and after the *last*; *kernel* as in `wholes`.

    Raises:
        NoSuchAppendix, OverrideDoesNotFit, WordDoesNotFit, PointsOutOfRange: As `standings`.
    """
    parts = parts_of(ruleset, units)
    for stage in heard(parts, last):
        yield After(stage, parts, counted([part.encoded() for part in parts], kernel))


@dataclass(frozen=True, slots=True)
class Average:
    """A mean in hundredths, and over how many units; None where there are none."""

    hundredths: int | None
    denominator: int


@dataclass(frozen=True, slots=True)
class Means:
    """Of a block, or of everybody.

    Attributes:
        applying: By group, over the units where it applies.
        everybody: The same over all of which it is known, not applicable counted as zero.
    """

    total: Average
    self_total: Average
    earlier: Average
    applying: Mapping[str, Average]
    everybody: Mapping[str, Average]


@dataclass(frozen=True, slots=True)
class Roll:
    """Who is compared with whom: every sequence in the order of the roster.

    Attributes:
        earlier: Score of an earlier campaign × 100; None where there is none.
        ranked: Whether it is compared at all.
    """

    blocks: Sequence[str]
    earlier: Sequence[int | None]
    ranked: Sequence[bool]


@dataclass(frozen=True, slots=True)
class Places:
    """Ranks, classes and means; every list in the order of the roster.

    Attributes:
        means: By block; None is everybody.
        counts: Units in each class, by block.
    """

    rank_overall: Sequence[Rank]
    rank_block: Sequence[Rank]
    earlier_rank_overall: Sequence[Rank]
    earlier_rank_block: Sequence[Rank]
    classes: Sequence[str | None]
    means: Mapping[str | None, Means]
    counts: Mapping[str | None, Mapping[str, int]]


def places(ruleset: Ruleset, roll: Roll, now: Counted, self_scored: Counted | None) -> Places:
    """Where each unit of the roll stands.

    Args:
        ruleset: Says by what is ranked, and the classes.
        roll: Blocks and earlier scores.
        now: What stands.
        self_scored: What stood after the units' own words, if that stage counts.
    """
    total, dense = now.total(), ruleset.policies.ties == "1223"
    key = keys(total.top, total.bottom) if ruleset.policies.rank_on == "unrounded" else total.hundredths
    compared = np.array(roll.ranked, dtype=np.bool_)
    there = (total.state == SCORED) & compared
    before = np.array([each or 0 for each in roll.earlier], dtype=np.int64)
    known = np.array([each is not None for each in roll.earlier], dtype=np.bool_) & compared
    blocks = rows_by(roll.blocks)
    points = zip(roll.blocks, total.hundredths.tolist(), there.tolist(), strict=True)
    classes = [class_of(ruleset.classes.get(block, ()), figure) if has else None for block, figure, has in points]
    members: dict[str | None, Whole] = {block: rows[compared[rows]] for block, rows in blocks.items()}
    members[None] = np.arange(now.size)[compared]
    nobody = (np.zeros_like(total.state), total.hundredths)
    own = nobody if self_scored is None else _flat(self_scored.total())
    columns = (_flat(total), own, (known * np.int8(SCORED), before))
    groups = now.groups()
    return Places(
        rank_overall=ranks(key, there, dense=dense),
        rank_block=ranks_within(key, there, blocks.values(), dense=dense),
        earlier_rank_overall=ranks(before, known, dense=dense),
        earlier_rank_block=ranks_within(before, known, blocks.values(), dense=dense),
        classes=classes,
        means={block: _means(rows, columns, groups) for block, rows in members.items()},
        counts={block: _counts(ruleset, rows.tolist(), roll.blocks, classes) for block, rows in members.items()},
    )


def _flat(column: Column) -> Flat:
    return column.state, column.hundredths


def _means(rows: Whole, columns: tuple[Flat, Flat, Flat], groups: Mapping[str, Flat]) -> Means:
    total, self_total, earlier = (_average(each, rows, state=SCORED) for each in columns)
    having = {code: each for code, each in groups.items() if (each[0][rows] != ABSENT).any()}
    return Means(
        total=total,
        self_total=self_total,
        earlier=earlier,
        applying={code: _average(each, rows, state=SCORED) for code, each in having.items()},
        everybody={code: _average(each, rows, state=NOT_APPLICABLE) for code, each in having.items()},
    )


def _average(figures: Flat, rows: Whole, state: int) -> Average:
    """Over those of *rows* that have that *state* or a later one; without points they count as 0."""
    counted = figures[0][rows] >= state
    over = int(counted.sum())
    return Average(mean(figures[1][rows][counted].sum(dtype=object), over), over)


def _counts(
    ruleset: Ruleset, rows: Sequence[int], blocks: Sequence[str], classes: Sequence[str | None]
) -> Mapping[str, int]:
    codes = dict.fromkeys(band.code for row in rows for band in ruleset.classes.get(blocks[row], ()))
    reached = [classes[row] for row in rows]
    return {code: reached.count(code) for code in codes}
