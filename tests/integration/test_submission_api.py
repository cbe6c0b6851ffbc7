"""Submission over HTTP: what its callers rely on."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.kit.campaigns import CALENDAR, CAMPAIGN
from tests.kit.submission import APPRAISER, CLERK_A, HEAD_A, HEAD_B, OPERATOR, PREFIX, C, Submission, opening, points
from tests.kit.world import AT, token


@pytest.fixture
def submission(tmp_path: Path) -> Submission:
    return Submission(tmp_path)


async def test_an_operator_opens_a_campaign_and_everybody_of_the_agency_can_read_it(submission: Submission) -> None:
    opened = await submission.open()
    assert opened.json()["units"] == 3
    assert opened.headers["ict-position"].startswith("submission/bnv@")
    shown = (await submission.ask("GET", "", HEAD_A)).json()
    assert [unit["unit"] for unit in shown["units"]] == ["a", "b", "c"]
    listed = (await submission.ask("GET", f"{PREFIX}/campaigns", HEAD_A)).json()
    assert [each["campaign"] for each in listed["campaigns"]] == [CAMPAIGN]
    ruleset = await submission.ask("GET", "/ruleset", HEAD_A)
    assert ruleset.headers["etag"] == f'"{opened.json()["ruleset_digest"]}"'
    assert ruleset.json()["id"] == "small"


async def test_only_an_operator_opens_closes_and_amends(submission: Submission) -> None:
    assert (await submission.ask("POST", "", HEAD_A, opening())).status_code == 403
    await submission.open()
    assert (await submission.ask("POST", "/intake/closure", HEAD_A)).status_code == 403
    extension = {"kind": "extension", "submission_deadline_at": (AT + timedelta(days=5)).isoformat()}
    refused = await submission.ask("POST", "/amendments", HEAD_A, {"amendment": extension, "reason": "Bão"})
    assert refused.status_code == 403


async def test_another_agency_does_not_exist_and_a_stranger_is_asked_to_sign_in(submission: Submission) -> None:
    await submission.open()
    foreign = token("x", "operator", agency="ubdt")
    for path in ("", "/ruleset", "/sheets", "/sheets/a/draft", "/sheets/a/versions", "/sheets/a/files/" + "0" * 64):
        assert (await submission.ask("GET", path, foreign)).status_code == 404, path
        assert (await submission.ask("GET", path, "nonsense")).status_code == 401, path


@pytest.fixture(scope="module")
async def opened(tmp_path_factory: pytest.TempPathFactory) -> Submission:
    """One for those who get nothing from it."""
    submission = Submission(tmp_path_factory.mktemp("opened"))
    await submission.open()
    return submission


STANDING_IN = {"campaign": CAMPAIGN, "unit": "a", "criterion": "g1", "version": "1", "sha256": "0" * 64}
STANDING_IN |= {"source": "eoffice", "period": "2020-10", "reference": "report"}


@pytest.mark.parametrize(("method", "path"), Submission.routes(), ids=lambda each: each)
async def test_no_route_answers_a_stranger_or_another_agency(opened: Submission, method: str, path: str) -> None:
    url = path.format(agency="bnv", **STANDING_IN)
    roles = ("operator", "unit", "unit_head", "appraiser", "council", "approver", "auditor", "machine")
    foreign = token("x", *roles, agency="ubdt", unit="a")
    assert (await opened.ask(method, url, foreign)).status_code == 404
    assert (await opened.ask(method, url, "nonsense")).status_code == 401


@pytest.mark.parametrize(("method", "path"), Submission.routes(), ids=lambda each: each)
async def test_no_route_shows_anything_of_another_agencys_campaign_of_the_same_name(
    opened: Submission, method: str, path: str
) -> None:
    url = path.format(agency="ubdt", **STANDING_IN)
    answer = await opened.ask(method, url, token("x", "operator", "unit_head", "machine", agency="ubdt", unit="a"))
    if url.endswith("/campaigns"):
        assert answer.json() == {"campaigns": []}
    else:
        assert answer.status_code in (404, 422)


async def test_a_unit_works_on_its_own_sheet_only(submission: Submission) -> None:
    await submission.open()
    for method, path, body in (
        ("GET", "/sheets/a/draft", None),
        ("PUT", "/sheets/a/draft/g1", points("1.00")),
        ("POST", "/sheets/a/submission", {"certified": "0" * 64}),
        ("POST", "/sheets/a/withdrawal", {"reason": "x"}),
        ("GET", "/sheets/a/versions", None),
        ("GET", "/sheets/a/verdicts", None),
        ("POST", "/sheets/a/confirmation", {"rest": True}),
    ):
        headers = {"if-none-match": "*"}
        answer = await submission.ask(method, path, HEAD_B, body, headers=headers)
        assert (answer.status_code, answer.json()["type"]) == (403, "urn:ictindex:auth.other_unit"), path
    assert (await submission.ask("GET", "/sheets", HEAD_A)).status_code == 403
    assert (await submission.ask("GET", "/sheets/a/versions", APPRAISER)).status_code == 200


async def test_a_clerk_fills_in_and_the_head_hands_in(submission: Submission) -> None:
    await submission.open()
    digest = await submission.filled("a", CLERK_A)
    refused = await submission.ask("POST", "/sheets/a/submission", CLERK_A, {"certified": digest})
    assert refused.status_code == 403
    answer = await submission.ask("POST", "/sheets/a/submission", HEAD_A, {"certified": digest})
    assert (answer.status_code, answer.json()) == (201, {"version": 1, "late": False})
    version = (await submission.ask("GET", "/sheets/a/versions/1", APPRAISER)).json()
    assert version["submitted_by"] == "a.head"
    assert version["lines"]["g1"]["score"] == {"state": "scored", "points": "80.00"}
    assert (await submission.ask("GET", "/sheets/a/versions/2", APPRAISER)).status_code == 404


async def test_a_cell_is_saved_over_what_was_seen_and_over_nothing_else(submission: Submission) -> None:
    await submission.open()
    first = await submission.save("a", "g1", points("80.00"), CLERK_A)
    assert first.headers["etag"] == f'"{first.json()["etag"]}"'
    assert (await submission.save("a", "g1", points("81.00"), HEAD_A)).status_code == 412
    second = await submission.save("a", "g1", points("81.00"), HEAD_A, etag=first.json()["etag"])
    assert second.status_code == 200
    stale = await submission.save("a", "g1", points("82.00"), CLERK_A, etag=first.json()["etag"])
    assert (stale.status_code, stale.json()["type"]) == (412, "urn:ictindex:sheet.cell_changed")
    bare = await submission.ask("PUT", "/sheets/a/draft/g1", CLERK_A, points("82.00"))
    assert (bare.status_code, bare.json()["type"]) == (422, "urn:ictindex:request.condition_missing")


async def test_saving_the_same_again_changes_nothing_whatever_was_seen(submission: Submission) -> None:
    await submission.open()
    cell = {**points("80.00"), "explanation": "Theo kế hoạch đã ban hành."}
    first = await submission.save("a", "g1", cell, CLERK_A)
    again = await submission.save("a", "g1", cell, CLERK_A)
    assert (again.status_code, again.json()["etag"]) == (200, first.json()["etag"])


async def test_cells_of_one_sheet_do_not_disturb_each_other(submission: Submission) -> None:
    await submission.open()
    first = await submission.save("a", "g1", points("80.00"), CLERK_A)
    await submission.save("a", "g2", points("70.00"), HEAD_A)
    assert (await submission.save("a", "g1", points("85.00"), CLERK_A, first.json()["etag"])).status_code == 200


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (points("100.01"), "ruleset.points_out_of_range"),
        (points("-1"), "ruleset.points_out_of_range"),
        ({"word": {"kind": "inputs", "inputs": {"x": "1"}}}, "ruleset.word_does_not_fit"),
        (
            {"word": {"kind": "state", "score": {"state": "not_scored", "reason": "late"}}},
            "sheet.state_not_for_units",
        ),
        ({"word": {"kind": "points", "points": 80.5}}, "invalid"),
        ({**points("1.00"), "explanation": "x" * 8001}, "invalid"),
        ({**points("1.00"), "unheard_of": "1"}, "invalid"),
        ({"evidence": [{"document": {"number": "1", "date": "2020-01-01", "issuer": "A"}, "sha256": "0" * 64}]},
         "file.not_uploaded"),
    ],
)  # fmt: skip
async def test_a_cell_that_can_never_stand_is_refused_by_name(
    submission: Submission, cell: dict[str, object], code: str
) -> None:
    await submission.open()
    refused = await submission.save("a", "g1", cell, CLERK_A)
    assert (refused.status_code, refused.json()["type"]) == (422, f"urn:ictindex:{code}")


async def test_a_criterion_that_is_not_on_the_sheet_is_unknown(submission: Submission) -> None:
    await submission.open()
    for cell in (points("1.00"), {"explanation": "x"}):
        refused = await submission.save("a", "g3", cell, CLERK_A)
        assert (refused.status_code, refused.json()["type"]) == (404, "urn:ictindex:campaign.criterion_unknown")


async def test_a_cell_has_its_share_of_what_a_sheet_may_hold(submission: Submission) -> None:
    await submission.open()
    document = {"number": "1", "date": "2020-10-30", "issuer": "Đ" * 8000, "abstract": "Đ" * 8000}
    many = {**points("1.00"), "evidence": [{"document": document}] * 20}
    refused = await submission.save("a", "g1", many, CLERK_A)
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:ictindex:sheet.cell_too_large")
    full = {**points("1.00"), "evidence": [{"document": document}] * 10}
    for criterion in ("g1", "g2"):
        assert (await submission.save("a", criterion, full, CLERK_A)).status_code == 200
    digest = await _digest(submission, "a")
    handed_in = await submission.ask("POST", "/sheets/a/submission", HEAD_A, {"certified": digest})
    assert handed_in.status_code == 201


async def test_a_body_without_end_is_refused(submission: Submission) -> None:
    await submission.open()
    endless = await submission.save("a", "g1", {"explanation": "x" * 9_000_000}, CLERK_A)
    assert endless.status_code in (413, 422)


async def test_a_draft_says_what_is_missing_before_anybody_hands_it_in(submission: Submission) -> None:
    await submission.open()
    await submission.save("a", "g1", points("80.00", evidence=False), CLERK_A)
    shown = (await submission.ask("GET", "/sheets/a/draft?lang=en", CLERK_A)).json()
    assert [(each["criterion"], each["code"]) for each in shown["problems"]] == [
        ("g1", "sheet.evidence_missing"),
        ("g2", "sheet.line_missing"),
    ]
    assert shown["problems"][0]["sentence"] == "Criterion g1 claims points without evidence."
    refused = await submission.ask("POST", "/sheets/a/submission", HEAD_A, {"certified": shown["digest"]})
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:ictindex:sheet.evidence_missing")


async def test_a_draft_shows_what_the_units_own_words_come_to(submission: Submission) -> None:
    await submission.open()
    await submission.save("a", "g1", points("81.01"), CLERK_A)
    half = (await submission.ask("GET", "/sheets/a/draft", CLERK_A)).json()
    assert half["total"] == {"state": "missing"}
    assert half["groups"] == {"g1": {"state": "scored", "points": "81.01"}, "g2": {"state": "missing"}}
    await submission.save("a", "g2", points("82.00"), CLERK_A)
    whole = (await submission.ask("GET", "/sheets/a/draft", CLERK_A)).json()
    assert whole["total"] == {"state": "scored", "points": "81.51", "exact": "16301/200"}
    cells = whole["cells"]
    not_applicable = {"word": {"kind": "state", "score": {"state": "not_applicable"}}, "explanation": "Không có."}
    saved = await submission.save("a", "g2", not_applicable, CLERK_A, cells["g2"]["etag"])
    assert saved.json()["problem"] is None
    without = (await submission.ask("GET", "/sheets/a/draft", CLERK_A)).json()
    assert without["total"] == {"state": "scored", "points": "81.01"}


async def test_what_is_handed_in_is_what_was_certified(submission: Submission) -> None:
    await submission.open()
    digest = await submission.filled("a", HEAD_A)
    cells = (await submission.ask("GET", "/sheets/a/draft", HEAD_A)).json()["cells"]
    await submission.save("a", "g1", points("90.00"), CLERK_A, cells["g1"]["etag"])
    refused = await submission.ask("POST", "/sheets/a/submission", HEAD_A, {"certified": digest})
    assert (refused.status_code, refused.json()["type"]) == (412, "urn:ictindex:sheet.draft_changed")
    assert "sheet_submitted.v1" not in await submission.said()


async def test_a_repeated_request_is_answered_as_before_even_if_the_draft_has_changed(submission: Submission) -> None:
    await submission.open()
    body = {"certified": await submission.filled("a", HEAD_A)}
    first = await submission.ask("POST", "/sheets/a/submission", HEAD_A, body, key="once")
    cells = (await submission.ask("GET", "/sheets/a/draft", HEAD_A)).json()["cells"]
    await submission.save("a", "g1", points("90.00"), CLERK_A, cells["g1"]["etag"])
    again = await submission.ask("POST", "/sheets/a/submission", HEAD_A, body, key="once")
    assert (again.status_code, again.json()) == (201, first.json())
    other = await submission.ask("POST", "/sheets/a/submission", HEAD_A, {"certified": "0" * 64}, key="once")
    assert (other.status_code, other.json()["type"]) == (422, "urn:ictindex:request.key_reused")


async def test_a_refused_request_leaves_its_key_free(submission: Submission) -> None:
    await submission.open()
    await submission.save("a", "g1", points("80.00"), HEAD_A)
    wrong = {"certified": "0" * 64}
    assert (await submission.ask("POST", "/sheets/a/submission", HEAD_A, wrong, key="k")).status_code == 412
    body = {"certified": await submission.filled("b", HEAD_B)}
    answer = await submission.ask("POST", "/sheets/b/submission", HEAD_B, body, key="k")
    assert answer.status_code == 201
    right = await submission.ask("POST", "/sheets/a/submission", HEAD_A, wrong, key="k")
    assert right.status_code == 412


async def test_a_change_without_a_key_is_refused(submission: Submission) -> None:
    await submission.open()
    for method, path, body in (
        ("POST", "/amendments", {"amendment": {}, "reason": "x"}),
        ("POST", "/sheets/a/submission", {"certified": "0" * 64}),
        ("POST", "/intake/closure", None),
        ("PUT", "/sheets/a/draft/g1", points("1.00")),
        ("DELETE", "/sheets/a/draft/g1", None),
        ("POST", "/sheets/a/files", {}),
        ("PATCH", f"/sheets/a/files/{'0' * 64}/upload", None),
    ):
        headers = {"authorization": f"Bearer {OPERATOR}"}
        answer = await submission._http.request(method, C + path, json=body, headers=headers)  # noqa: SLF001
        assert (answer.status_code, answer.json()["type"]) == (422, "urn:ictindex:request.key_missing"), path


async def test_a_repeated_saving_is_answered_as_before_even_if_somebody_has_saved_since(submission: Submission) -> None:
    await submission.open()
    once: dict[str, Any] = {"key": "tab 1", "headers": {"if-none-match": "*"}}
    first = await submission.ask("PUT", "/sheets/a/draft/g1", CLERK_A, points("80.00"), **once)
    await submission.save("a", "g1", points("90.00"), HEAD_A, first.json()["etag"])
    again = await submission.ask("PUT", "/sheets/a/draft/g1", CLERK_A, points("80.00"), **once)
    assert (again.status_code, again.json(), again.headers["etag"]) == (200, first.json(), first.headers["etag"])
    cells = (await submission.ask("GET", "/sheets/a/draft", CLERK_A)).json()["cells"]
    assert cells["g1"]["word"] == points("90.00")["word"]
    for path, cell in (("g1", points("81.00")), ("g2", points("80.00"))):
        other = await submission.ask("PUT", f"/sheets/a/draft/{path}", CLERK_A, cell, **once)
        assert (other.status_code, other.json()["type"]) == (422, "urn:ictindex:request.key_reused")
    anothers = await submission.ask("PUT", "/sheets/a/draft/g1", HEAD_A, points("80.00"), **once)
    assert anothers.status_code == 412


async def test_a_repeated_removal_leaves_what_was_entered_since(submission: Submission) -> None:
    await submission.open()
    saved = await submission.save("a", "g1", points("80.00"), CLERK_A)
    gone: dict[str, Any] = {"key": "gone", "headers": {"if-match": saved.headers["etag"]}}
    assert (await submission.ask("DELETE", "/sheets/a/draft/g1", CLERK_A, **gone)).status_code == 204
    await submission.save("a", "g1", points("80.00"), HEAD_A)
    assert (await submission.ask("DELETE", "/sheets/a/draft/g1", CLERK_A, **gone)).status_code == 204
    assert "g1" in (await submission.ask("GET", "/sheets/a/draft", CLERK_A)).json()["cells"]


async def test_withdrawing_and_handing_in_again_keeps_every_version(submission: Submission) -> None:
    await submission.open()
    await submission.hand_in("a", HEAD_A)
    stands = await submission.ask(
        "POST", "/sheets/a/submission", HEAD_A, {"certified": (await _digest(submission, "a"))}
    )
    assert (stands.status_code, stands.json()["type"]) == (409, "urn:ictindex:sheet.stands")
    withdrawn = await submission.ask("POST", "/sheets/a/withdrawal", HEAD_A, {"reason": "Gửi nhầm số liệu."})
    assert (withdrawn.status_code, withdrawn.json()) == (201, {"version": 1})
    again = await submission.ask("POST", "/sheets/a/submission", HEAD_A, {"certified": await _digest(submission, "a")})
    assert again.json() == {"version": 2, "late": False}
    versions = (await submission.ask("GET", "/sheets/a/versions", HEAD_A)).json()["versions"]
    assert [(each["version"], each["withdrawn_by"]) for each in versions] == [(1, "a.head"), (2, None)]
    assert versions[0]["withdrawal_reason"]["text"] == "Gửi nhầm số liệu."
    shown = (await submission.ask("GET", "/sheets", OPERATOR)).json()
    assert [(each["unit"], each["state"]) for each in shown["sheets"]] == [
        ("a", "handed_in"),
        ("b", "none"),
        ("c", "none"),
    ]


async def _digest(submission: Submission, unit: str) -> str:
    return str((await submission.ask("GET", f"/sheets/{unit}/draft", HEAD_A)).json()["digest"])


async def test_a_late_sheet_is_flagged_and_taken_until_the_operator_closes(submission: Submission) -> None:
    over = CALENDAR.model_copy(update={"submission_deadline_at": AT - timedelta(minutes=1)})
    await submission.open(calendar=over.model_dump(mode="json"))
    assert (await submission.hand_in("a", HEAD_A)).json() == {"version": 1, "late": True}
    kept = await submission.ask("POST", "/sheets/a/withdrawal", HEAD_A, {"reason": "x"})
    assert (kept.status_code, kept.json()["type"]) == (409, "urn:ictindex:sheet.deadline_passed")
    closure = await submission.ask("POST", "/intake/closure", OPERATOR)
    assert (closure.status_code, closure.json()) == (201, {"handed_in": ["a"], "missing": ["b", "c"]})
    refused = await submission.save("b", "g1", points("1.00"), HEAD_B)
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:ictindex:sheet.intake_over")
    again = await submission.ask("POST", "/intake/closure", OPERATOR)
    assert again.json()["type"] == "urn:ictindex:sheet.intake_over"


async def test_an_extension_moves_one_units_deadline_only(submission: Submission) -> None:
    over = CALENDAR.model_copy(update={"submission_deadline_at": AT - timedelta(minutes=1)})
    await submission.open(calendar=over.model_dump(mode="json"))
    extension = {"kind": "extension", "unit": "a", "submission_deadline_at": (AT + timedelta(hours=1)).isoformat()}
    done = await submission.ask("POST", "/amendments", OPERATOR, {"amendment": extension, "reason": "Mưa lũ"})
    assert done.status_code == 201, done.text
    assert (await submission.hand_in("a", HEAD_A)).json()["late"] is False
    assert (await submission.hand_in("b", HEAD_B)).json()["late"] is True


async def test_only_a_retrospective_campaign_takes_and_needs_an_effective_time(submission: Submission) -> None:
    at = {"ict-effective-at": "2020-11-10T08:00:00+07:00"}
    missing = await submission.ask("POST", "", OPERATOR, opening(retrospective=True))
    assert missing.json()["type"] == "urn:ictindex:campaign.effective_time_missing"
    not_allowed = await submission.ask("POST", "", OPERATOR, opening(), headers=at)
    assert not_allowed.json()["type"] == "urn:ictindex:campaign.effective_time_not_allowed"
    opened = await submission.ask("POST", "", OPERATOR, opening(retrospective=True), headers=at)
    assert opened.status_code == 201
    body = {"certified": await submission.filled("a", HEAD_A)}
    now = await submission.ask("POST", "/sheets/a/submission", HEAD_A, body)
    assert now.json()["type"] == "urn:ictindex:campaign.effective_time_missing"
    before = {"ict-effective-at": "2020-11-09T08:00:00+07:00"}
    early = await submission.ask("POST", "/sheets/a/submission", HEAD_A, body, headers=before)
    assert early.json()["type"] == "urn:ictindex:request.time_before_history"
    then = {"ict-effective-at": "2020-11-11T08:00:00+07:00"}
    done = await submission.ask("POST", "/sheets/a/submission", HEAD_A, body, headers=then)
    assert done.status_code == 201
    version = (await submission.ask("GET", "/sheets/a/versions", HEAD_A)).json()["versions"][0]
    assert version["submitted_at"] == "2020-11-11T01:00:00Z"


async def test_campaigns_of_any_time_can_be_opened_beside_each_other(submission: Submission) -> None:
    await submission.open()
    at = {"ict-effective-at": "2019-11-10T08:00:00+07:00"}
    other = f"{PREFIX}/campaigns/2019"
    assert (await submission.ask("POST", other, OPERATOR, opening(retrospective=True), headers=at)).status_code == 201
    listed = (await submission.ask("GET", f"{PREFIX}/campaigns", OPERATOR)).json()["campaigns"]
    assert [(each["campaign"], each["retrospective"]) for each in listed] == [(CAMPAIGN, False), ("2019", True)]
