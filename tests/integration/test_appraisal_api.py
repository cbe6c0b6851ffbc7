from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.appraisal.body.facts import BodyFormed
from services.appraisal.main import SERVICE
from shared.campaign import Contest
from shared.contracts import (
    CONTRACTS,
    FiguresConfirmed,
    PublicationRefused,
    ResultsPublished,
    RoundClosed,
    ScoreAppraised,
    SubmissionWithdrawn,
    TextDestroyed,
)
from shared.edge.answers import LogAnswers
from shared.edge.memory_log import MemoryLog
from shared.eventlog import Announcement
from shared.standing import BlockSummary, Mean, RunSummary
from shared.vocabulary import ClosedText, digest
from tests.kit.appraisal import CAMPAIGN, DECISION, OTHER_RUN, RUN, SHORT, UNITS, inputs
from tests.kit.appraisal_service import PATH, World
from tests.kit.bus import Publisher
from tests.kit.world import AGENCY, clock, token

G1 = "/units/vu-b/criteria/g1/verdicts"
LOWER = {
    "stage": "round1",
    "word": {"kind": "points", "points": "60"},
    "reason_code": "no_evidence",
    "reason": "Không có tài liệu kiểm chứng.",
}
APPROVAL = {
    "run": RUN,
    "decision": {"number": "1101/QĐ", "date": "2020-12-21", "issuer": "Bộ"},
    "signer": "Bộ trưởng",
    "file_sha256": "f" * 64,
}


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    found = World(MemoryLog(clock), tmp_path)
    async with found.client:
        yield found


async def test_a_verdict_is_kept_once_and_said_to_the_others(world: World) -> None:
    await world.open()
    await world.close_submissions()
    first = await world.post("to-truong", G1, LOWER, key="one")
    again = await world.post("to-truong", G1, LOWER, key="one")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert first.headers["ict-position"].startswith(f"appraisal/{AGENCY}@{first.json()['position']};sequence=")
    said = [row for row in await world.log.announced(AGENCY, 1) if b"ScoreAppraised" in (row.announcement or b"")]
    assert len(said) == 1
    assert "Không có".encode() not in (said[0].announcement or b"")
    other = await world.post("to-truong", G1, {**LOWER, "reason": "Khác"}, key="one")
    assert (other.status_code, other.json()["type"]) == (422, "urn:ictindex:request.key_reused")


async def test_nobody_judges_their_own_unit(world: World) -> None:
    await world.open()
    await world.close_submissions()
    own = await world.post("to-truong", "/units/trung-tam/criteria/g1/verdicts", LOWER)
    assert (own.status_code, own.json()["type"]) == (403, "urn:ictindex:body.own_unit")
    assert "trung-tam" in own.json()["title"]
    bulk = await world.post("to-truong", "/rounds/round1/stands", {"units": {"vu-b": None, "trung-tam": None}})
    assert bulk.status_code == 403
    rounds = (await world.get("to-truong", "/rounds")).json()
    assert rounds[0]["verdicts"] == 0


async def test_another_agency_does_not_exist_here(world: World) -> None:
    await world.open()
    stranger = {"authorization": f"Bearer {token('to-truong', 'appraiser', 'operator', agency='ubdt')}"}
    for path in ("/rounds", "/queue", "/bodies", "/council", "/approvals", "/units/vu-a/criteria"):
        answer = await world.client.get(PATH + path, headers=stranger)
        assert answer.status_code == 404, path
    own_path = PATH.replace(AGENCY, "ubdt")
    assert (await world.client.get(f"{own_path}/rounds", headers=stranger)).status_code == 404
    keyed = {**stranger, "idempotency-key": "k"}
    assert (await world.client.post(PATH + G1, json=LOWER, headers=keyed)).status_code == 404


