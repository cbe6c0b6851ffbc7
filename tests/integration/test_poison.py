"""The poison table: whatever lies in a topic, one agency's publisher waits for the truth or for an operator, at most.

All topics have one part here, so that every poison lies in front of everybody else's messages. That another login than
the publisher's cannot write its topic at all is shown where a broker asks who writes: ``tests/compose``.
"""

from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import MessageSizeTooLargeError
from sqlalchemy.ext.asyncio import AsyncConnection

from deploy.standalone.broker import Bus as Broker
from shared.contracts import Contract, RewindRequested, RulesetPart, SubmissionReceived
from shared.edge.answers import LogAnswers
from shared.edge.bus import Bus
from shared.edge.readers import Relay
from shared.edge.stepping import SteppingConsumer
from shared.edge.stops import LogForked, Retry
from shared.edge.topics import MAX_MESSAGE_BYTES, declare, topic
from shared.edge.wire import wire
from shared.envelope import CLOSED_TEXTS, BodyUnreadable, Envelope
from shared.eventlog import MAX_MESSAGE_BYTES as MAX_SAID_BYTES
from shared.eventlog import AnnouncementTooLarge
from shared.vocabulary import canonical
from tests.kit.bus import CONSUMERS, LONG_SECONDS, Publisher, WordKept, sheet, until, verdict
from tests.kit.net import Net, broker_named, net, running
from tests.kit.poison import Damage, Raw, misnamed, raw, write, zstd
from tests.kit.servers import Server, database_of
from tests.kit.world import META, noted

pytestmark = pytest.mark.server
PUBLISHER = "submission"
DEEP = b"[" * 100_000
HUGE = MAX_MESSAGE_BYTES - 4096  # headers and frame are part of what a topic measures
FORGED, JUNK = "f" * 64, "e" * 64
NUMBERS = count(1)


@dataclass(frozen=True)
class Poison:
    """One row.

    Attributes:
        made: The record, from the message in whose place it comes; or from the one before, of which it is a replay.
        times: How often it lies there.
        stopped: The code that its publisher is stopped with; None where the truth is answered without anybody's help.
        instead: What was answered in the truth's place, so that a retry stops again; None where the truth is answered.
        strays: Far from any place, too, it is seen whose it is, and the truth is asked for.
    """

    made: Callable[[Envelope], Raw]
    replay: bool = False
    times: int = 1
    stopped: str | None = None
    instead: tuple[str, ...] | None = None
    strays: bool = True


def body(content: bytes | None) -> Poison:
    return Poison(lambda true: replace(raw(true), body=content))


def header(name: str, value: bytes | None) -> Poison:
    return Poison(lambda true: raw(true).but(name, value))


def key(made: Callable[[Envelope], bytes | None]) -> Poison:
    return Poison(lambda true: replace(raw(true), key=made(true)), strays=False)


def batch(damage: Damage) -> Poison:
    return Poison(lambda true: replace(raw(true), damage=damage), strays=False)


def forged(**changes: object) -> Poison:
    """Whole and well, but not what its publisher said."""
    return Poison(lambda true: raw(true.model_copy(update=changes)))


def stopping(poison: Poison, code: str, **more: Any) -> Poison:
    return replace(poison, stopped=code, **more)


def replayed(poison: Poison) -> Poison:
    return replace(poison, replay=True, strays=False)


def said(contract: Contract) -> dict[str, object]:
    return {"type": contract.type, "body": canonical(contract.model_dump(mode="json"))}


