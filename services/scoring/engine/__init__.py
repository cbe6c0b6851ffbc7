"""The computational core: totals, ranks, classes, run digests and the consistency gate. Pure, exact, one entry each.

`standings` turns words into a run, `run_digest` names it, `examine` refuses one that contradicts itself, `compare`
holds the printed figures of a reference against it; `computed` does all four. `Ongoing` is a run that hears further
words.
"""

from services.scoring.engine.computing import Computed, computed
from services.scoring.engine.digests import run_digest
from services.scoring.engine.examination import examine
from services.scoring.engine.gate import Compared, Comparison, compare, official_means
from services.scoring.engine.ongoing import Ongoing
from services.scoring.engine.reference import Standings, standings
from services.scoring.engine.roster import UnitInput, full_word, standing_word
from services.scoring.engine.sheets import Sheets
from services.scoring.engine.vector import Kernel, compiled
from shared.ruleset import Total, Totals, half_up, points_of, totals

__all__ = [
    "Compared",
    "Comparison",
    "Computed",
    "Kernel",
    "Ongoing",
    "Sheets",
    "Standings",
    "Total",
    "Totals",
    "UnitInput",
    "compare",
    "compiled",
    "computed",
    "examine",
    "full_word",
    "half_up",
    "official_means",
    "points_of",
    "run_digest",
    "standing_word",
    "standings",
    "totals",
]
