"""Kafka as this house uses it: every other publisher's topic is heard, and what was lost is asked for again."""

import asyncio
import logging
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import count

import structlog
from aiokafka import ConsumerRecord, TopicPartition
from faststream.kafka import KafkaBroker, KafkaMessage
from faststream.kafka.subscriber.usecase import BatchSubscriber
from faststream.middlewares import AckPolicy
from pydantic import TypeAdapter, ValidationError

from shared.contracts import PUBLISHED, RewindRequested
from shared.edge.inbox import Answers, Inbox, Place
from shared.edge.kafka_client import ANSWER_SECONDS, BrokerUnavailable, Producer, ended, mapped
from shared.edge.kafka_login import Login, client_of, security_of
from shared.edge.news import News
from shared.edge.stepping import WaitingConsumer
from shared.edge.topics import CONTROL, topic
from shared.edge.tracing import NOWHERE, Tracing
from shared.edge.watchdog import STILL_SECONDS, Leisure, Spot, Watchdog
from shared.edge.wire import METADATA_MS
from shared.envelope import Envelope, EnvelopeUnreadable
from shared.errors import Stale, Unavailable
from shared.vocabulary import Id, canonical

IDLE_SECONDS = 5.0
SESSION_SECONDS = 6.0  # the least that Kafka takes by default
BEATS = 5  # a session's
END_SECONDS = 1.0  # for the batch in hand; what is not done by then comes again
RETRY_SECONDS = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
TRIES = 20  # then the batch is given back to Kafka, and comes again
BATCH = 500
PING_SECONDS = 2.0
AN_ID: TypeAdapter[str] = TypeAdapter(Id)
LIBRARY = logging.getLogger("ictindex.faststream")
LIBRARY.setLevel(logging.ERROR)
logger = structlog.get_logger()


