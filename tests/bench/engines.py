"""The two engines on a nation: the one that decides, by fractions, and the one that works it out again, by columns."""

import functools
import gc
import itertools
import random  # noqa: TID251 - drawn from a seed: each time the same nation
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from services.scoring.engine import Ongoing, Standings, UnitInput, examine, standings
from services.scoring.engine.vector import Counted, Encoded, Kernel, Roll, compiled, counted, heard, parts_of, places
from shared.ruleset import Ruleset
from shared.vocabulary import Stage
from tests.bench import nation
from tests.bench.figures import say
from tests.kit.chance import drawn_changes

SAMPLE = 1000
TURNS = 5
LAST: Stage = "council"
Done = TypeVar("Done")


def measure(*, everybody: bool) -> bool:
    """Print time and memory of both, and in how many published figures they differ; whether in none.

    Args:
        everybody: Whether the one by fractions computes the nation too, and not a sample of it: ten minutes.
    """
    ruleset, chance = nation.ruleset(), random.Random(11_000)  # noqa: S311 - a bench
    units = nation.units(chance)
    earlier = [int(unit.earlier * 100) for unit in units if unit.earlier is not None]
    roll = Roll([unit.block for unit in units], earlier, [unit.ranked for unit in units])
    cells = sum(len(words) for unit in units for words in unit.words.values())
    say(f"  {len(units)} units, {len(nation.STAGES)} stages, {cells} words")
    encoded, seconds, mebibytes = _measured(lambda: _encoded(ruleset, units))
    say(f"  encoding: {seconds:.1f} s, {mebibytes} MiB")
    turns = [_measured(lambda: _worked(ruleset, roll, encoded)) for _ in range(TURNS)]
    best = min(seconds for _, seconds, _ in turns)
    say(f"  vector from columns: {best:.2f} s, {max(mebibytes for _, _, mebibytes in turns)} MiB (best of {TURNS})")
    kernel = compiled()
    _measured(lambda: _worked(ruleset, roll, encoded, kernel))  # compiles
    turns = [_measured(lambda: _worked(ruleset, roll, encoded, kernel)) for _ in range(TURNS)]
    say(f"  compiled loop instead: {min(seconds for _, seconds, _ in turns):.2f} s")
    sample = units if everybody else units[:SAMPLE]
    run, seconds, mebibytes = _measured(lambda: standings(ruleset, sample, LAST))
    say(f"  reference, {len(sample)} units: {seconds:.1f} s, {mebibytes} MiB")
    say(f"  reference / vector, a unit: {seconds / len(sample) / (best / len(units)):.0f}")
    same = _ongoing(ruleset, units[:SAMPLE], chance)
    found, seconds, _ = _measured(lambda: examine(ruleset, sample, run))
    say(f"  gate, {len(sample)} units: {seconds:.1f} s; {_figures(run)} figures, {len(found)} differ")
    return same and not found


def _ongoing(ruleset: Ruleset, sample: Sequence[UnitInput], chance: random.Random) -> bool:
    """One word more, and the run that follows: the median; against the same run made anew, and whether it is that."""
    run = Ongoing.begun(ruleset, sample, LAST)
    changes = list(itertools.islice(drawn_changes(chance, ruleset, sample), TURNS))
    spent = []
    for unit in changes:
        run, seconds, _ = _measured(functools.partial(run.heard, unit))
        spent.append(seconds)
    anew, seconds, _ = _measured(lambda: standings(ruleset, list(run.units.values()), LAST))
    same = anew == run.standings
    median = 1000 * sorted(spent)[TURNS // 2]
    told = "the same run" if same else "ANOTHER RUN"
    say(f"  one word more, {len(sample)} units: {median:.0f} ms; anew {seconds:.1f} s; {told}")
    before = [replace(unit, words={each: unit.words[each] for each in unit.words if each != LAST}) for unit in sample]
    quiet = Ongoing.begun(ruleset, before, LAST)
    _, seconds, _ = _measured(lambda: quiet.heard(sample[0]))
    say(f"  the first words of a stage, {len(sample)} units: {seconds:.2f} s")
    return same


def _encoded(ruleset: Ruleset, units: Sequence[UnitInput]) -> list[list[Encoded]]:
    parts = parts_of(ruleset, units)
    return [[part.encoded() for part in parts] for _ in heard(parts, LAST)]


def _worked(
    ruleset: Ruleset, roll: Roll, encoded: Sequence[Sequence[Encoded]], kernel: Kernel | None = None
) -> list[Counted]:
    """All stages, and ranks, classes and means of the last."""
    found = [counted(each, kernel) for each in encoded]
    places(ruleset, roll, found[-1], found[0])
    return found


def _figures(run: Standings) -> int:
    """How many are published: cells, groups, totals, places, means."""
    units = sum(
        sum(1 + len(cell.scores) for cell in unit.cells.values())
        + len(unit.groups) * (1 + len(unit.groups_by_stage))
        + len(unit.totals)
        + 9
        for unit in run.units
    )
    return units + sum(3 + 2 * len(each.group_means) + len(each.classes) for each in (*run.blocks, run.overall))


def _measured(work: Callable[[], Done]) -> tuple[Done, float, int]:
    """What *work* gives, seconds of the processor, and the memory it needed besides at its peak, in MiB.

    Nothing here waits, so that what else the machine does is left out.
    """
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
    before, began = _kept("VmRSS"), time.process_time()
    done = work()
    return done, time.process_time() - began, (_kept("VmHWM") - before) // 1024


def _kept(what: str) -> int:
    found = re.search(rf"{what}:\s+(\d+)", Path("/proc/self/status").read_text())
    return int(found[1]) if found else 0