@pytest.mark.parametrize(
    ("actor", "path", "body"),
    [
        ("can-bo-vu-a", G1, LOWER),
        ("van-hanh", G1, LOWER),
        ("to-truong", "/bodies/team", {"decision": APPROVAL["decision"], "members": [{"actor": "a", "role": "lead"}]}),
        ("chu-tich", "/rounds/round1/closing", None),
        ("to-truong", "/council/changes", {"unit": "vu-a", "criterion": "g1", **LOWER}),
        ("to-truong", "/approvals", APPROVAL),
        ("van-hanh", "/rounds/round1/stands", {"units": {"vu-b": None}}),
    ],
)  # fmt: skip
async def test_every_change_needs_its_role(world: World, actor: str, path: str, body: object) -> None:
    await world.open()
    await world.close_submissions()
    answer = await world.post(actor, path, body)
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:ictindex:auth.role_missing")


async def test_a_unit_sees_what_was_said_on_it_once_the_round_is_closed_and_never_another_unit(world: World) -> None:
    await world.open()
    await world.close_submissions()
    await world.post("to-truong", G1, LOWER)
    page = "/units/vu-b/criteria"
    early = await world.get("can-bo-vu-b", page)
    assert (early.status_code, early.json()["type"]) == (403, "urn:ictindex:desk.round_open")
    await world.stand("round1")
    await world.post("to-truong", "/rounds/round1/closing")
    await world.confirm()
    await world.post("to-truong", G1, {**LOWER, "stage": "round2", "word": {"kind": "points", "points": "10"}})
    seen = (await world.get("can-bo-vu-b", page)).json()["criteria"][0]
    assert [each["stage"] for each in seen["verdicts"]] == ["round1"]
    assert seen["standing"]["points"] == "60.00"
    assert seen["verdicts"][0]["reason"]["text"] == LOWER["reason"]
    team = (await world.get("to-truong", page)).json()["criteria"][0]
    assert [each["stage"] for each in team["verdicts"]] == ["round1", "round2"]
    assert (await world.get("can-bo-vu-b", "/units/vu-a/criteria")).status_code == 403
    for path in ("/queue", "/rounds", "/council", "/approvals", "/bodies"):
        assert (await world.get("can-bo-vu-b", path)).status_code == 403, path


async def test_a_round_that_is_not_finished_says_what_is_missing(world: World) -> None:
    await world.open()
    waiting = (await world.get("kiem-tra", "/rounds")).json()
    assert [each["state"] for each in waiting] == ["waiting", "waiting"]
    await world.close_submissions()
    await world.post("to-truong", "/rounds/round1/stands", {"units": {"vu-a": None, "vu-b": ["g1", "g2"]}})
    refused = await world.post("to-truong", "/rounds/round1/closing")
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:ictindex:round.incomplete")
    assert refused.json()["facts"]["count"] == "4"
    assert refused.json()["facts"]["missing"] == "trung-tam/g1, trung-tam/g2, trung-tam/g3, vu-b/g3"
    first = (await world.get("kiem-tra", "/rounds")).json()[0]
    assert (first["state"], first["verdicts"], first["of"]) == ("open", 5, 9)
    assert {"unit": "vu-b", "criterion": "g3"} in first["missing"]
    await world.stand("round1")
    assert (await world.post("van-hanh", "/rounds/round1/closing")).status_code == 201
    behind = await world.post("to-truong", G1, LOWER)
    assert (behind.status_code, behind.json()["type"]) == (409, "urn:ictindex:round.over")


async def test_many_verdicts_are_given_together_or_not_at_all(world: World) -> None:
    await world.open()
    await world.close_submissions()
    lower = {key: value for key, value in LOWER.items() if key != "stage"}
    several = [{"unit": "vu-a", "criterion": "g1", **lower}, {"unit": "vu-b", "criterion": "g1", "stands": True}]
    too_much = {"unit": "vu-b", "criterion": "g2", **lower}
    refused = await world.post("to-truong", "/rounds/round1/verdicts", {"verdicts": [*several, too_much]})
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:ictindex:ruleset.word_does_not_fit")
    assert (await world.get("kiem-tra", "/rounds")).json()[0]["verdicts"] == 0
    assert (await world.post("to-truong", "/rounds/round1/verdicts", {"verdicts": several})).status_code == 201
    assert (await world.get("kiem-tra", "/rounds")).json()[0]["verdicts"] == 2
    both = {"stage": "round1", "stands": True, "word": LOWER["word"]}
    assert (await world.post("to-truong", G1, both)).status_code == 422


