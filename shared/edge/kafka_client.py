"""The library's clients of Kafka, held to their word: errors are ours, an end comes in time, who is cancelled ends."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress

import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from shared.errors import Unavailable

ANSWER_SECONDS = 10
LAST_SECONDS = 1.0  # for what was cut off at its end
logger = structlog.get_logger()


class BrokerUnavailable(Unavailable, code="bus.broker_unavailable"):
    """The broker does not answer, or not as asked."""


class Producer(AIOKafkaProducer):  # type: ignore[misc] # the library has no types
    """The library's producer, which leaves nothing behind even where it is cut off while it ends."""

    async def stop(self) -> None:
        """End, for good; what was not sent yet is given up where the caller does not wait for it."""
        try:
            await super().stop()
        except BaseException:
            if self._sender is not None:
                with suppress(asyncio.CancelledError):
                    await self._sender.close()
            await self.client.close()
            raise


@contextmanager
def mapped(broker: str = "kafka") -> Iterator[None]:
    """Turns the client's errors into ours, and tells our cancellation from the client's.

    The client lets out cancellations of its own, as when a connection breaks: one would end our task as if somebody
    had asked for that. And it swallows ours while it ends something: the task would go on as if nobody had asked.

    Raises:
        BrokerUnavailable: The client failed, or let out a cancellation of its own.
        CancelledError: Somebody asked for it in this block, whatever became of it there.
    """
    task = asyncio.current_task()
    before = task.cancelling() if task else 0
    try:
        yield
    except (KafkaError, TimeoutError, OSError, asyncio.CancelledError) as found:
        if task and task.cancelling() > before:
            raise asyncio.CancelledError from found
        raise BrokerUnavailable(broker=broker) from found
    if task and task.cancelling() > before:
        raise asyncio.CancelledError


async def ended(*stops: Callable[[], Awaitable[None]], seconds: float = ANSWER_SECONDS) -> None:
    """End clients one after the other, whatever befalls one of them.

    Whoever is cancelled meanwhile is so once all have ended: they would stay members of a group, or keep a connection.

    Args:
        stops: The ways in which the library ends each.
        seconds: After so long one is cut off.
    """
    cancelled: asyncio.CancelledError | None = None
    work = asyncio.create_task(_ended(stops, seconds))  # noqa: TID251 - a group would be cancelled with its task
    while not work.done():
        try:
            await asyncio.wait({work})
        except asyncio.CancelledError as asked:
            cancelled = asked
    work.result()
    if cancelled:
        raise cancelled


async def _ended(stops: tuple[Callable[[], Awaitable[None]], ...], seconds: float) -> None:
    for stop in stops:
        work = asyncio.ensure_future(stop())
        for patience in (seconds, LAST_SECONDS):
            await asyncio.wait({work}, timeout=patience)
            work.cancel()  # nothing to one that has ended; a second time to one that swallowed the first
        if not work.done() or (not work.cancelled() and work.exception()):
            logger.warning("client_ended_badly", reason=repr(work.exception() if work.done() else TimeoutError()))
