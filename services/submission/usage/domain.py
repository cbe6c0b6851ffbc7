"""Taking in one month of measured figures: whole or not at all, and never silently over another. Pure."""

from collections import defaultdict
from collections.abc import Container, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from operator import itemgetter
from typing import Annotated, TypeAlias

from pydantic import Field, ValidationError

from services.submission.usage.facts import UsagePushed, usage_stream
from shared.campaign import UsageRow
from shared.contracts import Contract, UsageReported
from shared.errors import Invalid, Rejected
from shared.execute import Decider
from shared.facts import FactBook
from shared.measured import Measured, measured
from shared.opening import OPENING_FACTS, Campaign, OpenCampaign, OpeningFact, campaign_stream
from shared.opening import evolve as evolve_campaign
from shared.vocabulary import Json, Meta, Value

MOST_ROWS = 4000  # the longest have 224 bytes, so that all of them fit one message


class UsageRowsWrong(Invalid, code="usage.rows_wrong"):
    """Some rows are wrong, and nothing was taken; facts name each row, counted from 1, and its finding's code."""


class RowMalformed(Invalid, code="usage.row_malformed"):
    """A field is missing, unknown or not what it must be."""


class RowUnitUnknown(Invalid, code="usage.row_unit_unknown"):
    """The unit is not on the roster."""


class RowMetricUnknown(Invalid, code="usage.row_metric_unknown"):
    """The metric's name is none."""


class RowValueMalformed(Invalid, code="usage.row_value_malformed"):
    """The value is no exact number with a decimal point, as text."""


class RowRepeated(Invalid, code="usage.row_repeated"):
    """One unit and metric stand twice."""


class RowPartMalformed(Invalid, code="usage.row_part_malformed"):
    """The part's code is none."""


class RowPartRepeated(Invalid, code="usage.row_part_repeated"):
    """One part of a unit has one metric twice."""


class RowWholeAndParts(Invalid, code="usage.row_whole_and_parts"):
    """A unit has one metric both as a whole and by parts."""


class RowNotAdditive(Invalid, code="usage.row_not_additive"):
    """Parts of a rate, a day or an answer have no sum: its numerator and denominator do, each as a metric."""


class SourceOfOther(Rejected, code="usage.source_of_other"):
    """Another machine pushed this source first; no machine replaces another one's figures."""


UsageFact: TypeAlias = OpeningFact | UsagePushed
Figure = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Figures:
    """What a source has pushed: by month, every revision in order; ``machine`` pushed it first."""

    campaign: Campaign = field(default_factory=Campaign)
    pushed: Mapping[str, tuple[UsagePushed, ...]] = field(default_factory=dict)
    machine: str | None = None

    def must_belong_to(self, machine: str, source: str) -> None:
        """Refuse every *machine* but the one that pushed the source first.

        Raises:
            SourceOfOther: See there.
        """
        if self.machine not in (None, machine):
            raise SourceOfOther(source=source)


@dataclass(frozen=True, slots=True)
class PushUsage:
    """Replace a month; *rows* as they came."""

    campaign: str
    source: str
    period: str
    rows: Sequence[Json]


class PartChange(Value):
    """What one part has, held against the revision before; None where it has nothing."""

    part: str
    before: str | None
    after: str | None


Parts = Annotated[int, Field(exclude_if=lambda count: count == 0)]
"""How many parts a figure is the sum of; left out where it is the whole unit's."""


class Change(Value):
    """One figure of a revision, held against the revision before; None where there is none.

    Attributes:
        part_count_before, part_count_after: How many parts it is the sum of.
        parts: Those that changed, also where the sum is the same.
    """

    unit: str
    metric: str
    before: str | None
    after: str | None
    part_count_before: Parts = 0
    part_count_after: Parts = 0
    parts: Annotated[tuple[PartChange, ...], Field(exclude_if=lambda parts: not parts)] = ()


class Sum(Value):
    """A figure that was added up from *part_count* parts."""

    unit: str
    metric: str
    value: str
    part_count: int


def evolve(figures: Figures, fact: UsageFact) -> Figures:
    """Figures after *fact*. Total: it never raises, whatever the history."""
    if isinstance(fact, UsagePushed):
        revisions = (*figures.pushed.get(fact.period, ()), fact)
        pushed = {**figures.pushed, fact.period: revisions}
        return replace(figures, pushed=pushed, machine=figures.machine or fact.machine)
    return replace(figures, campaign=evolve_campaign(figures.campaign, fact))


