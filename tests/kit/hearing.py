"""Scoring as it hears: publishers that number and chain what they say, and the service's real inbox."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from services.scoring.main import CONSUMERS
from shared.contracts import NO_CHAIN, Contract, ResultsApproved, RoundClosed, ScoreAppraised, round_digest
from shared.contracts import SubmissionReceived as Received
from shared.edge.answers import LogAnswers
from shared.edge.inbox import Inbox
from shared.edge.memory_log import MemoryLog
from shared.envelope import Envelope, spoken
from shared.eventlog import EventLog, Row
from shared.facts import Fact, FactBook
from shared.opening import OpeningFact, announce
from shared.vocabulary import ClosedText, GivenPoints, GivenState, NotApplicable, Stage, Word
from tests.kit.campaigns import CAMPAIGN
from tests.kit.documents import DECISION
from tests.kit.world import AGENCY, AT, clock


def points(text: str) -> Word:
    return GivenState(score=NotApplicable()) if text == "-" else GivenPoints(points=text)


def sheet(unit: str, version: int = 1, **words: str | Word) -> Received:
    lines = {code: {"word": points(word) if isinstance(word, str) else word} for code, word in words.items()}
    return Received(campaign=CAMPAIGN, unit=unit, version=version, lines=lines, certified="0" * 64)


def verdict(unit: str, criterion: str, stage: Stage, after: str | Word, **more: object) -> ScoreAppraised:
    word = points(after) if isinstance(after, str) else after
    return ScoreAppraised(
        campaign=CAMPAIGN, unit=unit, criterion=criterion, stage=stage, sheet=1, before=None, after=word, **more
    )


def closed(stage: str, verdicts: Sequence[ScoreAppraised]) -> RoundClosed:
    words = {(each.unit, each.criterion): each.after for each in verdicts if each.stage == stage}
    return RoundClosed(campaign=CAMPAIGN, stage=stage, count=len(words), digest=round_digest(words))


def approved(run: str) -> ResultsApproved:
    return ResultsApproved(campaign=CAMPAIGN, run=run, decision=DECISION, signer="Bộ trưởng", file_sha256="f" * 64)


@dataclass
class Publisher:
    """Says things about one agency, numbered and chained."""

    name: str
    agency: str = AGENCY
    said: int = 0
    chain: str = NO_CHAIN

    def says(
        self,
        contract: Contract,
        *,
        at: datetime = AT,
        after: Mapping[str, int] | None = None,
        texts: Sequence[ClosedText] = (),
        actor: str = "somebody",
    ) -> Envelope:
        self.said += 1
        previous, self.chain = self.chain, hashlib.sha256(f"{self.name} {self.said}".encode()).hexdigest()
        return Envelope(
            id=f"{self.name}/{self.agency}@{self.said}",
            source=self.name,
            type=contract.type,
            subject=contract.subject,
            time=at,
            agency=self.agency,
            sequence=self.said,
            chain=self.chain,
            previouschain=previous,
            after=dict(after or {}),
            actor=actor,
            correlationid="story",
            body=spoken(contract.model_dump(mode="json"), {text.closed.closed: text for text in texts}),
        )


@dataclass
class Hearing:
    """Scoring, and the two publishers it listens to."""

    log: EventLog = field(default_factory=lambda: MemoryLog(clock))
    submission: Publisher = field(default_factory=lambda: Publisher("submission"))
    appraisal: Publisher = field(default_factory=lambda: Publisher("appraisal"))

    async def take(self, *messages: Envelope) -> None:
        async def nobody(_request: object) -> None:
            pass

        inbox = Inbox("scoring", LogAnswers(self.log, CONSUMERS), nobody)
        for message in messages:
            await inbox.take(message)

    async def open(self, facts: Sequence[OpeningFact]) -> None:
        await self.submits(*map(announce, facts))

    async def submits(self, *contracts: Contract, texts: Sequence[ClosedText] = ()) -> None:
        await self.take(*(self.submission.says(contract, texts=texts) for contract in contracts))

    async def appraises(self, *contracts: Contract, texts: Sequence[ClosedText] = (), actor: str = "lead") -> None:
        await self.take(*(self.appraisal.says(contract, texts=texts, actor=actor) for contract in contracts))

    async def rows(self) -> Sequence[Row]:
        return await self.log.tail(AGENCY, 0, 100_000)

    async def facts(self, *kinds: type[Fact]) -> list[Fact]:
        """All facts of these kinds, in the order of the log."""
        book, names = FactBook(kinds), {kind.type for kind in kinds}
        return [book.read(row.type, row.content().data) for row in await self.rows() if row.type in names]

    async def types(self) -> set[str]:
        return {row.type for row in await self.rows()}
