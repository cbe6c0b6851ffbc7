"""Sees whether a consumer still gets anywhere: the client may stand still for good once its broker has died."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import structlog
from aiokafka import TopicPartition
from aiokafka.errors import IllegalStateError

from shared.edge.kafka_client import BrokerUnavailable
from shared.edge.stepping import WaitingConsumer

PLACE_SECONDS = 2.0
STILL_SECONDS = 30.0  # a group of which a member died has come together by then
WORK_ROUNDS = 6  # then even who is never done with what there is to hear looks at what is missing
logger = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a partition is read next, and where it ends."""

    at: int
    end: int


Spots: TypeAlias = Mapping[TopicPartition, Spot]


@dataclass(slots=True)
class Leisure:
    """When to ask again for what is missing: not while it may be among what there is to hear.

    Whoever asks meanwhile is sent once more what is on its way to them, and all others hear it again too.
    """

    _busy: int = 0  # rounds on end

    def has(self, *, busy: bool) -> bool:
        """Whether now is the time.

        Args:
            busy: There is something to hear, or to deal with.
        """
        self._busy = self._busy % WORK_ROUNDS + 1 if busy else 0
        return self._busy in {0, WORK_ROUNDS}


@dataclass(slots=True)
class Watchdog:
    """Looks at one consumer, and at the one that takes its place once that has begun anew."""

    _moved: float | None = None  # when it last did, or had nothing to do
    _spots: Spots = field(default_factory=dict)
    _in_vain: Spots = field(default_factory=dict)

    async def look(self, consumer: WaitingConsumer, *, busy: bool, still_seconds: float = STILL_SECONDS) -> Spots:
        """How far it has come; nothing where that is not known.

        What it stands before once more after it has begun anew is let be: the embedded broker may tell an end behind
        its last record.

        Args:
            consumer: It hears.
            busy: What it has heard is being dealt with.
            still_seconds: So long it may stand before what there is to hear, or not know where to read.

        Raises:
            BrokerUnavailable: It did so for longer, and must begin anew.
        """
        now, spots = asyncio.get_running_loop().time(), await _found(consumer)
        unknown = spots is None
        standing = {to: each for to, each in (spots or {}).items() if each.at < each.end and self._was_at(to, each)}
        still = unknown or any(self._in_vain.get(to) != each for to, each in standing.items())
        self._spots = spots or {}
        if busy or not still or self._moved is None:
            self._moved = now
        elif now - self._moved >= still_seconds:
            self._moved, self._in_vain = None, standing
            logger.warning("hearing_stands_still", before=sorted(map(str, standing)), unknown=unknown)
            raise BrokerUnavailable(broker="kafka")
        return self._spots

    def _was_at(self, partition: TopicPartition, spot: Spot) -> bool:
        return partition in self._spots and self._spots[partition].at == spot.at


async def _found(consumer: WaitingConsumer) -> Spots | None:
    if not consumer.is_assigned:
        return None
    # A group that is just finding its places has them the next time.
    try:
        async with asyncio.timeout(PLACE_SECONDS):
            ours = {place: await consumer.position(place) for place in consumer.assignment()}  # first: ends only grow
            ends = await consumer.end_offsets(list(ours))
    except (TimeoutError, IllegalStateError):
        return None
    return {to: Spot(at, ends[to]) for to, at in ours.items()}
