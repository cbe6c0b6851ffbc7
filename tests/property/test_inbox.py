"""Whatever the broker does to messages, and wherever the consumer crashes, every run ends with the same results."""

import asyncio
from collections import Counter
from contextlib import suppress
from itertools import chain
from typing import Any, TypeAlias

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.contracts import RewindRequested
from shared.edge.inbox import Inbox
from shared.edge.stops import LogForked, MessageRefused, MessageSkipped, PublisherStopped, Retry, Skip, stop_stream
from shared.envelope import Envelope
from shared.errors import NotFound, Unavailable
from shared.eventlog import EventLog, Mark, Row, verify
from shared.vocabulary import Closed
from tests.kit.bus import CRITERIA, Publisher, WordKept, inbox, kept, sheet, verdict
from tests.kit.world import META, CrashingLog

AGENCIES, UNITS = ("bnv", "ubdt"), ("a", "b")
FORGED = "f" * 64
REASON = Closed(closed="0" * 64)
FIRST = [(what, agency, unit, "i", "round1") for agency in AGENCIES for unit in UNITS for what in ("submit", "hear")]
Words: TypeAlias = dict[tuple[str, str, str, str], str]  # agency, unit, criterion, stage

actions = st.tuples(
    st.sampled_from(["submit", "hear", "appraise", "appraise", "hear back", "appraise ix", "appraise nobody"]),
    st.sampled_from(AGENCIES),
    st.sampled_from(UNITS),
    st.sampled_from(CRITERIA),
    st.sampled_from(["round1", "round2"]),
)
mishaps = st.tuples(
    st.sampled_from(["pass", "pass", "pass", "pass", "repeat", "drop", "alter", "insert", "garble", "garble header"]),
    st.integers(0, 3),
)
upheavals = st.tuples(st.sampled_from(["crash", "empty", "operate", "idle"]), st.just(0))


class Story:
    """What two publishers said, each knowing of the other what it had heard; and what must come of it."""

    def __init__(self) -> None:
        self.publishers = {name: Publisher(name) for name in ("submission", "appraisal")}
        self.words: Words = {}
        self.answers: Counter[tuple[str, str]] = Counter()  # (cause, type of fact): how many

    async def play(self, story: list[Any]) -> None:
        submission, appraisal = self.publishers.values()
        for number, (what, agency, unit, criterion, stage) in enumerate(FIRST + story):
            given, scored = f"{number}", f"{number}.00"
            match what:
                case "submit":
                    said = await submission.say(sheet(unit, given), agency)
                    self.answers[said.cause, WordKept.type] = len(CRITERIA)
                    self.words.update({(agency, unit, each, "self"): scored for each in CRITERIA})
                case "hear":
                    await appraisal.hear(submission, agency)
                case "hear back":
                    await submission.hear(appraisal, agency)
                case "appraise nobody":
                    said = await appraisal.say(verdict("nobody", criterion, given), agency)
                    self.answers[said.cause, MessageSkipped.type] = 1
                case "appraise ix":
                    said = await appraisal.say(verdict(unit, "ix", given), agency)
                    self.answers[said.cause, MessageRefused.type] = 1
                case _:
                    said = await appraisal.say(verdict(unit, criterion, given, stage), agency)
                    self.answers[said.cause, WordKept.type] = 1
                    self.words[agency, unit, criterion, stage] = scored

    async def said(self, since: int = 1) -> list[Envelope]:
        return [m for agency in AGENCIES for p in self.publishers.values() for m in await p.said(agency, since)]


