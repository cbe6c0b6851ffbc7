"""What an operator sees and does about stops, over HTTP."""

from pathlib import Path

import httpx2
import pytest
from fastapi import FastAPI

from shared.edge import operator
from shared.edge.answers import LogAnswers
from shared.edge.asgi import create_app
from shared.edge.bus import Bus
from shared.edge.memory_log import MemoryLog
from shared.edge.readers import Relay
from shared.edge.rewinding import RewindOrdered
from shared.edge.stops import MessageSkipped
from shared.vocabulary import ClosedText, digest
from tests.kit.bus import CONSUMERS, Publisher, sheet, verdict
from tests.kit.world import AGENCY, clock, token, tokens

STOPS = f"/scoring/v1/agencies/{AGENCY}/stops"


@pytest.fixture
def log() -> MemoryLog:
    return MemoryLog(clock)


@pytest.fixture
def bus(log: MemoryLog) -> Bus:
    return Bus("scoring", "nobody:1", LogAnswers(log, CONSUMERS))


@pytest.fixture
def app(log: MemoryLog, bus: Bus, tmp_path: Path) -> FastAPI:
    routes = [operator.routes("scoring", bus, None)]
    return create_app(service="scoring", routers=routes, log=log, ends=log, tokens=tokens(tmp_path), clock=clock)


async def ask(app: FastAPI, method: str, path: str, *, role: str = "operator", key: str = "k", **more: object):  # type: ignore[no-untyped-def] # noqa: ANN201
    headers = {"authorization": f"Bearer {token('anna', role)}", "idempotency-key": key}
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://x") as client:
        return await client.request(method, path, headers=headers, **more)  # type: ignore[arg-type]


async def test_an_operator_sees_what_is_stopped_and_skips_it_once_with_a_reason(
    app: FastAPI, bus: Bus, log: MemoryLog
) -> None:
    stray = await Publisher("appraisal").say(verdict("nobody", "i", "1"))
    await bus.inbox.take(stray)
    [stop] = (await ask(app, "GET", STOPS)).json()["stops"]
    assert (stop["publisher"], stop["message"], stop["code"], stop["title"]) == (
        "appraisal",
        stray.id,
        "not_found",
        "Không tìm thấy.",
    )
    assert (await ask(app, "POST", f"{STOPS}/appraisal/skip", json={})).status_code == 422
    refused = await ask(app, "POST", f"{STOPS}/appraisal/skip", json={"reason": "công văn 12"}, role="appraiser")
    assert refused.status_code == 403
    for _ in range(2):  # the same request again is answered, not carried out
        done = await ask(app, "POST", f"{STOPS}/appraisal/skip", json={"reason": "công văn 12"})
        assert done.status_code == 202
    assert (await ask(app, "GET", STOPS)).json() == {"stops": []}
    facts = [row.type for row in await log.tail(AGENCY, 0)]
    assert facts.count(MessageSkipped.type) == 1
    again = await ask(app, "POST", f"{STOPS}/appraisal/retry", key="another")
    assert (again.status_code, again.json()["type"]) == (409, "urn:ictindex:inbox.not_stopped")


async def test_stops_of_another_agency_do_not_exist(app: FastAPI) -> None:
    assert (await ask(app, "GET", STOPS.replace(AGENCY, "ubdt"))).status_code == 404


async def test_retry_lets_the_message_come_again(app: FastAPI, bus: Bus, log: MemoryLog) -> None:
    submission, appraisal = Publisher("submission"), Publisher("appraisal")
    early = await appraisal.say(verdict("a", "i", "1"))
    await bus.inbox.take(early)
    await bus.inbox.take(await submission.say(sheet("a", "1")))
    assert (await ask(app, "POST", f"{STOPS}/appraisal/retry")).status_code == 202
    await bus.inbox.take(early)
    assert (await log.ends(AGENCY))["appraisal"].sequence == 1


async def test_a_retry_that_came_too_early_is_not_the_next_one(app: FastAPI, bus: Bus) -> None:
    """Who asks for the same thing at the same stop repeats a request; at the next stop it is another."""
    stray, seen = await Publisher("appraisal").say(verdict("nobody", "i", "1")), []
    for _ in range(2):
        await bus.inbox.take(stray)
        seen += (await ask(app, "GET", STOPS)).json()["stops"]
        assert (await ask(app, "POST", f"{STOPS}/appraisal/retry", key=digest(seen))).status_code == 202
    assert seen[0]["message"] == seen[1]["message"]
    assert seen[0]["version"] < seen[1]["version"]
    assert (await ask(app, "GET", STOPS)).json() == {"stops": []}


async def test_a_rewind_is_ordered_on_the_record_with_its_reason(log: MemoryLog, bus: Bus, tmp_path: Path) -> None:
    relay = Relay("scoring", log, cursors=None, dsn="", bootstrap="")  # type: ignore[arg-type] # it never runs here
    routes = [operator.routes("scoring", bus, relay)]
    app = create_app(service="scoring", routers=routes, log=log, ends=log, tokens=tokens(tmp_path), clock=clock)
    path = STOPS.replace("stops", "rewind")
    assert (await ask(app, "POST", path, json={"sequence": 3})).status_code == 422
    assert (await ask(app, "POST", path, json={"reason": "máy chủ Kafka mới"}, role="appraiser")).status_code == 403
    for _ in range(2):
        done = await ask(app, "POST", path, json={"sequence": 3, "reason": "máy chủ Kafka mới"})
        assert done.status_code == 202
    [fact, _answered] = await log.tail(AGENCY, 0)
    assert (fact.type, fact.content().actor, fact.content().data["sequence"]) == (RewindOrdered.type, "anna", 3)
    [text] = (await log.texts(AGENCY, [fact.content().data["reason"]["closed"]])).values()
    assert text == ClosedText(salt=getattr(text, "salt", ""), text="máy chủ Kafka mới")
