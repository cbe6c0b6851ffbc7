"""How parts make a whole: a closed set, as the kinds of rules are."""

from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import lcm, prod
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BeforeValidator, Field

from shared.ruleset.exact import half_up, half_up_root, quotient, rational
from shared.ruleset.rules import Rational, Strict
from shared.ruleset.rules.kind import fraction_text, points_text
from shared.vocabulary import Id


@dataclass(frozen=True, slots=True)
class Counted:
    """A part that applies.

    Attributes:
        points: As the whole reads it, published or exact.
        most: Its maximum, of what applies in it.
    """

    code: str
    points: Fraction
    most: Fraction


class _Aggregate(Strict):
    """What all have in common.

    Attributes:
        reads: Whether parts count as they are published, or as they were before they were rounded.
    """

    reads: Literal["published", "exact"] = "published"

    @abstractmethod
    def exact(self, counted: Sequence[Counted], most: Fraction) -> Fraction | None:
        """What the parts make, before rounding; None where that is no fraction.

        Args:
            counted: Parts that apply; at least one.
            most: The maximum of the whole.
        """

    @abstractmethod
    def maxima(self, parts: Mapping[str, Fraction]) -> Sequence[Fraction]:
        """What the maximum of the whole must be, by the maxima of its *parts*: each of these."""

    @abstractmethod
    def account(self, counted: Sequence[Counted], most: Fraction, language: str) -> str:
        """The arithmetic up to its result, with what was divided by; arguments as ``exact``."""

    def applying(self, counted: Sequence[Counted], most: Fraction) -> Fraction:
        """The maximum of the whole as the next one sees it; arguments as ``exact``."""
        del counted
        return most

    def published(self, exact: Fraction | None, counted: Sequence[Counted], digits: int) -> Decimal:
        """What the parts make, rounded once; *exact* is what ``exact`` says of them."""
        del counted
        return half_up(exact or Fraction(0), digits)


class Sum(_Aggregate):
    """Parts add up.

    Attributes:
        not_applicable: ``scaled``: the sum is that part of the maximum which the points are of what applies, so a part
            that does not apply costs nothing. ``zero``: it is worth nothing. ``left_out``: it is in neither the points
            nor the maximum, and the whole that this one is a part of sees the smaller maximum.
    """

    kind: Literal["sum"]
    not_applicable: Literal["scaled", "zero", "left_out"] = "scaled"

    def exact(self, counted: Sequence[Counted], most: Fraction) -> Fraction | None:
        """See above."""
        points = _total(part.points for part in counted)
        whole = _total(part.most for part in counted)
        return points if self.not_applicable != "scaled" or not whole else quotient(points * most, whole)

    def account(self, counted: Sequence[Counted], most: Fraction, language: str) -> str:
        """See above."""
        whole = _total(part.most for part in counted)
        return _scaled(_added(counted, language), whole if self.not_applicable == "scaled" else most, most, language)

    def applying(self, counted: Sequence[Counted], most: Fraction) -> Fraction:
        """See above."""
        return _total(part.most for part in counted) if self.not_applicable == "left_out" else most

    def maxima(self, parts: Mapping[str, Fraction]) -> Sequence[Fraction]:
        """See above."""
        return [_total(parts.values())]


class WeightedSum(_Aggregate):
    """Each part times its weight; what applies is scaled to the whole.

    Attributes:
        weights: Of every part that counts, by code.
    """

    kind: Literal["weighted_sum"]
    weights: Annotated[dict[Id, Rational], Field(min_length=1)]

    def exact(self, counted: Sequence[Counted], most: Fraction) -> Fraction | None:
        """See above."""
        points = _total(part.points * rational(self.weights[part.code]) for part in counted)
        whole = _total(part.most * rational(self.weights[part.code]) for part in counted)
        return quotient(points * most, whole) if whole else Fraction(0)

    def account(self, counted: Sequence[Counted], most: Fraction, language: str) -> str:
        """See above."""
        weights = {code: rational(weight) for code, weight in self.weights.items()}
        whole = _total(part.most * weights[part.code] for part in counted)
        return _scaled(_added(counted, language, weights), whole, most, language)

    def maxima(self, parts: Mapping[str, Fraction]) -> Sequence[Fraction]:
        """See above. A part without a weight, or a weight without a part, makes none that fits."""
        if parts.keys() != self.weights.keys():
            return [Fraction(-1)]
        return [_total(most * rational(self.weights[code]) for code, most in parts.items())]