class Broker:
    """Passes the messages of a story on, badly, to a consumer that crashes; and does what is asked for."""

    def __init__(self, story: Story, queue: list[Envelope], log: EventLog) -> None:
        self.story, self.queue, self.log = story, queue, log
        self.passed: list[Envelope] = []
        self.ears = inbox(self.log, self._asked)

    async def _started(self) -> Inbox:
        ears = inbox(self.log, self._asked)
        await ears.started()
        return ears

    async def _asked(self, request: RewindRequested) -> None:
        self.queue += await self.story.publishers[request.publisher].said(request.agency, request.sequence)

    async def take(self, message: Envelope) -> None:
        self.passed.append(message)
        try:
            await self.ears.take(message)
        except Unavailable:
            self.ears = await self._started()  # with the message it had in hand, and all that waited in memory

    async def idle(self) -> None:
        try:
            await self.ears.idle()
        except Unavailable:
            self.ears = await self._started()

    async def mishap(self, what: str, index: int) -> None:
        near = self.queue[min(index, len(self.queue) - 1)] if self.queue else None
        match what:
            case "crash":
                self.ears = await self._started()
            case "empty":
                self.queue = await self.story.said()
            case "operate":
                await self.operate()
            case "idle":
                await self.idle()
            case "repeat" if self.passed:
                await self.take(self.passed[index * 7 % len(self.passed)])
            case "alter" | "insert" | "garble" | "garble header" if near:
                await self._forge(what, near)
            case "pass" | "drop" if near:
                self.queue.remove(near)
                if what == "pass":
                    await self.take(near)

    async def _forge(self, what: str, near: Envelope) -> None:
        if what == "garble":
            await self.take(near.model_copy(update={"body": b"?"}))
        elif what == "garble header":
            await self.ears.lost(near.agency, near.source)
        elif what == "insert":
            await self.take(near.model_copy(update={"chain": FORGED, "previouschain": FORGED}))
        else:
            for old in self.passed[-1:]:
                if await self.log.chain(old.agency, old.source, old.sequence):  # before it, none could tell it apart
                    await self.take(old.model_copy(update={"chain": FORGED}))

    async def operate(self) -> None:
        for agency in AGENCIES:
            for publisher in self.story.publishers:
                rows = await self.log.read(agency, [stop_stream(publisher)])
                if rows and rows[-1].type == PublisherStopped.type:
                    mended = rows[-1].content().data["code"] not in {NotFound.code, LogForked.code}
                    command = Retry(publisher) if mended else Skip(publisher, REASON)
                    with suppress(Unavailable):
                        await self.ears.resume(agency, command, META)

    async def finish(self) -> None:
        """From now on nothing is lost: publishers repeat their last word, operators look after what is stopped."""
        for _ in range(3_000):
            if self.queue:
                await self.take(self.queue.pop(0))
            elif await self._settled():
                return
            else:
                await self.operate()
                await self.idle()
                said = [await p.said(agency) for agency in AGENCIES for p in self.story.publishers.values()]
                self.queue += [messages[-1] for messages in said if messages]
        raise AssertionError

    async def _settled(self) -> bool:
        for agency in AGENCIES:
            last = [(await publisher.said(agency))[-1:] for publisher in self.story.publishers.values()]
            ends = {message.source: Mark(message.sequence, message.chain, message.position) for message in chain(*last)}
            if await self.log.ends(agency) != ends:
                return False
        return True


async def standing(log: EventLog) -> Words:
    return {
        (agency, unit, criterion, stage): points
        for agency in AGENCIES
        for unit in UNITS
        for (criterion, stage), points in (await kept(log, agency, unit)).items()
    }


def stopped_marks_stand_still(rows: list[Row]) -> bool:
    """Behind a stop ``after`` of its publisher does not move, until an operator acts."""
    stood: dict[str, int] = {}
    for row in rows:
        answered = row.answered()
        if row.type == PublisherStopped.type:
            fact = PublisherStopped.model_validate(row.content().data)
            stood[row.stream] = answered.get(fact.publisher, 0)
            if fact.code != LogForked.code and stood[row.stream] >= fact.sequence:
                return False
        else:
            stood.pop(row.stream, None)
        if any(answered.get(stream.split("/")[1], 0) != end for stream, end in stood.items()):
            return False
    return True


@settings(max_examples=2 * settings().max_examples)
@given(
    st.lists(actions, min_size=1, max_size=20),
    st.lists(mishaps | mishaps | mishaps | upheavals, max_size=60),
    st.dictionaries(st.integers(0, 40), st.booleans(), max_size=8),
)
def test_every_disorder_ends_with_the_same_results(
    script: list[Any], disorder: list[tuple[str, int]], crashes: dict[int, bool]
) -> None:
    async def run() -> None:
        story = Story()
        await story.play(script)
        log = CrashingLog(crashes)
        broker = Broker(story, await story.said(), log)
        for what, index in disorder:
            await broker.mishap(what, index)
        await broker.finish()

        assert await standing(log) == story.words
        found: Counter[tuple[str, str]] = Counter()
        for agency in AGENCIES:
            rows = list(await log.tail(agency, 0))
            verify(rows)
            assert stopped_marks_stand_still(rows)
            answers = {WordKept.type, MessageRefused.type, MessageSkipped.type}
            found += Counter((row.content().causation or "", row.type) for row in rows if row.type in answers)
        assert {answer: n for answer, n in found.items() if not answer[0].endswith(FORGED)} == story.answers

    asyncio.run(run())
