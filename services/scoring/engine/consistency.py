"""Whether a report follows from itself: each printed figure recomputed from those it rests on, without rules or run."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias, assert_never

from services.scoring.engine.claims import (
    Averaged,
    Balanced,
    Claim,
    Classed,
    Counted,
    Meaning,
    Moved,
    OfCounts,
    Place,
    Printed,
    Ranked,
    Repeated,
    Scheme,
    Share,
    Shares,
    Summed,
)
from services.scoring.engine.classes import holes, overlaps, reached
from services.scoring.engine.figures import DASH, difference, number, same
from services.scoring.engine.percentages import apportioned, counts, decimals, share
from services.scoring.engine.reference import ranks
from shared.ruleset import half_up


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A printed figure that does not follow from the printed figures it rests on.

    Attributes:
        kind: Why; the code of its sentence.
        derived: What follows, as it would be printed; None where nothing does.
        difference: Derived minus printed.
        denominator: Of what follows: of a mean, a percentage; of a rank, how many units are ranked.
        printed_denominator: What was divided by instead, where that is known.
        facts: What the sentence needs besides.
        figures: How many printed figures it is about.
        also: Where the same figure is printed again.
    """

    kind: str
    place: Place
    printed: str
    derived: str | None = None
    difference: str | None = None
    denominator: int | None = None
    printed_denominator: int | None = None
    facts: Mapping[str, object] | None = None
    figures: int = 1
    also: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Checked:
    """A whole report.

    Attributes:
        figures: How many printed figures were recomputed.
        contradictions: In the order of the claims.
    """

    figures: int
    contradictions: tuple[Contradiction, ...]

    @property
    def follow(self) -> int:
        """How many of them follow."""
        return self.figures - sum(each.figures for each in self.contradictions)


Meanings: TypeAlias = Mapping[str, set[Meaning]]
"""By table: what the dashes that stand in it mean."""
Found: TypeAlias = Iterator[Contradiction]


def check(claims: Sequence[Claim]) -> Checked:
    """Every claim of a report; a figure that is printed twice is recomputed once and named with both places."""
    meanings: defaultdict[str, set[Meaning]] = defaultdict(set)
    again: defaultdict[Place, list[Place]] = defaultdict(list)
    for claim in claims:
        if isinstance(claim, Averaged):
            for part in claim.parts:
                if part.value == DASH:
                    meanings[part.place.table].add(part.dash)
        elif isinstance(claim, Repeated) and same(claim.printed.value, claim.first.value):
            again[claim.first.place].append(claim.printed.place)
            again[claim.printed.place].append(claim.first.place)
    found = [each for claim in claims for each in _check(claim, meanings)]
    figures = sum(_figures(claim) for claim in claims)
    return Checked(figures, tuple(replace(each, also=tuple(again[each.place])) for each in found))


def _figures(claim: Claim) -> int:
    match claim:
        case Scheme():
            return 0
        case Ranked() | Moved() | Balanced() | Shares():
            return len(claim.printed)
        case _:
            return 1


def _check(claim: Claim, meanings: Meanings) -> Found:
    match claim:
        case Repeated(printed, first):
            facts = {"table": first.place.table, "row": first.place.row}
            yield from _differing(printed, first.value, "consistency.repeated", facts=facts)
        case Averaged():
            yield from _average(claim, meanings)
        case Summed(printed, parts):
            total = sum((part.points or Decimal(0) for part in parts), Decimal(0))
            yield from _differing(printed, f"{total:f}", "consistency.sum", facts={"count": len(parts)})
        case Ranked(_, of):
            yield from _places(claim, _ranks(claim, of), "consistency.rank")
        case Moved(_, of, earlier):
            now, before = _ranks(claim, of), _ranks(claim, earlier)
            moved = {unit: _less(before[unit], rank) for unit, rank in now.items() if unit in before}
            yield from _places(claim, moved, "consistency.change")
        case Balanced():
            yield from _balance(claim)
        case _:
            yield from _check_counts(claim)


