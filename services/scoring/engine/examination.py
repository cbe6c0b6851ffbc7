"""The gate's inner half: a run worked out another way, by columns of whole numbers. What differs refuses the run."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import TypeAlias

from services.scoring.engine.reference import Standings
from services.scoring.engine.roster import UnitInput, stages_until
from services.scoring.engine.vector import (
    Average,
    Counted,
    Figures,
    Kernel,
    Means,
    Part,
    Places,
    Plain,
    Roll,
    places,
    plain,
    recounted,
)
from services.scoring.engine.vector.columns import MISSING, NOT_APPLICABLE, REASONS, SCORED
from shared.ruleset import Ruleset
from shared.standing import BlockSummary, Finding, Mean, Standing
from shared.vocabulary import Score, Stage

ABSENT = Plain(MISSING - 1)
"""Nothing stands where a score should, not even that it is missing."""
Found: TypeAlias = Iterator[tuple[int, Finding]]
"""What is wrong, and where its unit stands on the roster."""


def examine(
    ruleset: Ruleset, units: Sequence[UnitInput], run: Standings, kernel: Kernel | None = None
) -> tuple[Finding, ...]:
    """What is wrong with *run*, each finding with severity ``refuse``; empty: it may be approved.

    Of how the run was computed it shares what a criterion is worth, nothing else. Where cells are wrong or missing,
    only they are named, once each: all else follows from them. *kernel* as in `wholes`.

    Raises:
        NoSuchAppendix, OverrideDoesNotFit, WordDoesNotFit, PointsOutOfRange: As `standings`.
    """
    names = [unit.unit for unit in units]
    if len(set(names)) != len(names) or [standing.unit for standing in run.units] != names:
        return (_finding("run.roster", "roster", None, None),)
    spoken = [stage for stage in stages_until(run.stage) if any(unit.words.get(stage) for unit in units)]
    cells: list[tuple[int, Finding]] = []
    heard: list[tuple[int, Finding]] = []
    figures: list[tuple[int, Finding]] = []
    summed: dict[Stage, Counted] = {}
    for after in recounted(ruleset, units, run.stage, kernel):
        summed[after.stage] = after.counted
        for part in after.parts:
            heard += _heard(part, after.stage, run)
            cells += _cells(ruleset, part, run) if after.stage == run.stage else ()
        if after.stage in spoken:
            figures += _stage(after.stage, after.counted.units(), run)
    named = {(place, finding.group) for place, finding in cells}
    cells += [each for each in heard if not {(each[0], each[1].group), (each[0], None)} & named]
    if cells:
        return _in_order(cells)
    now = summed[run.stage]
    earlier = [None if each.earlier is None else _hundredths(each.earlier) for each in run.units]
    roll = Roll([unit.block for unit in units], earlier, [unit.ranked for unit in units])
    found = places(ruleset, roll, now, summed["self"] if "self" in spoken else None)
    figures += _points(now.units(), spoken, run)
    figures += _places(units, run, found)
    return (*_in_order(figures), *_summaries(run, found))


def _in_order(found: Iterable[tuple[int, Finding]]) -> tuple[Finding, ...]:
    return tuple(finding for _, finding in sorted(found, key=lambda each: each[0]))


def _heard(part: Part, stage: Stage, run: Standings) -> Found:
    """What was said at *stage*, against what it was worth then."""
    for code, rows in part.heard.items():
        for row in rows:
            standing = run.units[part.rows[row]]
            if code in standing.cells:
                stated, again = _plain(standing.cells[code].scores.get(stage)), part.found[code][row]
                if stated != again:
                    yield part.rows[row], _cell(standing, code, stated, again, stage)


def _cells(ruleset: Ruleset, part: Part, run: Standings) -> Found:
    """What stands in each cell: that it is there, its scale, what the word that stands is worth."""
    scales = {code: (ceil(each.rule.least * 100), int(each.max * 100)) for code, each in part.sheet.items()}
    for row, (place, unit) in enumerate(zip(part.rows, part.units, strict=True)):
        standing, needed = run.units[place], unit.spoke or ruleset.policies.no_sheet == "zero"
        name = unit.unit
        if scales.keys() != standing.cells.keys():
            yield place, _finding(f"run.sheet.{name}", "sheet", None, None, unit=name)
            continue
        for code, (least, most) in scales.items():
            stated, again = plain(standing.cells[code].standing), part.found[code][row]
            if stated.state == MISSING and needed:
                yield place, _finding(f"run.missing.{name}.{code}", "missing", None, None, unit=name, group=code)
            elif stated.state == SCORED and not least <= stated.hundredths <= most:
                shown, greatest = _decimal(stated.hundredths), _decimal(most)
                yield place, _finding(f"run.range.{name}.{code}", "range", shown, greatest, unit=name, group=code)
            elif stated != again:
                yield place, _cell(standing, code, stated, again)
            yield from ((place, finding) for finding in _unheard(unit, standing, code))


def _unheard(unit: UnitInput, standing: Standing, code: str) -> Iterator[Finding]:
    """Scores of a stage at which nobody spoke on the cell."""
    for stage, score in standing.cells[code].scores.items():
        if code not in unit.words.get(stage, {}):
            yield _cell(standing, code, plain(score), ABSENT, stage)


def _cell(standing: Standing, code: str, stated: Plain, again: Plain, stage: Stage | None = None) -> Finding:
    name = f"run.cell.{standing.unit}.{code}" + (f".{stage}" if stage else "")
    return _finding(name, "cell", _text(stated), _text(again), unit=standing.unit, group=code)


def _stage(stage: Stage, units: Sequence[Figures], run: Standings) -> Found:
    """Groups and total as they stood after *stage*."""
    for place, (standing, again) in enumerate(zip(run.units, units, strict=True)):
        yield from _groups(place, standing, standing.groups_by_stage.get(stage, {}), again.groups, f".{stage}")
        stated, total = standing.totals.get(stage), _decimal(again.points)
        if stage not in standing.totals or stated != total:
            name = f"run.total.{standing.unit}.{stage}"
            yield place, _finding(name, "total", stated, total, unit=standing.unit)


def _points(units: Sequence[Figures], spoken: Sequence[Stage], run: Standings) -> Found:
    """Groups and total as they stand, the total before it was rounded, and of how many parts it is."""
    for place, (standing, again) in enumerate(zip(run.units, units, strict=True)):
        yield from _groups(place, standing, standing.groups, again.groups, "")
        columns = {
            "total": (standing.total, _decimal(again.points)),
            "unrounded": (standing.unrounded, again.exact),
            "applicable": (standing.applicable_groups, again.applicable),
            "stages": (_listed({*standing.totals, *standing.groups_by_stage}), _listed(spoken)),
        }
        yield from _differing(place, standing, columns)


def _groups(
    place: int, standing: Standing, stated: Mapping[str, Score], again: Mapping[str, Plain], behind: str
) -> Found:
    for code in dict.fromkeys((*again, *stated)):
        ours, theirs = again.get(code, ABSENT), _plain(stated.get(code))
        if ours != theirs:
            name = f"run.group.{standing.unit}.{code}{behind}"
            yield place, _finding(name, "group", _text(theirs), _text(ours), unit=standing.unit, group=code)


def _places(units: Sequence[UnitInput], run: Standings, found: Places) -> Found:
    """Blocks, ranks, changes and classes; earlier ranks are by the earlier scores that the run states."""
    for place, (standing, unit) in enumerate(zip(run.units, units, strict=True)):
        rank, before = found.rank_overall[place], found.earlier_rank_overall[place]
        rank_block, before_block = found.rank_block[place], found.earlier_rank_block[place]
        columns = {
            "block": (standing.block, unit.block),
            "appendix": (standing.appendix, unit.appendix),
            "earlier": (standing.earlier, unit.earlier),
            "rank_overall": (standing.rank_overall, rank),
            "rank_block": (standing.rank_block, rank_block),
            "earlier_rank_overall": (standing.earlier_rank_overall, before),
            "earlier_rank_block": (standing.earlier_rank_block, before_block),
            "change_overall": (standing.change_overall, _change(before, rank)),
            "change_block": (standing.change_block, _change(before_block, rank_block)),
            "class": (standing.class_code, found.classes[place]),
        }
        yield from _differing(place, standing, columns)


def _differing(place: int, standing: Standing, columns: Mapping[str, tuple[object, object]]) -> Found:
    for name, (stated, again) in columns.items():
        if stated != again:
            yield place, _finding(f"run.{name}.{standing.unit}", name, stated, again, unit=standing.unit)


def _change(before: int | None, now: int | None) -> int | None:
    return None if before is None or now is None else before - now


def _summaries(run: Standings, found: Places) -> Iterator[Finding]:
    """Means and counts of every block, and of all units."""
    known = {summary.block: summary for summary in (*run.blocks, run.overall)}
    if list(found.means) != [*(summary.block for summary in run.blocks), None]:
        stated, again = (_listed(each or "all" for each in blocks) for blocks in (known, found.means))
        yield _finding("run.blocks", "blocks", stated, again)
        return
    for block, summary in known.items():
        yield from _means(summary, found.means[block])
        counts = found.counts[block]
        for code in dict.fromkeys((*summary.classes, *counts)):
            if summary.classes.get(code) != counts.get(code):
                name = f"run.class_count.{block or 'all'}.{code}"
                yield _finding(name, "class_count", summary.classes.get(code), counts.get(code), block=block)


def _means(summary: BlockSummary, found: Means) -> Iterator[Finding]:
    stated = {"total": summary.total, "self_total": summary.self_total, "earlier": summary.earlier}
    again = {"total": found.total, "self_total": found.self_total, "earlier": found.earlier}
    yield from _averages(summary.block, stated, again, "")
    yield from _averages(summary.block, summary.group_means, found.applying, "")
    yield from _averages(summary.block, summary.group_means_all, found.everybody, ".all")


def _averages(
    block: str | None, stated: Mapping[str, Mean], again: Mapping[str, Average], behind: str
) -> Iterator[Finding]:
    for column in dict.fromkeys((*stated, *again)):
        ours, theirs = again.get(column), stated.get(column)
        derived = None if ours is None else (_decimal(ours.hundredths), ours.denominator)
        printed = None if theirs is None else (theirs.mean, theirs.denominator)
        if derived != printed:
            name = f"run.mean.{block or 'all'}.{column}{behind}"
            yield _finding(name, "mean", _over(printed), _over(derived), block=block)


def _over(mean: tuple[Decimal | None, int] | None) -> str | None:
    """A mean with its denominator."""
    return None if mean is None or mean[0] is None else f"{mean[0]} ({mean[1]})"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))


def _plain(score: Score | None) -> Plain:
    return ABSENT if score is None else plain(score)


def _hundredths(points: Decimal) -> int:
    return int(points.scaleb(2))


def _decimal(hundredths: int | None) -> Decimal | None:
    return None if hundredths is None else Decimal(hundredths).scaleb(-2)


def _text(figure: Plain) -> str | None:
    """As it is printed; with the exact points, or the reason, where it is not all."""
    if figure.state <= MISSING:
        return None
    if figure.state == NOT_APPLICABLE:
        return "-"
    if figure.state > SCORED:
        return f"0.00 ({REASONS[figure.state - SCORED - 1]})"
    exact = Fraction(figure.top, 100 * figure.bottom)
    return f"{_decimal(figure.hundredths)}" + ("" if exact * 100 == figure.hundredths else f" ({exact})")


def _finding(
    identity: str,
    kind: str,
    stated: object,
    again: object,
    *,
    unit: str | None = None,
    block: str | None = None,
    group: str | None = None,
) -> Finding:
    return Finding(
        id=identity,
        severity="refuse",
        kind=kind,
        unit=unit,
        block=block,
        group=group,
        printed=None if stated is None else str(stated),
        derived=None if again is None else str(again),
    )
