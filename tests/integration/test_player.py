import hashlib
import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import httpx2
import pytest
from pydantic import ValidationError

from deploy.agencies.year_file import Paper, Person, Push, Script, UnitYear
from deploy.cli import demo
from deploy.player.bodies import body_of, evidence_of, file_of, opening_of, sheet_words, verdict_of
from deploy.player.caller import PATIENCE_SECONDS, ActAllowed, ActRefused, Caller, RefusedOtherwise, Sent, ServerSilent
from shared.vocabulary import Json
from tests.kit.year_files import example_years

SOMEBODY = Person(id="van-hanh", name="x", position="x", roles=("operator",))
AT = datetime(2020, 11, 9, 9, 0, tzinfo=UTC)
DONE = Sent("POST", "/submission/v1/agencies/bnv/campaigns/2020", {"a": 1}, "2020/1/", AT)
SCRIPTS = example_years()
HEARD = Sent("POST", "/appraisal/v1/agencies/bnv/campaigns/2020", {}, "2020/2/", None)


def no_token(actor: str, agency: str, roles: Sequence[str], *, unit: str | None = None) -> str:
    return f"{actor}.{agency}.{unit}.{len(roles)}"


def caller(answer: Callable[[httpx2.Request], httpx2.Response], patience_seconds: float = PATIENCE_SECONDS) -> Caller:
    client = httpx2.AsyncClient(transport=httpx2.MockTransport(answer), base_url="http://there")
    return Caller(client, "bnv", no_token, patience_seconds)


def refusal(_request: httpx2.Request) -> httpx2.Response:
    return httpx2.Response(403, json={"type": "urn:ictindex:body.own_unit", "title": "Không được."})


async def test_what_was_said_at_one_service_is_known_at_the_next_before_it_is_asked() -> None:
    seen: list[httpx2.Headers] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        seen.append(request.headers)
        return httpx2.Response(201, json={}, headers={"ict-position": "submission/bnv@12;sequence=7"})

    somebody = caller(answer)
    assert (await somebody.change(SOMEBODY, DONE))[1] == "submission/bnv@12"
    await somebody.change(SOMEBODY, DONE)
    await somebody.change(SOMEBODY, HEARD)
    assert [headers.get("ict-after") for headers in seen] == [None, None, "submission/bnv@12;sequence=7"]
    assert [headers.get("ict-effective-at") for headers in seen] == [AT.isoformat(), AT.isoformat(), None]
    assert {headers["idempotency-key"] for headers in seen} == {"2020/1/", "2020/2/"}


async def test_a_server_that_asks_for_patience_is_asked_again_with_the_same_key() -> None:
    keys: list[str] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        keys.append(request.headers["idempotency-key"])
        if len(keys) < 3:
            return httpx2.Response(503, headers={"retry-after": "0"}, json={"title": "Chờ."})
        return httpx2.Response(201, json={"done": True})

    assert await caller(answer).change(SOMEBODY, DONE) == ({"done": True}, None)
    assert keys == ["2020/1/"] * 3


async def test_patience_ends() -> None:
    with pytest.raises(ServerSilent) as silent:
        await caller(lambda _: httpx2.Response(503, json={"title": "Chờ."}), 0).change(SOMEBODY, DONE)
    assert silent.value.facts["reason"] == "Chờ."


async def test_a_refusal_is_told_with_its_sentence() -> None:
    with pytest.raises(ActRefused) as refused:
        await caller(refusal).change(SOMEBODY, DONE)
    assert refused.value.facts["refusal"] == "body.own_unit"
    assert refused.value.facts["title"] == "Không được."


async def test_what_must_be_refused_is_seen_refused() -> None:
    assert await caller(refusal).refused(SOMEBODY, DONE, "body.own_unit") == "Không được."
    with pytest.raises(ActAllowed):
        await caller(lambda _: httpx2.Response(201, json={})).refused(SOMEBODY, DONE, "body.own_unit")


async def test_what_is_refused_for_another_reason_is_not_what_had_to_be_refused() -> None:
    with pytest.raises(RefusedOtherwise) as otherwise:
        await caller(refusal).refused(SOMEBODY, DONE, "run.unknown")
    assert (otherwise.value.facts["expected"], otherwise.value.facts["found"]) == ("run.unknown", "body.own_unit")


async def test_what_had_to_be_refused_in_a_time_that_is_past_was_seen_refused_then() -> None:
    past = httpx2.Response(409, json={"type": "urn:ictindex:request.time_before_history", "title": "Đã qua."})
    assert await caller(lambda _: past).refused(SOMEBODY, DONE, "body.own_unit") is None


async def test_a_server_that_fails_has_refused_nothing() -> None:
    with pytest.raises(ActRefused):
        await caller(lambda _: httpx2.Response(500)).refused(SOMEBODY, DONE, "body.own_unit")


def test_evidence_names_the_file_it_uploads_by_its_bytes() -> None:
    paper = Paper.model_validate(
        {"number": "1/BC", "date": "2020-11-04", "issuer": "Vụ", "abstract": "Báo cáo", "file": "Nội dung"}
    )
    file = file_of(paper)
    assert file is not None
    assert file == file_of(paper)
    named = evidence_of(paper)
    assert named["sha256"] == hashlib.sha256(file.content).hexdigest()
    assert named["size_bytes"] == len(file.content)
    assert named["name"] == "1-BC.txt"


def test_every_year_gives_the_same_bodies_each_time_it_is_read() -> None:
    again = [json.dumps([opening_of(script), _bodies(script)]) for script in SCRIPTS]
    assert again == [json.dumps([opening_of(script), _bodies(script)]) for script in demo.years()]


def test_parts_of_a_unit_are_pushed_and_remarks_are_not() -> None:
    whole, part = {"unit": "a", "metric": "m", "value": "1"}, {"unit": "b", "metric": "m", "part": "x", "value": "1"}
    push = Push(source="s", period="2013-12", rows=({**whole, "reconstructed": "true"}, part))
    assert push.said == [whole, part]


def test_a_first_sheet_that_was_taken_back_says_what_it_said_then() -> None:
    year = next(year for script in SCRIPTS for year in script.year.units.values() if year.withdrawn)
    first, second = sheet_words(year, 1), sheet_words(year, 2)
    assert {criterion for criterion in second if first[criterion] != second[criterion]} == set(year.withdrawn)
    assert second == year.self


def test_members_of_a_body_name_only_home_units_that_are_assessed() -> None:
    for script in SCRIPTS:
        for body in script.year.bodies.values():
            homes = {member["home_unit"] for member in body_of(body, script.year)["members"]}
            assert homes - {None} <= set(script.year.units)


def test_a_verdict_cites_only_documents_of_its_unit() -> None:
    paper = {"number": "45/CV", "date": "2020-11-19", "issuer": "Vụ", "abstract": "Bảng kê", "file": "Nội dung"}
    verdict = {"word": "79.20", "code": "contest_upheld", "reason": "Chấp nhận.", "cites": ["45/CV"]}
    contests = {"g2": {"explanation": "Tính lại.", "evidence": [paper]}}
    year = UnitYear.model_validate({"self": {}, "contests": contests, "round2": {"g2": verdict}})
    [cited] = verdict_of(year.round2["g2"], year)["evidence"]
    assert cited == evidence_of(year.papers["45/CV"])
    with pytest.raises(ValidationError, match="the unit hands in no document 45/CV"):
        UnitYear.model_validate({"self": {}, "round2": {"g2": verdict}})


def _bodies(script: Script) -> list[Json]:
    return [body_of(body, script.year) for body in script.year.bodies.values()]