class Mean(_Aggregate):
    """The mean of the parts that apply.

    Source: report 1101/QĐ-BNV, part I.IV.2.b.
    """

    kind: Literal["mean_of_applicable"]

    def exact(self, counted: Sequence[Counted], most: Fraction) -> Fraction | None:
        """See above."""
        del most
        return quotient(_total(part.points for part in counted), len(counted))

    def account(self, counted: Sequence[Counted], most: Fraction, language: str) -> str:
        """See above."""
        del most
        applying = "mục áp dụng" if language != "en" else "that apply"
        return f"{_bracketed(_added(counted, language))} / {len(counted)} {applying}"

    def maxima(self, parts: Mapping[str, Fraction]) -> Sequence[Fraction]:
        """See above."""
        return list(parts.values())


class PercentOfMaximum(_Aggregate):
    """Points as a percentage of what can be had in the parts that apply; its maximum is 100.

    Source: catalogue C31, C32.
    """

    kind: Literal["percent_of_applicable_maximum"]

    def exact(self, counted: Sequence[Counted], most: Fraction) -> Fraction | None:
        """See above."""
        del most
        whole = _total(part.most for part in counted)
        return quotient(_total(part.points for part in counted) * 100, whole) if whole else Fraction(0)

    def account(self, counted: Sequence[Counted], most: Fraction, language: str) -> str:
        """See above."""
        del most
        whole = points_text(_total(part.most for part in counted), language)
        return f"{_bracketed(_added(counted, language))} / {whole} × 100"

    def maxima(self, parts: Mapping[str, Fraction]) -> Sequence[Fraction]:
        """See above."""
        del parts
        return [Fraction(100)]


class GeometricMean(_Aggregate):
    """The n-th root of the product of the n parts that apply; no part may be below zero.

    It is no fraction, so whoever reads it reads it as published.
    """

    kind: Literal["geometric_mean"]

    def exact(self, counted: Sequence[Counted], most: Fraction) -> Fraction | None:
        """See above."""
        del counted, most
        return None

    def account(self, counted: Sequence[Counted], most: Fraction, language: str) -> str:
        """See above."""
        del most
        factors = " × ".join(points_text(part.points, language) for part in counted)
        root = "căn bậc {} của" if language != "en" else "root of degree {} of"
        return f"{root.format(len(counted))} ({factors})"

    def maxima(self, parts: Mapping[str, Fraction]) -> Sequence[Fraction]:
        """See above."""
        return list(parts.values())

    def published(self, exact: Fraction | None, counted: Sequence[Counted], digits: int) -> Decimal:
        """See above; the tie is decided by comparing whole numbers."""
        del exact
        return half_up_root(prod((part.points for part in counted), start=Fraction(1)), len(counted), digits)


def _named(short: object) -> Any:  # noqa: ANN401 - whatever stands in the document
    return {"kind": short} if isinstance(short, str) else short


Aggregate: TypeAlias = Annotated[
    Annotated[Sum | WeightedSum | Mean | PercentOfMaximum | GeometricMean, Field(discriminator="kind")],
    BeforeValidator(_named),
]
"""In a document either its name alone, or its name with what it needs."""


def _total(values: Iterable[Fraction]) -> Fraction:
    """Their sum, in whole numbers over one denominator: it is reduced once, not at every step."""
    terms = list(values)
    common = lcm(*(term.denominator for term in terms))
    return Fraction(sum(term.numerator * (common // term.denominator) for term in terms), common)


def _added(counted: Sequence[Counted], language: str, weights: Mapping[str, Fraction] | None = None) -> str:
    """``95,00 + 2 × 87,70 − 5,00``: the parts, each times its weight where there are weights."""
    terms = []
    for part in counted:
        weight = f"{fraction_text(weights[part.code], language)} × " if weights else ""
        terms.append(("−" if part.points < 0 else "+", weight + points_text(abs(part.points), language)))
    (sign, first), *others = terms
    return "".join([first if sign == "+" else f"-{first}", *(f" {sign} {term}" for sign, term in others)])


def _bracketed(added: str) -> str:
    return f"({added})" if " " in added else added


def _scaled(added: str, whole: Fraction, most: Fraction, language: str) -> str:
    """What was *added* out of *whole*, as part of *most*; nothing of nothing is left as it is."""
    if whole in (0, most):
        return added
    return f"{_bracketed(added)} / {points_text(whole, language)} × {points_text(most, language)}"
