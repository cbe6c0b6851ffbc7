"""A unit's answer to the first round, given when then and over HTTP."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from services.submission.confirmation.consumers import on_round_closed, on_score_appraised
from services.submission.confirmation.domain import (
    CONFIRMATION,
    AlreadyConfirmed,
    AnsweredTwice,
    AnswerMissing,
    ConfirmationNotForeseen,
    ConfirmationOver,
    ConfirmFigures,
    NotAppraised,
    VerdictsNotOut,
    announce,
)
from services.submission.confirmation.facts import RoundAnswered, RoundEnded, VerdictHeard
from shared.campaign import Contest
from shared.contracts import FiguresConfirmed, RoundClosed, ScoreAppraised
from shared.opening import CampaignUnknown, UnitUnknown
from shared.vocabulary import Closed, ClosedText, GivenPoints, Stage
from tests.kit.campaigns import CALENDAR, CAMPAIGN, TEMPLATE, opened
from tests.kit.given import given
from tests.kit.submission import APPRAISER, DOCUMENT, HEAD_A, HEAD_B, Submission
from tests.kit.world import META, token

WHY = ClosedText(salt="0" * 32, text="Chưa có kế hoạch 5 năm.")
CONTEST = Contest(explanation=Closed(closed="1" * 64))
ENDED = RoundEnded(campaign=CAMPAIGN, stage="round1")


def appraised(criterion: str, stage: Stage = "round1", unit: str = "a", **more: Any) -> ScoreAppraised:
    word = GivenPoints(points="70.00")
    return ScoreAppraised(
        campaign=CAMPAIGN, unit=unit, criterion=criterion, stage=stage, sheet=1, before=None, after=word, **more
    )


def heard(criterion: str) -> VerdictHeard:
    return VerdictHeard(
        campaign=CAMPAIGN, unit="a", criterion=criterion, stage="round1", before=None, after=GivenPoints(points="70.00")
    )


TOLD = (*opened(), heard("g1"), heard("g2"), ENDED)


def confirm(*accepted: str, rest: bool = False, unit: str = "a", **contested: Contest) -> ConfirmFigures:
    return ConfirmFigures(CAMPAIGN, unit, accepted, contested, rest)


def answered(*accepted: str, **contested: Contest) -> RoundAnswered:
    return RoundAnswered(campaign=CAMPAIGN, unit="a", accepted=accepted, contested=contested)


def test_what_is_heard_is_kept() -> None:
    verdict = on_score_appraised(appraised("g1"))
    assert CONFIRMATION.decide(verdict.command, CONFIRMATION.initial, META) == [heard("g1")]
    closed = on_round_closed(RoundClosed(campaign=CAMPAIGN, stage="round1", count=1, digest="0" * 64))
    assert CONFIRMATION.decide(closed.command, CONFIRMATION.initial, META) == [ENDED]


def test_every_verdict_is_accepted_or_contested() -> None:
    given(CONFIRMATION, *TOLD).when(confirm("g1", g2=CONTEST)).then(answered("g1", g2=CONTEST))
    given(CONFIRMATION, *TOLD).when(confirm("g1")).refused(AnswerMissing, criterion="g2", count=1)


def test_the_rest_may_be_accepted_without_naming_it() -> None:
    given(CONFIRMATION, *TOLD).when(confirm(rest=True)).then(answered("g1", "g2"))
    given(CONFIRMATION, *TOLD).when(confirm(rest=True, g1=CONTEST)).then(answered("g2", g1=CONTEST))


def test_a_verdict_is_answered_once_and_only_if_there_is_one() -> None:
    given(CONFIRMATION, *TOLD).when(confirm("g1", "g2", g2=CONTEST)).refused(AnsweredTwice, criterion="g2")
    given(CONFIRMATION, *TOLD).when(confirm("g1", "g1", rest=True)).refused(AnsweredTwice, criterion="g1")
    given(CONFIRMATION, *TOLD).when(confirm("g9", rest=True)).refused(NotAppraised, criterion="g9")


def test_a_unit_answers_once() -> None:
    given(CONFIRMATION, *TOLD, answered("g1", "g2")).when(confirm(rest=True)).refused(AlreadyConfirmed)


def test_there_is_a_time_to_answer() -> None:
    deadline_at = CALENDAR.confirmation_deadline_at
    assert deadline_at is not None
    given(CONFIRMATION, *opened(), heard("g1")).when(confirm(rest=True)).refused(VerdictsNotOut)
    given(CONFIRMATION, *TOLD).when(confirm(rest=True), at=deadline_at).then(answered("g1", "g2"))
    late = deadline_at + timedelta(seconds=1)
    given(CONFIRMATION, *TOLD).when(confirm(rest=True), at=late).refused(ConfirmationOver)
    second = RoundEnded(campaign=CAMPAIGN, stage="round2")
    given(CONFIRMATION, *TOLD, second).when(confirm(rest=True)).refused(ConfirmationOver)


def test_a_campaign_without_that_step_takes_no_answer() -> None:
    without = opened(template=TEMPLATE.model_copy(update={"confirmation": False}))
    given(CONFIRMATION, *without, heard("g1"), ENDED).when(confirm(rest=True)).refused(ConfirmationNotForeseen)


def test_campaign_and_unit_must_be_known() -> None:
    given(CONFIRMATION).when(confirm(rest=True)).refused(CampaignUnknown)
    given(CONFIRMATION, *opened()).when(confirm(rest=True, unit="z")).refused(UnitUnknown)


def test_only_the_answer_is_announced() -> None:
    said = [announce(fact) for fact in (heard("g1"), ENDED, answered("g1", g2=CONTEST))]
    expected = FiguresConfirmed(campaign=CAMPAIGN, unit="a", accepted=("g1",), contested={"g2": CONTEST})
    assert said == [None, None, expected]


@pytest.fixture
def submission(tmp_path: Path) -> Submission:
    return Submission(tmp_path)


async def test_a_unit_sees_verdicts_once_the_round_is_closed_and_answers_them(submission: Submission) -> None:
    await submission.open()
    await submission.hears(appraised("g1", reason_code="no_evidence", reason=WHY.closed), texts=(WHY,))
    await submission.hears(appraised("g2"))
    hidden = (await submission.ask("GET", "/sheets/a/verdicts", HEAD_A)).json()
    assert hidden == {"rounds": [], "verdicts": {}}
    early = await submission.ask("POST", "/sheets/a/confirmation", HEAD_A, {"rest": True})
    assert early.json()["type"] == "urn:ictindex:confirmation.verdicts_not_out"
    await submission.hears(RoundClosed(campaign=CAMPAIGN, stage="round1", count=2, digest="0" * 64))
    await submission.hears(appraised("g1", stage="round2"))
    shown = (await submission.ask("GET", "/sheets/a/verdicts", HEAD_A)).json()
    assert shown["rounds"] == ["round1"]
    assert list(shown["verdicts"]) == ["round1"]
    assert shown["verdicts"]["round1"]["g1"]["reason"]["text"] == WHY.text
    body = {"rest": True, "contested": {"g1": {"explanation": "Đã gửi bổ sung.", "evidence": [{"document": DOCUMENT}]}}}
    done = await submission.ask("POST", "/sheets/a/confirmation", HEAD_A, body, key="once")
    assert (done.status_code, done.json()["accepted"]) == (201, ["g2"])
    again = await submission.ask("POST", "/sheets/a/confirmation", HEAD_A, body, key="once")
    assert again.json() == done.json()
    assert done.json()["contested"]["g1"]["explanation"]["text"] == "Đã gửi bổ sung."
    assert (await submission.ask("GET", "/sheets/a/confirmation", APPRAISER)).json() == done.json()
    assert (await submission.ask("GET", "/sheets/a/confirmation", HEAD_B)).status_code == 403


async def test_only_the_head_of_the_unit_answers(submission: Submission) -> None:
    await submission.open()
    clerk = token("a.clerk", "unit", unit="a")
    assert (await submission.ask("POST", "/sheets/a/confirmation", clerk, {"rest": True})).status_code == 403
