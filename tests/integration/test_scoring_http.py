"""What scoring answers over HTTP, and to whom."""

from io import StringIO
from pathlib import Path
from typing import Any

import httpx2
import pytest
from rich.console import Console

from deploy.cli.shown import history_table
from deploy.cli.words import Say
from services.scoring.main import SERVICE
from services.scoring.run.facts import RunDrafted
from shared.campaign import RosterChange
from shared.contracts import CampaignAmended, SubmissionWithdrawn, TextDestroyed
from shared.edge.service import Room
from shared.vocabulary import ClosedText, GivenInputs, Json
from tests.kit.campaigns import CAMPAIGN, RULESET, UNITS, appendix, enrolled, leaf, opened
from tests.kit.documents import DECISION
from tests.kit.hearing import Hearing, approved, closed, sheet, verdict
from tests.kit.world import AGENCY, clock, token, tokens

WHY = ClosedText(salt="0" * 32, text="Ba máy đã hết hạn bản quyền.")
ROUND1 = [
    verdict("a", "g1", "round1", "70", reason_code="contradicts_reality", reason=WHY.closed),
    verdict("a", "g2", "round1", "80"),
    verdict("b", "g1", "round1", "60"),
    verdict("b", "g2", "round1", "-"),
    verdict("c", "g1", "round1", "50"),
    verdict("c", "g2", "round1", "50"),
    verdict("c", "g3", "round1", "51"),
]
ROUND2 = [verdict(each.unit, each.criterion, "round2", each.after) for each in ROUND1]


class Desk:
    """Somebody who asks scoring."""

    def __init__(self, hearing: Hearing, directory: Path) -> None:
        self.hearing = hearing
        app = SERVICE.app(Room(clock=clock, log=hearing.log, ends=hearing.log), tokens(directory))
        self._client = httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://scoring")

    async def get(self, path: str, *roles: str, campaign: str = CAMPAIGN, **more: Any) -> httpx2.Response:
        said = {"authorization": f"Bearer {token('somebody', *(roles or ('auditor',)), **more)}"}
        return await self._client.get(f"/scoring/v1/agencies/{AGENCY}/campaigns/{campaign}{path}", headers=said)

    async def supposes(self, *words: Json, role: str = "appraiser", **more: Any) -> httpx2.Response:
        said = {"authorization": f"Bearer {token('somebody', role, **more)}"}
        path = f"/scoring/v1/agencies/{AGENCY}/campaigns/{CAMPAIGN}/previews"
        return await self._client.post(path, headers=said, json={"words": words})

    async def run(self) -> str:
        *_, draft = await self.hearing.facts(RunDrafted)
        assert isinstance(draft, RunDrafted)
        return draft.run


@pytest.fixture
async def desk(tmp_path: Path) -> Desk:
    """Both rounds are closed; nothing is published."""
    hearing = Hearing()
    await hearing.open(opened())
    await hearing.submits(sheet("a", g1="90", g2="80"), sheet("b", g1="90", g2="-"), sheet("c", g1="9", g2="9", g3="9"))
    await hearing.appraises(ROUND1[0], texts=[WHY], actor="to-truong")
    await hearing.appraises(*ROUND1[1:], closed("round1", ROUND1), *ROUND2, closed("round2", ROUND2))
    return Desk(hearing, tmp_path)


async def test_the_history_tells_before_after_stage_cause_actor_and_reason(desk: Desk) -> None:
    answer = (await desk.get("/units/a/history?criterion=g1")).json()
    said, changed, stands = answer["rows"]
    assert (said["stage"], said["contract"], said["before"], said["total_after"]) == (
        "self",
        "SubmissionReceived",
        {"state": "missing"},
        None,
    )
    assert changed["before"] == {"state": "scored", "points": "90.00"}
    assert changed["after"] == {"state": "scored", "points": "70.00"}
    assert (changed["stage"], changed["actor"], changed["reason_code"]) == (
        "round1",
        "to-truong",
        "contradicts_reality",
    )
    assert changed["reason"] == {"text": WHY.text, "destroyed_by": None}
    assert changed["cause"]["message"] == f"appraisal/{AGENCY}@1"
    assert (changed["total_before"], changed["total_after"]) == ("85.00", "75.00")
    assert (changed["changed"], stands["changed"]) == (True, False)
    assert [each["position"] for each in answer["rows"]] == sorted(each["position"] for each in answer["rows"])
    assert answer["standing"] == {"g1": {"state": "scored", "points": "70.00"}}


