"""A run worked out a second time, by columns: all units of a tree at once, in whole numbers. Pure.

It shares with the first only what a criterion is worth (`shared.ruleset.evaluate`) and the ruleset itself.
"""

from services.scoring.engine.vector.bounds import Bound, Bounds, bounds
from services.scoring.engine.vector.columns import LIMIT, Column, Plain, column, plain
from services.scoring.engine.vector.encoding import Encoded, Part, heard, parts_of
from services.scoring.engine.vector.kernel import Kernel, compiled, plainly
from services.scoring.engine.vector.places import keys, mean, ranks
from services.scoring.engine.vector.recount import (
    After,
    Average,
    Counted,
    Figures,
    Means,
    Places,
    Roll,
    counted,
    places,
    recounted,
)
from services.scoring.engine.vector.wholes import Wholes, wholes

__all__ = [
    "LIMIT",
    "After",
    "Average",
    "Bound",
    "Bounds",
    "Column",
    "Counted",
    "Encoded",
    "Figures",
    "Kernel",
    "Means",
    "Part",
    "Places",
    "Plain",
    "Roll",
    "Wholes",
    "bounds",
    "column",
    "compiled",
    "counted",
    "heard",
    "keys",
    "mean",
    "parts_of",
    "places",
    "plain",
    "plainly",
    "ranks",
    "recounted",
    "wholes",
]
