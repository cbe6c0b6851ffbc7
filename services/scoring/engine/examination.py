"""The gate's inner half: a run recomputed another way, in whole hundredths. Whatever differs refuses the run."""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias

from services.scoring.engine.again import Again
from services.scoring.engine.roster import UnitInput
from services.scoring.engine.standings import Standings
from shared.ruleset import Ruleset, sheet_of, tree_of
from shared.standing import BlockSummary, Finding, Mean, Standing
from shared.vocabulary import Missing, NotApplicable, Score, Scored

Hundredths: TypeAlias = int | None
"""Points × 100; None: not applicable, or nothing said."""


def examine(ruleset: Ruleset, units: Sequence[UnitInput], run: Standings) -> tuple[Finding, ...]:
    """What is wrong with *run*, each finding with severity ``refuse``; empty: it may be approved.

    Knows nothing of how the run was computed: integers instead of fractions, ranks by counting who is better.
    """
    enrolled = {unit.unit: unit for unit in units}
    if len(enrolled) != len(units) or [standing.unit for standing in run.units] != [unit.unit for unit in units]:
        return (_finding("run.roster", "roster", None, None),)
    found: list[Finding] = []
    for standing in run.units:
        found += _cells(ruleset, enrolled[standing.unit], standing)
    if not found:
        for standing in run.units:
            if not _silent(standing):
                found += _points(ruleset, enrolled[standing.unit], standing)
            found += _places(ruleset, standing, run.units)
        for summary in (*run.blocks, run.overall):
            found += _means(summary, [unit for unit in run.units if summary.block in {None, unit.block}])
    return tuple(found)


def _cells(ruleset: Ruleset, unit: UnitInput, standing: Standing) -> Iterator[Finding]:
    sheet = sheet_of(ruleset, unit.appendix, unit.overrides)
    if set(sheet) != set(standing.cells):
        yield _finding(f"run.sheet.{unit.unit}", "sheet", None, None, unit=unit.unit)
        return
    for code, criterion in sheet.items():
        score = standing.cells[code].standing
        if isinstance(score, Missing):
            if unit.spoke or ruleset.policies.no_sheet == "zero":
                yield _finding(f"run.missing.{unit.unit}.{code}", "missing", None, None, unit=unit.unit, group=code)
        elif isinstance(score, Scored) and not criterion.rule.least <= Fraction(score.points) <= criterion.max:
            stated, most = score.points, criterion.max
            yield _finding(f"run.range.{unit.unit}.{code}", "range", stated, most, unit=unit.unit, group=code)


def _silent(standing: Standing) -> bool:
    """It handed nothing in, and has no total by which it would be ranked."""
    missing = all(isinstance(cell.standing, Missing) for cell in standing.cells.values())
    return missing and standing.total is None and all(isinstance(each, Missing) for each in standing.groups.values())


def _points(ruleset: Ruleset, unit: UnitInput, standing: Standing) -> Iterator[Finding]:
    tree = tree_of(ruleset, unit.appendix, unit.overrides)
    again_of = Again(tree, {code: cell.standing for code, cell in standing.cells.items()})
    for child in tree.children:
        again, stated = again_of.hundredths(child), _hundredths(standing.groups[child.code])
        if again != stated:
            name = f"run.group.{unit.unit}.{child.code}"
            yield _finding(name, "group", stated, again, unit=unit.unit, group=child.code)
    again, stated = again_of.hundredths(tree), _whole(standing.total)
    if again != stated:
        yield _finding(f"run.total.{unit.unit}", "total", stated, again, unit=unit.unit)


def _hundredths(score: Score) -> Hundredths:
    if isinstance(score, Scored):
        return int(score.points * 100)
    return None if isinstance(score, NotApplicable | Missing) else 0


def _whole(points: Decimal | None) -> Hundredths:
    return None if points is None else int(points * 100)


def _places(ruleset: Ruleset, standing: Standing, units: Sequence[Standing]) -> Iterator[Finding]:
    block = [unit for unit in units if unit.block == standing.block]
    dense, now = ruleset.policies.ties == "1223", _exactly if ruleset.policies.rank_on == "unrounded" else _published
    places = {
        "rank_overall": _place(standing, units, now, dense=dense),
        "rank_block": _place(standing, block, now, dense=dense),
        "earlier_rank_overall": _place(standing, units, lambda unit: unit.earlier, dense=dense),
        "earlier_rank_block": _place(standing, block, lambda unit: unit.earlier, dense=dense),
    }
    for scope in ("overall", "block"):
        rank, before = places[f"rank_{scope}"], places[f"earlier_rank_{scope}"]
        places[f"change_{scope}"] = None if rank is None or before is None else before - rank
    for name, place in places.items():
        if getattr(standing, name) != place:
            yield _finding(f"run.{name}.{standing.unit}", name, getattr(standing, name), place, unit=standing.unit)
    reached = [
        band.code
        for band in ruleset.classes.get(standing.block, ())
        if standing.total is not None
        and band.begins_at(standing.total)
        and (band.below is None or standing.total < band.below)
    ]
    if reached[:1] != ([] if standing.class_code is None else [standing.class_code]):
        stated, again = standing.class_code, ", ".join(reached)
        yield _finding(f"run.class.{standing.unit}", "class", stated, again, unit=standing.unit)


def _published(unit: Standing) -> Decimal | None:
    return unit.total


def _exactly(unit: Standing) -> Fraction | None:
    return None if unit.unrounded is None else Fraction(unit.unrounded)


def _place(
    one: Standing, among: Sequence[Standing], of: Callable[[Standing], Decimal | Fraction | None], *, dense: bool
) -> int | None:
    mine = of(one)
    if mine is None:
        return None
    better = [theirs for theirs in map(of, among) if theirs is not None and theirs > mine]
    return 1 + len(set(better) if dense else better)


def _means(summary: BlockSummary, units: Sequence[Standing]) -> Iterator[Finding]:
    name = summary.block or "all"
    columns: dict[str, tuple[Mean, list[Hundredths]]] = {
        "total": (summary.total, [_whole(unit.total) for unit in units]),
        "self_total": (summary.self_total, [_whole(unit.totals.get("self")) for unit in units]),
        "earlier": (summary.earlier, [_whole(unit.earlier) for unit in units]),
    }
    for code, stated in summary.group_means.items():
        columns[code] = (stated, [_hundredths(unit.groups[code]) for unit in units if code in unit.groups])
    for code, stated in summary.group_means_all.items():
        known = [unit.groups[code] for unit in units if code in unit.groups]
        zeros = [_hundredths(score) or 0 for score in known if not isinstance(score, Missing)]
        columns[f"{code}.all"] = (stated, list(zeros))
    for column, (stated, values) in columns.items():
        counted = [value for value in values if value is not None]
        again = (2 * sum(counted) + len(counted)) // (2 * len(counted)) if counted else None
        if (_whole(stated.mean), stated.denominator) != (again, len(counted)):
            yield _finding(f"run.mean.{name}.{column}", "mean", stated.mean, again, block=summary.block)
    for code, count in summary.classes.items():
        again = sum(unit.class_code == code for unit in units)
        if count != again:
            yield _finding(f"run.class_count.{name}.{code}", "class_count", count, again, block=summary.block)


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
