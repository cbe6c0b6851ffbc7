"""What the bench of the engines measures is a campaign as there could be one."""

import random  # noqa: TID251 - drawn from a seed: each time the same units

from services.scoring.engine import examine, standings
from tests.bench import nation


def test_both_engines_compute_some_units_of_the_nation_alike() -> None:
    ruleset, chance = nation.ruleset(), random.Random(3)  # noqa: S311 - a sample
    units = nation.units(chance, 3)
    assert examine(ruleset, units, standings(ruleset, units, "council")) == ()