LIE = said(sheet("a", "99"))
VERDICT = said(verdict("a", "i", "99"))
ANOTHERS_TEXT = canonical(
    {**sheet("a", "99").model_dump(mode="json"), CLOSED_TEXTS: {JUNK: {"salt": "0" * 32, "text": "of another digest"}}}
)
UNREADABLE = (batch(misnamed), batch(zstd))
WITHOUT_PLACE = {
    "key: null": key(lambda _true: None),
    "key: not UTF-8": key(lambda _true: b"\xff\xfe"),
    "key: of another agency": key(lambda true: well_of(true.agency).encode()),
    "headers: a name is not UTF-8": UNREADABLE[0],
    "bytes: compressed as nobody here can read": UNREADABLE[1],
}
TABLE = {
    "body: not JSON": body(b"{"),
    "body: not JSON, three times": stopping(body(b"{"), BodyUnreadable.code, times=3),
    "body: not UTF-8": body(b"\xff\xfe"),
    "body: empty": body(b""),
    "body: null": body(None),
    "body: a list": body(b"[]"),
    "body: wrong types": body(b'{"campaign":3}'),
    "body: too deep": body(DEEP),
    "body: huge": body(b"x" * HUGE),
    "body: a text under another's digest": body(ANOTHERS_TEXT),
    "body: of another contract": body(canonical({"campaign": "2020", "stage": "round1"})),
    **WITHOUT_PLACE,
    "headers: none": Poison(lambda true: replace(raw(true), headers=[])),
    "headers: no sequence": Poison(lambda true: raw(true).without("ce_sequence")),
    "headers: no chain": Poison(lambda true: raw(true).without("ce_chain")),
    "headers: two sequences": Poison(lambda true: raw(true).twice("ce_sequence")),
    "headers: two agencies": Poison(lambda true: raw(true).twice("ce_agency")),
    "headers: not UTF-8": header("ce_actor", b"\xff\xfe"),
    "headers: null": header("ce_actor", None),
    "headers: NUL in the actor": header("ce_actor", b"p-17\x00"),
    "headers: NUL in the chain": header("ce_chain", b"\x00" * 64),
    "headers: causes too deep": header("ce_after", DEEP),
    "headers: a cause without a name": header("ce_after", b'{"":1}'),
    "headers: after the last year": header("ce_time", b"9999-12-31T23:59:59-12:00"),
    "headers: a number of 5000 digits": header("ce_sequence", b"9" * 5000),
    "headers: number zero": header("ce_sequence", b"0"),
    "headers: an id of another agency": header("ce_id", b"submission/another@3"),
    "headers: of another publisher": header("ce_source", b"appraisal"),
    "contract: another publisher's": forged(chain=FORGED, **VERDICT),
    "contract: unknown": stopping(forged(chain=FORGED, type="Nothing.v9"), LogForked.code, instead=()),
    "chain: another before it": forged(previouschain=JUNK),
    "chain: forged, and it fits": stopping(forged(chain=FORGED, **LIE), LogForked.code, instead=("99.00",)),
    "cause: never comes": forged(after={"appraisal": 99}),
    "cause: never comes, forged": stopping(forged(chain=FORGED, after={"appraisal": 99}, **LIE), LogForked.code),
    "replay: as it was": replayed(forged()),
    "replay: with another body": replayed(forged(**LIE)),
    "replay: with another chain": replayed(stopping(forged(chain=FORGED), LogForked.code)),
}


def well_of(agency: str) -> str:
    """The agency that goes on beside the one where a poison lies."""
    return agency.replace("ill", "well")


