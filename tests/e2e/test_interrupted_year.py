"""A year that is cut off anywhere goes on at its step, and comes to what it would have come to."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.player.events import ActDone, Event
from deploy.player.play import play
from deploy.standalone.broker import Bus
from tests.kit.house import house, spoken_for
from tests.kit.servers import Server, broker_to_kill
from tests.kit.small_years import small_years, undisturbed

pytestmark = [pytest.mark.server, pytest.mark.timeout(180)]
LONG, _ = small_years()


class CutOff(Exception):
    """Somebody pulled the plug."""


@pytest.fixture
def broker() -> Iterator[Bus]:
    with broker_to_kill() as running:
        yield running


async def test_a_year_cut_off_after_every_third_act_comes_to_the_same_run(
    migrated: Server, database: str, broker: Bus, tmp_path: Path
) -> None:
    done: set[int] = set()

    def watch(event: Event) -> None:
        if isinstance(event, ActDone) and event.number % 3 == 0 and event.number not in done:
            done.add(event.number)
            raise CutOff

    async with house(migrated, database, broker, tmp_path) as home:
        while True:
            try:
                await play(LONG, home.client, spoken_for, watch)
            except CutOff:
                continue
            break
        assert len(done) == len(LONG.year.acts) // 3
        assert await home.published(LONG) == await undisturbed(LONG)
        await home.is_in_order()
