"""Words drawn from a seed, on criteria of any kind, and rosters that say them."""

import datetime as dt
import random  # noqa: TID251 - drawn from a seed: each time the same words
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import assert_never

from services.scoring.engine import UnitInput
from shared.ruleset import Criterion, Ruleset, sheet_of
from shared.ruleset.model import Input
from shared.vocabulary import GivenInputs, GivenPoints, GivenState, InputValue, NotApplicable, NotScored, Stage, Word

STAGES: Sequence[Stage] = ("self", "round1", "round2", "council")
FEW = 40
NEW_YEAR = dt.date(2025, 1, 1)


def drawn_word(chance: random.Random, criterion: Criterion) -> Word:
    """Points or inputs that *criterion* can be scored from; now and then a state instead."""
    state = chance.randrange(12)
    if state == 0:
        return GivenState(score=NotApplicable())
    if state == 1:
        return GivenState(score=NotScored(reason="late"))
    if not criterion.own:
        least = int(criterion.rule.least)
        return GivenPoints(points=Decimal(chance.randint(100 * least, int(100 * criterion.max))).scaleb(-2))
    named = [each for each in criterion.inputs if each.name in criterion.own]
    return GivenInputs(inputs={each.name: _value(chance, criterion, each) for each in named})


def _value(chance: random.Random, criterion: Criterion, declared: Input) -> InputValue:
    most = min(FEW, int(declared.ceiling))
    match declared.type:
        case "number":
            return Decimal(chance.randint(0, 4 * most)) / 4
        case "count":
            return Decimal(chance.randint(0, most))
        case "date":
            return NEW_YEAR + dt.timedelta(days=chance.randrange(400))
        case "records":
            return tuple(Decimal(chance.randint(0, most)) for _ in range(chance.randint(1, 3)))
        case "yes_no" | "choice":
            return chance.choice(criterion.rule.choices.get(declared.name, ("yes", "no")))
        case _:
            assert_never(declared.type)


def drawn_roster(chance: random.Random, ruleset: Ruleset, size: int) -> list[UnitInput]:
    """Units of every appendix and block that nobody said anything of yet."""
    appendices, blocks = [each.code for each in ruleset.appendices], [*ruleset.classes, "without-classes"]
    return [
        UnitInput(
            unit=f"u{number}",
            block=chance.choice(blocks),
            appendix=chance.choice(appendices),
            earlier=chance.choice([None, Decimal(chance.randrange(101))]),
            ranked=bool(chance.randrange(6)),
        )
        for number in range(size)
    ]


def drawn_changes(chance: random.Random, ruleset: Ruleset, units: Sequence[UnitInput]) -> Iterator[UnitInput]:
    """Without end: one of *units*, as it is after one more word of some stage, or after one was taken back."""
    known = {unit.unit: unit for unit in units}
    sheets = {unit.unit: sheet_of(ruleset, unit.appendix, unit.taken) for unit in units}
    while True:
        unit = known[chance.choice(units).unit]
        stage, criterion = chance.choice(STAGES), chance.choice(list(sheets[unit.unit].values()))
        said = {**unit.words.get(stage, {}), criterion.code: drawn_word(chance, criterion)}
        if chance.randrange(8) == 0:
            del said[criterion.code]
        known[unit.unit] = replace(unit, words={**unit.words, stage: said})
        yield known[unit.unit]
