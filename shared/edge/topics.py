"""The topics of the bus, declared here and nowhere else: how many parts, how long they keep, how large a message is."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiokafka.admin import AIOKafkaAdminClient, NewPartitions, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import TopicAlreadyExistsError, UnknownTopicOrPartitionError, for_code
from aiokafka.protocol.metadata import MetadataRequest

from shared.contracts import PUBLISHED
from shared.edge.kafka_client import ended, mapped
from shared.edge.kafka_login import Login, client_of

PARTITIONS = 3
DAY_MS = 24 * 3600 * 1000
MAX_MESSAGE_BYTES = 1024 * 1024  # a message of 900 KiB with its headers
OURS = "ict."
"""What the names of all topics begin with."""
CONTROL = f"{OURS}control"
POLL_SECONDS = 0.02
DECLARE_SECONDS = 30
# A question makes no topic. The library allows it and has no option; the embedded broker would make one that has as
# many parts as it likes and forgets nothing.
MetadataRequest.__init__.__defaults__ = (None, False)  # topics, allow_auto_topic_creation


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic as it should be.

    Attributes:
        retention_ms: A topic is a cache of a log; what it has forgotten is said again when somebody asks.
    """

    name: str
    partitions: int
    retention_ms: int

    @property
    def settings(self) -> dict[str, str]:
        """As the broker calls them."""
        return {
            "retention.ms": str(self.retention_ms),
            "max.message.bytes": str(MAX_MESSAGE_BYTES),
            "cleanup.policy": "delete",
        }

    def new(self) -> NewTopic:
        return NewTopic(self.name, self.partitions, 1, topic_configs=self.settings)


@dataclass(frozen=True, slots=True)
class Held:
    """One topic as the broker has it; of its *settings* all that it tells."""

    partitions: int
    settings: Mapping[str, str]


def topic(publisher: str) -> str:
    """Where *publisher* says what it announces, keyed by agency."""
    return f"{OURS}{publisher}"


def topics(partitions: int = PARTITIONS) -> tuple[Topic, ...]:
    """All topics: one a publisher, and one for requests to say something again."""
    said = [Topic(topic(publisher), partitions, 7 * DAY_MS) for publisher, contracts in PUBLISHED.items() if contracts]
    return (*said, Topic(CONTROL, 1, DAY_MS // 24))


async def declare(
    bootstrap: str, fresh: bool = False, partitions: int | None = None, *, login: Login | None = None
) -> None:
    """Make the topics that are missing; add partitions where there are fewer than *partitions*.

    Args:
        bootstrap: Address of the broker, ``host:port``.
        fresh: Delete them first: the broker is known to hold nothing, or what it holds is not ours.
        partitions: Of each publisher's topic; None for ``PARTITIONS`` where a topic is new, else as it is.
        login: Whose rights count: a service may make its own topic and that for requests, and no other.

    Raises:
        BrokerUnavailable: It does not answer, or cannot do it.
    """
    async with _asking(bootstrap, DECLARE_SECONDS, login) as admin:
        mine = {CONTROL, topic(login.user)} if login else None
        wanted = tuple(each for each in topics(partitions or PARTITIONS) if mine is None or each.name in mine)
        if fresh:
            await _delete(admin, wanted)
        await _create(admin, wanted)
        if partitions:
            await _widen(admin, wanted)


async def held_topics(bootstrap: str, seconds: int, *, login: Login | None = None) -> Mapping[str, Held]:
    """All topics that are ours by their name, by name.

    Args:
        bootstrap: Address of the broker, ``host:port``.
        seconds: How long to wait for it.
        login: Whose rights count: it sees the topics that it may describe.

    Raises:
        BrokerUnavailable: It does not answer, or not to this login.
    """
    async with _asking(bootstrap, seconds, login) as admin:
        told = [each for each in await admin.describe_topics() if each["topic"].startswith(OURS)]
        resources = [ConfigResource(ConfigResourceType.TOPIC, each["topic"]) for each in told]
        answers = await admin.describe_configs(resources) if resources else []
        found = [each for answer in answers for each in answer.resources]
        _check(each[0] for each in found)
    settings = {name: {key: value for key, value, *_ in entries} for _, _, _, name, entries in found}
    return {each["topic"]: Held(len(each["partitions"]), settings[each["topic"]]) for each in told}


@asynccontextmanager
async def _asking(bootstrap: str, seconds: int, login: Login | None) -> AsyncIterator[AIOKafkaAdminClient]:
    """A client for questions and changes, which have *seconds* together.

    Raises:
        BrokerUnavailable: It does not answer, or not as asked.
    """
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap, **client_of(login))
    try:
        with mapped(bootstrap):
            async with asyncio.timeout(seconds):
                await admin.start()
                yield admin
    finally:
        await ended(admin.close)


async def _delete(admin: AIOKafkaAdminClient, wanted: tuple[Topic, ...]) -> None:
    while held := [each.name for each in wanted if each.name in await admin.list_topics()]:
        answer = await admin.delete_topics(held)  # again, where a relay has missed it and made it anew
        _check((code for _, code in answer.topic_error_codes), UnknownTopicOrPartitionError)
        await asyncio.sleep(POLL_SECONDS)


async def _create(admin: AIOKafkaAdminClient, wanted: tuple[Topic, ...]) -> None:
    answer = await admin.create_topics([each.new() for each in wanted])
    _check((error[1] for error in answer.topic_errors), TopicAlreadyExistsError)
    while not {each.name for each in wanted} <= set(await admin.list_topics()):  # noqa: ASYNC110 - as above
        await asyncio.sleep(POLL_SECONDS)


async def _widen(admin: AIOKafkaAdminClient, wanted: tuple[Topic, ...]) -> None:
    held = {each["topic"]: len(each["partitions"]) for each in await admin.describe_topics([t.name for t in wanted])}
    narrow = {each.name: NewPartitions(each.partitions) for each in wanted if held[each.name] < each.partitions}
    if narrow:
        answer = await admin.create_partitions(narrow)
        _check(error[1] for error in answer.topic_errors)


def _check(codes: object, *fine: type[Exception]) -> None:
    for code in codes:  # type: ignore[attr-defined]
        error = for_code(code)
        if code and not issubclass(error, fine):
            raise error
