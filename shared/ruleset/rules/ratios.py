"""Rules that divide: by a denominator, by a target, by the best unit."""

from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from typing import ClassVar, Literal

from shared.ruleset.exact import quotient, rational
from shared.ruleset.rules.kind import (
    NUMERIC,
    Calculated,
    Fault,
    Given,
    InputType,
    Peers,
    Rational,
    amount,
    fraction_text,
    points_text,
    share_text,
    times,
)
from shared.ruleset.rules.measured import ZeroDenominator
from shared.vocabulary import Id

ONE, HALF = Fraction(1), Fraction(1, 2)
_OF_NOTHING = {
    "not_applicable": ("mẫu số bằng 0: không áp dụng", "a denominator of 0: not applicable"),
    "zero": ("mẫu số bằng 0: 0 điểm", "a denominator of 0: 0 points"),
    "full": ("mẫu số bằng 0: điểm tối đa", "a denominator of 0: the maximum"),
}


def _of_nothing(what: ZeroDenominator, most: Fraction) -> Fraction | None:
    return {"not_applicable": None, "zero": Fraction(0), "full": most}[what]


class _Divided(Calculated):
    """What the two kinds with a numerator and a denominator have in common."""

    numerator: Id
    denominator: Id
    zero_denominator: ZeroDenominator

    @property
    def needs(self) -> Mapping[str, tuple[InputType, ...]]:
        """See `Kind`."""
        return dict.fromkeys((self.numerator, self.denominator), NUMERIC)

    def worth(self, given: Given, most: Fraction, peers: Peers) -> Fraction | None:
        """See `Kind`."""
        del peers
        part, whole = amount(given, self.numerator), amount(given, self.denominator)
        if not whole:
            return _of_nothing(self.zero_denominator, most)
        return self.counted(quotient(part, whole)) * most

    @abstractmethod
    def counted(self, share: Fraction) -> Fraction:
        """The part of the maximum that *share* is worth."""

    def account(self, given: Given, most: Fraction, peers: Peers, language: str) -> str:
        """See `Kind`."""
        del peers
        part, whole = amount(given, self.numerator), amount(given, self.denominator)
        if not whole:
            return f"{fraction_text(part, language)}/0 →"
        share = quotient(part, whole)
        counted = self.counted(share)
        spoken = f"{fraction_text(part, language)}/{fraction_text(whole, language)}"
        if counted != share:
            spoken = fraction_text(counted, language)
        return f"{share_text(part, whole, language)} → {times(most, counted, spoken, language)}"

    def of_nothing(self, language: str) -> str:
        """What a denominator of nothing is worth, in words."""
        return _OF_NOTHING[self.zero_denominator][language == "en"]


class Ratio(_Divided):
    """Points = numerator / denominator × maximum, never above the maximum.

    Attributes:
        full_at: The share that already earns the maximum; 1 where the method names none.
    """

    kind: Literal["ratio.v1"]
    full_at: Rational = "1"

    def counted(self, share: Fraction) -> Fraction:
        """See above."""
        return min(quotient(share, rational(self.full_at)), ONE)

    def faults(self, most: Fraction) -> Iterator[Fault]:
        """See `Kind`."""
        del most
        if not 0 < rational(self.full_at) <= 1:
            yield Fault("ruleset.share_out_of_range", {"share": self.full_at})

    def sentence(self, most: Fraction, title: Callable[[str], str], language: str) -> str:
        """See `Kind`."""
        divided = f"{points_text(most, language)} × {title(self.numerator)} / {title(self.denominator)}"
        if rational(self.full_at) != 1:
            divided += f" / {fraction_text(rational(self.full_at) * 100, language)} %"
        limit = "never above the maximum" if language == "en" else "không quá điểm tối đa"
        return f"{'Points' if language == 'en' else 'Điểm'} = {divided}, {limit}; {self.of_nothing(language)}."