async def test_the_queue_tells_what_is_left_and_what_is_ones_own(world: World) -> None:
    await world.open()
    await world.close_submissions()
    await world.post("to-truong", "/rounds/round1/stands", {"units": {"vu-b": ["g1"]}})
    rows = {row["unit"]: row for row in (await world.get("to-truong", "/queue")).json()}
    assert {unit: row["own"] for unit, row in rows.items()} == {"trung-tam": True, "vu-a": False, "vu-b": False}
    assert rows["vu-b"]["missing"] == ["g2", "g3"]
    assert (rows["vu-b"]["sheet"], rows["vu-b"]["answered"]) == (1, False)


async def test_the_desk_shows_declared_against_measured_judged_and_computed(world: World) -> None:
    await world.open()
    await world.measure(1, "8")
    await world.measure(2, "7")
    await world.close_submissions()
    corrected = {
        **LOWER,
        "word": inputs(machines="7", staff="12").model_dump(mode="json"),
        "reason_code": "usage_differs",
    }
    await world.post("to-truong", "/units/vu-a/criteria/g2/verdicts", corrected)
    await world.post("to-truong", "/units/vu-a/criteria/g2/verdicts", {"stage": "round1", "stands": True})
    page = (await world.get("to-truong", "/units/vu-a/criteria")).json()
    ratio, relative = page["criteria"][1], page["criteria"][2]
    assert ratio["declared_score"] == {"state": "scored", "points": "75.00"}
    assert ratio["score"] == {"state": "scored", "points": "58.33", "exact": "175/3"}
    assert ratio["explained"].startswith("7/12")
    assert relative["score"] == {"state": "scored", "points": "100.00"}
    (total,) = page["totals"]
    assert total["explained"] == "(90,00 + 58,33 + 100,00) / 3 mục áp dụng ≈ 82,78"
    (machines,) = ratio["measured"]
    assert machines["declared"] == "9"
    assert machines["figures"] == [{"source": "voffice", "period": "2020-10", "revision": 2, "value": "7"}]
    assert page["criteria"][0]["measured"][0]["declared"] is None
    assert [each["replaced"] for each in ratio["verdicts"]] == [True, False]
    assert [each["stands"] for each in ratio["verdicts"]] == [False, True]
    assert ratio["verdicts"][0]["by"] == "to-truong"


async def test_a_contest_is_shown_with_its_explanation(world: World) -> None:
    await world.open()
    await world.close_submissions()
    await world.play_round("round1")
    why = ClosedText(salt="0" * 32, text="Đã có tài liệu.")
    contest = {"g1": Contest(explanation=why.closed)}
    said = FiguresConfirmed(campaign=CAMPAIGN, unit="vu-a", accepted=("g2",), contested=contest)
    await world.hear(said, texts=(why,))
    answers = [each["answer"] for each in (await world.get("to-truong", "/units/vu-a/criteria")).json()["criteria"]]
    assert answers[0] == {
        "contested": True,
        "explanation": {"text": "Đã có tài liệu.", "destroyed_by": None},
        "evidence": [],
    }
    assert (answers[1]["contested"], answers[2]) == (False, None)
    (row,) = [row for row in (await world.get("to-truong", "/queue?stage=round2")).json() if row["unit"] == "vu-a"]
    assert (row["answered"], row["contested"]) == (True, ["g1"])


