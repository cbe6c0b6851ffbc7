"""The fault table: each step that leaves something behind x before or after it did x a new life of that service.

The year of one agency is struck, that of another goes on beside it; both end as if nothing had happened.
"""

import asyncio
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import httpx2
import pytest

from deploy.agencies.year_file import Script
from shared.edge.inbox import Place
from shared.edge.service import Process
from tests.kit.faults import STEPS, WHEN, Fault, When, chosen, silenced, watched
from tests.kit.house import House, heads, house, in_order
from tests.kit.servers import Server, broker_to_kill, database_of
from tests.kit.small_years import elsewhere, only
from tests.kit.year_files import full_year

pytestmark = [pytest.mark.server, pytest.mark.timeout(120)]
SEED = "one"
"""Says at which occurrence of a step it happens."""
WELL = "well"
ILL = {
    False: elsewhere(only(full_year("ubdt/year-2020"), "van-phong"), "ill"),
    True: elsewhere(only(full_year("bnv/year-2020"), "vu-tong-hop"), "ill-with-files"),
}
BESIDE = elsewhere(ILL[False], WELL)


Asked = tuple[str, str]  # agency and Idempotency-Key
Given = tuple[int, str]  # success and position


@dataclass
class Course:
    """How years went.

    Attributes:
        answers: What everybody was told in the end.
        lengths: Of each log: service, agency, position.
    """

    answers: dict[Asked, Given] = field(default_factory=dict)
    lengths: list[tuple[str, str, int]] = field(default_factory=list)

    async def note(self, request: httpx2.Request, answer: httpx2.Response) -> None:
        if answer.is_success and "idempotency-key" in request.headers:
            self.answers[_asked(request)] = answer.status_code, answer.headers.get("ict-position", "").partition(";")[0]

    def of(self, *agencies: str) -> "Course":
        answers = {asked: given for asked, given in self.answers.items() if asked[0] in agencies}
        return Course(answers, [each for each in self.lengths if each[1] in agencies])


def _asked(request: httpx2.Request) -> Asked:
    """What was asked; an upload goes on where it stands, so its rest has another key."""
    path = request.url.path
    return path.split("/")[4], path if path.endswith("/upload") else request.headers["idempotency-key"]


@pytest.fixture(scope="module")
async def undisturbed(migrated: Server, tmp_path_factory: pytest.TempPathFactory) -> Course:
    """How the same years go when nobody dies."""
    course = Course()
    with broker_to_kill() as broker:
        async with (
            database_of(migrated) as database,
            house(migrated, database, broker, tmp_path_factory.mktemp("calm")) as home,
        ):
            home.door.after = course.note
            await home.play(*ILL.values(), BESIDE)
            await home.verified()
            course.lengths += await heads(migrated.dsn("auditor", database))
    return course


async def in_spite_of(home: House, service: str, fault: Fault, ill: Script) -> None:
    """The years, *service* beginning anew when it has died."""

    async def new_life() -> None:
        await fault.struck.wait()
        await home.lives.again(service)

    async with asyncio.TaskGroup() as group:
        life = group.create_task(new_life())
        await home.play(ill, BESIDE)
        if not fault.struck.is_set():
            life.cancel()


@pytest.mark.parametrize("when", WHEN)
@pytest.mark.parametrize("name", STEPS)
async def test_a_service_that_dies_at_a_step_loses_and_doubles_nothing(
    migrated: Server,
    database: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    undisturbed: Course,
    name: str,
    when: When,
) -> None:
    step, at = STEPS[name], chosen(SEED, name, when)
    told, ill = f"{name} {when}: {at} of seed {SEED}", ILL[name.startswith("evidence")]
    fault, course = Fault(ill.year.agency, when, at), Course()
    places: list[Place] = []  # of the message that it fell on, in the second life
    silenced(monkeypatch)

    def prepare(process: Process) -> None:
        if process.service.name == step.service:
            step.hook(process, fault, monkeypatch)
            watched(process, fault, places)

    with broker_to_kill() as broker:
        async with house(migrated, database, broker, tmp_path, prepare=prepare) as home:
            fault.die = partial(home.lives.kill, step.service)
            home.door.after = course.note
            await in_spite_of(home, step.service, fault, ill)
            assert fault.struck.is_set(), told
            await in_order(home, ill, BESIDE)
            assert [await home.stops(service, year) for service in home.processes for year in (ill, BESIDE)] == [[]] * 8
            course.lengths += await heads(migrated.dsn("auditor", database))
            await home.play(ill, BESIDE)  # all of it asked again, under the same keys
            assert await heads(migrated.dsn("auditor", database)) == course.lengths
            cut = [_asked(request) for request in home.lives.cut if "idempotency-key" in request.headers]
    calm = undisturbed.of(ill.year.agency, WELL)
    assert course.of(WELL) == calm.of(WELL), told
    assert {asked: course.answers[asked] for asked in cut} == {asked: calm.answers[asked] for asked in cut}, told
    assert (set(course.answers), course.lengths) == (set(calm.answers), calm.lengths), told
    if name == "append":
        assert cut, told
    if fault.message:
        assert (Place.NEXT in places) == (when == "before"), told
