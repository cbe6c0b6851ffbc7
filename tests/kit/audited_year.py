"""A year that scoring heard from publishers with logs of their own, as an auditor reads it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from shared.audit.history import Histories, History
from shared.contracts import Contract
from shared.edge.memory_log import MemoryLog
from shared.envelope import Envelope
from shared.eventlog import EventLog, Mark
from shared.vocabulary import ClosedText
from tests.kit import bus
from tests.kit.hearing import Hearing
from tests.kit.scored_year import ScoredYear
from tests.kit.small_years import small_years
from tests.kit.world import AGENCY, clock


@dataclass
class LoggedHearing(Hearing):
    """Scoring, and two publishers that write down what they say."""

    log: EventLog = field(default_factory=lambda: MemoryLog(clock))
    logged: dict[str, bus.Publisher] = field(
        default_factory=lambda: {name: bus.Publisher(name) for name in ("submission", "appraisal")}
    )

    async def submits(self, *contracts: Contract, texts: Sequence[ClosedText] = ()) -> None:
        await self.take(*[await self.logged["submission"].say(each, texts=texts) for each in contracts])

    async def appraises(self, *contracts: Contract, texts: Sequence[ClosedText] = (), actor: str = "") -> None:
        assert not actor
        await self.take(*[await self.logged["appraisal"].say(each, texts=texts) for each in contracts])

    async def histories(self) -> Histories:
        """All three logs, and what scoring has answered."""
        ends = await self.log.ends(AGENCY)
        said = {name: await publisher.said() for name, publisher in self.logged.items()}
        inbox = {name: marks(said[name][: end.sequence]) for name, end in ends.items()}
        of_others = {name: await read(name, publisher.log) for name, publisher in self.logged.items()}
        return {**of_others, "scoring": await read("scoring", self.log, inbox)}


def marks(messages: Sequence[Envelope]) -> Sequence[Mark]:
    return [Mark(each.sequence, each.chain, each.position) for each in messages]


async def read(service: str, log: EventLog, inbox: dict[str, Sequence[Mark]] | None = None) -> History:
    """The whole log of *service*."""
    return History(
        service,
        AGENCY,
        rows=await log.tail(AGENCY, 0, 100_000),
        head=await log.head(AGENCY),
        ends={name: mark.sequence for name, mark in (await log.ends(AGENCY)).items()},
        inbox=inbox or {},
    )


async def audited_year() -> Histories:
    """A short year in three logs: two rounds, words of the council, a release."""
    hearing = LoggedHearing()
    await ScoredYear(small_years()[0]).play(hearing)
    return await hearing.histories()
