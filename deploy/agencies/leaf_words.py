"""Words on the criteria of a group that come to exactly the score it is said to have. Pure, in whole hundredths."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import product
from typing import NamedTuple

from shared.errors import Invalid
from shared.ruleset import Criterion, evaluate, points_of
from shared.ruleset.rules import Manual
from shared.vocabulary import GivenInputs, GivenPoints, Word

ANSWERED = ("yes_no", "choice")
MOST_ANSWERS = 256
"""Of one criterion; more are none that people choose from."""


class CriterionOpen(Invalid, code="leaves.criterion_open"):
    """The criterion is calculated from figures: nobody invents those."""


@dataclass(frozen=True, slots=True)
class Part:
    """A criterion of a group.

    Attributes:
        before: What stood; it stays where it can.
        least, most: Hundredths between which it should stay; beyond them only where nothing else comes to the score.
    """

    criterion: Criterion
    before: Word
    least: int
    most: int


class Price(NamedTuple):
    """What a choice costs, the worst first: beyond bounds, against the direction, changes, early ones kept."""

    beyond: int = 0
    against: int = 0
    changed: int = 0
    late: int = 0

    def plus(self, other: "Price") -> "Price":
        """Both."""
        return Price(*(one + another for one, another in zip(self, other, strict=True)))


class Choice(NamedTuple):
    """Words on some criteria, in their order, and what they cost."""

    price: Price
    words: tuple[tuple[str, Word], ...]


def hundredths(criterion: Criterion, word: Word) -> int | None:
    """What *word* counts; None where it is in no sum."""
    points = points_of(evaluate(criterion, word))
    return None if points is None else int(points * 100)


def said_points(value: int) -> GivenPoints:
    """*value* hundredths as somebody says them."""
    return GivenPoints(points=Decimal(value).scaleb(-2))


@cache
def answers(criterion: Criterion) -> tuple[tuple[int, Word], ...]:
    """Every answer to a calculated criterion with what it counts, the best first.

    Raises:
        CriterionOpen: It is calculated from figures, registers or other units, or has too many answers.
    """
    rule, named = criterion.rule, [(each.name, each.type) for each in criterion.inputs]
    choices = [rule.choices.get(name, ("yes", "no")) for name, _ in named]
    count = 1
    for each in choices:
        count *= len(each)
    if (
        isinstance(rule, Manual)
        or rule.looks_at_peers
        or criterion.registers
        or not named
        or any(kind not in ANSWERED for _, kind in named)
        or count > MOST_ANSWERS
    ):
        raise CriterionOpen(criterion=criterion.code, rule=rule.kind)
    found = []
    for values in product(*choices):
        word = GivenInputs(inputs={name: value for (name, _), value in zip(named, values, strict=True)})
        worth = hundredths(criterion, word)
        if worth is not None:
            found.append((worth, word))
    return tuple(sorted(found, key=lambda each: -each[0]))


def best(criterion: Criterion) -> Word:
    """The word that is worth the most.

    Raises:
        CriterionOpen: As `answers`.
    """
    if isinstance(criterion.rule, Manual):
        return GivenPoints(points=criterion.max)
    return answers(criterion)[0][1]


def words_for(parts: Sequence[Part], target: int) -> dict[str, Word] | None:
    """Words on *parts* whose points sum to *target* hundredths; None where no words do.

    Of several, those that leave fewest bounds; of these, those by which, where the sum falls, fewest rise, and the
    other way round; of these, those with fewest changes; then those that change the first ones.

    Raises:
        CriterionOpen: As `answers`.
    """
    falls = target < sum(hundredths(part.criterion, part.before) or 0 for part in parts)
    ranked = list(enumerate(parts))
    judged = [(rank, part) for rank, part in ranked if isinstance(part.criterion.rule, Manual)]
    sums: dict[int, Choice] = {0: Choice(Price(), ())}
    for rank, part in ranked:
        if not isinstance(part.criterion.rule, Manual):
            sums = _added(sums, rank, part, falls=falls)
    found = []
    for total, answered in sums.items():
        rest = _shared_out(judged, target - total, falls=falls)
        if rest is not None:
            found.append((answered.price.plus(rest.price), total, answered.words + rest.words))
    if not found:
        return None
    chosen = dict(min(found, key=lambda each: each[:2])[2])
    return {part.criterion.code: chosen[part.criterion.code] for part in parts}


def _added(sums: dict[int, Choice], rank: int, part: Part, *, falls: bool) -> dict[int, Choice]:
    """What can be come to with *part* too, each sum in its cheapest way."""
    more: dict[int, Choice] = {}
    stood = hundredths(part.criterion, part.before)
    options = list(answers(part.criterion))
    if stood is not None:  # first, so that it stays where another answer is worth as much
        options.insert(0, (stood, part.before))
    for total, choice in sums.items():
        for worth, word in options:
            price = choice.price.plus(_price(rank, part, worth, falls=falls, same=word == part.before))
            if total + worth not in more or price < more[total + worth].price:
                more[total + worth] = Choice(price, (*choice.words, (part.criterion.code, word)))
    return more


def _shared_out(parts: Sequence[tuple[int, Part]], total: int, *, falls: bool) -> Choice | None:
    """*total* over criteria that are judged as a whole, one after the other; None where they cannot come to it."""
    stood = [hundredths(part.criterion, part.before) for _, part in parts]
    wished = [(part.least, part.most) for _, part in parts]
    allowed = [_span(part.criterion) for _, part in parts]
    values = [max(least, min(most, was or 0)) for was, (least, most) in zip(stood, wished, strict=True)]
    for spans in (wished, allowed):
        for place, (least, most) in enumerate(spans):
            moved = values[place] + total - sum(values)
            values[place] = max(least, min(most, moved))
    if sum(values) != total:
        return None
    price, words = Price(), []
    for (rank, part), was, value in zip(parts, stood, values, strict=True):
        same = was is not None and was == value
        price = price.plus(_price(rank, part, value, falls=falls, same=same))
        words.append((part.criterion.code, part.before if same else said_points(value)))
    return Choice(price, tuple(words))


def _span(criterion: Criterion) -> tuple[int, int]:
    """The fewest and the most hundredths that people may say."""
    assert isinstance(criterion.rule, Manual)  # noqa: S101 - chosen so
    return int(criterion.rule.floor * 100), int(criterion.max * 100)


def _price(rank: int, part: Part, worth: int, *, falls: bool, same: bool) -> Price:
    stood = hundredths(part.criterion, part.before) or 0
    return Price(
        beyond=0 if part.least <= worth <= part.most else 1,
        against=int(worth > stood if falls else worth < stood),
        changed=0 if same else 1,
        late=0 if same else rank,
    )
