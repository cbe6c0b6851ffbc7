"""What a run comes to: the standing of each unit, means, and what the consistency gate found. Pure."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from shared.vocabulary import Id, Points, Score, Stage, Text, Value


class Cell(Value):
    """One criterion of one unit, by stage; a stage that said nothing is absent.

    Attributes:
        standing: The score of the latest stage that spoke.
    """

    scores: dict[Stage, Score] = {}
    standing: Score


class Standing(Value):
    """One unit in a run.

    Attributes:
        groups: Score of each group, two decimals.
        groups_by_stage: Score of each group as it stood after that stage; ``groups`` is what stands in the end.
        totals: Overall score by stage, as it stood after that stage; None where it does not exist.
        total: Overall score, two decimals; None where a score is missing or nothing applies.
        unrounded: The exact total as ``numerator/denominator``.
        applicable_groups: Denominator of the mean.
        rank_overall, rank_block: 1 is best, ties share (1-2-2-4); None without a total.
        earlier: Score of the earlier campaign; its ranks are among the units of this roster that have one.
        change_overall, change_block: Earlier rank minus rank: positive is up.
    """

    unit: Id
    block: Id
    appendix: Id
    cells: dict[Id, Cell]
    groups: dict[Id, Score]
    groups_by_stage: dict[Stage, dict[Id, Score]] = {}
    totals: dict[Stage, Points | None] = {}
    total: Points | None
    unrounded: str | None = None
    applicable_groups: int
    rank_overall: int | None = None
    rank_block: int | None = None
    class_code: str | None = None
    earlier: Points | None = None
    earlier_rank_overall: int | None = None
    earlier_rank_block: int | None = None
    change_overall: int | None = None
    change_block: int | None = None


class Mean(Value):
    """A mean with its denominator, so that nobody has to guess; None where the denominator is zero."""

    mean: Points | None
    denominator: Annotated[int, Field(ge=0)]


class BlockSummary(Value):
    """A block (or, with ``block=None``, all units).

    Attributes:
        group_means: Over the units where the group applies.
        group_means_all: The second policy: over all units of the block, not applicable counted as zero.
        classes: How many units are in each class.
    """

    block: Id | None
    total: Mean
    self_total: Mean
    earlier: Mean
    group_means: dict[Id, Mean] = {}
    group_means_all: dict[Id, Mean] = {}
    classes: dict[str, int] = {}


FigureKind: TypeAlias = Literal[
    "total", "self_total", "group", "group_mean", "block_mean", "overall_mean", "rank", "block_rank", "class",
    "class_count", "earlier_total", "earlier_block_mean", "rank_change",
]  # fmt: skip
"""What a printed figure claims to be."""


class PrintedFigure(Value):
    """One figure of a reference document: entered to be compared, never used.

    Attributes:
        kind: What it claims to be.
        value: As printed, with a decimal point; ``-`` where a dash is printed.
    """

    id: Id
    table: Text
    kind: FigureKind
    value: Annotated[str, Field(max_length=32)]
    unit: Id | None = None
    block: Id | None = None
    group: Id | None = None
    class_code: str | None = None


class Finding(Value):
    """What the consistency gate found; its place as codes, since words and names are the reader's language.

    Attributes:
        id: Stable, e.g. ``ref.total.<unit>``; acknowledged by it.
        severity: ``refuse`` stops the run; ``reference`` is about a printed figure and is acknowledged.
        kind: Why, e.g. ``reference.follows``.
        table: Where a printed figure stands, as the document calls it.
        figure: What the printed figure claims to be.
        unit, block, group, class_code: Of the figure, where it has one; ``group`` may be a criterion.
        printed, derived, difference: As published: two decimals with a point, ranks as whole numbers.
        denominator: How many units the derived mean is over.
        printed_denominator: How many units the printed mean is over, where that is another policy's number.
    """

    id: Annotated[str, Field(max_length=160)]
    severity: Literal["refuse", "reference"]
    kind: str
    table: Text | None = None
    figure: FigureKind | None = None
    unit: Id | None = None
    block: Id | None = None
    group: Id | None = None
    class_code: str | None = None
    printed: str | None = None
    derived: str | None = None
    difference: str | None = None
    denominator: int | None = None
    printed_denominator: int | None = None


class RunSummary(Value):
    """A whole run beside its units: blocks, all units together, findings.

    Attributes:
        compared: Printed figures of the reference that were checked; ``equal`` of them follow from the tables.
        compared_totals: Units whose overall score is printed; of ``equal_totals`` every printing follows.
    """

    blocks: tuple[BlockSummary, ...]
    overall: BlockSummary
    findings: tuple[Finding, ...] = ()
    compared: int = 0
    equal: int = 0
    compared_totals: int = 0
    equal_totals: int = 0
