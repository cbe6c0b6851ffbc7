"""Rules made of rules: parts that add up, cases of which the best counts."""

from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from shared.ruleset.rules.counted import BonusPenalty, Deduction, MeanOfRecords, PerItem, SurveyMean
from shared.ruleset.rules.kind import Calculated, Fault, Given, InputType, Peers, Strict, points_text, told
from shared.ruleset.rules.ratios import Ratio, ThresholdRatio
from shared.ruleset.rules.tiers import Tiers
from shared.ruleset.rules.whole import AllOf, Choice, Table, YesNo
from shared.vocabulary import Localized, Points

Simple = Annotated[
    YesNo
    | AllOf
    | Choice
    | Table
    | Tiers
    | Ratio
    | ThresholdRatio
    | PerItem
    | Deduction
    | BonusPenalty
    | MeanOfRecords
    | SurveyMean,
    Field(discriminator="kind"),
]
"""A rule that is not made of others, and does not look at other units."""
PartRule: TypeAlias = "Annotated[Simple | SumOfParts | BestOf, Field(discriminator='kind')]"
"""What a part may be: also one that is made of parts, e.g. the best of several sums."""


class Part(Strict):
    """A rule within a rule, with a maximum of its own."""

    title: Localized
    max: Annotated[Points, Field(gt=0)]
    rule: PartRule

    def worth(self, given: Given) -> Fraction | None:
        """Exact; None where it does not apply."""
        return self.rule.worth(given, Fraction(self.max), {})

    def told(self, given: Given, language: str) -> str:
        """Its arithmetic with its result."""
        value, most = self.worth(given), Fraction(self.max)
        if value is None:
            return "not applicable" if language == "en" else "không áp dụng"
        return told(self.rule.account(given, most, {}, language), value, language)


class _Composed(Calculated):
    """What both have in common."""

    parts: Annotated[tuple[Part, ...], Field(min_length=2)]

    @property
    def needs(self) -> Mapping[str, tuple[InputType, ...]]:
        """See `Kind`."""
        found: dict[str, tuple[InputType, ...]] = {}
        for part in self.parts:
            for name, types in part.rule.needs.items():
                found[name] = tuple(each for each in types if each in found.get(name, types))
        return found

    @property
    def choices(self) -> Mapping[str, tuple[str, ...]]:
        """See `Kind`."""
        found: dict[str, tuple[str, ...]] = {}
        for part in self.parts:
            for name, codes in part.rule.choices.items():
                found[name] = tuple(each for each in codes if each in found.get(name, codes))
        return found

    def faults(self, most: Fraction) -> Iterator[Fault]:
        """See `Kind`."""
        found = self.whole(Fraction(part.max) for part in self.parts)
        if found != most:
            yield Fault("ruleset.maxima_disagree", {"max": most, "parts": found})
        for part in self.parts:
            yield from part.rule.faults(Fraction(part.max))

    def worth(self, given: Given, most: Fraction, peers: Peers) -> Fraction | None:
        """See `Kind`. A part that does not apply is worth nothing; where none applies, neither does the whole."""
        del most, peers
        values = [value for part in self.parts if (value := part.worth(given)) is not None]
        return self.whole(values) if values else None

    @abstractmethod
    def whole(self, values: Iterable[Fraction]) -> Fraction:
        """What *values* of the parts make together."""

    def listed(self, title: Callable[[str], str], language: str) -> str:
        """The rule of each part."""
        return " ".join(
            f"({number}) {part.title.to(language)}: {part.rule.sentence(Fraction(part.max), title, language)}"
            for number, part in enumerate(self.parts, start=1)
        )


class SumOfParts(_Composed):
    """Parts that add up to the maximum."""

    kind: Literal["sum_of_parts.v1"]

    @property
    def least(self) -> Fraction:
        """See `Kind`."""
        return sum((part.rule.least for part in self.parts), Fraction(0))

    def whole(self, values: Iterable[Fraction]) -> Fraction:
        """Their sum."""
        return sum(values, Fraction(0))

    def sentence(self, most: Fraction, title: Callable[[str], str], language: str) -> str:
        """See `Kind`."""
        points = points_text(most, language)
        first = f"Sum of parts, {points} points." if language == "en" else f"Tổng các phần, {points} điểm."
        return f"{first} {self.listed(title, language)}"

    def account(self, given: Given, most: Fraction, peers: Peers, language: str) -> str:
        """See `Kind`."""
        del most, peers
        return " + ".join(f"({part.told(given, language)})" for part in self.parts)


class BestOf(_Composed):
    """Cases of which the one with the most points counts."""

    kind: Literal["best_of.v1"]

    @property
    def least(self) -> Fraction:
        """See `Kind`."""
        return max(part.rule.least for part in self.parts)

    def whole(self, values: Iterable[Fraction]) -> Fraction:
        """The greatest."""
        return max(values)

    def sentence(self, most: Fraction, title: Callable[[str], str], language: str) -> str:
        """See `Kind`."""
        points = points_text(most, language)
        first = (
            f"The best case counts, at most {points}."
            if language == "en"
            else f"Tính trường hợp cao nhất, tối đa {points}."
        )
        return f"{first} {self.listed(title, language)}"

    def account(self, given: Given, most: Fraction, peers: Peers, language: str) -> str:
        """See `Kind`."""
        del most, peers
        cases = "; ".join(f"({part.told(given, language)})" for part in self.parts)
        return f"{'best of' if language == 'en' else 'cao nhất trong'} {cases} →"


Part.model_rebuild()
