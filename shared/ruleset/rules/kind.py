"""What every kind of rule says of itself: what it reads, what a word is worth by it, and that in words."""

from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import ConfigDict, Field, model_validator

from shared.ruleset.exact import half_up, quotient, rational
from shared.vocabulary import InputValue, Points, Value

InputType: TypeAlias = Literal["number", "count", "yes_no", "choice", "date", "records"]
"""A measured or counted figure, yes or no, one of several options, a day, or a figure for each of many records."""
NUMERIC: tuple[InputType, ...] = ("number", "count")
Given: TypeAlias = Mapping[str, InputValue]
"""What was said, by name of input; each value is of the type that the input declares."""
Peers: TypeAlias = Mapping[str, Fraction]
"""What a rule must know of all units that its criterion applies to; each kind names its own figures."""
Rational = Annotated[str, Field(pattern=r"^\d{1,9}(/[1-9]\d{0,8}|\.\d{1,6})?$")]
"""An exact number as people write it: ``1/2``, ``0.8``, ``3``."""
SHOWN_DIGITS = 4  # of a share: two of its percentage


class Strict(Value):
    """An unknown field is a mistake: a rule that nobody reads would look as if it counted."""

    model_config = ConfigDict(frozen=True, extra="forbid")


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in a rule that cannot be applied.

    Attributes:
        code: Of the error that says so.
        facts: What its sentence needs beside the path.
    """

    code: str
    facts: Mapping[str, object] = field(default_factory=dict)


class Kind(Strict):
    """How a criterion is scored.

    A kind is frozen once a publication has used it: another meaning is another version, with a name of its own.
    """

    looks_at_peers: ClassVar[bool] = False

    @property
    def needs(self) -> Mapping[str, tuple[InputType, ...]]:
        """By name of each input that it reads, the types that it can read."""
        return {}

    @property
    def choices(self) -> Mapping[str, tuple[str, ...]]:
        """By name of each input that is a choice, the codes of its options."""
        return {}

    @property
    def least(self) -> Fraction:
        """The lowest score it can come to."""
        return Fraction(0)

    def faults(self, most: Fraction) -> Iterator[Fault]:
        """What in it cannot be applied, or makes no sense, where *most* is the maximum."""
        del most
        return iter(())

    @abstractmethod
    def sentence(self, most: Fraction, title: Callable[[str], str], language: str) -> str:
        """The rule for somebody who reads no code; *title* names an input."""


class Calculated(Kind):
    """A rule that turns inputs into points."""

    @abstractmethod
    def worth(self, given: Given, most: Fraction, peers: Peers) -> Fraction | None:
        """Exact points of what was *given*; None where it does not apply.

        Args:
            given: A value for each of ``needs``.
            most: The maximum.
            peers: What ``peers_of`` found among all units; empty for a kind that does not look at them.
        """

    def peers_of(self, everybody: Iterable[Given]) -> Peers:
        """What of *everybody*, the unit itself included, its scores depend on."""
        del everybody
        return {}

    @abstractmethod
    def account(self, given: Given, most: Fraction, peers: Peers, language: str) -> str:
        """The arithmetic up to its result: it ends in ``→`` where what follows is no sum but what was looked up."""


class Worth(Strict):
    """Points outright, or a share of the maximum: exactly one of the two."""

    points: Points | None = None
    share: Rational | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> "Worth":
        if (self.points is None) == (self.share is None):
            msg = "say points, or a share of the maximum"
            raise ValueError(msg)
        return self

    def of(self, most: Fraction) -> Fraction:
        """In points."""
        if self.points is not None:
            return Fraction(self.points)
        return rational(self.share or "0") * most


def amount(given: Given, name: str) -> Fraction:
    """The number said as *name*."""
    value = given[name]
    assert isinstance(value, Decimal)  # noqa: S101 - its type was checked with the word
    return Fraction(value)


def fraction_text(value: Fraction, language: str) -> str:
    """*value* exactly, with a decimal comma except in English: as a decimal where it is one, else as a fraction."""
    rounded = half_up(value, 6)
    if Fraction(rounded) == value:
        return plain(rounded, language)
    return f"{value.numerator}/{value.denominator}"


def points_text(value: Fraction, language: str) -> str:
    """Points as rules write them: two decimals where they have no more, else exactly."""
    rounded = half_up(value)
    return decimal_text(rounded, language) if Fraction(rounded) == value else fraction_text(value, language)


def decimal_text(value: Decimal, language: str) -> str:
    """*value* as people write it: no trailing zeros added or removed, decimal comma except in English."""
    text = format(value, "f")
    return text if language == "en" else text.replace(".", ",")


def plain(value: Decimal, language: str) -> str:
    """*value* without zeros at its end."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text if language == "en" else text.replace(".", ",")


def share_text(part: Fraction, whole: Fraction, language: str) -> str:
    """``9/12 = 75 %``; ≈ where two decimals of the percentage are not all of it."""
    exact = quotient(part, whole) * 100
    percent = half_up(exact)
    same = "=" if Fraction(percent) == exact else "≈"
    divided = f"{fraction_text(part, language)}/{fraction_text(whole, language)}"
    return f"{divided} {same} {plain(percent, language)} %"


def times(most: Fraction, share: Fraction, spoken: str, language: str) -> str:
    """``15,00 × 0,75``, or with the fraction as it was *spoken* where four decimals are not all of it."""
    factor = half_up(share, SHOWN_DIGITS)
    return f"{points_text(most, language)} × {plain(factor, language) if Fraction(factor) == share else spoken}"


def told(account: str, value: Fraction, language: str) -> str:
    """*account* with what it comes to, shown with two decimals."""
    shown = half_up(value)
    return concluded(account, decimal_text(shown, language), exact=Fraction(shown) == value)


def concluded(account: str, result: str, *, exact: bool) -> str:
    """*account* and its *result*, which is all of it or rounded."""
    if account.endswith("→"):
        return f"{account} {result}"
    return f"{account} {'=' if exact else '≈'} {result}"