@dataclass
class Town:
    """Two publishers at work, a consumer with a log and one with tables, and everything they were told.

    Attributes:
        asked: What consumers asked the publisher to say again, by agency.
        projected: The points that reached the tables, by agency, in order.
    """

    net: Net
    submission: Publisher
    appraisal: Publisher
    relay: Relay
    scoring: Bus
    reporting: Bus
    asked: dict[str, list[int]]
    projected: dict[str, list[str]]

    @property
    def consumers(self) -> tuple[Bus, Bus]:
        return self.scoring, self.reporting

    async def heard(self, *agencies: str, of: str = "") -> None:
        """All that the publishers said, or one of them, has been answered by both."""
        publishers = [each for each in (self.submission, self.appraisal) if of in ("", each.name)]
        for bus in self.consumers:
            await self.net.heard(bus, *publishers, agencies=agencies)

    async def write(self, record: Raw) -> None:
        await write(self.net.broker.address, PUBLISHER, record)

    def hush(self, agency: str) -> None:
        """The relay says nothing of *agency* until ``speak``."""
        self.relay.refused.add(agency)

    async def speak(self, agency: str) -> None:
        """As when an operator insists."""
        [last] = await self.submission.last(agency)
        self.relay.rewind(RewindRequested(publisher=PUBLISHER, agency=agency, sequence=last.sequence), insist=True)

    async def stops(self, agency: str, publisher: str = PUBLISHER) -> list[str | None]:
        """At each consumer, why *publisher* is stopped."""
        gates = [await bus.answers.gate(agency, publisher) for bus in self.consumers]
        return [gate.stop.code if gate.stop else None for gate in gates]

    async def until_stopped(self, agency: str, code: str) -> None:
        async def both_are() -> bool:
            return await self.stops(agency) == [code, code]

        await until(f"both stopped {agency} with {code}", both_are)

    async def retry(self, agency: str) -> None:
        for bus in self.consumers:
            await bus.inbox.resume(agency, Retry(PUBLISHER), META)

    async def until_asked(self, agency: str, sequence: int) -> None:
        async def it_was() -> bool:
            return self.asked[agency].count(sequence) >= len(self.consumers)

        await until(f"both asked for {agency} from {sequence}", it_was)

    async def answered(self, agency: str) -> list[list[str]]:
        """What both made of the sheets of *agency*, in order."""
        assert isinstance(self.scoring.answers, LogAnswers)
        rows = await self.scoring.answers.log.tail(agency, 0)
        facts = [row.content().data for row in rows if row.type == WordKept.type]
        kept = [fact["points"] for fact in facts if (fact["stage"], fact["criterion"]) == ("self", "i")]
        return [kept, self.projected[agency]]


@pytest.fixture(scope="module", params=["tansu", pytest.param("kafka", marks=pytest.mark.kafka)])
def broker(request: pytest.FixtureRequest) -> Iterator[Broker]:
    with broker_named(request.param) as running_broker:
        yield running_broker


@pytest.fixture(scope="module")
async def town(migrated: Server, broker: Broker) -> AsyncIterator[Town]:
    await declare(broker.address, fresh=True, partitions=1)
    projected: dict[str, list[str]] = defaultdict(list)
    asked: dict[str, list[int]] = defaultdict(list)

    async def project(_tables: AsyncConnection, message: Envelope, contract: Contract) -> None:
        if isinstance(contract, SubmissionReceived):
            projected[message.agency].append(str(getattr(contract.lines["i"].word, "points", "")))

    async with database_of(migrated) as database, net(migrated, database, broker) as made:
        scoring = await made.hearing("scoring", CONSUMERS)
        reporting = await made.projecting(dict.fromkeys(CONSUMERS, project))
        async with made.relaying("appraisal") as others:
            relay = await made.relay(PUBLISHER)
            for each in (relay, *others.values()):
                each.idle_seconds = LONG_SECONDS  # else it would say the last word of each row again and again
            heeding = made.heeding(relay)

            def heed(request: RewindRequested) -> None:
                if request.publisher == PUBLISHER:
                    asked[request.agency].append(request.sequence)
                relay.rewind(request)

            heeding.rewind = heed
            async with running(relay.run, heeding.run, scoring.run, reporting.run):
                publishers = await made.publisher(PUBLISHER), await made.publisher("appraisal")
                yield Town(made, *publishers, relay, scoring, reporting, asked, projected)


def elsewhere(message: Envelope) -> Envelope:
    """What it would be far behind its place, after something nobody said."""
    number = message.sequence + 9
    place = {"id": f"{PUBLISHER}/{message.agency}@{number}", "sequence": number, "previouschain": JUNK}
    return message.model_copy(update=place)


