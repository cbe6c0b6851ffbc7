"""The fault table: each step that leaves something behind x before or after it did x a new life of that service."""

import asyncio
import gc
from pathlib import Path

import pytest

from deploy.standalone.broker import Bus
from shared.edge.service import Process
from tests.kit.faults import STEPS, Fault, When
from tests.kit.house import heads, house, in_order
from tests.kit.servers import Server, broker_to_kill
from tests.kit.small_years import small_years

pytestmark = [
    pytest.mark.server,
    pytest.mark.timeout(120),
    # Whoever dies closes nothing: a connection that was just being made is left to the collector.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]
LONG, SHORT = small_years()
MOMENTS: dict[When, int] = {"before": 1, "after": 2}
"""Which occurrence of the step: a relay that is slow says all of a short year in two windows."""


@pytest.fixture
def broker() -> object:
    with broker_to_kill() as running:
        yield running
    gc.collect()  # here, and not in somebody else's test


@pytest.mark.parametrize("when", MOMENTS)
@pytest.mark.parametrize("step", STEPS)
async def test_a_service_that_dies_at_a_step_loses_and_doubles_nothing(
    migrated: Server, database: str, broker: Bus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, when: When
) -> None:
    service, hook = STEPS[step]
    year = LONG if step.startswith("evidence") else SHORT  # the short one has no files
    fault = Fault(service, when, MOMENTS[when])

    def prepare(process: Process) -> None:
        if process.service.name == service:
            hook(process, fault, monkeypatch)
            if fault.struck.is_set():  # a dead member of its group would be waited for; the inbox knows what was heard
                process.bus.group = f"{service}-again"

    async with house(migrated, database, broker, tmp_path, prepare=prepare) as home:

        async def new_life() -> None:
            await fault.struck.wait()
            await home.lives.again(service)

        async with asyncio.TaskGroup() as group:
            life = group.create_task(new_life())
            await home.play(year)
            if not fault.struck.is_set():
                life.cancel()
        await in_order(home, year)
        auditor = migrated.dsn("auditor", database)
        before = await heads(auditor)
        await home.play(year)
        assert await heads(auditor) == before
    assert fault.struck.is_set()
