"""A year that is cut off anywhere, by its player or on the line, comes to what it would have come to."""

from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from deploy.agencies.year_file import Script
from deploy.player.events import ActDone, Event
from deploy.player.play import play
from deploy.standalone.broker import Bus
from tests.kit.house import house, in_order, spoken_for
from tests.kit.servers import Server, broker_to_kill
from tests.kit.small_years import only, small_years, undisturbed
from tests.kit.year_files import leaves_2020

pytestmark = [pytest.mark.server, pytest.mark.timeout(180)]
LONG, SHORT = small_years()
LOST = "the line broke"


class CutOff(Exception):
    """Somebody pulled the plug."""


@pytest.fixture(params=["groups", "leaves"])
def year(request: pytest.FixtureRequest) -> Script:
    return LONG if request.param == "groups" else only(leaves_2020().script, "vu-khtc")


@pytest.fixture
def broker() -> Iterator[Bus]:
    with broker_to_kill() as running:
        yield running


async def test_a_year_cut_off_after_every_third_act_comes_to_the_same_run(
    migrated: Server, database: str, broker: Bus, tmp_path: Path, year: Script
) -> None:
    done: set[int] = set()

    def watch(event: Event) -> None:
        if isinstance(event, ActDone) and event.number % 3 == 0 and event.number not in done:
            done.add(event.number)
            raise CutOff

    async with house(migrated, database, broker, tmp_path) as home:
        while True:
            try:
                await play(year, home.client, spoken_for, watch)
            except CutOff:
                continue
            break
        assert len(done) == len(year.year.acts) // 3
        assert await home.published(year) == await undisturbed(year)
        await home.is_in_order()


async def test_a_year_of_which_no_first_answer_to_a_change_is_heard_comes_to_the_same_run(
    migrated: Server, database: str, broker: Bus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So any process may be killed behind any change, and half of each file may be all that came."""
    monkeypatch.setattr("deploy.player.caller.LONGEST_PAUSE_SECONDS", 0.04)
    heard, halved = set[tuple[str, str, bytes]](), set[str]()

    async def halve(request: httpx2.Request) -> None:
        path = request.url.path
        if request.method == "PATCH" and path not in halved:
            halved.add(path)
            half = request.content[: len(request.content) // 2]
            told = ("authorization", "idempotency-key", "upload-offset", "content-length")
            headers = {name: request.headers[name] for name in told}
            begun = httpx2.Request("PATCH", request.url, headers=headers, content=half)
            await home.door.services["submission"].handle_async_request(begun)
            raise httpx2.WriteError(LOST)

    async def lose(request: httpx2.Request, _answer: httpx2.Response) -> None:
        one = (request.method, request.url.path, request.content)
        if request.method != "GET" and one not in heard:
            heard.add(one)
            raise httpx2.ReadError(LOST)

    async with house(migrated, database, broker, tmp_path) as home:
        home.door.before, home.door.after = halve, lose
        await home.play(LONG, SHORT)
        assert halved
        await in_order(home, LONG, SHORT)