async def test_a_year_with_a_council_ends_in_the_approval_of_what_it_accepted(world: World) -> None:
    await world.open()
    await world.close_submissions()
    await world.play_round("round1")
    await world.confirm()
    await world.play_round("round2")
    await world.draft(OTHER_RUN, 1)
    back = {"run": OTHER_RUN, "outcome": "sent_back", "comments": "Rà soát lại.", "present": ["chu-tich"]}
    assert (await world.post("chu-tich", "/council/reviews", back)).status_code == 201
    change = {"unit": "vu-a", "criterion": "g1", **LOWER, "reason_code": "council_review"}
    own = await world.post("uy-vien", "/council/changes", change)
    assert (own.status_code, own.json()["type"]) == (403, "urn:ictindex:body.own_unit")
    assert (await world.post("chu-tich", "/council/changes", change)).status_code == 201
    await world.draft(RUN, 2, "council", changes=1)
    accept = {"run": RUN, "outcome": "accepted", "present": ["chu-tich", "uy-vien"]}
    unseen = await world.post("chu-tich", "/council/reviews", accept)
    assert (unseen.status_code, unseen.json()["facts"]["findings"]) == (409, "ref.total")
    assert (await world.get("bo-truong", "/approvals")).json()["approvable"] is None
    early = await world.post("bo-truong", "/approvals", APPROVAL)
    assert (early.status_code, early.json()["type"]) == (409, "urn:ictindex:approval.not_accepted")
    noted = {**accept, "acknowledged": ["ref.total"]}
    assert (await world.post("chu-tich", "/council/reviews", noted)).status_code == 201
    wrong = await world.post("bo-truong", "/approvals", {**APPROVAL, "run": "e" * 64})
    assert (wrong.status_code, wrong.json()["type"]) == (409, "urn:ictindex:run.unknown")
    assert (await world.get("bo-truong", "/approvals")).json()["approvable"] == RUN
    assert (await world.post("bo-truong", "/approvals", APPROVAL)).status_code == 201
    minutes = (await world.get("kiem-tra", "/council")).json()
    assert [(each["meeting"], each["outcome"]) for each in minutes["reviews"]] == [(1, "sent_back"), (2, "accepted")]
    assert minutes["reviews"][0]["comments"]["text"] == "Rà soát lại."
    assert [(each["unit"], each["after"]["points"], each["by"]) for each in minutes["changes"]] == [
        ("vu-a", "60.00", "chu-tich")
    ]


async def test_a_members_name_is_destroyed_by_a_decision_that_another_service_announces(world: World) -> None:
    await world.open()
    (name,) = [
        member["name"]["closed"]
        for row in await world.log.tail(AGENCY, 0)
        if row.type == BodyFormed.type
        for member in row.content().data["members"]
        if member["name"]
    ]
    assert "Trần Lan" in (await world.get("kiem-tra", "/bodies")).text
    said = await Publisher("submission").say(TextDestroyed(campaign=CAMPAIGN, closed=(name,), decision=DECISION))
    message = said.model_copy(update={"sequence": world.said["submission"] + 1})
    answers = LogAnswers(world.log, SERVICE.consumers)
    await answers.answer(message, await answers.gate(AGENCY, "submission"))
    shown = (await world.get("kiem-tra", "/bodies")).text
    assert "Trần Lan" not in shown
    assert f'"destroyed_by":"{DECISION.number}"' in shown


async def test_a_refused_publication_is_shown_and_the_approver_may_act_again(world: World) -> None:
    await world.open(SHORT)
    await world.close_submissions()
    await world.play_round("round1")
    await world.draft(RUN, 1, "round1")
    assert (await world.post("bo-truong", "/approvals", APPROVAL)).status_code == 201
    twice = await world.post("bo-truong", "/approvals", APPROVAL)
    assert (twice.status_code, twice.json()["type"]) == (409, "urn:ictindex:approval.already_approved")
    refused = PublicationRefused(campaign=CAMPAIGN, approved=RUN, standing=OTHER_RUN, reason="differs")
    await world.hear(refused, "scoring")
    assert (await world.post("bo-truong", "/approvals", APPROVAL)).status_code == 201
    nothing = Mean(mean=None, denominator=0)
    overall = BlockSummary(block=None, total=nothing, self_total=nothing, earlier=nothing)
    published = ResultsPublished(
        campaign=CAMPAIGN,
        run=RUN,
        release=1,
        decision=DECISION,
        signer="Bộ trưởng",
        file_sha256="f" * 64,
        count=3,
        digest=RUN,
        summary=RunSummary(blocks=(), overall=overall),
        rests_on={},
    )
    await world.hear(published, "scoring")
    shown = (await world.get("kiem-tra", "/approvals")).json()
    assert [each["standing"] for each in shown["refusals"]] == [OTHER_RUN]
    assert shown["publications"] == [{"run": RUN, "release": 1}]
    assert [each["by"] for each in shown["approvals"]] == ["bo-truong", "bo-truong"]
    assert shown["approvable"] is None