def decide(command: PushUsage, figures: Figures, meta: Meta) -> Sequence[UsageFact]:
    """The month's next revision.

    Raises:
        CampaignUnknown, SourceOfOther, UsageRowsWrong: See there.
    """
    campaign = figures.campaign.opened(command.campaign)
    campaign.admit(meta)
    figures.must_belong_to(meta.actor, command.source)
    rows, findings = checked(command.rows, campaign)
    if findings:
        by_row: dict[str, object] = {f"row {number}": found.code for number, found in findings}
        raise UsageRowsWrong(count=len(findings), **by_row)
    revision = len(figures.pushed.get(command.period, ())) + 1
    pushed = UsagePushed(
        campaign=command.campaign,
        source=command.source,
        period=command.period,
        revision=revision,
        rows=rows,
        machine=meta.actor,
    )
    return [pushed]


def checked(rows: Sequence[Json], campaign: OpenCampaign) -> tuple[tuple[UsageRow, ...], list[tuple[int, Invalid]]]:
    """The rows that are right, and what is wrong with each of the others, counted from 1."""
    right: list[UsageRow] = []
    findings: list[tuple[int, Invalid]] = []
    seen: dict[Figure, set[str | None]] = defaultdict(set)
    not_additive = campaign.ruleset.not_additive
    for number, raw in enumerate(rows, 1):
        found = _row(raw)
        if isinstance(found, UsageRow):
            found = _wrong(found, campaign.units, not_additive, seen[found.unit, found.metric]) or found
        if isinstance(found, UsageRow):
            seen[found.unit, found.metric].add(found.part)
            right.append(found)
        else:
            found.facts["row"] = number
            findings.append((number, found))
    return tuple(right), findings


def _row(raw: Json) -> UsageRow | Invalid:
    try:
        row = UsageRow.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else ""
        given = str(raw.get(name, ""))[:40]
        kinds = {
            "unit": RowUnitUnknown(unit=given),
            "metric": RowMetricUnknown(metric=given),
            "part": RowPartMalformed(part=given),
        }
        return kinds.get(name) or RowValueMalformed(value=given)
    unknown = sorted(raw.keys() - UsageRow.model_fields.keys())
    return RowMalformed(field=unknown[0][:40]) if unknown else row


def _wrong(
    row: UsageRow, units: Container[str], not_additive: Container[str], seen: AbstractSet[str | None]
) -> Invalid | None:
    """What is wrong with a well-formed *row*, where rows of *seen* parts (None: the whole) said its figure before."""
    if row.unit not in units:
        return RowUnitUnknown(unit=row.unit)
    if row.part in seen:
        told = {"unit": row.unit, "metric": row.metric}
        return RowPartRepeated(part=row.part, **told) if row.part else RowRepeated(**told)
    if seen and None in {row.part, *seen}:
        return RowWholeAndParts(unit=row.unit, metric=row.metric)
    if row.part and row.metric in not_additive:
        return RowNotAdditive(unit=row.unit, metric=row.metric)
    return None


def sums(rows: Sequence[UsageRow]) -> tuple[Sum, ...]:
    """The figures of *rows* that are added up from parts, in order of unit and metric."""
    return tuple(
        Sum(unit=unit, metric=metric, value=figure.value, part_count=len(figure.parts))
        for (unit, metric), figure in sorted(measured(rows).items(), key=itemgetter(0))
        if figure.parts
    )


def changes(before: Sequence[UsageRow], after: Sequence[UsageRow]) -> tuple[Change, ...]:
    """What is added, changed or removed from one revision to the next, in order of unit and metric."""
    old, new = measured(before), measured(after)
    return tuple(_change(key, old.get(key), new.get(key)) for key in sorted(old | new) if old.get(key) != new.get(key))


def _change(key: Figure, old: Measured | None, new: Measured | None) -> Change:
    was, now = old.parts if old else {}, new.parts if new else {}
    return Change(
        unit=key[0],
        metric=key[1],
        before=old.value if old else None,
        after=new.value if new else None,
        part_count_before=len(was),
        part_count_after=len(now),
        parts=tuple(
            PartChange(part=part, before=was.get(part), after=now.get(part))
            for part in sorted(was.keys() | now.keys())
            if was.get(part) != now.get(part)
        ),
    )


def announce(fact: UsageFact) -> Contract | None:
    """What the other services are told."""
    return UsageReported(**dict(fact)) if isinstance(fact, UsagePushed) else None


USAGE: Decider[PushUsage, Figures, UsageFact] = Decider(
    initial=Figures(),
    book=FactBook((*OPENING_FACTS, UsagePushed)),
    streams=lambda command: [campaign_stream(command.campaign), usage_stream(command.campaign, command.source)],
    decide=decide,
    evolve=evolve,
    announce=announce,
)
