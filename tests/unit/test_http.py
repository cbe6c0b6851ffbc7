"""HTTP as the house speaks it: who may, once or again, and refusals as problems in the reader's language."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi import APIRouter, FastAPI, Request, Response

from shared.edge import asking
from shared.edge.asgi import MOST_BODY_BYTES, carry_out, create_app
from shared.edge.asking import Command, Question, Reader
from shared.edge.auth import AUDIENCE, ISSUER
from shared.edge.memory_log import MemoryLog
from shared.edge.news import News
from shared.eventlog import Append, Heard, Mark
from shared.execute import Act, RequestAnswered
from shared.vocabulary import Points, Value
from tests.kit.world import AGENCY, AT, clock, signed, token, tokens
from tests.unit.test_execute import COUNT, Count

CLAIMS = {"iss": ISSUER, "aud": AUDIENCE, "sub": "p", "agency": AGENCY, "exp": int(AT.timestamp()) + 3600}
THINGS = f"/submission/v1/agencies/{AGENCY}/things"


class Given(Value):
    points: Points


def router(log: MemoryLog) -> APIRouter:
    route = APIRouter(prefix="/submission/v1/agencies/{agency}")

    @route.post("/things/{name}", status_code=201)
    async def post_thing(name: str, ask: Command, request: Request, response: Response) -> dict[str, int]:
        ask.caller.must_be("operator")
        answer = await carry_out(ask, Act(Count(name), COUNT), log=log, request=request, response=response)
        return {"position": answer.position}

    @route.put("/points")
    async def put_points(body: Given, ask: Question) -> str:
        ask.caller.must_act_for("vu-cchc")
        return str(body.points)

    @route.put("/many-points", max_body_size=4 * MOST_BODY_BYTES)
    async def put_many_points(body: Given) -> str:
        return str(body.points)

    @route.get("/fault")
    async def get_fault(ask: Question) -> str:
        raise ZeroDivisionError(ask.language)

    @route.get("/open")
    async def get_open(language: Reader) -> str:
        return language

    @route.get("/things")
    async def get_things(ask: Question) -> str:
        return ask.caller.actor

    return route


@pytest.fixture
def log() -> MemoryLog:
    return MemoryLog(clock)


@pytest.fixture
def app(log: MemoryLog, tmp_path: Path) -> FastAPI:
    return create_app(
        service="submission", routers=[router(log)], log=log, ends=log, tokens=tokens(tmp_path), clock=clock
    )


@pytest.fixture
async def http(app: FastAPI) -> AsyncIterator[httpx2.AsyncClient]:
    transport = httpx2.ASGITransport(app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://submission") as client:
        yield client


def by(*roles: str, key: str | None = "k", unit: str | None = None, **more: str) -> dict[str, str]:
    headers = {"authorization": f"Bearer {token('p-1', *roles, unit=unit)}", **more}
    return headers | ({"idempotency-key": key} if key else {})


def told(answer: Any) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["type"]


async def test_a_change_says_where_it_shows_and_a_retry_says_the_same(http: httpx2.AsyncClient) -> None:
    first = await http.post(f"{THINGS}/a", headers=by("operator"))
    assert (first.status_code, first.headers["ict-position"]) == (201, "submission/bnv@2;sequence=0")
    again = await http.post(f"{THINGS}/a", headers=by("operator"))
    assert (again.status_code, again.json(), again.headers["ict-position"]) == (
        201,
        first.json(),
        first.headers["ict-position"],
    )
    other = await http.post(f"{THINGS}/b", headers=by("operator"))
    assert told(other) == (422, "urn:ictindex:request.key_reused")


@pytest.mark.parametrize(
    ("authorization", "status", "code"),
    [
        ("", 401, "auth.not_signed_in"),
        ("Basic cDpw", 401, "auth.not_signed_in"),
        ("Bearer x.y.z", 401, "auth.not_signed_in"),
        (f"Bearer {token('p', 'operator', seconds=-60)}", 401, "auth.not_signed_in"),
        (f"Bearer {token('p', 'operator', seconds=14 * 3600)}", 401, "auth.not_signed_in"),
        (f"Bearer {token('p', 'operator')[:-6]}AAAAAA", 401, "auth.not_signed_in"),
        (f"Bearer {token('p', 'operator', agency='ubdt')}", 404, "auth.agency_unknown"),
        (f"Bearer {token('p', 'unit', 'wizard')}", 403, "auth.role_missing"),
        (f"Bearer {token('p/1', 'operator')}", 401, "auth.not_signed_in"),
        (f"Bearer {token('p', 'operator', agency='b nv')}", 401, "auth.not_signed_in"),
        (f"Bearer {signed({**CLAIMS, 'roles': 'operator'})}", 401, "auth.not_signed_in"),
        (f"Bearer {signed({**CLAIMS, 'roles': ['operator'], 'sub': 7})}", 401, "auth.not_signed_in"),
    ],
)
async def test_whoever_may_not_is_told_so(http: httpx2.AsyncClient, authorization: str, status: int, code: str) -> None:
    headers = {"authorization": authorization, "idempotency-key": "k"}
    assert told(await http.post(f"{THINGS}/a", headers=headers)) == (status, f"urn:ictindex:{code}")


async def test_a_unit_acts_for_itself_only(http: httpx2.AsyncClient) -> None:
    url, body = THINGS.replace("things", "points"), {"points": "9.5"}
    mine = await http.put(url, json=body, headers=by("unit", unit="vu-cchc"))
    assert (mine.status_code, mine.json()) == (200, "9.50")
    theirs = await http.put(url, json=body, headers=by("unit", unit="vu-tl"))
    assert told(theirs) == (403, "urn:ictindex:auth.other_unit")


async def test_a_float_is_refused_and_the_place_is_named_in_the_readers_language(http: httpx2.AsyncClient) -> None:
    url, me = THINGS.replace("things", "points"), by("unit", unit="vu-cchc")
    inexact = await http.put(url, json={"points": 95.5}, headers={**me, "accept-language": "en-GB"})
    assert told(inexact) == (422, "urn:ictindex:invalid")
    assert inexact.json()["title"] == "The request is malformed."
    assert "body.points" in inexact.json()["facts"]
    assert (await http.put(url, json={}, headers=me)).json()["title"] == "Yêu cầu không đúng mẫu."


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"key": None}, "request.key_missing"),
        ({"ict-effective-at": "yesterday"}, "request.effective_time_unreadable"),
        ({"ict-effective-at": "2020-11-17T08:00:00"}, "request.effective_time_unreadable"),
        ({"ict-effective-at": "9999-12-31T23:59:59-23:00"}, "request.effective_time_unreadable"),
        ({"ict-effective-at": "2020-11-17T08:02:01Z"}, "request.effective_time_in_future"),
        ({"ict-after": "somewhere"}, "request.after_unreadable"),
        ({"ict-after": f"nobody/{AGENCY}@1;sequence=1"}, "request.after_unreadable"),
        ({"ict-after": f"reporting/{AGENCY}@1;sequence=1"}, "request.after_unreadable"),
    ],
)
async def test_a_header_that_cannot_be_read_is_named(http: httpx2.AsyncClient, headers: Any, code: str) -> None:
    assert told(await http.post(f"{THINGS}/a", headers=by("operator", **headers))) == (422, f"urn:ictindex:{code}")


async def test_a_carried_time_is_kept(http: httpx2.AsyncClient, log: MemoryLog) -> None:
    await http.post(f"{THINGS}/a", headers=by("operator", **{"ict-effective-at": "2020-10-20T08:00:00+07:00"}))
    [row, _] = await log.tail(AGENCY, 0)
    assert row.content().effective_at.isoformat() == "2020-10-20T01:00:00+00:00"


@pytest.mark.parametrize("header", ["ict-effective-at", "if-match"])
async def test_the_same_key_with_another_header_that_counts_is_another_request(
    http: httpx2.AsyncClient, header: str
) -> None:
    times = "2020-01-01T00:00:00Z", "2020-06-01T00:00:00Z"
    one, other = [await http.post(f"{THINGS}/a", headers=by("operator", **{header: time})) for time in times]
    assert one.status_code == 201
    assert told(other) == (422, "urn:ictindex:request.key_reused")


async def test_two_keys_with_one_body_leave_digests_of_which_neither_tells_the_other(
    http: httpx2.AsyncClient, log: MemoryLog
) -> None:
    """A short text in the body could be guessed from a digest that holds nothing else."""
    for key in ("one", "two"):
        await http.post(f"{THINGS}/a", json={"reason": "nghỉ ốm"}, headers=by("operator", key=key))
    kept = [row.content().data["request"] for row in await log.tail(AGENCY, 0) if row.type == RequestAnswered.type]
    assert len(set(kept)) == 2


async def test_what_others_traces_and_stories_look_like_is_kept_only_where_it_has_their_form(
    http: httpx2.AsyncClient, log: MemoryLog
) -> None:
    trace = f"00-{'a' * 32}-{'b' * 16}-01"
    for key, said, story in (
        ("good", trace, "story-1"),
        ("none", f"00-{'0' * 32}-{'b' * 16}-01", "a b"),
        ("long", f"{trace}-{'x' * 9000}", "x" * 65),
    ):
        headers = by("operator", key=key, **{"traceparent": said, "x-correlation-id": story})
        assert (await http.post(f"{THINGS}/{key}", headers=headers)).status_code == 201
    good, _, none, _, long, _ = [row.content() for row in await log.tail(AGENCY, 0)]
    assert (good.traceparent, good.correlation) == (trace, "story-1")
    for each in (none, long):
        assert each.traceparent is None
        assert len(each.correlation) == 32


async def _pieces(size: int) -> AsyncIterator[bytes]:
    yield b'{"points": "9.5"}'
    for _ in range(size // 65536):
        yield b" " * 65536


@pytest.mark.parametrize("content", [lambda: b" " * (MOST_BODY_BYTES + 1), lambda: _pieces(2 * MOST_BODY_BYTES)])
async def test_a_body_without_end_is_refused_in_words(http: httpx2.AsyncClient, content: Any) -> None:
    headers = {**by("unit", unit="vu-cchc"), "content-type": "application/json"}
    for path in ("points", "many-points"):
        answer = await http.put(THINGS.replace("things", path), content=content(), headers=headers)
        if path == "points":
            assert told(answer) == (413, "urn:ictindex:request.body_too_large")
        else:
            assert answer.status_code in (200, 422)  # the route takes more


async def test_a_reader_waits_until_what_it_wrote_elsewhere_was_heard(http: httpx2.AsyncClient, log: MemoryLog) -> None:
    after = {"ict-after": f"appraisal/{AGENCY}@5;sequence=1, appraisal/ubdt@9;sequence=9"}
    async with asyncio.TaskGroup() as tasks:
        asked = tasks.create_task(http.get(THINGS, headers=by("operator", **after)))
        await log.append(Append(AGENCY, heard=Heard("appraisal", Mark(1, "c", 5))))
    assert asked.result().status_code == 200


async def test_a_reader_is_woken_by_what_is_heard(
    app: FastAPI, http: httpx2.AsyncClient, log: MemoryLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "POLL_SECONDS", 3600)
    monkeypatch.setattr(asking, "LONGEST_POLL_SECONDS", 3600)
    looking = asyncio.Event()

    class Watched(News):
        def next(self) -> asyncio.Event:
            looking.set()
            return super().next()

    app.state.news = Watched()
    async with asyncio.timeout(20), asyncio.TaskGroup() as tasks:
        after = {"ict-after": f"appraisal/{AGENCY}@5;sequence=1"}
        asked = tasks.create_task(http.get(THINGS, headers=by("operator", **after)))
        await looking.wait()
        await log.append(Append(AGENCY, heard=Heard("appraisal", Mark(1, "c", 5))))
        app.state.news.ring()
    assert asked.result().status_code == 200


async def test_what_is_not_there_in_time_is_to_be_asked_again(app: FastAPI, http: httpx2.AsyncClient) -> None:
    app.state.patience_seconds = 0
    for place in (f"appraisal/{AGENCY}@5;sequence=1", f"submission/{AGENCY}@5;sequence=1"):
        answer = await http.get(THINGS, headers=by("operator", **{"ict-after": place}))
        assert told(answer) == (503, "urn:ictindex:request.not_there_yet")
        assert answer.headers["retry-after"] == "1"


async def test_what_is_open_waits_for_people_of_the_agency_only(app: FastAPI, http: httpx2.AsyncClient) -> None:
    """Anybody else could hold requests, and learn how far an agency has come."""
    app.state.patience_seconds = 0
    url = THINGS.replace("things", "open")
    for place in (f"appraisal/{AGENCY}@5;sequence=1", f"submission/{AGENCY}@5;sequence=1", "somewhere"):
        for whose in (
            {},
            {"authorization": "Bearer x.y.z"},
            {"authorization": f"Bearer {token('p', 'operator', seconds=-60)}"},
            {"authorization": f"Bearer {token('p', 'operator', agency='ubdt')}"},
        ):
            assert (await http.get(url, headers={**whose, "ict-after": place})).status_code == 200
        answer = await http.get(url, headers=by("unit", **{"ict-after": place}))
        assert answer.status_code == (422 if place == "somewhere" else 503)


async def test_a_mistake_in_what_a_stranger_sends_is_not_named(http: httpx2.AsyncClient) -> None:
    url, broken = THINGS.replace("things", "points"), b'{"points": '
    json = {"content-type": "application/json"}
    assert told(await http.put(url, content=broken, headers=json)) == (401, "urn:ictindex:auth.not_signed_in")
    assert told(await http.put(url, content=broken, headers={**by("unit"), **json})) == (422, "urn:ictindex:invalid")


async def test_a_mistake_of_ours_is_a_sentence_and_no_trace(log: MemoryLog, tmp_path: Path) -> None:
    app = create_app(
        service="submission", routers=[router(log)], log=log, ends=log, tokens=tokens(tmp_path), clock=clock
    )
    transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://submission") as client:
        answer = await client.get(THINGS.replace("things", "fault"), headers=by("operator"))
    assert told(answer) == (500, "urn:ictindex:request.fault")
    assert "ZeroDivision" not in answer.text


async def test_what_does_not_exist_is_a_problem_too(http: httpx2.AsyncClient) -> None:
    assert told(await http.get("/nowhere")) == (404, "urn:ictindex:not_found")
    described: Mapping[str, Any] = (await http.get("/submission/v1/openapi.json")).json()
    assert described["info"]["title"] == "submission"
    assert clock() == AT
