"""The run digest: two runs with one digest say the same about every unit, and rest on the same words."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from services.scoring.engine.reference import Standings
from services.scoring.engine.roster import UnitInput, standing_word
from shared.ruleset import Ruleset
from shared.ruleset import digest as ruleset_digest
from shared.vocabulary import GivenInputs, InputValue, Json, Word, digest


def run_digest(ruleset: Ruleset, units: Sequence[UnitInput], run: Standings) -> str:
    """SHA-256 over semantics, ruleset, roster, earlier results, the word that counts in each cell, and the results.

    No times, actors, positions, names or texts of reasons: the undisturbed year, a disturbed one, a replay and an
    offline recomputation have the same. The order in which units were enrolled does not matter either.
    """
    return digest(
        {
            "semantics": ruleset.semantics,
            "ruleset": ruleset_digest(ruleset),
            "roster": {unit.unit: _enrolled(unit) for unit in units},
            "words": {
                standing.unit: {
                    criterion: _word(standing_word(unit, criterion, run.stage)) for criterion in standing.cells
                }
                for unit, standing in zip(units, run.units, strict=True)
            },
            "units": {standing.unit: standing.model_dump(mode="json") for standing in run.units},
            "blocks": {summary.block or "": summary.model_dump(mode="json") for summary in run.blocks},
            "overall": run.overall.model_dump(mode="json"),
        }
    )


def _enrolled(unit: UnitInput) -> Json:
    return {
        **({} if unit.ranked else {"ranked": False}),
        "block": unit.block,
        "appendix": unit.appendix,
        "overrides": dict(unit.taken),
        "earlier": None if unit.earlier is None else _number(unit.earlier),
    }


def _word(word: Word | None) -> Any:  # noqa: ANN401 - JSON
    if isinstance(word, GivenInputs):
        return {name: _said(value) for name, value in word.inputs.items()}
    return None if word is None else word.model_dump(mode="json")


def _said(value: InputValue) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, tuple):
        return [_number(each) for each in value]
    return _number(value) if isinstance(value, Decimal) else str(value)


def _number(value: Decimal) -> str:
    """One spelling for one number: 9, 9.0 and 9.00 are the same input."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