@dataclass(slots=True)
class Bus:
    """One service's connection to Kafka, for hearing; the relay says.

    Attributes:
        group: Its consumer group; None for its own name.
        rewind: Is told what others ask this service to say again.
        seen: Is told the place of every message heard.
        asked: Is told whom this service asks to say something again.
        news: Rings when a message was answered.
        session_seconds: After so long without a word a member of its group is dead, and another takes its place.
        still_seconds: After so long without getting on, though there is something to hear, it begins anew.
        end_seconds: How long it waits for the batch in hand before it ends or begins anew; 0 for not at all.
    """

    service: str
    bootstrap: str
    answers: Answers
    rewind: Callable[[RewindRequested], None] = lambda _request: None
    seen: Callable[[Envelope, Place], None] = lambda _message, _place: None
    asked: Callable[[str], None] = lambda _publisher: None
    tracing: Tracing = NOWHERE
    news: News = field(default_factory=News)
    login: Login | None = None
    group: str | None = None
    idle_seconds: float = IDLE_SECONDS
    session_seconds: float = SESSION_SECONDS
    still_seconds: float = STILL_SECONDS
    end_seconds: float = END_SECONDS
    inbox: Inbox = field(init=False)
    started: bool = False
    _broker: KafkaBroker | None = None
    _producer: Producer | None = None
    _control: BatchSubscriber | None = None
    _control_ends: dict[int, int] = field(default_factory=dict)
    _partitions: dict[str, int] = field(default_factory=dict)
    _places: Counter[str] = field(default_factory=Counter)
    _in_hand: int = 0  # batches
    _watchdogs: defaultdict[bool, Watchdog] = field(default_factory=lambda: defaultdict(Watchdog))  # of requests?

    def __post_init__(self) -> None:
        self.inbox = Inbox(self.service, self.answers, self.ask, self._seen)

    async def run(self) -> None:
        """Hear and answer, for ever."""
        failures = 0
        while True:
            try:
                async with self._joined() as broker:
                    self.started, failures = True, 0
                    logger.info("bus_started", service=self.service)
                    await self._look_after(broker)
            except BrokerUnavailable as found:
                wait = RETRY_SECONDS[min(failures, len(RETRY_SECONDS) - 1)]
                failures += 1
                logger.warning("bus_interrupted", reason=repr(found.__cause__), retry_seconds=wait)
                await asyncio.sleep(wait)

    @asynccontextmanager
    async def _joined(self) -> AsyncIterator[KafkaBroker]:
        """A member of its group for as long as the block lasts, and no longer, however either begins and ends.

        Raises:
            BrokerUnavailable: It could not join, or not in time.
        """
        broker, producer = self._made(), self._made_producer()
        self._partitions.clear()
        try:
            with mapped():
                async with asyncio.timeout(self.still_seconds):
                    await producer.start()
                    await _stepping(broker)
                    await broker.start()
            self._broker, self._producer = broker, producer
            yield broker
        finally:
            self.started, self._broker, self._producer = False, None, None
            stops = (*(each.stop for each in broker.subscribers), broker.stop, producer.stop)
            await ended(*stops, seconds=self.end_seconds + ANSWER_SECONDS)

    async def _look_after(self, broker: KafkaBroker) -> None:
        """Ask for what was waiting when an earlier process ended, then now and then for what is missing.

        Raises:
            BrokerUnavailable: Begin anew.
        """
        act: Callable[[], Awaitable[None]] = self.inbox.started
        leisure = Leisure()
        while True:
            try:
                with mapped():
                    behind = await self._check(broker)
                if leisure.has(busy=behind or self._in_hand > 0):
                    await act()
                    act = self.inbox.idle
            except BrokerUnavailable:
                raise
            except (Unavailable, Stale) as found:
                logger.warning("idle_interrupted", reason=repr(found))
            except Exception:  # a fault of ours in asking again must not end the hearing
                logger.exception("idle_failed")
            await asyncio.sleep(self.idle_seconds)

    async def _check(self, broker: KafkaBroker) -> bool:
        """Look whether somebody still hears, every topic still has the partitions it had, and where requests end.

        Says whether there is something to hear that was not yet.

        When partitions change, the embedded broker gives a member its old assignment again: it must join anew.
        A topic that was emptied is read from its start: who waits behind its end would wait in vain. A group's place
        may lie there too, when a member has kept an old one with a broker that had forgotten everything. And who does
        not get on, for whatever reason, joins anew.

        Raises:
            BrokerUnavailable: All must begin anew.
        """
        behind = False
        for subscriber in broker.subscribers:
            if not isinstance(subscriber, BatchSubscriber) or subscriber.consumer is None:
                continue
            ended = any(task.done() for task in subscriber.tasks)
            for name in subscriber.topic_names:
                count = len(subscriber.consumer.partitions_for_topic(name) or ())
                ended |= self._partitions.setdefault(name, count) != count
            if ended:
                raise BrokerUnavailable(broker=self.bootstrap)
            assert isinstance(subscriber.consumer, WaitingConsumer)  # noqa: S101 - see `_stepping`
            watchdog = self._watchdogs[subscriber is self._control]
            spots = await watchdog.look(subscriber.consumer, busy=self._in_hand > 0, still_seconds=self.still_seconds)
            for partition, spot in spots.items():
                if self._is_behind_the_end(subscriber, partition, spot):
                    logger.warning("topic_emptied", topic=partition.topic, partition=partition.partition)
                    subscriber.consumer.seek(partition, 0)
                behind |= subscriber is not self._control and spot.at != spot.end
        return behind

    def _is_behind_the_end(self, subscriber: BatchSubscriber, partition: TopicPartition, spot: Spot) -> bool:
        """Nothing will come there any more. The real broker says so itself, the embedded one says nothing.

        Requests have no group whose place may be an old one; but that broker tells too low an end of several at once.
        """
        if subscriber is not self._control:
            return spot.at > spot.end
        before, self._control_ends[partition.partition] = self._control_ends.get(partition.partition, 0), spot.end
        return spot.end < before

    async def ask(self, request: RewindRequested) -> None:
        """Ask a publisher to say something again; a request that does not get through is repeated when idle."""
        if self._producer is None:
            return
        try:
            with mapped():
                async with asyncio.timeout(ANSWER_SECONDS):  # whoever asks holds up its agency meanwhile
                    await self._producer.send_and_wait(CONTROL, canonical(request.model_dump()))
            self.asked(request.publisher)
            logger.info("asked_again", publisher=request.publisher, agency=request.agency, sequence=request.sequence)
        except BrokerUnavailable as found:
            logger.warning("asking_failed", reason=repr(found.__cause__))

    async def reachable(self) -> bool:
        """Whether the broker answers and this service hears it."""
        consumer = self._control.consumer if self._control and self.started else None
        if consumer is None:
            return False
        with suppress(BrokerUnavailable), mapped():
            async with asyncio.timeout(PING_SECONDS):
                await consumer.topics()
            return True
        return False

    def _made_producer(self) -> Producer:
        return Producer(
            bootstrap_servers=self.bootstrap, acks="all", metadata_max_age_ms=METADATA_MS, **client_of(self.login)
        )

    def _made(self) -> KafkaBroker:
        broker = KafkaBroker(
            self.bootstrap,
            security=security_of(self.login),
            consumer_only=True,  # its own producer is left open where it cannot start
            allow_auto_create_topics=False,
            ack_policy=AckPolicy.NACK_ON_ERROR,  # every other policy loses a failed message
            metadata_max_age_ms=METADATA_MS,
            graceful_timeout=self.end_seconds,
            logger=LIBRARY,
        )
        others = [topic(publisher) for publisher, said in PUBLISHED.items() if said and publisher != self.service]
        broker.subscriber(
            *others,
            group_id=self.group or self.service,
            batch=True,
            max_records=BATCH,
            auto_offset_reset="earliest",
            session_timeout_ms=int(self.session_seconds * 1000),
            heartbeat_interval_ms=int(self.session_seconds * 1000 / BEATS),
            fetch_max_wait_ms=100,
            parser=_unread,
            decoder=_undecoded,
        )(self._hear)
        self._control = broker.subscriber(  # from its end, without a group: an old request is answered or repeated
            CONTROL,
            batch=True,
            auto_offset_reset="latest",
            ack_policy=AckPolicy.MANUAL,  # there is nothing to commit to
            fetch_max_wait_ms=100,
            parser=_unread,
            decoder=_undecoded,
        )
        self._control(self._heed)
        return broker

    async def _hear(self, message: KafkaMessage) -> None:
        """One batch: in order within an agency, the agencies side by side."""
        records = defaultdict(list)
        for record in message.raw_message:
            records[record.key].append(record)
        self._places.clear()
        self._in_hand += 1
        try:
            async with asyncio.TaskGroup() as tasks:
                for of_one in records.values():
                    tasks.create_task(self._hear_in_order(of_one))
        finally:
            self._in_hand -= 1
        logger.info("messages_heard", count=len(message.raw_message), agencies=len(records), **self._places)

    async def _hear_in_order(self, records: Iterable[ConsumerRecord]) -> None:
        for record in records:
            try:
                act = partial(self._take, _message(record))
            except EnvelopeUnreadable:
                logger.warning("message_unreadable", topic=record.topic, partition=record.partition, at=record.offset)
                agency = _agency(record.key)
                if agency is None:
                    continue  # whose it was nobody can tell: the gap in that agency's numbers will
                act = partial(self.inbox.lost, agency, _publisher(record))
            await self._patiently(act)

    async def _take(self, message: Envelope) -> None:
        with self.tracing.answering(message):
            await self.inbox.take(message)

    async def _patiently(self, act: Callable[[], Awaitable[None]]) -> None:
        """Until it is done; then only may the batch be committed."""
        for failures in count(1):
            try:
                await act()
            except (Unavailable, Stale) as found:
                if failures == TRIES:
                    raise
                wait = RETRY_SECONDS[min(failures, len(RETRY_SECONDS)) - 1]
                logger.warning("answer_interrupted", reason=repr(found), retry_seconds=wait)
                await asyncio.sleep(wait)
            else:
                return

    async def _heed(self, message: KafkaMessage) -> None:
        for record in message.raw_message:
            try:
                self.rewind(RewindRequested.model_validate_json(record.value or b""))
            except ValidationError:
                logger.warning("request_unreadable", at=record.offset)

    def _seen(self, message: Envelope, place: Place) -> None:
        self._places[place.name.lower()] += 1
        self.seen(message, place)
        if place is Place.NEXT:
            self.news.ring()


