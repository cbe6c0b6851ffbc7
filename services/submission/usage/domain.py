"""Taking in one month of measured figures: whole or not at all, and never silently over another. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from pydantic import ValidationError

from services.submission.usage.facts import UsagePushed, usage_stream
from shared.campaign import UsageRow
from shared.contracts import Contract, UsageReported
from shared.errors import Invalid, Rejected
from shared.execute import Decider
from shared.facts import FactBook
from shared.opening import OPENING_FACTS, Campaign, OpeningFact, campaign_stream
from shared.opening import evolve as evolve_campaign
from shared.vocabulary import Json, Meta, Value

MOST_ROWS = 4000  # at 200 bytes each they fit one message


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


class Change(Value):
    """One figure of a revision, held against the revision before; None where there is none."""

    unit: str
    metric: str
    before: str | None
    after: str | None


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
    rows, findings = checked(command.rows, campaign.units)
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


def checked(rows: Sequence[Json], units: Mapping[str, Any]) -> tuple[tuple[UsageRow, ...], list[tuple[int, Invalid]]]:
    """The rows that are right, and what is wrong with each of the others, counted from 1."""
    right: dict[Figure, UsageRow] = {}
    findings: list[tuple[int, Invalid]] = []
    for number, raw in enumerate(rows, 1):
        found = _row(raw)
        if isinstance(found, UsageRow) and found.unit not in units:
            found = RowUnitUnknown(row=number, unit=found.unit)
        elif isinstance(found, UsageRow) and (found.unit, found.metric) in right:
            found = RowRepeated(row=number, unit=found.unit, metric=found.metric)
        if isinstance(found, UsageRow):
            right[found.unit, found.metric] = found
        else:
            found.facts["row"] = number
            findings.append((number, found))
    return tuple(right.values()), findings


def _row(raw: Json) -> UsageRow | Invalid:
    try:
        row = UsageRow.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else ""
        given = str(raw.get(name, ""))[:40]
        kinds = {"unit": RowUnitUnknown(unit=given), "metric": RowMetricUnknown(metric=given)}
        return kinds.get(name) or RowValueMalformed(value=given)
    unknown = sorted(raw.keys() - UsageRow.model_fields.keys())
    return RowMalformed(field=unknown[0][:40]) if unknown else row


def changes(before: Sequence[UsageRow], after: Sequence[UsageRow]) -> tuple[Change, ...]:
    """What is added, changed or removed from one revision to the next, in order of unit and metric."""
    old = {(row.unit, row.metric): row.value for row in before}
    new = {(row.unit, row.metric): row.value for row in after}
    return tuple(
        Change(unit=unit, metric=metric, before=old.get((unit, metric)), after=new.get((unit, metric)))
        for unit, metric in sorted(old.keys() | new.keys())
        if old.get((unit, metric)) != new.get((unit, metric))
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
