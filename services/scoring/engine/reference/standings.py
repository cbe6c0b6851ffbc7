"""A run: the standing of every unit, and of each block, from what was said up to a stage. Pure and deterministic."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias

from services.scoring.engine.reference.ranking import class_of, mean, ranks
from services.scoring.engine.reference.scores import Cohorts, Scored, score, spoken_until
from services.scoring.engine.roster import UnitInput
from shared.ruleset import Ruleset, points_of
from shared.standing import BlockSummary, Standing
from shared.vocabulary import Missing, Stage

Compared: TypeAlias = Decimal | Fraction | None
"""By what units are ranked; None has no rank."""


@dataclass(frozen=True, slots=True)
class Standings:
    """A whole run, before the gate has looked at it.

    Attributes:
        stage: The last stage that counts.
        units: In the order of the roster.
        overall: All units together.
    """

    stage: Stage
    units: tuple[Standing, ...]
    blocks: tuple[BlockSummary, ...]
    overall: BlockSummary

    def of(self, unit: str) -> Standing:
        """The standing of *unit*, which is on the roster."""
        return next(standing for standing in self.units if standing.unit == unit)


@dataclass(frozen=True, slots=True)
class Places:
    """Ranks by unit, of those that have one: among all, and in the own block."""

    overall: Mapping[str, int]
    block: Mapping[str, int]

    def of(self, unit: str) -> tuple[int | None, int | None]:
        """Overall, and in its block."""
        return self.overall.get(unit), self.block.get(unit)


def standings(ruleset: Ruleset, units: Sequence[UnitInput], stage: Stage) -> Standings:
    """The run of *units* by *ruleset*, counting what was said up to *stage*.

    Raises:
        NoSuchAppendix, OverrideDoesNotFit: A unit's composition is not in the ruleset.
        WordDoesNotFit, PointsOutOfRange: A word that a criterion cannot be scored from.
    """
    cohorts, spoken = Cohorts(ruleset, units), spoken_until(units, stage)
    return compared(ruleset, [score(unit, spoken, stage, cohorts) for unit in units], stage)


def compared(ruleset: Ruleset, scored: Sequence[Scored], stage: Stage) -> Standings:
    """Units that are scored, beside each other."""
    blocks = members(one.unit for one in scored)
    now = places(ruleset, blocks, {one.unit.unit: one for one in scored})
    before = earlier_places(ruleset, [one.unit for one in scored])
    found = tuple(standing(ruleset, one, now, before) for one in scored)
    beside = [each for one, each in zip(scored, found, strict=True) if one.unit.ranked]
    summaries = tuple(summary(ruleset, block, [each for each in beside if each.block == block]) for block in blocks)
    return Standings(stage=stage, units=found, blocks=summaries, overall=summary(ruleset, None, beside))


def members(units: Iterable[UnitInput]) -> dict[str, list[str]]:
    """Units by block, in the order of the roster."""
    blocks: dict[str, list[str]] = {}
    for unit in units:
        blocks.setdefault(unit.block, []).append(unit.unit)
    return blocks


def places(ruleset: Ruleset, blocks: Mapping[str, Sequence[str]], scored: Mapping[str, Scored]) -> Places:
    """Ranks by what units come to, published or before it was rounded."""
    unrounded = ruleset.policies.rank_on == "unrounded"
    whole = {name: one.now.overall for name, one in scored.items() if one.unit.ranked}
    return _places(
        ruleset, blocks, {name: each.unrounded if unrounded else each.points for name, each in whole.items()}
    )


def earlier_places(ruleset: Ruleset, units: Sequence[UnitInput]) -> Places:
    """Ranks by the scores of the earlier campaign, among those that have one."""
    return _places(ruleset, members(units), {unit.unit: unit.earlier for unit in units if unit.ranked})


def _places(ruleset: Ruleset, blocks: Mapping[str, Sequence[str]], points: Mapping[str, Compared]) -> Places:
    ties = ruleset.policies.ties
    by_block: dict[str, int] = {}
    for units in blocks.values():
        by_block |= ranks({unit: points[unit] for unit in units if unit in points}, ties)
    return Places(ranks(points, ties), by_block)


def standing(ruleset: Ruleset, one: Scored, now: Places, before: Places) -> Standing:
    """*one* among the others, now and at the earlier campaign."""
    unit, overall = one.unit, one.now.overall
    name, points = unit.unit, overall.points
    bands = ruleset.classes.get(unit.block)
    return Standing(
        unit=name,
        block=unit.block,
        appendix=unit.appendix,
        cells=one.cells,
        groups={code: group.score for code, group in one.now.groups.items()},
        groups_by_stage={
            stage: {code: group.score for code, group in total.groups.items()} for stage, total in one.by_stage.items()
        },
        totals={stage: total.overall.points for stage, total in one.by_stage.items()},
        total=points,
        unrounded=overall.exact,
        applicable_groups=overall.applicable,
        class_code=class_of(bands, points) if bands and points is not None and unit.ranked else None,
        earlier=unit.earlier,
        earlier_rank_overall=before.overall.get(name),
        earlier_rank_block=before.block.get(name),
        **ranked(name, now, before),
    )


def ranked(unit: str, now: Places, before: Places) -> dict[str, int | None]:
    """What a standing says of its place now, and of the way there: positive is up."""
    overall, block = now.of(unit)
    was_overall, was_block = before.of(unit)
    return {
        "rank_overall": overall,
        "rank_block": block,
        "change_overall": _change(was_overall, overall),
        "change_block": _change(was_block, block),
    }


def _change(earlier: int | None, now: int | None) -> int | None:
    return None if earlier is None or now is None else earlier - now


def summary(ruleset: Ruleset, block: str | None, units: Sequence[Standing]) -> BlockSummary:
    """Means and counts of *units*, which are those of *block* that are compared, or all of these."""
    groups = list(dict.fromkeys(code for unit in units for code in unit.groups))
    applying, everybody = {}, {}
    for code in groups:
        having = [unit.groups[code] for unit in units if code in unit.groups]
        points = _present(points_of(score) for score in having)
        applying[code] = mean(points)
        everybody[code] = mean(points, sum(not isinstance(score, Missing) for score in having))
    codes = dict.fromkeys(band.code for unit in units for band in ruleset.classes.get(unit.block, ()))
    return BlockSummary(
        block=block,
        total=mean(_present(unit.total for unit in units)),
        self_total=mean(_present(unit.totals.get("self") for unit in units)),
        earlier=mean(_present(unit.earlier for unit in units)),
        group_means=applying,
        group_means_all=everybody,
        classes={code: sum(unit.class_code == code for unit in units) for code in codes},
    )


def _present(values: Iterable[Decimal | None]) -> list[Decimal]:
    return [value for value in values if value is not None]
