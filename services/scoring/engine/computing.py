"""A run from one end to the other: computed, named, examined, and held against printed figures."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from services.scoring.engine.digests import run_digest
from services.scoring.engine.examination import examine
from services.scoring.engine.gate import compare
from services.scoring.engine.reference import Standings, standings
from services.scoring.engine.roster import UnitInput
from services.scoring.engine.vector import Kernel
from shared.ruleset import Ruleset
from shared.standing import Finding, PrintedFigure, RunSummary, Standing
from shared.vocabulary import Stage, digest


@dataclass(frozen=True, slots=True)
class Computed:
    """A run before it is written down.

    Attributes:
        digest: The run digest.
        refusing: What the run contradicts itself in; empty where it may be drafted.
    """

    digest: str
    standings: Standings
    refusing: tuple[Finding, ...]
    summary: RunSummary

    @property
    def units(self) -> tuple[Standing, ...]:
        """In the order of the roster."""
        return self.standings.units

    @property
    def units_digest(self) -> str:
        """Over the standings, in order."""
        return digest([unit.model_dump(mode="json") for unit in self.units])


def computed(
    ruleset: Ruleset,
    units: Sequence[UnitInput],
    stage: Stage,
    references: Iterable[Sequence[PrintedFigure]] = (),
    kernel: Kernel | None = None,
) -> Computed:
    """What stands for every unit, counting what was said up to *stage*; a run that is refused is compared with nothing.

    Args:
        ruleset: What is applied.
        units: What was said.
        stage: The last one that counts.
        references: Printed figures, which are compared and never used.
        kernel: Works the run out the second time instead of the columns.

    Raises:
        NoSuchAppendix, OverrideDoesNotFit, WordDoesNotFit, PointsOutOfRange: As `standings`.
    """
    run = standings(ruleset, units, stage)
    refusing = examine(ruleset, units, run, kernel)
    compared = [] if refusing else [compare(ruleset, run, figures) for figures in references]
    summary = RunSummary(
        blocks=run.blocks,
        overall=run.overall,
        findings=tuple(finding for each in compared for finding in each.findings),
        compared=sum(each.checked for each in compared),
        equal=sum(each.equal for each in compared),
        compared_totals=sum(len(each.totals) for each in compared),
        equal_totals=sum(sum(each.totals.values()) for each in compared),
    )
    return Computed(run_digest(ruleset, units, run), run, refusing, summary)
