"""Points by where something measured lies."""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field

from shared.ruleset.rules.kind import Calculated, Fault, Given, InputType, Peers, Worth, fraction_text, points_text
from shared.ruleset.rules.measured import Figure, Measure, Share, ZeroDenominator
from shared.ruleset.rules.whole import above
from shared.vocabulary import Number

NOTHING = Decimal(0)


class Tier(Worth):
    """From *at_least* (included) or *above* (excluded) up to where the next higher tier begins.

    The last tier may say neither: it is everything below. *below* or *up_to* (included) may repeat where it ends, as
    the method writes it; then it must meet the tier above.
    """

    at_least: Number | None = None
    above: Number | None = None
    below: Number | None = None
    up_to: Number | None = None

    @property
    def start(self) -> tuple[Decimal, bool] | None:
        """Where it begins, and whether that is part of it; None for everything below."""
        if self.at_least is not None:
            return self.at_least, True
        return None if self.above is None else (self.above, False)

    def holds(self, value: Fraction) -> bool:
        """Whether *value*, which is in no higher tier, is in this one."""
        start = self.start
        return start is None or value > start[0] or (start[1] and value == start[0])

    def border(self, language: str) -> str:
        """``≥ 90``, ``> 90``, or the words for everything below."""
        if self.start is None:
            return "otherwise" if language == "en" else "còn lại"
        where, included = self.start
        return f"{'≥' if included else '>'} {fraction_text(Fraction(where), language)}"


class Tiers(Calculated):
    """Points by where something measured lies; tiers from the highest down, so that none is missing."""

    kind: Literal["tiers.v1"]
    measure: Measure
    tiers: Annotated[tuple[Tier, ...], Field(min_length=1)]
    zero_denominator: ZeroDenominator | None = None

    @property
    def needs(self) -> Mapping[str, tuple[InputType, ...]]:
        """See `Kind`."""
        return self.measure.needs

    @property
    def least(self) -> Fraction:
        """See `Kind`."""
        return min((Fraction(tier.points) for tier in self.tiers if tier.points is not None), default=Fraction(0))

    def worth(self, given: Given, most: Fraction, peers: Peers) -> Fraction | None:
        """See `Kind`."""
        del peers
        value = self.measure.value(given)
        if value is None:
            return {"not_applicable": None, "zero": Fraction(0), "full": most}[self.zero_denominator or "zero"]
        return self._tier(value).of(most)

    def faults(self, most: Fraction) -> Iterator[Fault]:
        """See `Kind`."""
        if isinstance(self.measure, Share) != (self.zero_denominator is not None):
            yield Fault("ruleset.zero_denominator_unsaid")
        for tier in self.tiers:
            yield from above(tier, most)
        for higher, lower in pairwise(self.tiers):
            yield from _follows(higher, lower)
        lowest = self.tiers[-1].start
        if lowest is not None and (lowest > (NOTHING, True) or not isinstance(self.measure, Figure | Share)):
            yield Fault("ruleset.tiers_have_hole", {"hole": f"… {lowest[0]}"})

    def sentence(self, most: Fraction, title: Callable[[str], str], language: str) -> str:
        """See `Kind`."""
        found = "; ".join(f"{tier.border(language)}: {points_text(tier.of(most), language)}" for tier in self.tiers)
        return f"{self.measure.phrase(title, language)} {found}."

    def account(self, given: Given, most: Fraction, peers: Peers, language: str) -> str:
        """See `Kind`."""
        del most, peers
        value = self.measure.value(given)
        if value is None:
            return f"{self.measure.shown(given, language)} →"
        tier = self._tier(value)
        comma = "; " if tier.start is None else " "
        return f"{self.measure.shown(given, language)}{comma}{tier.border(language)} →"

    def _tier(self, value: Fraction) -> Tier:
        return next(tier for tier in self.tiers if tier.holds(value))


def _follows(higher: Tier, lower: Tier) -> Iterator[Fault]:
    """Whether *lower* begins below *higher*, and ends where that begins, if it says where it ends."""
    start = higher.start
    if start is None or (lower.start is not None and _order(lower.start) >= _order(start)):
        yield Fault("ruleset.tiers_out_of_order", {"at_least": lower.start[0] if lower.start else "…"})
        return
    if lower.below is None and lower.up_to is None:
        return
    # Where a tier ends is where the next must begin: what is below 90 is followed by from 90 on, up to 90 by above it.
    end = (lower.below, True) if lower.below is not None else (lower.up_to or NOTHING, False)
    if _order(end) < _order(start):
        yield Fault("ruleset.tiers_have_hole", {"hole": f"{end[0]} … {start[0]}"})
    elif _order(end) > _order(start):
        yield Fault("ruleset.tiers_overlap", {"at": start[0]})


def _order(start: tuple[Decimal, bool]) -> tuple[Decimal, bool]:
    """From 90 on begins before above 90."""
    return start[0], not start[1]
