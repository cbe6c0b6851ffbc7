"""What a tier looks at: a figure, a share, a difference, days against a date."""

import datetime as dt
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from shared.ruleset.exact import quotient
from shared.ruleset.rules.kind import NUMERIC, Given, InputType, Strict, amount, fraction_text, share_text
from shared.vocabulary import Id

ZeroDenominator: TypeAlias = Literal["not_applicable", "zero", "full"]
"""What nothing of nothing is worth: it does not apply, nothing, or the maximum."""


class Figure(Strict):
    """One input as it is."""

    of: Literal["figure"]
    input: Id

    @property
    def needs(self) -> Mapping[str, tuple[InputType, ...]]:
        """See `Kind`."""
        return {self.input: NUMERIC}

    def value(self, given: Given) -> Fraction | None:
        """In the input's unit."""
        return amount(given, self.input)

    def phrase(self, title: Callable[[str], str], _language: str) -> str:
        """What is looked at, in words."""
        return title(self.input)

    def shown(self, given: Given, language: str) -> str:
        """What it came to."""
        return fraction_text(amount(given, self.input), language)


class Share(Strict):
    """A percentage: numerator of denominator, in per cent."""

    of: Literal["share"]
    numerator: Id
    denominator: Id

    @property
    def needs(self) -> Mapping[str, tuple[InputType, ...]]:
        """See `Kind`."""
        return dict.fromkeys((self.numerator, self.denominator), NUMERIC)

    def value(self, given: Given) -> Fraction | None:
        """In per cent; None of nothing."""
        whole = amount(given, self.denominator)
        return quotient(amount(given, self.numerator), whole) * 100 if whole else None

    def phrase(self, title: Callable[[str], str], _language: str) -> str:
        """What is looked at, in words."""
        return f"{title(self.numerator)} / {title(self.denominator)} (%)"

    def shown(self, given: Given, language: str) -> str:
        """What it came to."""
        part, whole = amount(given, self.numerator), amount(given, self.denominator)
        return share_text(part, whole, language) if whole else f"{fraction_text(part, language)}/0"


class Difference(Strict):
    """One input less another."""

    of: Literal["difference"]
    minuend: Id
    subtrahend: Id

    @property
    def needs(self) -> Mapping[str, tuple[InputType, ...]]:
        """See `Kind`."""
        return dict.fromkeys((self.minuend, self.subtrahend), NUMERIC)

    def value(self, given: Given) -> Fraction | None:
        """In the inputs' unit."""
        return amount(given, self.minuend) - amount(given, self.subtrahend)

    def phrase(self, title: Callable[[str], str], _language: str) -> str:
        """What is looked at, in words."""
        return f"{title(self.minuend)} − {title(self.subtrahend)}"

    def shown(self, given: Given, language: str) -> str:
        """What it came to."""
        parts = [fraction_text(amount(given, name), language) for name in (self.minuend, self.subtrahend)]
        difference = amount(given, self.minuend) - amount(given, self.subtrahend)
        return f"{' − '.join(parts)} = {fraction_text(difference, language)}"


class Days(Strict):
    """How many days after a date; before it they are less than nothing."""

    of: Literal["days"]
    input: Id
    after: dt.date

    @property
    def needs(self) -> Mapping[str, tuple[InputType, ...]]:
        """See `Kind`."""
        return {self.input: ("date",)}

    def value(self, given: Given) -> Fraction | None:
        """Days."""
        said = given[self.input]
        assert isinstance(said, dt.date)  # noqa: S101 - its type was checked with the word
        return Fraction((said - self.after).days)

    def phrase(self, title: Callable[[str], str], language: str) -> str:
        """What is looked at, in words."""
        day = f"{self.after:%d/%m/%Y}"
        return (
            f"{title(self.input)}: days after {day}" if language == "en" else f"{title(self.input)}: số ngày sau {day}"
        )

    def shown(self, given: Given, language: str) -> str:
        """What it came to."""
        said = given[self.input]
        days = fraction_text(self.value(given) or Fraction(0), language)
        return f"{said:%d/%m/%Y}: {days} {'days' if language == 'en' else 'ngày'}"


Measure = Annotated[Figure | Share | Difference | Days, Field(discriminator="of")]
