"""Reads Kafka past what the client cannot take apart: it would stand before such a record for ever, and all behind it.

Whoever may write a topic may write one: a header whose name is not UTF-8, a compression that is not installed.
"""

import asyncio
from collections.abc import Mapping

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import CorruptRecordException, KafkaError, UnsupportedCodecError

UNREADABLE = (UnicodeDecodeError, UnsupportedCodecError, CorruptRecordException)
LOOKS = 50  # it may be gone meanwhile: with its partition, or with all its broker held
logger = structlog.get_logger()


class SteppingConsumer(AIOKafkaConsumer):  # type: ignore[misc] # the library has no types
    """The library's consumer, to which a record that it cannot read is as good as lost."""

    _looks = 0  # so many calls read each partition by itself, to find what the library stumbled over

    async def getmany(
        self, *partitions: TopicPartition, timeout_ms: int = 0, max_records: int | None = None
    ) -> Mapping[TopicPartition, list[ConsumerRecord]]:
        """Records by partition, from *partitions* or all of them; up to *max_records* of each, and one.

        The first comes alone, and each partition's rest by itself: with what cannot be read the library gives up
        whatever it had gathered from other partitions in the same call.
        """
        found: dict[TopicPartition, list[ConsumerRecord]] = {}
        try:
            if not self._looks:
                found = dict(await super().getmany(*partitions, timeout_ms=timeout_ms, max_records=1))
                for place in (partitions or tuple(self.assignment())) if found else ():
                    found[place] = [*found.get(place, ()), *await self._rest(place, max_records)]
        except UNREADABLE:
            self._looks = LOOKS
        if self._looks:
            self._looks -= 1
            found = {place: await self._up_to_it(place, timeout_ms) for place in partitions or tuple(self.assignment())}
        return {place: records for place, records in found.items() if records}

    async def stop(self) -> None:
        """End, for good.

        Where the library's own way there breaks off, what is left would stay a member of its group, and be given
        partitions that nobody reads.
        """
        try:
            await super().stop()
        except BaseException:
            for part in (self._coordinator, self._fetcher):
                for work in vars(part).values() if part else ():
                    if isinstance(work, asyncio.Task):
                        work.cancel()
            await self._client.close()
            raise

    async def _rest(self, place: TopicPartition, max_records: int | None) -> list[ConsumerRecord]:
        try:
            found = await super().getmany(place, max_records=max_records)
        except (UnicodeDecodeError, KafkaError):  # the next call meets it, and what this one has is not lost
            return []
        return list(found.get(place, ()))

    async def _up_to_it(self, place: TopicPartition, timeout_ms: int) -> list[ConsumerRecord]:
        """What can be read of *place*, one by one: so its position is that of what cannot be, and moves past that."""
        records: list[ConsumerRecord] = []
        try:
            while one := await super().getmany(place, timeout_ms=0 if records else timeout_ms, max_records=1):
                records += one[place]
        except UNREADABLE as found:
            at = await self.position(place)
            self.seek(place, at + 1)
            self._looks = 0
            logger.warning(
                "record_stepped_over", topic=place.topic, partition=place.partition, at=at, reason=repr(found)
            )
        return records


class WaitingConsumer(SteppingConsumer):
    """Comes back with records only: the library that calls it sleeps as long as it had waited in vain."""

    @property
    def is_assigned(self) -> bool:
        """Whether it was told which partitions are its own, were it none."""
        subscription = self._subscription.subscription
        return subscription is not None and subscription.assignment is not None and subscription.assignment.active

    async def getmany(
        self, *partitions: TopicPartition, timeout_ms: int = 0, max_records: int | None = None
    ) -> Mapping[TopicPartition, list[ConsumerRecord]]:
        """As above, but never nothing.

        Raises:
            ConsumerStoppedError: Nothing will come any more.
        """
        while not (found := await super().getmany(*partitions, timeout_ms=timeout_ms, max_records=max_records)):
            pass
        return found
