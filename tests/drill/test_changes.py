"""A hundred thousand words, each heard by a run that goes on: it never differs from the run that is made anew."""

import itertools
import random  # noqa: TID251 - drawn from a seed that is printed
from collections.abc import Callable

import pytest

from deploy.agencies.ruleset_file import read_ruleset_document
from services.scoring.engine import Ongoing, standings
from shared.ruleset import Ruleset, parse
from tests.kit.chance import drawn_changes, drawn_roster
from tests.kit.registers import BEST, RATIO, REGISTER, document
from tests.kit.year_files import AGENCIES

pytestmark = [pytest.mark.drill, pytest.mark.timeout(1800)]
CHANGES, EVERY, UNITS = 50_000, 250, 12
EXAMPLE = AGENCIES / "examples" / "ruleset-all-kinds.yaml"
RULESETS: dict[str, Callable[[], Ruleset]] = {
    "every kind": lambda: parse(read_ruleset_document(EXAMPLE)[0]),
    "registers and the best unit": lambda: parse(document(REGISTER, RATIO, BEST)),
}


@pytest.mark.parametrize("name", RULESETS)
def test_what_is_heard_word_by_word_is_what_is_said_at_once(
    name: str, pytestconfig: pytest.Config, say: Callable[[str], None]
) -> None:
    ruleset, chance = RULESETS[name](), random.Random(pytestconfig.getoption("seed"))  # noqa: S311 - a drill
    run = Ongoing.begun(ruleset, drawn_roster(chance, ruleset, UNITS), "council")
    changes = drawn_changes(chance, ruleset, list(run.units.values()))
    for number, unit in enumerate(itertools.islice(changes, CHANGES), start=1):
        run = run.heard(unit)
        if number % EVERY == 0:
            assert run.standings == standings(ruleset, list(run.units.values()), "council"), f"after {number} words"
    say(f"{CHANGES} words, compared {CHANGES // EVERY} times")
