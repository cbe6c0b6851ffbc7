"""Relays and consumers over a real broker, with real logs, in one process; and everything a bad broker may do."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field

import asyncpg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord
from aiokafka.admin import AIOKafkaAdminClient
from faststream.kafka import KafkaMessage
from faststream.kafka.subscriber.usecase import BatchSubscriber
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from deploy.standalone.broker import Bus as Broker
from shared.edge.answers import Consumer, LogAnswers
from shared.edge.bus import Bus
from shared.edge.inbox import Answers
from shared.edge.memory_log import MemoryLog
from shared.edge.postgres_log import PostgresLog
from shared.edge.projector import Projection, TableAnswers
from shared.edge.readers import Cursors, Relay
from shared.edge.settings import wall_clock
from shared.edge.topics import declare, held_topics, topic
from shared.envelope import Envelope
from shared.eventlog import EventLog, Mark
from tests.kit.bus import LONG_SECONDS, Publisher, until
from tests.kit.kafka import kafka
from tests.kit.servers import Server, broker_to_kill
from tests.kit.world import clock

IDLE_SECONDS = 0.3
SESSION_SECONDS = 1.5


@contextmanager
def broker_named(name: str) -> Iterator[Broker]:
    """``tansu``, the embedded broker, or ``kafka``, the real one."""
    with broker_to_kill() if name == "tansu" else kafka() as running:
        yield running


@dataclass
class BadBus(Bus):
    """Between Kafka and the inbox: messages are lost, doubled and shuffled, by the odds; or held back.

    Attributes:
        lost_percent, doubled_percent: Of the records that come.
        shuffled: Each batch comes in another order.
        held: Publishers whose messages are kept back until ``release``.
    """

    lost_percent: int = 0
    doubled_percent: int = 0
    shuffled: bool = False
    held: set[str] = field(default_factory=set)
    kept_back: list[ConsumerRecord] = field(default_factory=list)

    async def _hear(self, message: KafkaMessage) -> None:
        records = list(message.raw_message)
        self.kept_back += [record for record in records if record.topic.removeprefix("ict.") in self.held]
        passed = [record for record in records if record.topic.removeprefix("ict.") not in self.held]
        passed = [record for record in passed if _odds(record, "lost") >= self.lost_percent]
        passed += [record for record in passed if _odds(record, "doubled") < self.doubled_percent]
        if self.shuffled:
            passed.sort(key=lambda record: _odds(record, "shuffled"))
        if passed:
            message.raw_message = tuple(passed)
            await super()._hear(message)

    @property
    def log(self) -> EventLog:
        """Where it answers."""
        assert isinstance(self.answers, LogAnswers)
        return self.answers.log

    @property
    def consumer(self) -> AIOKafkaConsumer:
        """The library's, of what the others say."""
        return self._subscriber.consumer

    def hears_no_more(self) -> None:
        """The library's loop has ended, as by a fault of its own."""
        for task in self._subscriber.tasks:
            task.cancel()

    @property
    def _subscriber(self) -> BatchSubscriber:
        subscribers = self._broker.subscribers if self._broker else []
        [found] = [each for each in subscribers if each is not self._control]
        assert isinstance(found, BatchSubscriber)
        return found

    async def release(self) -> None:
        """What was held back comes, all at once."""
        self.held.clear()
        released, self.kept_back = self.kept_back, []
        await self._hear_in_order(released)


@dataclass
class DeafBus(Bus):
    """Heeds requests, hears nothing."""

    async def _hear(self, message: KafkaMessage) -> None:
        pass


def _odds(record: ConsumerRecord, what: str) -> int:
    place = f"{what} {record.topic} {record.partition} {record.offset}"
    return int.from_bytes(hashlib.sha256(place.encode()).digest()[:4]) % 100


