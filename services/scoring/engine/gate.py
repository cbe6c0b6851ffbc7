"""The consistency gate: no run contradicts itself, and no printed figure of a reference goes unexplained."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.scoring.engine.examination import examine
from services.scoring.engine.figures import difference, printed_score, same
from services.scoring.engine.printed import Report
from services.scoring.engine.reference import Standings
from shared.ruleset import Ruleset
from shared.standing import BlockSummary, Finding, Mean, PrintedFigure
from shared.vocabulary import Missing

__all__ = ["Compared", "Comparison", "compare", "examine"]


@dataclass(frozen=True, slots=True)
class Compared:
    """One printed figure beside what follows from the run.

    Attributes:
        derived: As it would be printed; None where the run has no such figure.
        denominator: Of a mean.
        finding: None where they are equal.
    """

    figure: PrintedFigure
    derived: str | None
    denominator: int | None
    finding: Finding | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """A whole reference beside a run."""

    figures: tuple[Compared, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is not equal, in the order of the reference."""
        return tuple(one.finding for one in self.figures if one.finding)

    @property
    def checked(self) -> int:
        """How many printed figures there were."""
        return len(self.figures)

    @property
    def equal(self) -> int:
        """How many of them follow from the run."""
        return sum(one.finding is None for one in self.figures)

    @property
    def totals(self) -> Mapping[str, bool]:
        """Units whose overall score is printed, and whether it follows wherever it is printed."""
        totals = [one for one in self.figures if one.figure.kind == "total" and one.figure.unit is not None]
        wrong = {one.figure.unit for one in totals if one.finding}
        return {str(one.figure.unit): one.figure.unit not in wrong for one in totals}


def compare(ruleset: Ruleset, run: Standings, figures: Sequence[PrintedFigure]) -> Comparison:
    """Each printed figure beside what follows from *run*; the run itself never changes by it.

    A finding's kind says why: ``reference.differs`` (it does not follow from the printed figures it rests on either),
    ``reference.follows`` (it does: another printed figure is the wrong one), ``reference.second_policy`` (a
    group's mean over the other denominator), ``reference.unknown`` (nothing to compare it with).
    """
    report = Report(ruleset, run, figures)
    return Comparison(tuple(_compared(ruleset, run, report, figure) for figure in figures))


def _compared(ruleset: Ruleset, run: Standings, report: Report, figure: PrintedFigure) -> Compared:
    derived, denominator = _derived(ruleset, run, figure)
    if derived is not None and same(figure.value, derived):
        return Compared(figure, derived, denominator, None)
    parents = report.follows(figure)
    second = _second_policy(ruleset, run, figure)
    other = None
    if derived is None:
        kind = "reference.unknown"
    elif second is not None and second.mean is not None and same(figure.value, str(second.mean)):
        kind, other = "reference.second_policy", second.denominator
    elif parents is not None and same(figure.value, parents):
        kind = "reference.follows"
    else:
        kind = "reference.differs"
    finding = Finding(
        id=f"ref.{figure.id}",
        severity="reference",
        kind=kind,
        table=figure.table,
        figure=figure.kind,
        unit=figure.unit,
        block=figure.block,
        group=figure.group,
        class_code=figure.class_code,
        printed=figure.value,
        derived=derived,
        difference=difference(figure.value, derived),
        denominator=denominator,
        printed_denominator=other,
    )
    return Compared(figure, derived, denominator, finding)


def _derived(ruleset: Ruleset, run: Standings, figure: PrintedFigure) -> tuple[str | None, int | None]:
    """What follows from *run*, as it would be printed, and the denominator where it is a mean."""
    if figure.unit is not None:
        return _of_unit(run, figure), None
    summary = run.overall if figure.block is None else _block(run, figure.block)
    if summary is None:
        return None, None
    found: Mean | None = None
    match figure.kind:
        case "block_mean" | "overall_mean":
            found = summary.total
        case "earlier_block_mean":
            found = summary.earlier
        case "group_mean":
            found = official_means(ruleset, summary).get(figure.group or "")
        case "class_count":
            count = summary.classes.get(figure.class_code or "")
            return None if count is None else str(count), None
        case _:
            return None, None
    if found is None or found.mean is None:
        return None, None
    return str(found.mean), found.denominator


def _of_unit(run: Standings, figure: PrintedFigure) -> str | None:
    standing = next((one for one in run.units if one.unit == figure.unit), None)
    if standing is None:
        return None
    found: object = None
    match figure.kind:
        case "total":
            found = standing.total
        case "self_total":
            found = standing.totals.get("self")
        case "earlier_total":
            found = standing.earlier
        case "group":
            found = printed_score(standing.groups.get(figure.group or "", Missing()))
        case "rank":
            found = standing.rank_overall
        case "block_rank":
            found = standing.rank_block
        case "class":
            found = standing.class_code
        case "rank_change":
            found = standing.change_overall
        case _:
            pass
    return None if found is None else str(found)


def _block(run: Standings, block: str) -> BlockSummary | None:
    return next((summary for summary in run.blocks if summary.block == block), None)


def official_means(ruleset: Ruleset, summary: BlockSummary) -> Mapping[str, Mean]:
    """The mean of each group, over those units that the ruleset's policy counts."""
    return _group_means(ruleset, summary)[0]


def _group_means(ruleset: Ruleset, summary: BlockSummary) -> tuple[Mapping[str, Mean], Mapping[str, Mean]]:
    """By the ruleset's policy, and by the other one."""
    means = summary.group_means, summary.group_means_all
    return means if ruleset.policies.group_mean == "over_applicable" else (means[1], means[0])


def _second_policy(ruleset: Ruleset, run: Standings, figure: PrintedFigure) -> Mean | None:
    if figure.kind != "group_mean":
        return None
    summary = run.overall if figure.block is None else _block(run, figure.block)
    return None if summary is None else _group_means(ruleset, summary)[1].get(figure.group or "")