def _check_counts(claim: OfCounts) -> Found:
    match claim:
        case Scheme():
            yield from _scheme(claim)
        case Classed(printed, of, scheme):
            yield from _class(printed, of, scheme)
        case Counted(printed, name, of, scheme):
            classes = [reached(scheme.bands, points) for each in of if (points := each.points) is not None]
            count = sum(band is not None and band.name == name for band in classes)
            facts = {"name": name, "count": len(of)}
            yield from _differing(printed, str(count), "consistency.class_count", facts=facts)
        case Share():
            yield from _share(claim)
        case Shares():
            yield from _shares(claim)
        case _:
            assert_never(claim)


def _differing(
    printed: Printed,
    derived: str,
    kind: str,
    denominator: int | None = None,
    printed_denominator: int | None = None,
    facts: Mapping[str, object] | None = None,
) -> Found:
    if not same(printed.value, derived):
        over = denominator, printed_denominator
        yield Contradiction(
            kind, printed.place, printed.value, derived, difference(printed.value, derived), *over, facts
        )


def _average(claim: Averaged, meanings: Meanings) -> Found:
    """A mean over the declared denominator; where it is another one, over which the dashes would explain."""
    printed = claim.printed
    points = [each for part in claim.parts if (each := part.points) is not None]
    dashes = [part for part in claim.parts if part.value == DASH]
    applying, every = len(claim.parts) - len(dashes), len(claim.parts)
    over = len(points) if claim.denominator is None else claim.denominator
    total = sum((Fraction(each) for each in points), Fraction(0))

    def mean_over(count: int) -> str:
        return str(half_up(total / Fraction(count), claim.digits)) if count else DASH

    if same(printed.value, mean_over(over)):
        # Nothing is wrong with the figure; with the dash there is, where one table means two things by it.
        mixed = len({part.dash for part in claim.parts}) > 1 and claim.denominator is None
        zeros = [part.place for part in dashes if part.dash == "zero"]
        twofold = [place.column for place in zeros if mixed and len(meanings[place.table]) > 1]
        if twofold:
            columns = {"columns": ", ".join(twofold)}
            yield from _differing(printed, mean_over(applying), "consistency.dash_twofold", applying, over, columns)
        return
    for other in range(max(applying, 1), every + 1) if claim.denominator is None else ():
        if same(printed.value, mean_over(other)):
            kind = "consistency.counts_dash" if other > over else "consistency.leaves_dash_out"
            yield from _differing(printed, mean_over(over), kind, over, other)
            return
    if over and _may_be_rounding(claim, total / Fraction(over), over):
        if not claim.unrounded:
            yield from _differing(printed, mean_over(over), "consistency.mean_rounded", over)
        return
    kind = "consistency.mean_either" if dashes and claim.denominator is None else "consistency.mean"
    other = applying if over == every else every
    facts = {"other": mean_over(other), "other_over": other}
    yield from _differing(printed, mean_over(over), kind, over, facts=facts)


def _may_be_rounding(claim: Averaged, mean: Fraction, over: int) -> bool:
    """Whether the printed mean may be that of the parts before each was rounded to the decimals it is printed with."""
    points = number(claim.printed.value)
    scores = [part.value for part in claim.parts if part.value != DASH]
    finest = max(map(decimals, scores), default=0)  # a spreadsheet drops zeros at the end: 65.1 beside 65.12 is 65.10
    slack = Fraction(len(scores), 2 * 10**finest)
    allowed = slack / Fraction(over) + Fraction(1, 2 * 10**claim.digits)
    return points is not None and abs(Fraction(points) - mean) <= allowed


def _ranks(claim: Ranked | Moved, of: Mapping[str, Printed]) -> dict[str, range]:
    """The ranks that a unit may have; several only where equal points were not equal before they were rounded."""
    points = {unit: printed.points for unit, printed in of.items()}
    best, first = ranks(points, claim.ties), ranks(points)
    tied = Counter(first.values())
    last = {unit: rank + tied[rank] - 1 if claim.unrounded else best[unit] for unit, rank in first.items()}
    return {unit: range(rank, last[unit] + 1) for unit, rank in best.items()}


