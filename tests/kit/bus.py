"""Publishers that say what a test wants, through real logs and envelope bytes; a consumer that keeps their words."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from shared.contracts import Contract, RewindRequested, RulesetPart, ScoreAppraised, SubmissionReceived
from shared.edge.answers import Consumer, LogAnswers
from shared.edge.inbox import Inbox
from shared.edge.memory_log import MemoryLog
from shared.edge.readers import messages
from shared.envelope import Envelope
from shared.errors import NotFound, Rejected
from shared.eventlog import MAX_MESSAGE_BYTES, Append, EventLog, Heard, Mark
from shared.execute import Act, Decider
from shared.facts import Fact, FactBook
from shared.vocabulary import ClosedText, GivenPoints, Meta, Stage, stream
from tests.kit.world import AGENCY, clock, noted

CAMPAIGN = "2020"
CRITERIA = ("i", "ii")
LONG_SECONDS = 60


def sheet(unit: str, points: str) -> SubmissionReceived:
    lines = {criterion: {"word": {"kind": "points", "points": points}} for criterion in CRITERIA}
    return SubmissionReceived(campaign=CAMPAIGN, unit=unit, version=1, lines=lines, certified="0" * 64)


def verdict(
    unit: str, criterion: str, points: str, stage: Stage = "round1", reason: ClosedText | None = None
) -> ScoreAppraised:
    return ScoreAppraised(
        campaign=CAMPAIGN,
        unit=unit,
        criterion=criterion,
        stage=stage,
        sheet=1,
        before=None,
        after=GivenPoints(points=points),
        reason=reason and reason.closed,
    )


def largest() -> RulesetPart:
    """A message that nothing may be added to."""
    empty = RulesetPart(campaign=CAMPAIGN, digest="0" * 64, number=1, count=1, text="")
    room = MAX_MESSAGE_BYTES - len(noted("s", empty).announcement or b"")
    return empty.model_copy(update={"text": "x" * room})


class WordKept(Fact):
    type = "word_kept.v1"
    unit: str
    criterion: str
    stage: Stage
    points: str

    @property
    def stream(self) -> str:
        return stream(CAMPAIGN, "words", self.unit)


Words = Mapping[tuple[str, str], str]  # criterion, stage


def _kept(said: SubmissionReceived | ScoreAppraised, words: Words, _meta: Meta) -> Sequence[WordKept]:
    if isinstance(said, SubmissionReceived):
        given = [(code, line.word, "self") for code, line in said.lines.items()]
    elif not words:
        raise NotFound(unit=said.unit)  # nobody handed anything in
    elif said.criterion not in CRITERIA:
        raise Rejected(criterion=said.criterion)
    else:
        given = [(said.criterion, said.after, said.stage)]
    return [
        WordKept(unit=said.unit, criterion=code, stage=stage, points=str(getattr(word, "points", "")))
        for code, word, stage in given
    ]


KEEPING: Decider[SubmissionReceived | ScoreAppraised, Words, WordKept] = Decider(
    initial={},
    book=FactBook((WordKept,)),
    streams=lambda said: [stream(CAMPAIGN, "words", said.unit)],
    decide=_kept,
    evolve=lambda words, fact: {**words, (fact.criterion, fact.stage): fact.points},
)


def keep(said: SubmissionReceived | ScoreAppraised) -> Act[SubmissionReceived | ScoreAppraised, Words, WordKept]:
    return Act(said, KEEPING)


CONSUMERS: Mapping[str, Consumer] = {contract.type: keep for contract in (SubmissionReceived, ScoreAppraised)}


async def kept(log: EventLog, agency: str, unit: str) -> Words:
    """What the consumer made of all it heard about *unit*."""
    return KEEPING.state(await log.read(agency, [stream(CAMPAIGN, "words", unit)]))


def inbox(log: EventLog, ask: Callable[[RewindRequested], Awaitable[None]]) -> Inbox:
    """Scoring's ears, with a mind that only keeps words."""
    return Inbox("scoring", LogAnswers(log, CONSUMERS), ask)


@dataclass
class Publisher:
    """A service of which only the announcements matter."""

    name: str
    log: EventLog = field(default_factory=lambda: MemoryLog(clock))

    async def say(self, contract: Contract, agency: str = AGENCY, texts: Sequence[ClosedText] = ()) -> Envelope:
        on = f"said/{(await self.log.head(agency)).position}"
        await self.log.append(Append(agency, {on: 0}, (noted(on, contract),), texts=tuple(texts)))
        return (await self.last(agency))[0]

    async def last(self, agency: str = AGENCY) -> list[Envelope]:
        """Its last word, if there is one."""
        return await self.said(agency, (await self.log.head(agency)).sequence)

    async def hear(self, other: "Publisher", agency: str = AGENCY) -> None:
        """Answer everything *other* has said: what is said from now on comes after it."""
        end = (await self.log.ends(agency)).get(other.name, Mark()).sequence
        for message in await other.said(agency, end + 1):
            mark = Mark(message.sequence, message.chain, message.position)
            await self.log.append(Append(agency, heard=Heard(other.name, mark)))

    async def said(self, agency: str = AGENCY, since: int = 1) -> list[Envelope]:
        """As it arrives: written to headers and body, and read again."""
        found = await messages(self.log, self.name, agency, max(since, 1), 100_000)
        return [Envelope.read(each.headers(), each.body) for each in found]


class Control:
    """``ict.control`` with nobody behind it: keeps what was asked for."""

    def __init__(self) -> None:
        self.asked: list[RewindRequested] = []

    async def __call__(self, request: RewindRequested) -> None:
        self.asked.append(request)


async def until(what: str, is_so: Callable[[], Awaitable[bool]], seconds: float = LONG_SECONDS) -> None:
    """Look again and again; say *what* was waited for in vain."""
    try:
        async with asyncio.timeout(seconds):
            while not await is_so():  # noqa: ASYNC110 - of other processes nobody sets an event here
                await asyncio.sleep(0.02)
    except TimeoutError:
        message = f"not in {seconds} s: {what}"
        raise AssertionError(message) from None
