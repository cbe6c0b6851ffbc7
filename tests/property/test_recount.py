"""The gate works a run out again by columns, from the words on, and agrees: whatever the ruleset, whatever was said."""

from hypothesis import given
from hypothesis import strategies as st

from services.scoring.engine import UnitInput, examine, standings
from shared.ruleset import Ruleset
from shared.vocabulary import Stage
from tests.kit.random_rules import rosters, rulesets


@st.composite
def campaigns(draw: st.DrawFn) -> tuple[Ruleset, list[UnitInput]]:
    ruleset = draw(rulesets())
    return ruleset, draw(rosters(ruleset))


@given(campaigns(), st.sampled_from(["self", "round1", "council"]))
def test_a_run_is_found_again(campaign: tuple[Ruleset, list[UnitInput]], stage: Stage) -> None:
    ruleset, units = campaign
    run = standings(ruleset, units, stage)
    found = examine(ruleset, units, run)
    assert [(each.id, each.printed, each.derived) for each in found] == []
