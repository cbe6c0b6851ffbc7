"""The one exact function "criterion of one unit": what somebody said becomes a score, here and nowhere else."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias, assert_never

from shared.ruleset.errors import CohortUnknown, InputOutOfRange, InputsDoNotFit, PointsOutOfRange, WordDoesNotFit
from shared.ruleset.exact import half_up
from shared.ruleset.model import Criterion, Manual, Ratio, Relative, Tiers
from shared.vocabulary import GivenInputs, GivenPoints, GivenState, NotApplicable, Score, Scored, Word

Cohort: TypeAlias = Mapping[str, Decimal]
"""Of one criterion, by name of input: the best value among the units that it applies to."""


def evaluate(criterion: Criterion, word: Word, cohort: Cohort | None = None) -> Score:
    """The score that *word* is worth, rounded once: a criterion is a published level.

    Args:
        criterion: What was spoken on.
        word: What was said: points, inputs, or a state instead of points.
        cohort: Needed where `peer_relative`; ignored elsewhere.

    Raises:
        WordDoesNotFit, InputsDoNotFit, PointsOutOfRange, InputOutOfRange: As `check`.
        CohortUnknown: The criterion looks at the best unit, and nobody said which that is.
    """
    check(criterion, word)
    match word:
        case GivenState():
            return word.score
        case GivenPoints():
            return Scored(points=half_up(Fraction(word.points)))
        case GivenInputs():
            exact = _exact(criterion, word, cohort)
            return NotApplicable() if exact is None else Scored(points=half_up(exact))
        case _:
            assert_never(word)


def check(criterion: Criterion, word: Word) -> None:
    """Refuse a word that the criterion cannot be scored from; needs no other unit.

    Raises:
        WordDoesNotFit: Points for a calculated criterion, or inputs for one appraised as a whole.
        InputsDoNotFit: An input is missing or unknown.
        PointsOutOfRange: Points below 0 or above the maximum.
        InputOutOfRange: An input below 0.
    """
    match word:
        case GivenState():
            return
        case GivenPoints():
            _check_points(criterion, word)
        case GivenInputs():
            _check_inputs(criterion, word)
        case _:
            assert_never(word)


def _check_points(criterion: Criterion, word: GivenPoints) -> None:
    if not isinstance(criterion.rule, Manual):
        raise WordDoesNotFit(criterion=criterion.code, kind=word.kind, rule=criterion.rule.kind)
    if not 0 <= word.points <= criterion.max:
        raise PointsOutOfRange(criterion=criterion.code, points=word.points, max=criterion.max)


def _check_inputs(criterion: Criterion, word: GivenInputs) -> None:
    calculated(criterion, word)
    names = {declared.name for declared in criterion.inputs}
    for name in sorted(names ^ set(word.inputs)):
        raise InputsDoNotFit(criterion=criterion.code, input=name)
    for name, value in word.inputs.items():
        if value < 0:
            raise InputOutOfRange(criterion=criterion.code, input=name, value=value)


def peer_relative(criterion: Criterion) -> bool:
    """Whether another unit's word can change this unit's score."""
    return isinstance(criterion.rule, Relative)


def cohort_of(words: Iterable[Word | None]) -> Cohort:
    """The best value of each input, among all units' *words* on one criterion; a state has none."""
    best: dict[str, Decimal] = {}
    for word in words:
        if isinstance(word, GivenInputs):
            for name, value in word.inputs.items():
                best[name] = max(value, best.get(name, value))
    return best


def calculated(criterion: Criterion, word: GivenInputs) -> Ratio | Tiers | Relative:
    """The rule that turns *word* into points.

    Raises:
        WordDoesNotFit: The criterion is appraised as a whole.
    """
    if isinstance(criterion.rule, Manual):
        raise WordDoesNotFit(criterion=criterion.code, kind=word.kind, rule=criterion.rule.kind)
    return criterion.rule


def ratio(rule: Ratio | Relative, inputs: Mapping[str, Decimal], cohort: Cohort | None) -> tuple[Decimal, Decimal]:
    """What is divided by what.

    Raises:
        CohortUnknown: The rule looks at the best unit, and nobody said which that is.
    """
    if isinstance(rule, Ratio):
        return inputs[rule.numerator], inputs[rule.denominator]
    if cohort is None or rule.input not in cohort:
        raise CohortUnknown(input=rule.input)
    return inputs[rule.input], max(cohort[rule.input], inputs[rule.input])


def _exact(criterion: Criterion, word: GivenInputs, cohort: Cohort | None) -> Fraction | None:
    """Points before rounding; None where the rule says that it does not apply."""
    rule = calculated(criterion, word)
    if isinstance(rule, Tiers):
        value = word.inputs[rule.input]
        return Fraction(next(tier.points for tier in rule.tiers if value >= tier.at_least))
    part, whole = ratio(rule, word.inputs, cohort)
    if whole == 0:
        # For the best of all being 0: nobody has any, so nobody gets points.
        return None if isinstance(rule, Ratio) and rule.zero_denominator == "not_applicable" else Fraction(0)
    return min(Fraction(part) / Fraction(whole), Fraction(1)) * Fraction(criterion.max)