@pytest.mark.parametrize("name", TABLE)
async def test_a_poison_keeps_one_agency_from_the_truth_until_it_is_asked_for_or_mended(town: Town, name: str) -> None:
    poison, ill = TABLE[name], f"ill-{next(NUMBERS)}"
    well = well_of(ill)
    for agency in (ill, well):
        await town.submission.say(sheet("a", "1"), agency)
        await town.appraisal.hear(town.submission, agency)
        await town.appraisal.say(verdict("a", "i", "7"), agency)
    await town.heard(ill, well)
    if not poison.replay:
        [first] = await town.submission.last(ill)
        await town.write(poison.made(elsewhere(first)))
    if poison.strays:
        await town.until_asked(ill, 1)
    before = await town.submission.say(sheet("a", "2"), ill)
    await town.heard(ill, well)

    town.hush(ill)
    true, behind, _ = [await town.submission.say(sheet("a", points), ill) for points in ("3", "4", "5")]
    for _ in range(poison.times):
        await town.write(poison.made(before if poison.replay else true))
    await town.write(raw(behind))
    await town.submission.say(sheet("a", "2"), well)
    await town.appraisal.say(verdict("a", "i", "8"), ill)
    await town.heard(well)
    await town.heard(ill, of="appraisal")
    if not (poison.replay and poison.stopped):  # who stops asks for nothing
        await town.until_asked(ill, before.sequence if poison.instead is None else true.sequence)

    await town.speak(ill)
    if poison.stopped:
        await town.until_stopped(ill, poison.stopped)
        await town.retry(ill)
    if poison.instead is None:
        await town.heard(ill)
        answers = [f"{points}.00" for points in range(1, 6)]
    else:
        await town.until_stopped(ill, LogForked.code)
        answers = ["1.00", "2.00", *poison.instead]
    assert await town.answered(ill) == [answers] * 2
    assert await town.answered(well) == [["1.00", "2.00"]] * 2
    assert await town.stops(well) == await town.stops(ill, "appraisal") == [None, None]


async def test_the_largest_word_goes_through_and_what_is_larger_keeps_nobody(town: Town) -> None:
    agency, broker = f"large-{next(NUMBERS)}", town.net.broker
    size = MAX_SAID_BYTES - len(noted("said/0", part("")).announcement or b"")
    with pytest.raises(AnnouncementTooLarge):
        await town.submission.say(part("x" * (size + 1)), agency)
    largest = await town.submission.say(part("x" * size), agency)
    await town.heard(agency)
    with (
        pytest.raises(MessageSizeTooLargeError) if broker.keeps else nullcontext()
    ):  # the embedded broker takes anything
        await town.write(replace(raw(largest), body=b"x" * (4 * MAX_MESSAGE_BYTES)))
    await town.submission.say(sheet("a", "1"), agency)
    await town.heard(agency)
    assert await town.answered(agency) == [["1.00"]] * 2


async def test_what_cannot_be_read_takes_nothing_else_with_it(town: Town) -> None:
    agency, broker = f"apart-{next(NUMBERS)}", town.net.broker.address
    town.hush(agency)
    said = await town.submission.say(sheet("a", "1"), agency)
    places = [TopicPartition(topic(publisher), 0) for publisher in (PUBLISHER, "appraisal")]
    async with SteppingConsumer(bootstrap_servers=broker, auto_offset_reset="none") as reader:
        starts = await reader.end_offsets(places)
        for poison in UNREADABLE * 3:
            await town.write(poison.made(said))
            await town.write(raw(said))
            await write(broker, "appraisal", raw(said))
        ends = await reader.end_offsets(places)
        reader.assign(places)
        for place, start in starts.items():
            reader.seek(place, start)
        read: list[TopicPartition] = []
        while [place for place in places if await reader.position(place) < ends[place]]:
            for place, records in (await reader.getmany(timeout_ms=100)).items():
                read += [place for record in records if (record.key, record.value) == (agency.encode(), said.body)]
    assert [read.count(place) for place in places] == [6, 6]


def part(text: str) -> RulesetPart:
    return RulesetPart(campaign="2020", digest=JUNK, number=1, count=1, text=text)


async def test_a_relay_that_looks_back_sees_past_what_nobody_can_read(town: Town) -> None:
    agency, broker = f"back-{next(NUMBERS)}", town.net.broker
    town.hush(agency)
    first, second = [await town.submission.say(sheet("a", points), agency) for points in ("1", "2")]
    async with wire(PUBLISHER, broker.address, (), idempotence=broker.keeps) as line:
        [place] = await line.say([first])
        for name, poison in TABLE.items():
            if name in WITHOUT_PLACE or name.startswith("headers"):
                await town.write(poison.made(second))
        await line.check()
        await line.say([second])
    async with wire(PUBLISHER, broker.address, [place], idempotence=broker.keeps) as line:
        await line.check()
        assert (await line.newer())[agency] == second