async def test_members_names_are_closed_text(world: World) -> None:
    await world.open()
    rows = await world.log.tail(AGENCY, 0)
    assert all("Trần Lan".encode() not in row.record + (row.announcement or b"") for row in rows)
    team = (await world.get("kiem-tra", "/bodies")).json()["team"]
    assert team[0]["members"][0]["name"] == {"text": "Trần Lan", "destroyed_by": None}
    assert team[0]["decision"]["number"] == "964/QĐ"


async def test_every_verdict_said_fits_its_contract_and_comes_before_the_closing_that_counts_it(world: World) -> None:
    await world.open()
    await world.close_submissions()
    await world.play_round("round1")
    said = [row for row in await world.log.announced(AGENCY, 1) if row.stream.startswith(f"{CAMPAIGN}/")]
    told = [Announcement.model_validate_json(row.announcement or b"") for row in said]
    verdicts = [CONTRACTS[each.type].model_validate(each.data) for each in told if each.type == ScoreAppraised.type]
    assert len(verdicts) == len(UNITS) * 3
    closed = RoundClosed.model_validate(told[-1].data)
    words = sorted(
        [each.unit, each.criterion, each.after.model_dump(mode="json")]
        for each in verdicts
        if isinstance(each, ScoreAppraised)
    )
    assert (closed.count, closed.digest) == (9, digest(words))


async def test_a_command_says_its_own_time_in_a_retrospective_campaign_only(world: World) -> None:
    await world.open()
    await world.close_submissions()
    answer = await world.post("to-truong", G1, LOWER, at="2020-11-17T15:01:00+07:00")
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:ictindex:campaign.effective_time_not_allowed")


async def test_a_sheet_that_was_taken_back_is_not_judged(world: World) -> None:
    await world.open()
    why = ClosedText(salt="0" * 32, text="Gửi nhầm số liệu.")
    await world.hear(SubmissionWithdrawn(campaign=CAMPAIGN, unit="vu-b", version=1, reason=why.closed), texts=(why,))
    await world.close_submissions()
    refused = await world.post("to-truong", "/rounds/round1/stands", {"units": {"vu-b": None}})
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:ictindex:round.nothing_stands")
    page = (await world.get("to-truong", "/units/vu-b/criteria")).json()
    assert (page["sheet"], page["criteria"][0]["declared"], page["criteria"][0]["score"]) == (
        0,
        None,
        {"state": "missing"},
    )
    assert (await world.post("to-truong", G1, LOWER)).status_code == 201


async def test_what_does_not_exist_is_not_found(world: World) -> None:
    for path in ("/rounds", "/queue", "/bodies", "/council", "/approvals", "/units/vu-a/criteria"):
        assert (await world.get("kiem-tra", path)).json()["type"] == "urn:ictindex:campaign.unknown", path
    await world.open()
    assert (await world.get("kiem-tra", "/units/vu-x/criteria")).json()["type"] == "urn:ictindex:campaign.unit_unknown"
    assert (await world.get("kiem-tra", "/council/nothing")).status_code == 404


async def test_a_change_needs_a_key(world: World) -> None:
    await world.open()
    headers = {"authorization": f"Bearer {token('to-truong', 'appraiser')}"}
    answer = await world.client.post(PATH + G1, json=LOWER, headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:ictindex:request.key_missing")
