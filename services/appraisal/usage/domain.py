"""Which measured figures stand: of each source and month the latest revision."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated

from pydantic import Field

from services.appraisal.usage.facts import (
    USAGE_FACTS,
    SourceListed,
    UsageFact,
    UsageTaken,
    sources_stream,
    usage_stream,
)
from shared.campaign import PartCode
from shared.contracts import UsageReported
from shared.execute import Decider
from shared.facts import FactBook
from shared.measured import Measured, measured
from shared.vocabulary import Id, Meta, Value


class Part(Value):
    """What one part of a unit has."""

    part: PartCode
    value: str


class Figure(Value):
    """One measured figure, with where and when it was measured.

    Attributes:
        part_count: How many parts it is the sum of; left out where it is the whole unit's.
        parts: What each of them has, in order of their codes; left out where they are only counted.
    """

    source: Id
    period: str
    revision: int
    value: str
    part_count: Annotated[int, Field(exclude_if=lambda count: count == 0)] = 0
    parts: Annotated[tuple[Part, ...], Field(exclude_if=lambda parts: not parts)] = ()

    @property
    def counted(self) -> "Figure":
        """The same, with its parts counted and not told."""
        return self.model_copy(update={"parts": ()})


@dataclass(frozen=True, slots=True)
class Usage:
    """All that was measured; ``months`` by source and period."""

    sources: tuple[str, ...] = ()
    months: Mapping[tuple[str, str], UsageTaken] = field(default_factory=dict)

    def figures(self, unit: str, metric: str) -> tuple[Figure, ...]:
        """What was measured of *unit*, by source and period."""
        return tuple(
            _figure(month, found)
            for _, month in sorted(self.months.items())
            for found in measured(row for row in month.rows if (row.unit, row.metric) == (unit, metric)).values()
        )


def _figure(month: UsageTaken, found: Measured) -> Figure:
    return Figure(
        source=month.source,
        period=month.period,
        revision=month.revision,
        value=found.value,
        part_count=len(found.parts),
        parts=tuple(Part(part=part, value=value) for part, value in found.parts.items()),
    )


def evolve(usage: Usage, fact: UsageFact) -> Usage:
    if isinstance(fact, SourceListed):
        return replace(usage, sources=(*usage.sources, fact.source))
    return replace(usage, months={**usage.months, (fact.source, fact.period): fact})


def _hear(said: UsageReported, usage: Usage, _meta: Meta) -> Sequence[UsageFact]:
    taken = UsageTaken(
        campaign=said.campaign, source=said.source, period=said.period, revision=said.revision, rows=said.rows
    )
    if said.source in usage.sources:
        return [taken]
    return [SourceListed(campaign=said.campaign, source=said.source), taken]


HEARD: Decider[UsageReported, Usage, UsageFact] = Decider(
    initial=Usage(),
    book=FactBook(USAGE_FACTS),
    streams=lambda said: [sources_stream(said.campaign), usage_stream(said.campaign, said.source)],
    decide=_hear,
    evolve=evolve,
)