async def _stepping(broker: KafkaBroker) -> None:
    """Have *broker* read with our consumer: its own would end at a record that it cannot take apart."""
    await broker.connect()
    config = broker.config.broker_config
    assert isinstance(config.builder, partial)  # noqa: S101 - the library's own
    config.builder = partial(WaitingConsumer, **config.builder.keywords)


def _publisher(record: ConsumerRecord) -> str:
    name: str = record.topic
    return name.removeprefix("ict.")


def _message(record: ConsumerRecord) -> Envelope:
    """The message in *record*.

    Raises:
        EnvelopeUnreadable: There is none, or it does not belong where it lies.
    """
    said = Envelope.read(record.headers, record.value)
    if (said.source, said.agency.encode()) != (_publisher(record), record.key):
        raise EnvelopeUnreadable
    return said


def _agency(key: bytes | None) -> str | None:
    try:
        return AN_ID.validate_python((key or b"").decode())
    except ValueError:
        return None


async def _unread(batch: tuple[ConsumerRecord, ...], parse: Callable[..., Awaitable[KafkaMessage]]) -> KafkaMessage:
    """The library's message around our records: over a header that is not UTF-8 it would stumble, and lose a batch."""
    message = await parse(tuple(replace(record, headers=()) for record in batch))
    message.raw_message = batch
    return message


async def _undecoded(_message: KafkaMessage) -> bytes:
    return b""  # the bytes are ours to read