async def test_a_score_that_another_unit_moved_names_it_also_for_people(tmp_path: Path) -> None:
    users = {"name": "users", "title": {"vi": "Số người dùng"}, "unit": "người", "source": "unit"}
    worked = {"given": {"users": "1"}, "among": [{"users": "2"}], "gives": "50"}
    mail = leaf("mail", inputs=[users], rule={"kind": "relative.v1", "input": "users"}, examples=[worked])
    hearing = Hearing()
    await hearing.open(opened(UNITS[:2], ruleset={**RULESET, "appendices": [appendix("I", mail)]}))
    await hearing.submits(*(sheet(unit, mail=GivenInputs(inputs={"users": said})) for unit, said in ("a4", "b8")))
    history = (await Desk(hearing, tmp_path).get("/units/a/history")).json()
    told = [(each["contract"], each["moved_by"], each["after"]["points"]) for each in history["rows"]]
    assert told == [("SubmissionReceived", None, "100.00"), (None, "b", "50.00")]
    for language, words in (("vi", "đổi theo số liệu của b"), ("en", "moved by figures of b")):
        out = StringIO()
        Console(file=out, width=200).print(history_table(history, "a", Say(language)))
        given, moved = [line for line in out.getvalue().splitlines() if " mail " in line]
        assert (words in given, words in moved) == (False, True)


async def test_a_destroyed_reason_names_the_decision_that_ordered_it(desk: Desk) -> None:
    await desk.hearing.submits(TextDestroyed(campaign=CAMPAIGN, closed=(WHY.closed.closed,), decision=DECISION))
    rows = (await desk.get("/units/a/history?criterion=g1")).json()["rows"]
    assert rows[1]["reason"] == {"text": None, "destroyed_by": DECISION.number}


async def test_a_sheet_taken_back_shows_as_such(desk: Desk) -> None:
    back = SubmissionWithdrawn(campaign=CAMPAIGN, unit="c", version=1, reason=WHY.closed)
    await desk.hearing.submits(back, texts=[WHY])
    rows = (await desk.get("/units/c/history?criterion=g3")).json()["rows"]
    assert (rows[-1]["contract"], rows[-1]["word"], rows[-1]["reason"]["text"]) == (
        "SubmissionWithdrawn",
        None,
        WHY.text,
    )


async def test_runs_come_with_their_findings_and_one_by_its_digest_with_its_units(desk: Desk) -> None:
    drafts = (await desk.get("/runs")).json()["drafts"]
    assert [(each["draft"], each["stage"], each["count"]) for each in drafts] == [(1, "round1", 3), (2, "round2", 3)]
    one = (await desk.get(f"/runs/{drafts[0]['run']}")).json()
    assert (one["draft"], [each["unit"] for each in one["standings"]]) == (1, ["a", "b", "c"])
    newest = (await desk.get("/standings")).json()
    assert (newest["draft"], newest["standings"][0]["total"]) == (2, "75.00")


async def test_the_newest_release_says_what_it_rests_on(desk: Desk) -> None:
    run = await desk.run()
    await desk.hearing.appraises(approved("0" * 64), approved(run))
    published = (await desk.get("/published")).json()
    assert (published["run"], published["release"], len(published["standings"])) == (run, 1, 3)
    assert set(published["rests_on"]) == {"submission", "appraisal"}
    releases = (await desk.get("/releases")).json()
    assert [each["release"] for each in releases["published"]] == [1]
    assert [each["reason"] for each in releases["refused"]] == ["digest_differs"]


async def test_a_unit_reads_its_own_history_and_the_release_once_there_is_one(desk: Desk) -> None:
    as_unit: dict[str, Any] = {"unit": "a"}
    before = await desk.get("/units/a/history", "unit_head", **as_unit)
    assert (before.status_code, before.json()["type"]) == (403, "urn:ictindex:release.not_published_yet")
    assert (await desk.get("/published", "unit", **as_unit)).status_code == 403

    await desk.hearing.appraises(approved(await desk.run()))
    assert len((await desk.get("/units/a/history", "unit_head", **as_unit)).json()["rows"]) == 6
    assert (await desk.get("/published", "unit", **as_unit)).status_code == 200
    assert (await desk.get("/units/b/history", "unit_head", **as_unit)).status_code == 403
    for path in ("/runs", "/standings", f"/runs/{await desk.run()}", "/releases"):
        assert (await desk.get(path, "unit_head", **as_unit)).status_code == 403


