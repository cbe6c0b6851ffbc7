"""What an operator sees of a running installation: readiness, figures, a line a request, and nobody's data in them."""

import json
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import asyncpg
import httpx2
import pytest
from prometheus_client.parser import text_string_to_metric_families
from structlog.testing import capture_logs
from structlog.typing import EventDict

from deploy.standalone.home import CLONE
from deploy.standalone.postgres import SUPERUSER
from deploy.standalone.processes import Process
from shared.edge.auth import AUDIENCE, ISSUER
from shared.edge.service import app_of, wired
from shared.edge.settings import Settings, wall_clock
from tests.kit.bus import until
from tests.kit.doors import open_house
from tests.kit.house import SERVICES, House
from tests.kit.servers import Server, free_port
from tests.kit.small_years import small_years
from tests.kit.world import AGENCY, signed, tokens

pytestmark = [pytest.mark.server, pytest.mark.timeout(120)]
LONG, SHORT = small_years()
Figures = dict[str, list[tuple[dict[str, str], float]]]


@pytest.fixture(scope="module")
def lines() -> list[EventDict]:
    return []


@pytest.fixture(scope="module")
async def home(
    migrated: Server, tmp_path_factory: pytest.TempPathFactory, lines: list[EventDict]
) -> AsyncIterator[House]:
    """Two years, published, and every line that was logged meanwhile."""
    async with open_house(migrated, "operators_view", tmp_path_factory.mktemp("view")) as home:
        with capture_logs() as logged:
            await home.play(LONG, SHORT)
            await home.is_in_order()
        lines += logged
        yield home


async def figures(home: House, service: str) -> Figures:
    app = home.door.services[service].app
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://inner") as inner:
        text = (await inner.get("/metrics")).text
    return {
        sample.name: [(each.labels, each.value) for each in family.samples if each.name == sample.name]
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def test_every_service_is_ready(home: House) -> None:
    for process in home.processes.values():
        assert await process.ready() == dict.fromkeys(("database", "broker", "migrations", "release", "clock"), True)


async def test_lag_is_the_difference_of_two_figures_and_ends_at_nothing(home: House) -> None:
    shown = {name: await figures(home, name) for name in home.processes}
    ends = {
        (publisher, labels["agency"]): value
        for publisher, of_one in shown.items()
        for labels, value in of_one.get("ict_log_sequence", [])
    }
    assert len(ends) == 3 * 2
    looked = 0
    for of_one in shown.values():
        for labels, value in of_one["ict_inbox_sequence"]:
            assert value == ends[labels["publisher"], labels["agency"]]
            looked += 1
        assert {value for _, value in of_one["ict_messages_unanswered"]} == {0}
        assert {value for _, value in of_one["ict_publishers_stopped"]} == {0}
    assert looked == 3 * 2 * 2 + 3 * 2
    assert all(value > 0 for of_one in shown.values() for _, value in of_one.get("ict_log_position", []))


async def test_requests_and_appends_are_counted_by_what_came_of_them(home: House) -> None:
    shown = await figures(home, "appraisal")
    done = {(labels["route"], labels["status"]) for labels, _ in shown["ict_request_seconds_count"]}
    assert ("/appraisal/v1/agencies/{agency}/campaigns/{campaign}/approvals", "201") in done
    appends = {labels["outcome"]: value for labels, value in shown["ict_append_seconds_count"]}
    assert appends["accepted"] > 50


@pytest.mark.usefixtures("home")
async def test_each_request_is_one_line_with_its_route_and_nobodys_data(lines: list[EventDict]) -> None:
    requests = [line for line in lines if line["event"] == "request_answered"]
    assert len(requests) > 100
    assert {line["agency"] for line in requests if "agency" in line} == {LONG.year.agency, SHORT.year.agency}
    assert all(line["route"].startswith(("/", "none")) and line["milliseconds"] >= 0 for line in requests)
    text = json.dumps(lines, default=str, ensure_ascii=False)
    personal = {
        *(person.id for script in (LONG, SHORT) for person in script.year.persons),
        *(person.name for script in (LONG, SHORT) for person in script.year.persons),
        "Bearer",
    }
    assert {word for word in personal if word in text} == set()
    reasons = {verdict.reason for unit in LONG.year.units.values() for verdict in unit.round1.values()}
    assert reasons
    assert not {reason for reason in reasons if reason and reason in text}


async def test_a_service_before_its_migrations_says_so(migrated: Server, tmp_path: Path) -> None:
    """Neither its tables nor its broker are there."""
    owner = await asyncpg.connect(migrated.dsn(SUPERUSER, "postgres"))
    await owner.execute("CREATE DATABASE bare")
    settings = Settings(
        database_url=migrated.dsn("scoring", "bare"), kafka="127.0.0.1:9", jwks_file=tmp_path / "jwks.json"
    )
    scoring = next(service for service in SERVICES if service.name == "scoring")
    async with wired(scoring, settings) as process:
        found = await process.ready()
        assert (found["database"], found["migrations"], found["broker"]) == (True, False, False)
        app = app_of(process, tokens(tmp_path))
        async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://inner") as inner:
            assert (await inner.get("/readyz")).status_code == 503
            assert (await inner.get("/livez")).status_code == 200
    await owner.execute("DROP DATABASE bare WITH (FORCE)")
    await owner.close()


async def test_a_clock_that_jumped_is_not_ready(migrated: Server, database: str, tmp_path: Path) -> None:
    ahead = timedelta()

    def clock() -> datetime:
        return wall_clock() + ahead

    settings = Settings(
        database_url=migrated.dsn("scoring", database), kafka="127.0.0.1:9", jwks_file=tmp_path / "jwks.json"
    )
    scoring = next(service for service in SERVICES if service.name == "scoring")
    async with wired(scoring, settings, clock) as process:

        async def steady() -> bool:
            return (await process.ready())["clock"]

        await until("the clocks agree", steady)
        ahead = timedelta(minutes=3)
        assert not await steady()


async def test_a_service_whose_clock_jumped_judges_no_token_by_it(
    migrated: Server, database: str, tmp_path: Path
) -> None:
    """Whoever comes with a good one is asked for patience, and not sent away as a stranger."""
    tokens(tmp_path)
    off, port, now = tmp_path / "off", free_port(tmp_path), int(wall_clock().timestamp())
    off.touch()
    told = {
        "ICT_PORT_INNER": str(port),
        "ICT_DATABASE_URL": migrated.dsn("scoring", database),
        "ICT_KAFKA": "127.0.0.1:9",
        "ICT_JWKS_FILE": str(tmp_path / "jwks.json"),
    }
    command = [sys.executable, "-m", "tests.kit.jumping_clock", "scoring", str(off)]
    process = Process("scoring", command, tmp_path / "log", cwd=CLONE, environment=told)
    claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": "p", "agency": AGENCY, "roles": ["operator"], "iat": now}
    headers = {"authorization": f"Bearer {signed(claims | {'exp': now + 600})}"}
    path = f"/scoring/v1/agencies/{AGENCY}/stops"
    async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=headers) as client:

        async def reached() -> bool:
            with suppress(httpx2.ConnectError):
                return (await client.get("/livez")).is_success
            return False

        try:
            process.start()
            await until("it is there", reached)
            for seconds, status in ((0, 200), (-86400, 503), (86400, 503), (0, 200)):
                off.write_text(str(seconds))
                answer = await client.get(path)
                assert (answer.status_code, "retry-after" in answer.headers) == (status, status == 503)
                change = await client.post(f"{path}/appraisal/retry")
                assert change.status_code == (503 if status == 503 else 422)  # it has no key
        finally:
            process.stop()
