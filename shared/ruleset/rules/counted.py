"""Rules that count: points an item, deductions, bonus and penalty, means of many records or answers."""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field

from shared.ruleset.exact import half_up, quotient
from shared.ruleset.rules.kind import (
    NUMERIC,
    Calculated,
    Fault,
    Given,
    InputType,
    Peers,
    amount,
    fraction_text,
    points_text,
    share_text,
    times,
)
from shared.vocabulary import Id, Points

Each = Annotated[dict[Id, Annotated[Points, Field(gt=0)]], Field(min_length=1)]
"""Points for one of each, by name of input."""


class PerItem(Calculated):
    """So many points for each of what is counted, never above the maximum."""

    kind: Literal["per_item.v1"]
    input: Id
    each: Annotated[Points, Field(gt=0)]

    @property
    def needs(self) -> Mapping[str, tuple[InputType, ...]]:
        """See `Kind`."""
        return {self.input: NUMERIC}

    def worth(self, given: Given, most: Fraction, peers: Peers) -> Fraction | None:
        """See `Kind`."""
        del peers
        return min(amount(given, self.input) * Fraction(self.each), most)

    def sentence(self, most: Fraction, title: Callable[[str], str], language: str) -> str:
        """See `Kind`."""
        each, greatest = points_text(Fraction(self.each), language), points_text(most, language)
        if language == "en":
            return f"{title(self.input)}: {each} points each, at most {greatest}."
        return f"{title(self.input)}: mỗi đơn vị tính {each} điểm, tối đa {greatest}."

    def account(self, given: Given, most: Fraction, peers: Peers, language: str) -> str:
        """See `Kind`."""
        del peers
        return clamped(
            _product(given, self.input, self.each, language), self._sum(given), (Fraction(0), most), language
        )

    def _sum(self, given: Given) -> Fraction:
        return amount(given, self.input) * Fraction(self.each)


class Deduction(Calculated):
    """The maximum, less so many points for each fault; never below *floor*.

    Attributes:
        each: Points that one fault costs, by name of the input that counts them.
    """

    kind: Literal["deduction.v1"]
    each: Each
    floor: Points = Decimal("0.00")

    @property
    def needs(self) -> Mapping[str, tuple[InputType, ...]]:
        """See `Kind`."""
        return dict.fromkeys(self.each, NUMERIC)

    @property
    def least(self) -> Fraction:
        """See `Kind`."""
        return Fraction(self.floor)

    def worth(self, given: Given, most: Fraction, peers: Peers) -> Fraction | None:
        """See `Kind`."""
        del peers
        return max(most - _sum(given, self.each), self.least)

    def faults(self, most: Fraction) -> Iterator[Fault]:
        """See `Kind`."""
        if self.floor >= most:
            yield Fault("ruleset.floor_above_maximum", {"floor": self.floor, "max": most})

    def sentence(self, most: Fraction, title: Callable[[str], str], language: str) -> str:
        """See `Kind`."""
        costs = "; ".join(f"{title(name)} −{points_text(Fraction(each), language)}" for name, each in self.each.items())
        greatest, least = points_text(most, language), points_text(self.least, language)
        if language == "en":
            return f"{greatest} points, less for each: {costs}; never below {least}."
        return f"{greatest} điểm, trừ theo số lần: {costs}; không dưới {least}."

    def account(self, given: Given, most: Fraction, peers: Peers, language: str) -> str:
        """See `Kind`."""
        del peers
        costs = [_product(given, name, each, language) for name, each in self.each.items()]
        text = " − ".join([points_text(most, language), *costs])
        return clamped(text, most - _sum(given, self.each), (self.least, most), language)


class BonusPenalty(Calculated):
    """Points for each merit, less points for each fault, between *floor* and the maximum.

    Source: catalogue C40.
    """

    kind: Literal["bonus_penalty.v1"]
    bonus: Each
    penalty: Each
    floor: Points

    @property
    def needs(self) -> Mapping[str, tuple[InputType, ...]]:
        """See `Kind`."""
        return dict.fromkeys((*self.bonus, *self.penalty), NUMERIC)

    @property
    def least(self) -> Fraction:
        """See `Kind`."""
        return Fraction(self.floor)

    def worth(self, given: Given, most: Fraction, peers: Peers) -> Fraction | None:
        """See `Kind`."""
        del peers
        return max(min(_sum(given, self.bonus) - _sum(given, self.penalty), most), self.least)

    def faults(self, most: Fraction) -> Iterator[Fault]:
        """See `Kind`."""
        if self.floor >= most:
            yield Fault("ruleset.floor_above_maximum", {"floor": self.floor, "max": most})

    def sentence(self, most: Fraction, title: Callable[[str], str], language: str) -> str:
        """See `Kind`."""
        merits, faults = (
            "; ".join(f"{title(name)} {sign}{points_text(Fraction(each), language)}" for name, each in costs.items())
            for sign, costs in (("+", self.bonus), ("−", self.penalty))
        )
        least, greatest = points_text(self.least, language), points_text(most, language)
        limits = f"between {least} and {greatest}" if language == "en" else f"trong khoảng {least} đến {greatest}"
        return f"{merits}; {faults}; {limits}."

    def account(self, given: Given, most: Fraction, peers: Peers, language: str) -> str:
        """See `Kind`."""
        del peers
        merits = " + ".join(_product(given, name, each, language) for name, each in self.bonus.items())
        text = " − ".join([merits, *(_product(given, name, each, language) for name, each in self.penalty.items())])
        value = _sum(given, self.bonus) - _sum(given, self.penalty)
        return clamped(text, value, (self.least, most), language)