class ThresholdRatio(_Divided):
    """Nothing below a share, from it on the share of the maximum, and the maximum from the whole on.

    Attributes:
        threshold: The share from which on there are points, between 0 and 1.
    """

    kind: Literal["threshold_ratio.v1"]
    threshold: Rational

    def counted(self, share: Fraction) -> Fraction:
        """See above."""
        return min(share, ONE) if share >= rational(self.threshold) else Fraction(0)

    def faults(self, most: Fraction) -> Iterator[Fault]:
        """See `Kind`."""
        del most
        if not 0 < rational(self.threshold) <= 1:
            yield Fault("ruleset.share_out_of_range", {"share": self.threshold})

    def sentence(self, most: Fraction, title: Callable[[str], str], language: str) -> str:
        """See `Kind`."""
        share, points = f"{title(self.numerator)} / {title(self.denominator)}", points_text(most, language)
        border, nothing = fraction_text(rational(self.threshold) * 100, language), self.of_nothing(language)
        if language == "en":
            return f"{share} below {border} %: 0; from there {points} × the share, at most the maximum; {nothing}."
        return f"{share} dưới {border} %: 0; từ đó {points} × tỷ lệ, không quá điểm tối đa; {nothing}."


class Relative(Calculated):
    """Points by comparison with all units that the criterion applies to: another unit's word can change this score.

    Attributes:
        by: ``maximum``: input / best × maximum. ``min_max``: (input − least) / (best − least) × maximum.
            ``leader``: the best get the maximum, everybody else *others* of it in proportion to the best.
        per: Another input, by which the first is divided before anything is compared, e.g. the headcount.
        zero_denominator: What nobody to divide by is worth; only with *per*. Such a unit is nobody's best or least.
        others: Only for ``leader``.
    """

    looks_at_peers: ClassVar[bool] = True
    kind: Literal["relative.v1"]
    input: Id
    per: Id | None = None
    zero_denominator: ZeroDenominator | None = None
    by: Literal["maximum", "min_max", "leader"] = "maximum"
    others: Rational | None = None

    @property
    def needs(self) -> Mapping[str, tuple[InputType, ...]]:
        """See `Kind`."""
        return dict.fromkeys((self.input, self.per) if self.per else (self.input,), NUMERIC)

    def peers_of(self, everybody: Iterable[Given]) -> Peers:
        """The best and the least value."""
        values = [value for given in everybody if (value := self._value(given)) is not None]
        return {"best": max(values, default=Fraction(0)), "least": min(values, default=Fraction(0))}

    def worth(self, given: Given, most: Fraction, peers: Peers) -> Fraction | None:
        """See `Kind`. Where nobody is better than nothing, nobody gets points."""
        value = self._value(given)
        if value is None:
            return _of_nothing(self.zero_denominator or "zero", most)
        part, whole = self._compared(value, peers)
        return Fraction(0) if not whole else self._share(part, whole) * most

    def faults(self, most: Fraction) -> Iterator[Fault]:
        """See `Kind`."""
        del most
        if (self.per is None) != (self.zero_denominator is None):
            yield Fault("ruleset.zero_denominator_unsaid")
        if (self.by == "leader") != (self.others is not None) or rational(self.others or "1") > 1:
            yield Fault("ruleset.share_out_of_range", {"share": self.others or "-"})

    def sentence(self, most: Fraction, title: Callable[[str], str], language: str) -> str:
        """See `Kind`."""
        points, english = points_text(most, language), language == "en"
        what = f"({title(self.input)} / {title(self.per)})" if self.per else title(self.input)
        if self.by == "maximum":
            best = f"the best unit's {what}" if english else f"{what} của đơn vị cao nhất"
            rule = f"{points} × {what} / {best}"
        elif self.by == "min_max":
            parts = ("own", "least", "best") if english else ("của mình", "thấp nhất", "cao nhất")
            rule = f"{points} × {what}: ({parts[0]} − {parts[1]}) / ({parts[2]} − {parts[1]})"
        else:
            lower = points_text(most * rational(self.others or "1"), language)
            rule = f"{what}: " + (
                f"{points} for the best, {lower} × own / best for the others"
                if english
                else f"đơn vị cao nhất {points}, đơn vị khác {lower} × của mình / cao nhất"
            )
        nothing = f"; {_OF_NOTHING[self.zero_denominator][english]}" if self.zero_denominator else ""
        return f"{'Points' if english else 'Điểm'} = {rule}{nothing}."

    def account(self, given: Given, most: Fraction, peers: Peers, language: str) -> str:
        """See `Kind`."""
        value, divided = self._value(given), ""
        if value is None:
            return f"{fraction_text(amount(given, self.input), language)}/0 →"
        if self.per:
            parts = [fraction_text(amount(given, name), language) for name in (self.input, self.per)]
            divided = f"{'/'.join(parts)} = {fraction_text(value, language)}; "
        part, whole = self._compared(value, peers)
        if not whole:
            return f"{divided}{fraction_text(part, language)}/0 →"
        spoken, share = f"{fraction_text(part, language)}/{fraction_text(whole, language)}", self._share(part, whole)
        if self.by == "leader":
            spoken = fraction_text(share, language)
        best = " (of the best unit)" if language == "en" else " (so với đơn vị cao nhất)"
        return f"{divided}{share_text(part, whole, language)}{best} → {times(most, share, spoken, language)}"

    def _value(self, given: Given) -> Fraction | None:
        """What is compared; None where it is of nothing."""
        own, whole = amount(given, self.input), amount(given, self.per) if self.per else ONE
        return quotient(own, whole) if whole else None

    def _compared(self, own: Fraction, peers: Peers) -> tuple[Fraction, Fraction]:
        least = peers["least"] if self.by == "min_max" else Fraction(0)
        return own - least, peers["best"] - least

    def _share(self, part: Fraction, whole: Fraction) -> Fraction:
        return quotient(part, whole) * (rational(self.others or "1") if part < whole else ONE)