@dataclass
class Net:
    """A database, a broker, and what of four services a test starts."""

    server: Server
    database: str
    broker: Broker
    stack: AsyncExitStack

    async def publisher(self, name: str) -> Publisher:
        """A service of which only what it says matters; ``relaying`` says it."""
        pool = await self.stack.enter_async_context(
            asyncpg.create_pool(self.server.dsn(name, self.database), min_size=1, max_size=4)
        )
        return Publisher(name, PostgresLog(pool, wall_clock))

    async def relay(self, name: str) -> Relay:
        dsn = self.server.dsn(name, self.database)
        pool = await self.stack.enter_async_context(asyncpg.create_pool(dsn, min_size=1, max_size=4))
        log, idempotence = PostgresLog(pool, wall_clock), self.broker.keeps
        return Relay(name, log, Cursors(pool), dsn, self.broker.address, idempotence, IDLE_SECONDS)

    @asynccontextmanager
    async def relaying(self, *names: str) -> AsyncIterator[dict[str, Relay]]:
        relays = {name: await self.relay(name) for name in names}
        heeding = [self.heeding(relay).run for relay in relays.values()]
        async with running(*(relay.run for relay in relays.values()), *heeding):
            yield relays

    def heeding(self, relay: Relay) -> Bus:
        """What a relay needs of its service's bus: to be told who wants to hear something again."""
        bus = DeafBus(relay.service, self.broker.address, LogAnswers(relay.log, {}), relay.rewind)
        bus.group, bus.session_seconds = f"{relay.service}-{self.database}", SESSION_SECONDS
        return bus

    async def hearing(self, name: str, consumers: Mapping[str, Consumer], *, in_memory: bool = False) -> BadBus:
        """A consumer with a log; run it with ``running``."""
        log = MemoryLog(clock) if in_memory else (await self.publisher(name)).log
        return self.bus(name, LogAnswers(log, consumers))

    async def projecting(self, projections: Mapping[str, Projection]) -> BadBus:
        """Reporting, which has tables and no log."""
        return self.bus("reporting", TableAnswers(await self.engine("reporting"), projections))

    async def engine(self, name: str) -> AsyncEngine:
        dsn = self.server.dsn(name, self.database).replace("postgresql:", "postgresql+asyncpg:", 1)
        engine = create_async_engine(dsn)
        self.stack.push_async_callback(engine.dispose)
        return engine

    def bus(self, name: str, answers: Answers) -> BadBus:
        bus = BadBus(name, self.broker.address, answers, group=f"{name}-{self.database}")
        bus.idle_seconds, bus.session_seconds = IDLE_SECONDS, SESSION_SECONDS
        return bus

    async def heard(self, bus: Bus, *publishers: Publisher, agencies: tuple[str, ...]) -> None:
        """Wait until *bus* has answered everything *publishers* have said."""

        async def all_of_it() -> bool:
            for agency in agencies:
                ends = await bus.answers.ends(agency)
                for publisher in publishers:
                    said = await publisher.last(agency)
                    if said and ends.get(publisher.name) != Mark(said[0].sequence, said[0].chain, said[0].position):
                        return False
            return True

        await until(f"{bus.service} heard all", all_of_it)

    async def put(self, publisher: str, message: Envelope, **changes: object) -> None:
        """Write into the topic of *publisher*, as only its own login may on a broker with access rules."""
        forged = message.model_copy(update=changes)
        await self.put_raw(publisher, forged.body, forged.agency.encode(), list(forged.headers()))

    async def put_raw(self, publisher: str, body: bytes, key: bytes, headers: list[tuple[str, bytes]]) -> None:
        async with AIOKafkaProducer(bootstrap_servers=self.broker.address, acks="all") as producer:
            await producer.send_and_wait(topic(publisher), body, key=key, headers=headers)

    async def captured(self, publisher: str, count: int, key: bytes | None = None) -> list[ConsumerRecord]:
        """The first *count* records of a topic, or of one agency in it."""
        consumer = AIOKafkaConsumer(
            topic(publisher), bootstrap_servers=self.broker.address, auto_offset_reset="earliest", group_id=None
        )
        found: list[ConsumerRecord] = []
        async with consumer, asyncio.timeout(LONG_SECONDS):
            while len(found) < count:
                record = await consumer.getone()
                found += [record] if key in (None, record.key) else []
        return found

    async def empty(self) -> None:
        """The broker forgets everything."""
        if self.broker.keeps:
            await declare(self.broker.address, fresh=True)
        else:
            self.broker.process.kill()
            self.broker.start()

    async def undeclare(self) -> None:
        """Nobody has declared any topic."""
        admin = AIOKafkaAdminClient(bootstrap_servers=self.broker.address)
        await admin.start()
        await admin.delete_topics(list(await self.topics()))
        await admin.close()

        async def they_are_gone() -> bool:
            return not await self.topics()

        await until("the topics are gone", they_are_gone)

    async def topics(self) -> dict[str, tuple[int, dict[str, str]]]:
        """As the broker tells them: how many partitions each has, and its settings."""
        held = await held_topics(self.broker.address, LONG_SECONDS)
        return {name: (each.partitions, dict(each.settings)) for name, each in held.items()}


@asynccontextmanager
async def running(*endless: Callable[[], Awaitable[None]]) -> AsyncIterator[None]:
    """Each of *endless* as a task, for as long as the block takes; an error of theirs ends the block."""

    class Done(Exception):
        pass

    async def whole(act: Callable[[], Awaitable[None]]) -> None:
        await act()

    with suppress(Done):
        try:
            async with asyncio.TaskGroup() as tasks:
                for act in endless:
                    tasks.create_task(whole(act))
                yield
                raise Done
        except BaseExceptionGroup as group:
            _, others = group.split(Done)
            if others:
                raise others from None


@asynccontextmanager
async def net(server: Server, database: str, broker: Broker) -> AsyncIterator[Net]:
    async with AsyncExitStack() as stack:
        yield Net(server, database, broker, stack)