class MeanOfRecords(Calculated):
    """The mean of a figure over many records, as a share of the greatest that one record can have.

    Attributes:
        greatest: What one record has at most.
        digits: Decimals to which the mean itself is rounded, where the method publishes it so; else it stays exact.

    Source: catalogue C28 (circular 01/2018/TT-VPCP, article 15: the mean to one decimal).
    """

    kind: Literal["mean_of_records.v1"]
    input: Id
    greatest: Annotated[Points, Field(gt=0)]
    digits: Annotated[int, Field(ge=0, le=4)] | None = None

    @property
    def needs(self) -> Mapping[str, tuple[InputType, ...]]:
        """See `Kind`."""
        return {self.input: ("records",)}

    def worth(self, given: Given, most: Fraction, peers: Peers) -> Fraction | None:
        """See `Kind`. Without any record it does not apply."""
        del peers
        records = _records(given, self.input)
        return min(quotient(self._mean(records), Fraction(self.greatest)), Fraction(1)) * most if records else None

    def sentence(self, most: Fraction, title: Callable[[str], str], language: str) -> str:
        """See `Kind`."""
        points, greatest = points_text(most, language), points_text(Fraction(self.greatest), language)
        if language == "en":
            own = "" if self.digits is None else f" to {self.digits} decimals"
            return f"Points = {points} × mean of {title(self.input)}{own} / {greatest}; without records not applicable."
        own = "" if self.digits is None else f" (làm tròn {self.digits} chữ số)"
        return f"Điểm = {points} × trung bình {title(self.input)}{own} / {greatest}; không có hồ sơ thì không áp dụng."

    def account(self, given: Given, most: Fraction, peers: Peers, language: str) -> str:
        """See `Kind`."""
        del peers
        records = _records(given, self.input)
        total, mean, greatest = sum(records, Fraction(0)), self._mean(records), Fraction(self.greatest)
        same = "=" if mean == quotient(total, len(records)) else "≈"
        first = f"{fraction_text(total, language)}/{len(records)} {same} {fraction_text(mean, language)}"
        share = min(quotient(mean, greatest), Fraction(1))
        spoken = f"{fraction_text(mean, language)}/{fraction_text(greatest, language)}"
        return f"{first} → {times(most, share, spoken, language)}"

    def _mean(self, records: list[Fraction]) -> Fraction:
        mean = quotient(sum(records, Fraction(0)), len(records))
        return mean if self.digits is None else Fraction(half_up(mean, self.digits))


class SurveyMean(Calculated):
    """The mean of what people answered, as a share of the best answer.

    Attributes:
        answers: By name of the input that counts an answer, what that answer is worth.
    """

    kind: Literal["survey_mean.v1"]
    answers: Annotated[dict[Id, Annotated[Points, Field(ge=0)]], Field(min_length=2)]

    @property
    def needs(self) -> Mapping[str, tuple[InputType, ...]]:
        """See `Kind`."""
        return dict.fromkeys(self.answers, NUMERIC)

    def worth(self, given: Given, most: Fraction, peers: Peers) -> Fraction | None:
        """See `Kind`. Where nobody answered it does not apply."""
        del peers
        people = self._people(given)
        return quotient(_sum(given, self.answers), people * self._best) * most if people else None

    def faults(self, most: Fraction) -> Iterator[Fault]:
        """See `Kind`."""
        del most
        if not self._best:
            yield Fault("ruleset.share_out_of_range", {"share": "0"})

    def sentence(self, most: Fraction, title: Callable[[str], str], language: str) -> str:
        """See `Kind`."""
        worth = "; ".join(
            f"{title(name)} {points_text(Fraction(each), language)}" for name, each in self.answers.items()
        )
        points, best = points_text(most, language), points_text(self._best, language)
        if language == "en":
            return f"Points = {points} × mean of all answers / {best} ({worth}); without answers not applicable."
        return f"Điểm = {points} × trung bình các câu trả lời / {best} ({worth}); không có thì không áp dụng."

    def account(self, given: Given, most: Fraction, peers: Peers, language: str) -> str:
        """See `Kind`."""
        del peers
        total, whole = _sum(given, self.answers), self._people(given) * self._best
        spoken = f"{fraction_text(total, language)}/{fraction_text(whole, language)}"
        return f"{share_text(total, whole, language)} → {times(most, quotient(total, whole), spoken, language)}"

    @property
    def _best(self) -> Fraction:
        return Fraction(max(self.answers.values()))

    def _people(self, given: Given) -> Fraction:
        return sum((amount(given, name) for name in self.answers), Fraction(0))


def clamped(text: str, value: Fraction, limits: tuple[Fraction, Fraction], language: str) -> str:
    """*text*, and where *value* is beyond the *limits* the sum and the limit that stands instead."""
    least, most = limits
    if least <= value <= most:
        return text
    return f"{text} = {points_text(value, language)}, {_limit(value > most, language)} →"


def _limit(above: bool, language: str) -> str:
    if language == "en":
        return "at most" if above else "at least"
    return "tối đa" if above else "tối thiểu"


def _product(given: Given, name: str, each: Decimal, language: str) -> str:
    return f"{fraction_text(amount(given, name), language)} × {points_text(Fraction(each), language)}"


def _sum(given: Given, each: Mapping[str, Decimal]) -> Fraction:
    return sum((amount(given, name) * Fraction(points) for name, points in each.items()), Fraction(0))


def _records(given: Given, name: str) -> list[Fraction]:
    said = given[name]
    assert isinstance(said, tuple)  # noqa: S101 - its type was checked with the word
    return [Fraction(value) for value in said]