async def test_a_unit_does_not_see_a_correction_before_it_is_published(desk: Desk) -> None:
    await desk.hearing.appraises(approved(await desk.run()), verdict("a", "g1", "council", "10"))
    as_unit = (await desk.get("/units/a/history", "unit", unit="a")).json()
    assert {each["stage"] for each in as_unit["rows"]} == {"self", "round1", "round2"}
    assert as_unit["standing"]["g1"]["points"] == "70.00"
    assert "council" in {each["stage"] for each in (await desk.get("/units/a/history")).json()["rows"]}


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/units/nobody/history", 404, "campaign.unit_unknown"),
        ("/units/a/history?criterion=g9", 404, "campaign.criterion_unknown"),
        (f"/runs/{'0' * 64}", 404, "standings.run_unknown"),
        ("/published", 404, "release.nothing_published"),
    ],
)
async def test_what_is_not_there_is_named(desk: Desk, path: str, status: int, code: str) -> None:
    answer = await desk.get(path)
    assert (answer.status_code, answer.json()["type"]) == (status, f"urn:ictindex:{code}")


ROUTES = ("/units/a/history", "/runs", f"/runs/{'0' * 64}", "/standings", "/published", "/releases")


@pytest.mark.parametrize("path", ROUTES)
async def test_another_agency_and_another_campaign_are_nowhere(desk: Desk, path: str) -> None:
    assert (await desk.get(path, agency="ubdt")).status_code == 404
    unknown = await desk.get(path, campaign="2019")
    assert (unknown.status_code, unknown.json()["type"]) == (404, "urn:ictindex:campaign.unknown")
    assert (await desk.get(path, "machine")).status_code == 403


async def test_a_campaign_without_a_draft_says_so(tmp_path: Path) -> None:
    hearing = Hearing()
    await hearing.open(opened(UNITS))
    answer = await Desk(hearing, tmp_path).get("/standings")
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:ictindex:standings.nothing_drafted")


def supposed(unit: str, criterion: str, stage: str, points: str) -> Json:
    return {"unit": unit, "criterion": criterion, "stage": stage, "word": {"kind": "points", "points": points}}


def rankings(answer: httpx2.Response) -> list[tuple[str, str, str, str]]:
    """Unit, its block and overall rank before and after, its total and class after."""
    return [
        (
            each["unit"],
            f"{each['before']['rank_block']}/{each['before']['rank_overall']}",
            f"{each['after']['rank_block']}/{each['after']['rank_overall']}",
            f"{each['after']['total']} {each['after']['class_code']}",
        )
        for each in answer.json()["effects"]
    ]


async def test_a_word_that_nobody_said_yet_shows_who_would_stand_elsewhere(desk: Desk) -> None:
    head = await desk.hearing.log.head(AGENCY)
    answer = await desk.supposes(supposed("b", "g1", "council", "95"))
    assert rankings(answer) == [("a", "1/1", "2/2", "75.00 A"), ("b", "2/2", "1/1", "95.00 A")]
    assert answer.json()["position"] <= head.position
    assert await desk.hearing.log.head(AGENCY) == head
    together = await desk.supposes(supposed("b", "g1", "council", "95"), supposed("a", "g1", "council", "100"))
    assert rankings(together) == [("a", "1/1", "2/2", "90.00 A"), ("b", "2/2", "1/1", "95.00 A")]
    assert rankings(await desk.supposes(supposed("b", "g1", "round1", "95"))) == []  # round 2 spoke since


async def test_a_preview_rests_on_everything_that_was_heard_by_then(desk: Desk) -> None:
    asked = supposed("c", "g3", "council", "51")
    assert rankings(await desk.supposes(asked)) == []
    await desk.hearing.appraises(verdict("c", "g3", "council", "90"))
    assert rankings(await desk.supposes(asked)) == [("b", "2/3", "2/2", "60.00 B"), ("c", "1/2", "1/3", "50.33 B")]
    newcomer = [supposed("d", "g1", "self", "99"), supposed("d", "g2", "self", "99")]
    assert (await desk.supposes(*newcomer)).status_code == 404
    joins = RosterChange(enrolment=enrolled("d"))
    await desk.hearing.submits(CampaignAmended(campaign=CAMPAIGN, amendment=joins, reason=WHY.closed), texts=[WHY])
    assert rankings(await desk.supposes(*newcomer))[-1] == ("d", "None/None", "1/1", "99.00 A")


@pytest.mark.parametrize(
    ("words", "role", "status", "code"),
    [
        ([supposed("z", "g1", "council", "1")], "council", 404, "campaign.unit_unknown"),
        ([supposed("a", "g9", "council", "1")], "council", 404, "campaign.criterion_unknown"),
        ([supposed("a", "g1", "council", "101")], "council", 422, "ruleset.points_out_of_range"),
        ([], "council", 422, "invalid"),
        ([supposed("a", "g1", "council", "1")], "unit_head", 403, "auth.role_missing"),
    ],
)
async def test_a_preview_that_cannot_be_made_says_why(
    desk: Desk, words: list[Json], role: str, status: int, code: str
) -> None:
    answer = await desk.supposes(*words, role=role, unit="a")
    assert (answer.status_code, answer.json()["type"]) == (status, f"urn:ictindex:{code}")
