"""A run: the standing of every unit, and of each block, from what was said up to a stage. Pure and deterministic."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from services.scoring.engine.reference.ranking import class_of, mean, ranks
from services.scoring.engine.roster import UnitInput, full_word, stages_until
from services.scoring.engine.sheets import Sheets
from shared.ruleset import Cohort, Criterion, Ruleset, Totals, cohort_of, evaluate, peer_relative, points_of, totals
from shared.standing import BlockSummary, Cell, Standing
from shared.vocabulary import Missing, NotScored, Score, Stage, Word

NO_SHEET = NotScored(reason="insufficient_data")


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
class _Scored:
    """One unit with its scores, before it is compared with the others."""

    unit: UnitInput
    cells: dict[str, Cell]
    now: Totals
    by_stage: dict[Stage, Totals]


def standings(ruleset: Ruleset, units: Sequence[UnitInput], stage: Stage) -> Standings:
    """The run of *units* by *ruleset*, counting what was said up to *stage*.

    Raises:
        NoSuchAppendix, OverrideDoesNotFit: A unit's composition is not in the ruleset.
        WordDoesNotFit, PointsOutOfRange: A word that a criterion cannot be scored from.
    """
    cohorts = _Cohorts(ruleset, units)
    spoken = tuple(one for one in stages_until(stage) if any(unit.words.get(one) for unit in units))
    scored = [_score(unit, (spoken, stage), cohorts) for unit in units]
    ties, unrounded = ruleset.policies.ties, ruleset.policies.rank_on == "unrounded"
    totals_now = {one.unit.unit: one.now.overall.unrounded if unrounded else one.now.overall.points for one in scored}
    earlier = {one.unit.unit: one.unit.earlier for one in scored}
    overall, overall_earlier = ranks(totals_now, ties), ranks(earlier, ties)
    by_block: dict[str, int] = {}
    by_block_earlier: dict[str, int] = {}
    blocks = list(dict.fromkeys(one.unit.block for one in scored))
    for block in blocks:
        members = [one.unit.unit for one in scored if one.unit.block == block]
        by_block |= ranks({unit: totals_now[unit] for unit in members}, ties)
        by_block_earlier |= ranks({unit: earlier[unit] for unit in members}, ties)
    found = tuple(_standing(ruleset, one, (overall, by_block), (overall_earlier, by_block_earlier)) for one in scored)
    summaries = tuple(
        _summary(ruleset, block, [standing for standing in found if standing.block == block]) for block in blocks
    )
    return Standings(stage=stage, units=found, blocks=summaries, overall=_summary(ruleset, None, found))


class _Cohorts:
    """What each criterion that looks at the other units must know of them, at each stage."""

    def __init__(self, ruleset: Ruleset, units: Sequence[UnitInput]) -> None:
        self._unsaid: Score = NO_SHEET if ruleset.policies.no_sheet == "zero" else Missing()
        self._units = {unit.unit: unit for unit in units}
        self.sheets = Sheets(ruleset, self._units)
        self._known: dict[tuple[Criterion, Stage], Cohort] = {}

    def unsaid(self, unit: UnitInput) -> Score:
        """What a criterion is worth that *unit* said nothing on."""
        return Missing() if unit.spoke else self._unsaid

    def of(self, criterion: Criterion, stage: Stage) -> Cohort | None:
        if not peer_relative(criterion):
            return None
        key = (criterion, stage)
        if key not in self._known:
            peers = (self._units[unit] for unit in self.sheets.peers(criterion))
            self._known[key] = cohort_of(criterion, (full_word(peer, criterion, stage) for peer in peers))
        return self._known[key]


def _score(unit: UnitInput, stages: tuple[tuple[Stage, ...], Stage], cohorts: _Cohorts) -> _Scored:
    spoken, last = stages
    tree, sheet = cohorts.sheets.tree(unit.unit), cohorts.sheets.of(unit.unit)
    courses = {code: _course(unit, criterion, last, cohorts) for code, criterion in sheet.items()}
    by_stage = {stage: totals(tree, {code: course[stage] for code, course in courses.items()}) for stage in spoken}
    cells = {code: _cell(unit, code, course) for code, course in courses.items()}
    now = totals(tree, {code: cell.standing for code, cell in cells.items()})
    return _Scored(unit=unit, cells=cells, now=now, by_stage=by_stage)


def _course(unit: UnitInput, criterion: Criterion, last: Stage, cohorts: _Cohorts) -> dict[Stage, Score]:
    """What stood on *criterion* at each stage up to *last*."""
    course: dict[Stage, Score] = {}
    before: Word | None = None
    score = unsaid = cohorts.unsaid(unit)
    for stage in stages_until(last):
        word, cohort = full_word(unit, criterion, stage), cohorts.of(criterion, stage)
        if word is None:
            score = unsaid
        elif cohort is not None or word != before:
            # Among others it is valued anew: the best unit may have changed since this one was last spoken on.
            score = evaluate(criterion, word, cohort)
        before, course[stage] = word, score
    return course


def _cell(unit: UnitInput, code: str, course: Mapping[Stage, Score]) -> Cell:
    spoke = {stage: score for stage, score in course.items() if code in unit.words.get(stage, {})}
    *_, standing = course.values()
    return Cell(scores=spoke, standing=standing)


def _standing(
    ruleset: Ruleset,
    one: _Scored,
    now: tuple[Mapping[str, int], Mapping[str, int]],
    before: tuple[Mapping[str, int], Mapping[str, int]],
) -> Standing:
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
        rank_overall=now[0].get(name),
        rank_block=now[1].get(name),
        class_code=class_of(bands, points) if bands and points is not None else None,
        earlier=unit.earlier,
        earlier_rank_overall=before[0].get(name),
        earlier_rank_block=before[1].get(name),
        change_overall=_change(before[0].get(name), now[0].get(name)),
        change_block=_change(before[1].get(name), now[1].get(name)),
    )


def _change(earlier: int | None, now: int | None) -> int | None:
    return None if earlier is None or now is None else earlier - now


def _present(values: Iterable[Decimal | None]) -> list[Decimal]:
    return [value for value in values if value is not None]


def _summary(ruleset: Ruleset, block: str | None, units: Sequence[Standing]) -> BlockSummary:
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