class Target(Calculated):
    """Points against a target that the unit was given; without one, against the best of those without one.

    Below the target half the maximum in proportion, at the target half of it; beyond, the unit that exceeds its target
    by most gets the maximum and the others half of it and the other half in proportion.

    Source: catalogue C34-C38.
    """

    looks_at_peers: ClassVar[bool] = True
    kind: Literal["target.v1"]
    actual: Id
    target: Id

    @property
    def needs(self) -> Mapping[str, tuple[InputType, ...]]:
        """See `Kind`."""
        return dict.fromkeys((self.actual, self.target), NUMERIC)

    def peers_of(self, everybody: Iterable[Given]) -> Peers:
        """By how much the best exceeds its target, and the best value of those without one."""
        found = {"leader": Fraction(0), "best": Fraction(0)}
        for given in everybody:
            actual, target = amount(given, self.actual), amount(given, self.target)
            name, value = ("leader", quotient(actual, target) - 1) if target else ("best", actual)
            found[name] = max(found[name], value)
        return found

    def worth(self, given: Given, most: Fraction, peers: Peers) -> Fraction | None:
        """See `Kind`."""
        return self._share(given, peers) * most

    def sentence(self, most: Fraction, title: Callable[[str], str], language: str) -> str:
        """See `Kind`."""
        points, half = points_text(most, language), points_text(most * HALF, language)
        names = f"{title(self.actual)} / {title(self.target)}"
        if language == "en":
            return (
                f"{names}: below the target {half} × the share; beyond it {half} and {half} × excess / greatest "
                f"excess, {points} for the greatest; without a target {points} × own / best of those without one."
            )
        return (
            f"{names}: chưa đạt chỉ tiêu {half} × tỷ lệ đạt; vượt thì {half} cộng {half} × mức vượt / mức vượt cao "
            f"nhất, cao nhất {points}; không giao chỉ tiêu {points} × kết quả / kết quả cao nhất của nhóm này."
        )

    def account(self, given: Given, most: Fraction, peers: Peers, language: str) -> str:
        """See `Kind`."""
        actual, target, share = amount(given, self.actual), amount(given, self.target), self._share(given, peers)
        product = times(most, share, fraction_text(share, language), language)
        whole = target or peers["best"]
        if not whole:
            return f"{fraction_text(actual, language)}/0 →"
        best = "" if target else (" (of the best unit)" if language == "en" else " (so với đơn vị cao nhất)")
        return f"{share_text(actual, whole, language)}{best} → {product}"

    def _share(self, given: Given, peers: Peers) -> Fraction:
        actual, target = amount(given, self.actual), amount(given, self.target)
        if not target:
            return quotient(actual, peers["best"]) if peers["best"] else Fraction(0)
        if actual <= target:
            return quotient(actual, target) * HALF
        return (1 + quotient(actual - target, target * peers["leader"])) * HALF
