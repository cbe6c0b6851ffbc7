"""A run that goes on is the run that is made anew: whatever the ruleset, whoever says or takes back what."""

import itertools
import random  # noqa: TID251 - drawn from a seed that is printed where a test fails

from hypothesis import given
from hypothesis import strategies as st

from services.scoring.engine import Ongoing, UnitInput, standings
from shared.ruleset import Ruleset
from shared.vocabulary import Stage
from tests.kit.chance import drawn_changes
from tests.kit.random_rules import rosters, rulesets


@st.composite
def campaigns(draw: st.DrawFn) -> tuple[Ruleset, list[UnitInput]]:
    ruleset = draw(rulesets())
    return ruleset, draw(rosters(ruleset).filter(len))


@given(campaigns(), st.sampled_from(["self", "round1", "council"]), st.randoms(use_true_random=False))
def test_what_is_heard_word_by_word_is_what_is_said_at_once(
    campaign: tuple[Ruleset, list[UnitInput]], stage: Stage, chance: random.Random
) -> None:
    ruleset, units = campaign
    run = Ongoing.begun(ruleset, units, stage)
    assert run.standings == standings(ruleset, units, stage)
    for unit in itertools.islice(drawn_changes(chance, ruleset, units), 12):
        run = run.heard(unit)
        assert run.standings == standings(ruleset, list(run.units.values()), stage)
