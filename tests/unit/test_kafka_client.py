"""Clients of Kafka that do what the library's do at bad moments: swallow a cancellation, let one out, never end."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import pytest
import structlog
from aiokafka.errors import KafkaConnectionError

from shared.edge.kafka_client import BrokerUnavailable, ended, mapped
from tests.kit.bus import until


async def _for_ever() -> None:
    await asyncio.Event().wait()


async def _swallows() -> None:
    with suppress(asyncio.CancelledError):
        await _for_ever()


async def _fails_once_cancelled() -> None:
    try:
        await _for_ever()
    except asyncio.CancelledError:
        raise KafkaConnectionError from None


@pytest.mark.parametrize("act", [_for_ever, _swallows, _fails_once_cancelled])
async def test_who_was_cancelled_is_so_whatever_the_client_makes_of_it(act: Callable[[], Awaitable[None]]) -> None:
    went_on = False

    async def asking() -> None:
        nonlocal went_on
        with suppress(BrokerUnavailable), mapped():
            await act()
        went_on = True

    async with asyncio.timeout(20):
        async with asyncio.TaskGroup() as tasks:
            task = tasks.create_task(asking())
            await asyncio.sleep(0)
            task.cancel()
    assert task.cancelled()
    assert not went_on


@pytest.mark.parametrize("found", [KafkaConnectionError(), TimeoutError(), OSError(), asyncio.CancelledError()])
async def test_what_the_client_lets_out_by_itself_is_its_failure(found: BaseException) -> None:
    with pytest.raises(BrokerUnavailable), mapped():
        raise found


async def test_even_who_is_already_being_cancelled_tells_a_failure_from_that() -> None:
    told = []

    async def tidying() -> None:
        try:
            await _for_ever()
        finally:
            with suppress(BrokerUnavailable), mapped():
                raise asyncio.CancelledError  # the client's own
            told.append("all the rest")

    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(tidying())
        await asyncio.sleep(0)
        task.cancel()
    assert task.cancelled()
    assert told == ["all the rest"]


async def test_each_ends_whatever_befalls_the_one_before_and_what_failed_is_named() -> None:
    stopped = []

    async def well() -> None:
        stopped.append("well")

    async def badly() -> None:
        raise KafkaConnectionError

    with structlog.testing.capture_logs() as said:
        await ended(badly, _swallows, _for_ever, well, seconds=0.01)
    assert stopped == ["well"]
    assert [line["event"] for line in said] == ["client_ended_badly"]


async def test_who_is_cancelled_while_clients_end_waits_for_them_and_is_then_cancelled() -> None:
    stopped, may = [], asyncio.Event()

    async def slow() -> None:
        await may.wait()
        stopped.append("slow")

    async def last() -> None:
        stopped.append("last")

    async def is_cancelled() -> bool:
        return bool(task.cancelling())

    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(ended(slow, last))
        await asyncio.sleep(0)
        task.cancel()
        await until("it was asked", is_cancelled)
        may.set()
    assert task.cancelled()
    assert stopped == ["slow", "last"]
