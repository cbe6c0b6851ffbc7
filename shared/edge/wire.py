"""What a relay sees of Kafka: it says messages, and looks whether what it said last is still there."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from aiokafka import AIOKafkaProducer, ConsumerRecord, TopicPartition
from aiokafka.errors import OffsetOutOfRangeError

from shared.edge.kafka_client import ANSWER_SECONDS, BrokerUnavailable, Producer, ended, mapped
from shared.edge.kafka_login import Login, client_of
from shared.edge.stepping import SteppingConsumer
from shared.edge.topics import MAX_MESSAGE_BYTES, topic
from shared.envelope import Envelope, EnvelopeUnreadable

REQUEST_MS = 5000
FETCH_MS = 5000
FETCH_WAIT_MS = 50  # of a fetch that finds nothing: what is asked next waits behind it
METADATA_MS = 5000  # how soon more partitions, or a topic made anew, are seen


class NotHeld(BrokerUnavailable, code="bus.not_held"):
    """The broker does not hold what it acknowledged."""


@dataclass(frozen=True, slots=True)
class Said:
    """Where a message lies in its publisher's topic, as the broker acknowledged it."""

    partition: int
    offset: int
    chain: str


class Wire:
    """One publisher's topic, for the one who writes it."""

    def __init__(self, publisher: str, producer: AIOKafkaProducer, reader: SteppingConsumer) -> None:
        self._topic, self._producer, self._reader = topic(publisher), producer, reader
        self.publisher = publisher
        self.last: dict[int, Said] = {}  # by partition

    async def say(self, messages: Sequence[Envelope]) -> Sequence[Said]:
        """Say *messages*, in order; return once all are acknowledged.

        Raises:
            NotHeld: The acknowledgements show that the topic was emptied meanwhile.
            BrokerUnavailable: Some may have been said.
        """
        with mapped():
            async with asyncio.timeout(ANSWER_SECONDS):
                sent = [
                    await self._producer.send(
                        self._topic, each.body, key=each.agency.encode(), headers=list(each.headers())
                    )
                    for each in messages
                ]
                placed = await asyncio.gather(*sent)
        said = [Said(at.partition, at.offset, each.chain) for at, each in zip(placed, messages, strict=True)]
        for each in said:
            before = self.last.get(each.partition)
            if before and each.offset <= before.offset:
                raise NotHeld(broker=self._topic)
            self.last[each.partition] = each
        return said

    async def check(self) -> None:
        """Look whether what was said last in each partition still lies there, with its chain.

        Raises:
            NotHeld: It does not, and is younger than anything the topic had to forget.
            BrokerUnavailable: Not known.
        """
        with mapped():
            async with asyncio.timeout(ANSWER_SECONDS):
                if self._topic not in await self._reader.topics():
                    raise NotHeld(broker=self._topic)
                places = {TopicPartition(self._topic, each.partition): each for each in self.last.values()}
                if not places:
                    return
                ends = await self._reader.end_offsets(list(places))
                starts = await self._reader.beginning_offsets(list(places))
        if not all(ends.values()):
            raise NotHeld(broker=self._topic)
        kept = {place: said.offset for place, said in places.items() if starts[place] <= said.offset}
        async for record in self._records(kept, {place: offset + 1 for place, offset in kept.items()}):
            said = self.last[record.partition]
            headers: dict[str, bytes] = dict(record.headers)
            if record.offset == said.offset and headers.get("ce_chain") != said.chain.encode():
                raise NotHeld(broker=self._topic)

    async def newer(self) -> Mapping[str, Envelope]:
        """Of what lies in the topic behind ``last`` and is ours: by agency, the message with the highest number.

        Raises:
            BrokerUnavailable: Not known.
        """
        with mapped():
            async with asyncio.timeout(ANSWER_SECONDS):
                partitions = await self._producer.partitions_for(self._topic)
                starts = await self._reader.beginning_offsets([TopicPartition(self._topic, p) for p in partitions])
                ends = await self._reader.end_offsets(list(starts))
        since = {
            place: max(start, self.last[place.partition].offset + 1 if place.partition in self.last else 0)
            for place, start in starts.items()
        }
        newest: dict[str, Envelope] = {}
        with suppress(NotHeld):  # after a send that failed, the embedded broker tells an end behind its last record
            async for record in self._records(since, ends):
                try:
                    message = Envelope.read(record.headers, record.value)
                except EnvelopeUnreadable:
                    continue
                if message.source != self.publisher:
                    continue
                if message.agency not in newest or newest[message.agency].sequence <= message.sequence:
                    newest[message.agency] = message
        return newest

    async def _records(
        self, since: Mapping[TopicPartition, int], until: Mapping[TopicPartition, int]
    ) -> AsyncIterator[ConsumerRecord]:
        """Records from *since* on, at least to before *until*.

        Raises:
            NotHeld: They are not there. (The embedded broker tells an end that is too low, and answers nothing to who
                asks for what it does not have: so nobody can tell that from a slow answer, and a long wait decides.)
        """
        at = dict(since)
        if not at:
            return
        with mapped():
            self._reader.assign(list(at))
            for place, offset in at.items():
                self._reader.seek(place, offset)
            try:
                while left := [place for place, offset in at.items() if offset < until[place]]:
                    try:
                        found = await self._reader.getmany(*left, timeout_ms=FETCH_MS)
                    except OffsetOutOfRangeError as gone:
                        raise NotHeld(broker=self._topic) from gone
                    reached = {place: await self._reader.position(place) for place in left}
                    if not found and all(reached[place] == at[place] for place in left):
                        raise NotHeld(broker=self._topic)
                    at |= reached  # not the records' own: past what nobody can read, or no message is
                    for records in found.values():
                        for record in records:
                            yield record
            finally:
                self._reader.pause(*at)  # else it would go on fetching, and what is asked next wait behind that


@asynccontextmanager
async def wire(
    publisher: str, bootstrap: str, last: Iterable[Said], *, idempotence: bool, login: Login | None = None
) -> AsyncIterator[Wire]:
    """Connections for one publisher; after an error they are given up, since a producer may stay broken.

    Args:
        publisher: Whose topic.
        bootstrap: Address of the broker.
        last: What was said before, as far as it is known.
        idempotence: Off only for a broker that cannot.
        login: Who says it, where the broker asks.
    """
    times = {"metadata_max_age_ms": METADATA_MS, "request_timeout_ms": REQUEST_MS}
    common = {"bootstrap_servers": bootstrap, **times, **client_of(login)}
    # The embedded broker says that a topic ends behind the first record of its last batch: so one message a batch.
    batch = {} if idempotence else {"max_batch_size": 1}
    producer = Producer(
        acks="all", enable_idempotence=idempotence, max_request_size=MAX_MESSAGE_BYTES, linger_ms=0, **batch, **common
    )
    reader = SteppingConsumer(
        group_id=None, enable_auto_commit=False, auto_offset_reset="none", fetch_max_wait_ms=FETCH_WAIT_MS, **common
    )
    try:
        with mapped():
            async with asyncio.timeout(ANSWER_SECONDS):
                await producer.start()
                await reader.start()
        opened = Wire(publisher, producer, reader)
        for each in sorted(last, key=lambda said: said.offset):
            opened.last[each.partition] = each
        yield opened
    finally:
        await ended(reader.stop, producer.stop)  # which may still try to send what was given up
