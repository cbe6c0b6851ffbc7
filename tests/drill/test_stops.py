"""Services that are asked to stop in the middle of years: no request is cut, no message half done, no long pause."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from random import Random  # noqa: TID251 - nothing is drawn here

import httpx2
import pytest

from deploy.agencies.year_file import Script
from tests.kit.house import LOGGED, in_order, nothing_wrong
from tests.kit.in_hand import in_hand
from tests.kit.instances import Pauses, beside, stopped
from tests.kit.mishaps import Drilled, drilled
from tests.kit.net import running
from tests.kit.small_years import renamed, small_years

pytestmark = [pytest.mark.drill, pytest.mark.timeout(600)]
YEARS = (*small_years(), *(renamed(script, "beside") for script in small_years()))
_, SHORT = small_years()
LANES, INSTANCES = 4, 3
LONGEST_PAUSE_SECONDS = 15
REASON = "Diễn tập dừng máy."


@asynccontextmanager
async def under_load(broker: str) -> AsyncIterator[tuple[Drilled, asyncio.Task[None]]]:
    """Years are played meanwhile; in the end they have come to their runs, and every caller could act."""
    async with drilled(broker, Random(0)) as drill:  # noqa: S311 - nothing is secret
        async with asyncio.TaskGroup() as group:
            playing = group.create_task(drill.play(*YEARS))
            yield drill, playing
        await in_order(drill.installation, *YEARS)
        assert drill.answers == []


def row_of(answer: httpx2.Response) -> str:
    """Which row of a log shows it; what is to be waited for besides may have become more."""
    return str(answer.headers["ict-position"]).partition(";")[0]


async def stops_with_a_request_in_hand(drill: Drilled, service: str, key: str) -> None:
    """It is answered, nobody else is; and whoever asks again later with the same key is told the same."""
    stack, agency = drill.installation.stack, YEARS[0].year.agency
    process, port = stack.processes[service], int(stack.services[service].rpartition(":")[2])
    token = stack.token("somebody", agency, ["operator"])
    headers = {"authorization": f"Bearer {token}", "idempotency-key": key, "content-type": "application/json"}
    path, body = f"/{service}/v1/agencies/{agency}/rewind", json.dumps({"sequence": 1, "reason": REASON}).encode()
    async with in_hand(port, "POST", path, headers, body) as sent:
        process.ask_to_stop()
        await sent.door_closed()
        first = await sent.ended()
    await stopped(process)
    await stack.start(service)
    again = await drill.installation.client.post(path, headers=headers, content=body)
    assert (first.status_code, again.status_code) == (202, 202), again.text
    assert row_of(first) == row_of(again)


async def test_a_service_that_is_asked_to_stop_ends_what_is_in_hand(
    broker_name: str, say: Callable[[str], None]
) -> None:
    async with under_load(broker_name) as (drill, playing):
        stops = 0
        while not playing.done():
            for service in LOGGED:
                await stops_with_a_request_in_hand(drill, service, f"in-hand-{stops}")
                stops += 1
            await stopped(drill.installation.stack.processes["reporting"])
            await drill.installation.stack.start("reporting")
        say(f"{stops} requests in hand")


@pytest.mark.kafka
async def test_three_instances_that_are_restarted_one_by_one_pause_for_less_than_15_seconds(
    say: Callable[[str], None],
) -> None:
    """Under years that follow each other, so that there is always something to hear."""
    played: list[Script] = []
    over = asyncio.Event()

    async def lane(number: int) -> None:
        while not over.is_set():
            played.append(renamed(SHORT, f"lane-{number}-{len(played)}"))
            await drill.play(played[-1])

    async with drilled("kafka", Random(0)) as drill:  # noqa: S311 - nothing is secret
        stack = drill.installation.stack
        pauses = Pauses(stack.dsn("auditor"), "scoring")
        async with beside(stack, "scoring", INSTANCES) as instances, asyncio.TaskGroup() as group:
            for number in range(LANES):
                group.create_task(lane(number))
            async with running(pauses.watch):
                for each in instances:
                    await each.again()
            over.set()
        say(f"{len(played)} years; seen at {pauses.seen} messages, longest pause {pauses.longest:.1f} s")
        assert pauses.seen > LANES
        assert pauses.longest < LONGEST_PAUSE_SECONDS
        await in_order(drill.installation, *played, audited=False)
        nothing_wrong(await drill.installation.verified())
        assert drill.answers == []
