"""The one exact function "criterion of one unit": what somebody said becomes a score, here and nowhere else."""

import datetime as dt
from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias, assert_never

from shared.ruleset.errors import (
    CohortUnknown,
    InputOutOfRange,
    InputsDoNotFit,
    InputWrong,
    PointsOutOfRange,
    WordDoesNotFit,
)
from shared.ruleset.exact import scored
from shared.ruleset.model import Criterion, Input
from shared.ruleset.rules import Calculated, Manual, Peers
from shared.vocabulary import GivenInputs, GivenPoints, GivenState, InputValue, NotApplicable, Score, Word

Cohort: TypeAlias = Peers
"""Of one criterion: what its rule must know of all units that it applies to, the one that is scored included."""


def completed(criterion: Criterion, word_of: Callable[[str], Word | None]) -> Word | None:
    """What was said on *criterion*, with what stands in registers; None where something is missing.

    A register that does not apply, or is not scored, makes so what reads it.

    Args:
        criterion: What is to be scored.
        word_of: What was said on the criterion of that code, of the same sheet.
    """
    word = word_of(criterion.code)
    if not criterion.registers or isinstance(word, GivenState):
        return word
    inputs = dict(word.inputs) if isinstance(word, GivenInputs) else {}
    if word is None and criterion.own:
        return None
    for name, register in criterion.registers.items():
        said = word_of(register)
        if not isinstance(said, GivenInputs):
            return said
        inputs[name] = said.inputs[name]
    return GivenInputs(inputs=inputs)


def evaluate(criterion: Criterion, word: Word, cohort: Cohort | None = None) -> Score:
    """The score that *word* is worth, rounded once: a criterion is a published level.

    Args:
        criterion: What was spoken on.
        word: What was said, `completed`: points, inputs, or a state instead of points.
        cohort: Needed where `peer_relative`; ignored elsewhere.

    Raises:
        WordDoesNotFit, InputsDoNotFit, InputWrong, PointsOutOfRange, InputOutOfRange: As `check`.
        CohortUnknown: The criterion looks at other units, and nobody said what they have.
    """
    _check(criterion, word, criterion.own | criterion.registers.keys())
    match word:
        case GivenState():
            return word.score
        case GivenPoints():
            return scored(Fraction(word.points), criterion.decimals)
        case GivenInputs():
            exact = exactly(criterion, word, cohort)
            return NotApplicable() if exact is None else scored(exact, criterion.decimals)
        case _:
            assert_never(word)


def exactly(criterion: Criterion, word: GivenInputs, cohort: Cohort | None = None) -> Fraction | None:
    """Points of *word*, which fits, before they are rounded; None where the rule says that it does not apply.

    Raises:
        CohortUnknown: See `evaluate`.
    """
    rule = calculated(criterion, word)
    if rule.looks_at_peers and not cohort:
        raise CohortUnknown(criterion=criterion.code)
    return rule.worth(word.inputs, Fraction(criterion.max), cohort or {})


def check(criterion: Criterion, word: Word) -> None:
    """Refuse a word that may not be said on the criterion; needs no other unit, and no register.

    Raises:
        WordDoesNotFit: Points for a calculated criterion, or inputs for one appraised as a whole.
        InputsDoNotFit: An input is missing or unknown.
        InputWrong: An input is not of the type that is declared, or no option of the rule.
        PointsOutOfRange: Points below the least or above the maximum.
        InputOutOfRange: An input below 0 or above its ceiling.
    """
    _check(criterion, word, criterion.own)


def _check(criterion: Criterion, word: Word, names: AbstractSet[str]) -> None:
    match word:
        case GivenState():
            return
        case GivenPoints():
            _check_points(criterion, word)
        case GivenInputs():
            _check_inputs(criterion, word, names)
        case _:
            assert_never(word)


def peer_relative(criterion: Criterion) -> bool:
    """Whether another unit's word can change this unit's score."""
    return criterion.rule.looks_at_peers


def cohort_of(criterion: Criterion, words: Iterable[Word | None]) -> Cohort:
    """What the rule must know of all units' *words* on *criterion*; a state says nothing."""
    said = (word.inputs for word in words if isinstance(word, GivenInputs))
    return {} if isinstance(criterion.rule, Manual) else criterion.rule.peers_of(said)


def calculated(criterion: Criterion, word: GivenInputs) -> Calculated:
    """The rule that turns *word* into points.

    Raises:
        WordDoesNotFit: The criterion is appraised as a whole.
    """
    if isinstance(criterion.rule, Manual):
        raise WordDoesNotFit(criterion=criterion.code, kind=word.kind, rule=criterion.rule.kind)
    return criterion.rule


def _check_points(criterion: Criterion, word: GivenPoints) -> None:
    rule = criterion.rule
    if not isinstance(rule, Manual):
        raise WordDoesNotFit(criterion=criterion.code, kind=word.kind, rule=rule.kind)
    if not rule.floor <= word.points <= criterion.max:
        raise PointsOutOfRange(criterion=criterion.code, points=word.points, min=rule.floor, max=criterion.max)


def _check_inputs(criterion: Criterion, word: GivenInputs, names: AbstractSet[str]) -> None:
    calculated(criterion, word)
    for name in sorted(names ^ word.inputs.keys()):
        raise InputsDoNotFit(criterion=criterion.code, input=name)
    for declared in criterion.inputs:
        if declared.name in names:
            _check_input(criterion, declared, word.inputs[declared.name])


def _check_input(criterion: Criterion, declared: Input, value: InputValue) -> None:
    allowed = criterion.rule.choices.get(declared.name, ("yes", "no"))
    match declared.type:
        case "number":
            fits = isinstance(value, Decimal)
        case "count":
            fits = isinstance(value, Decimal) and value == value.to_integral_value()
        case "date":
            fits = isinstance(value, dt.date)
        case "records":
            fits = isinstance(value, tuple)
        case "yes_no" | "choice":
            fits = value in allowed
        case _:
            assert_never(declared.type)
    if not fits:
        wanted = ", ".join(allowed) if declared.type in {"yes_no", "choice"} else declared.type
        raise InputWrong(criterion=criterion.code, input=declared.name, value=value, wanted=wanted)
    for each in value if isinstance(value, tuple) else (value,):
        if isinstance(each, Decimal) and not 0 <= each <= declared.ceiling:
            raise InputOutOfRange(criterion=criterion.code, input=declared.name, value=each, ceiling=declared.ceiling)
