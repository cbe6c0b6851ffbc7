"""Which measured figures stand: of each source and month the latest revision."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from services.appraisal.usage.facts import (
    USAGE_FACTS,
    SourceListed,
    UsageFact,
    UsageTaken,
    sources_stream,
    usage_stream,
)
from shared.contracts import UsageReported
from shared.execute import Decider
from shared.facts import FactBook
from shared.vocabulary import Id, Meta, Value


class Figure(Value):
    """One measured figure, with where and when it was measured."""

    source: Id
    period: str
    revision: int
    value: str


@dataclass(frozen=True, slots=True)
class Usage:
    """All that was measured; ``months`` by source and period."""

    sources: tuple[str, ...] = ()
    months: Mapping[tuple[str, str], UsageTaken] = field(default_factory=dict)

    def figures(self, unit: str, metric: str) -> tuple[Figure, ...]:
        """What was measured of *unit*, by source and period."""
        return tuple(
            Figure(source=month.source, period=month.period, revision=month.revision, value=row.value)
            for _, month in sorted(self.months.items())
            for row in month.rows
            if (row.unit, row.metric) == (unit, metric)
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
