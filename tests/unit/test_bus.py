"""What a service's ears do about records that are no message."""

import asyncio
import gc
from types import SimpleNamespace
from typing import Any, cast

import structlog

from shared.contracts import RewindRequested
from shared.edge.answers import LogAnswers
from shared.edge.bus import Bus
from shared.edge.inbox import Inbox
from shared.edge.memory_log import MemoryLog
from shared.edge.watchdog import WORK_ROUNDS, Leisure
from tests.kit.bus import CONSUMERS, Control, Publisher, sheet, until
from tests.kit.net import running
from tests.kit.world import AGENCY, clock


async def test_a_record_that_nobody_can_place_is_passed_over_and_its_batch_goes_on() -> None:
    log, control = MemoryLog(clock), Control()
    bus = Bus("scoring", "nowhere:0", LogAnswers(log, CONSUMERS))
    bus.inbox = Inbox("scoring", bus.answers, control)
    said = await Publisher("submission").say(sheet("a", "9.00"))
    good = (said.agency.encode(), list(said.headers()), said.body)
    batch: list[Any] = [(key, [], b"noise") for key in (None, b"", b"\xff", b"no agency", AGENCY.encode())] + [good]
    records = [
        SimpleNamespace(topic="ict.submission", partition=0, offset=at, key=key, headers=headers, value=value)
        for at, (key, headers, value) in enumerate(batch)
    ]
    async with asyncio.timeout(20):
        await bus._hear(cast("Any", SimpleNamespace(raw_message=records)))  # noqa: SLF001 - Kafka is what calls it
    assert (await log.ends(AGENCY))["submission"].sequence == 1
    assert control.asked == [RewindRequested(publisher="submission", agency=AGENCY, sequence=0)]


async def test_who_finds_no_broker_leaves_nothing_open() -> None:
    bus = Bus("scoring", "127.0.0.1:1", LogAnswers(MemoryLog(clock), CONSUMERS))
    with structlog.testing.capture_logs() as said:

        async def tried_twice() -> bool:
            return [line["event"] for line in said].count("bus_interrupted") > 1

        async with running(bus.run):
            await until("it has tried twice", tried_twice)
    assert not await bus.reachable()
    gc.collect()  # a client left open says so


def test_nobody_asks_again_while_there_is_something_to_hear_but_not_for_ever() -> None:
    leisure = Leisure()
    assert leisure.has(busy=False)
    asked = [leisure.has(busy=True) for _ in range(3 * WORK_ROUNDS)]
    assert asked == [*[False] * (WORK_ROUNDS - 1), True] * 3
    assert leisure.has(busy=False)
    assert not leisure.has(busy=True)