def _less(before: range, rank: range) -> range:
    return range(before[0] - rank[-1], before[-1] - rank[0] + 1)


def _places(claim: Ranked | Moved, places: Mapping[str, range], kind: str) -> Found:
    """Ranks or their changes, a unit each; one without points has none."""
    for unit, printed in claim.printed.items():
        may_be = [str(place) for place in places[unit]] if unit in places else [DASH]
        if not any(same(printed.value, place) for place in may_be):
            points = claim.of[unit].value if unit in claim.of else DASH
            yield from _differing(printed, may_be[0], kind, len(places), facts={"points": points})


def _balance(claim: Balanced) -> Found:
    moves = [points for printed in claim.printed if (points := printed.points) is not None]
    rises, falls = sum(move for move in moves if move > 0), sum(-move for move in moves if move < 0)
    if rises != falls:
        place = replace(claim.printed[0].place, row=0, name="")
        gap = abs(rises - falls)
        facts = {"rises": rises, "falls": falls, "gap": gap, "count": len(moves)}
        kind = "consistency.changes_rise" if rises > falls else "consistency.changes_fall"
        yield Contradiction(
            kind, place, str(rises - falls), "0", str(falls - rises), None, None, facts, len(claim.printed)
        )


def _scheme(scheme: Scheme) -> Found:
    for hole in holes(scheme.bands, scheme.most):
        inside = [each for each in scheme.scores if (points := each.points) is not None and hole.has(points)]
        named = tuple((each.place.name, each.place.column, each.value) for each in inside)
        kind = "consistency.hole_with_scores" if inside else "consistency.hole"
        yield Contradiction(kind, scheme.place, hole.text, facts={"count": len(inside), "scores": named}, figures=0)
    for first, second in overlaps(scheme.bands, scheme.most):
        facts = {"first": first.name, "second": second.name}
        yield Contradiction("consistency.overlap", scheme.place, str(second.at_least), facts=facts, figures=0)


def _class(printed: Printed, of: Printed, scheme: Scheme) -> Found:
    band = None if of.points is None else reached(scheme.bands, of.points)
    derived = DASH if band is None else band.name
    kind = "consistency.class_none" if band is None else "consistency.class"
    yield from _differing(printed, derived, kind, facts={"points": of.value})


def _share(claim: Share) -> Found:
    """Held at the decimals it is printed with; what follows is told with two."""
    printed = claim.printed
    exact = share(claim.part, claim.whole)
    if same(printed.value, str(half_up(exact, decimals(printed.value)))):
        return
    kind, points, other = "consistency.share", printed.points, None
    if points:
        of = Fraction(claim.part * 100) / Fraction(points)
        if of.denominator == 1:  # no guess at what it is: only that it would give this percentage exactly
            kind, other = "consistency.share_of_other", of.numerator
    facts = {"part": f"{claim.part:f}"}
    yield from _differing(printed, str(half_up(exact)), kind, claim.whole, other, facts)


def _shares(claim: Shares) -> Found:
    """All of one whole at once: a percentage that no count gives, or counts that cannot come to the whole."""
    values = [printed.value for printed in claim.printed]
    if apportioned(values, claim.whole) is not None:
        return
    impossible = [printed for printed in claim.printed if not counts(printed.value, claim.whole)]
    wrong = impossible or list(claim.printed)
    told = " ".join(f"{printed.value}%" for printed in wrong)
    facts: dict[str, object] = {"values": tuple((printed.place.name, printed.value) for printed in wrong)}
    kind = "consistency.shares" if impossible else "consistency.shares_sum"
    fits = {whole: found for whole in claim.others if (found := apportioned(values, whole)) is not None}
    other = next(iter(fits), None)
    if other is not None:
        kind = "consistency.shares_of_other"
        facts |= {"what": claim.others[other], "counts": fits[other]}
    place = wrong[0].place if len(wrong) == 1 else replace(wrong[0].place, row=0, name="")
    yield Contradiction(kind, place, told, None, None, claim.whole, other, facts, len(wrong))
