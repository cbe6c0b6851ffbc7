from dataclasses import replace

import pytest

from services.appraisal.approval.domain import (
    APPROVAL,
    AlreadyApproved,
    ApprovalFact,
    ApproveResults,
    FindingsUnseen,
    NotAccepted,
)
from services.appraisal.approval.domain import announce as announce_approval
from services.appraisal.approval.facts import ResultsSigned
from services.appraisal.body.domain import (
    BODY,
    CouncilNotForeseen,
    EstablishBody,
    MemberRepeated,
    NotEstablished,
    NotMember,
    OwnUnit,
)
from services.appraisal.body.domain import announce as announce_body
from services.appraisal.body.facts import BodyName
from services.appraisal.council.domain import COUNCIL as DECIDER
from services.appraisal.council.domain import (
    AlreadyAccepted,
    ChangeScore,
    CommentsNeeded,
    FindingsOpen,
    FindingUnknown,
    NobodyLeft,
    NoCouncil,
    NothingChanged,
    PresenceWrong,
    ReasonNeeded,
    ReviewDraft,
    RoundsOpen,
)
from services.appraisal.council.domain import announce as announce_council
from services.appraisal.council.facts import ChangeMinuted, DraftReviewed
from services.appraisal.dossier.domain import Told, told
from services.appraisal.dossier.facts import VerdictGiven
from services.appraisal.round.domain import Judgement
from services.appraisal.run.domain import RunUnknown, StaleDraft
from services.appraisal.run.facts import RefusalTaken
from shared.campaign import Recusal
from shared.contracts import BodyEstablished, CouncilDecided, ResultsApproved, ScoreAppraised
from shared.envelope import DestroyedText
from shared.eventlog import Texts
from shared.opening import CampaignUnknown, EffectiveTimeMissing, UnitUnknown
from shared.vocabulary import Closed, ClosedText, GivenPoints
from tests.kit.appraisal import (
    CAMPAIGN,
    COUNCIL,
    DECISION,
    INTAKE_ENDED,
    OTHER_RUN,
    RUN,
    SHORT,
    TEAM,
    Role,
    drafted,
    ended,
    formed,
    opened,
    points,
    sheet,
)
from tests.kit.given import given

WHY = Closed(closed="c" * 64)
CLOSED = (*opened(), TEAM, COUNCIL, sheet("vu-a"), sheet("trung-tam"), INTAKE_ENDED, ended("round1"), ended("round2"))
FINDINGS = ("ref.total.vu-a", "ref.total.vu-b")
BEFORE_COUNCIL = (*CLOSED, drafted(RUN, 2, findings=FINDINGS))
SHORT_YEAR = (*opened(SHORT), TEAM, INTAKE_ENDED, ended("round1"))


def establish(body: BodyName, *members: tuple[str, Role, str | None]) -> EstablishBody:
    return EstablishBody(CAMPAIGN, body, DECISION, formed(body, *members).members)


def change(word: GivenPoints, unit: str = "vu-a", *, home: str | None = None) -> ChangeScore:
    return ChangeScore(CAMPAIGN, Judgement(unit, "g1", word, "council_review", WHY), home)


CHANGED = VerdictGiven(
    campaign=CAMPAIGN,
    unit="vu-a",
    criterion="g1",
    stage="council",
    sheet=1,
    before=points("90"),
    after=points("70"),
    stands=False,
    reason_code="council_review",
    reason=WHY,
)
MINUTED = ChangeMinuted(campaign=CAMPAIGN, unit="vu-a", criterion="g1", draft=2)


def accept(run: str = RUN, acknowledged: tuple[str, ...] = FINDINGS) -> ReviewDraft:
    return ReviewDraft(CAMPAIGN, run, "accepted", ("tester", "chu-tich"), None, acknowledged)


def send_back(comments: Closed | None = WHY) -> ReviewDraft:
    return ReviewDraft(CAMPAIGN, RUN, "sent_back", ("tester",), comments)


RECUSED = (Recusal(actor="tester", unit="trung-tam"),)
SENT_BACK = DraftReviewed(
    campaign=CAMPAIGN,
    meeting=1,
    run=RUN,
    draft=2,
    outcome="sent_back",
    comments=WHY,
    present=("tester",),
    recused=RECUSED,
)
ACCEPTED = DraftReviewed(
    campaign=CAMPAIGN,
    meeting=1,
    run=RUN,
    draft=2,
    outcome="accepted",
    acknowledged=FINDINGS,
    present=("tester", "chu-tich"),
    recused=RECUSED,
)
APPROVE = ApproveResults(CAMPAIGN, RUN, DECISION, "Bộ trưởng", "f" * 64)
SIGNED = ResultsSigned(campaign=CAMPAIGN, run=RUN, decision=DECISION, signer="Bộ trưởng", file_sha256="f" * 64)


def test_a_body_is_formed_by_a_decision_and_replaced_by_a_later_one() -> None:
    member: tuple[str, Role, str | None] = ("to-truong", "lead", "vu-a")
    first = formed("team", member)
    given(BODY, *opened()).when(establish("team", member)).then(first)
    given(BODY, *opened(), first).when(establish("team", member)).then(first.model_copy(update={"number": 2}))
    said = BodyEstablished(campaign=CAMPAIGN, body="team", decision=DECISION, members=first.members)
    assert announce_body(first) == said


def test_a_decision_that_would_hide_a_members_unit_or_a_body_nobody_foresaw_is_refused() -> None:
    given(BODY, *opened()).when(establish("team", ("a", "lead", "vu-aa"))).refused(UnitUnknown, unit="vu-aa")
    twice = establish("team", ("a", "lead", "vu-a"), ("a", "member", None))
    given(BODY, *opened()).when(twice).refused(MemberRepeated, actor="a")
    given(BODY, *opened(SHORT)).when(establish("council", ("a", "chair", None))).refused(CouncilNotForeseen)
    given(BODY).when(establish("team", ("a", "lead", None))).refused(CampaignUnknown)
    given(BODY, *opened(retrospective=True)).when(establish("team")).refused(EffectiveTimeMissing)


def test_the_council_changes_a_score_as_an_act_of_its_own() -> None:
    given(DECIDER, *BEFORE_COUNCIL).when(change(points("70"))).then(CHANGED, MINUTED)
    said = announce_council(CHANGED)
    assert isinstance(said, ScoreAppraised)
    assert (said.stage, said.reason) == ("council", WHY)
    assert announce_council(MINUTED) is None


def test_a_member_of_the_council_is_recused_from_their_own_unit() -> None:
    given(DECIDER, *BEFORE_COUNCIL).when(change(points("70"), "trung-tam")).refused(OwnUnit, unit="trung-tam")
    given(DECIDER, *BEFORE_COUNCIL).when(change(points("70"), home="vu-a")).refused(OwnUnit, unit="vu-a")


def test_what_the_council_may_not_change() -> None:
    given(DECIDER, *CLOSED[:-1]).when(change(points("70"))).refused(RoundsOpen, stage="round2")
    given(DECIDER, *BEFORE_COUNCIL).when(change(points("90"))).refused(NothingChanged)
    given(DECIDER, *BEFORE_COUNCIL, ACCEPTED).when(change(points("70"))).refused(AlreadyAccepted, run=RUN)
    assert given(DECIDER, *BEFORE_COUNCIL, ACCEPTED, SENT_BACK).when(change(points("70"))).decided()
    silent = ChangeScore(CAMPAIGN, Judgement("vu-a", "g1", points("70")))
    given(DECIDER, *BEFORE_COUNCIL).when(silent).refused(ReasonNeeded)
    without = tuple(fact for fact in BEFORE_COUNCIL if fact is not COUNCIL)
    given(DECIDER, *without).when(change(points("70"))).refused(NotEstablished)
    given(DECIDER, *SHORT_YEAR).when(change(points("70"))).refused(NoCouncil)


def test_a_draft_is_sent_back_with_comments_or_accepted_with_every_finding_noted() -> None:
    given(DECIDER, *BEFORE_COUNCIL).when(send_back()).then(SENT_BACK)
    given(DECIDER, *BEFORE_COUNCIL).when(accept()).then(ACCEPTED)
    given(DECIDER, *BEFORE_COUNCIL).when(send_back(None)).refused(CommentsNeeded)
    given(DECIDER, *BEFORE_COUNCIL).when(accept(acknowledged=FINDINGS[:1])).refused(
        FindingsOpen, count=1, findings="ref.total.vu-b"
    )
    given(DECIDER, *BEFORE_COUNCIL).when(accept(acknowledged=(*FINDINGS, "x"))).refused(FindingUnknown, findings="x")
    said = announce_council(ACCEPTED)
    assert isinstance(said, CouncilDecided)
    assert (said.meeting, said.run, said.outcome, said.acknowledged) == (1, RUN, "accepted", FINDINGS)


def test_who_is_present_is_recused_for_their_own_unit_on_the_record() -> None:
    vouched = replace(accept(), home_unit="vu-a")
    [reviewed] = given(DECIDER, *BEFORE_COUNCIL).when(vouched).decided()
    assert isinstance(reviewed, DraftReviewed)
    assert reviewed.recused == (*RECUSED, Recusal(actor="tester", unit="vu-a"))
    said = announce_council(reviewed)
    assert isinstance(said, CouncilDecided)
    assert said.recused == reviewed.recused


def test_nothing_is_accepted_for_a_unit_whose_own_people_are_the_only_ones_there() -> None:
    alone = replace(accept(), present=("tester",))
    given(DECIDER, *BEFORE_COUNCIL).when(alone).refused(NobodyLeft, unit="trung-tam")
    own = formed("council", ("tester", "member_secretary", "trung-tam"), ("chu-tich", "chair", "trung-tam"), number=2)
    given(DECIDER, *BEFORE_COUNCIL, own).when(accept()).refused(NobodyLeft, unit="trung-tam")


def test_meetings_are_numbered() -> None:
    again = ACCEPTED.model_copy(update={"meeting": 2})
    given(DECIDER, *BEFORE_COUNCIL, SENT_BACK).when(accept()).then(again)


def test_only_the_newest_draft_is_reviewed_and_only_once_it_holds_the_councils_changes() -> None:
    given(DECIDER, *CLOSED).when(accept()).refused(RunUnknown, run=RUN)
    newer = (*BEFORE_COUNCIL, drafted(OTHER_RUN, 3))
    given(DECIDER, *newer).when(accept()).refused(StaleDraft, run=RUN)
    first_round_only = (*CLOSED, drafted(RUN, 1, "round1"))
    given(DECIDER, *first_round_only).when(accept(acknowledged=())).refused(StaleDraft)
    changed = (*BEFORE_COUNCIL, CHANGED, MINUTED)
    given(DECIDER, *changed).when(accept()).refused(StaleDraft)
    again_without_it = (*changed, drafted(OTHER_RUN, 3))  # a reference was entered meanwhile
    given(DECIDER, *again_without_it).when(accept(OTHER_RUN, ())).refused(StaleDraft)
    redrafted = (*again_without_it, drafted(OTHER_RUN, 4, "council", changes=1))
    assert given(DECIDER, *redrafted).when(accept(OTHER_RUN, ())).decided()


def test_a_draft_that_was_made_before_the_councils_last_change_and_heard_after_it_is_not_accepted() -> None:
    again = CHANGED.model_copy(update={"before": CHANGED.after, "after": points("71")})
    changed_twice = (*BEFORE_COUNCIL, CHANGED, MINUTED, again, MINUTED, drafted(OTHER_RUN, 3, "council", changes=1))
    given(DECIDER, *changed_twice).when(accept(OTHER_RUN, ())).refused(StaleDraft, run=OTHER_RUN)
    with_both = (*changed_twice, drafted("e" * 64, 4, "council", changes=2))
    assert given(DECIDER, *with_both).when(accept("e" * 64, ())).decided()


def test_only_members_are_present_and_whoever_enters_a_review_is_among_them() -> None:
    stranger = ReviewDraft(CAMPAIGN, RUN, "accepted", ("tester", "nguoi-la"), None, FINDINGS)
    given(DECIDER, *BEFORE_COUNCIL).when(stranger).refused(PresenceWrong, actors="nguoi-la")
    absent = ReviewDraft(CAMPAIGN, RUN, "accepted", ("chu-tich",), None, FINDINGS)
    given(DECIDER, *BEFORE_COUNCIL).when(absent).refused(PresenceWrong, actors="tester")
    replaced = formed("council", ("chu-tich", "chair", None), number=2)
    given(DECIDER, *BEFORE_COUNCIL, replaced).when(accept()).refused(NotMember, actor="tester")


def test_the_approver_signs_what_the_council_accepted_and_nothing_else() -> None:
    given(APPROVAL, *BEFORE_COUNCIL, ACCEPTED).when(APPROVE).then(SIGNED)
    given(APPROVAL, *BEFORE_COUNCIL).when(APPROVE).refused(NotAccepted, run=RUN)
    given(APPROVAL, *BEFORE_COUNCIL, ACCEPTED, SENT_BACK).when(APPROVE).refused(NotAccepted)
    wrong = ApproveResults(CAMPAIGN, "e" * 64, DECISION, "Bộ trưởng", "f" * 64)
    given(APPROVAL, *BEFORE_COUNCIL, ACCEPTED).when(wrong).refused(RunUnknown, run="e" * 64)
    moved = (*BEFORE_COUNCIL, ACCEPTED, drafted(OTHER_RUN, 3))
    given(APPROVAL, *moved).when(APPROVE).refused(StaleDraft, newest=OTHER_RUN)
    said = ResultsApproved(campaign=CAMPAIGN, run=RUN, decision=DECISION, signer="Bộ trưởng", file_sha256="f" * 64)
    assert announce_approval(SIGNED) == said


def test_a_finding_that_came_after_the_acceptance_is_seen_by_the_council_before_the_run_is_signed() -> None:
    compared_again = (*BEFORE_COUNCIL, ACCEPTED, drafted(RUN, 3, findings=(*FINDINGS, "ref.rank.vu-a")))
    given(APPROVAL, *compared_again).when(APPROVE).refused(FindingsUnseen, count=1, findings="ref.rank.vu-a")
    seen = given(DECIDER, *compared_again).when(accept(acknowledged=(*FINDINGS, "ref.rank.vu-a"))).decided()
    given(APPROVAL, *compared_again, *seen).when(APPROVE).then(SIGNED)
    fewer = (*BEFORE_COUNCIL, ACCEPTED, drafted(RUN, 3, findings=FINDINGS[:1]))  # a reference was entered by mistake
    given(APPROVAL, *fewer).when(APPROVE).then(SIGNED)


def test_without_a_council_the_newest_draft_after_the_last_round_is_signed() -> None:
    given(APPROVAL, *SHORT_YEAR, drafted(RUN, 1, "round1")).when(APPROVE).then(SIGNED)
    open_round = (*SHORT_YEAR[:-1], drafted(RUN, 1, "self"))
    given(APPROVAL, *open_round).when(APPROVE).refused(RoundsOpen)
    given(APPROVAL, *SHORT_YEAR, drafted(RUN, 1, "self")).when(APPROVE).refused(StaleDraft)


@pytest.mark.parametrize("refusals", [0, 1])
def test_a_run_is_signed_once_unless_its_publication_was_refused(refusals: int) -> None:
    refused = RefusalTaken(campaign=CAMPAIGN, approved=RUN, standing=None, reason="differs")
    history = (*BEFORE_COUNCIL, ACCEPTED, SIGNED, *[refused] * refusals)
    when = given(APPROVAL, *history).when(APPROVE)
    if refusals:
        when.then(SIGNED)
    else:
        when.refused(AlreadyApproved, run=RUN)


def test_the_state_does_not_depend_on_the_order_between_streams() -> None:
    history = (*BEFORE_COUNCIL, CHANGED, MINUTED, drafted(OTHER_RUN, 3, "council", changes=1), ACCEPTED, SIGNED)
    by_stream: dict[str, list[ApprovalFact]] = {}
    for fact in history:
        by_stream.setdefault(fact.stream, []).append(fact)
    backwards = [fact for stream in reversed(by_stream) for fact in by_stream[stream]]
    assert APPROVAL.fold(backwards) == APPROVAL.fold(history)


def test_a_closed_text_is_shown_or_the_decision_that_destroyed_it_or_nothing() -> None:
    text, gone = ClosedText(salt="0" * 32, text="Số liệu chưa khớp."), Closed(closed="d" * 64)
    texts: Texts = {text.closed.closed: text, gone.closed: DestroyedText(decision="12/QĐ")}
    assert told(texts, text.closed) == Told(text="Số liệu chưa khớp.")
    assert told(texts, gone) == Told(destroyed_by="12/QĐ")
    assert told(texts, WHY) == Told()
    assert told(texts, None) is None


def test_a_change_and_a_review_meet_on_the_councils_own_stream_and_an_approval_rests_on_both() -> None:
    reviewing = set(DECIDER.streams(accept()))
    assert {"2020/council/main", "2020/body/council", "2020/run/main", "2020/round/round2"} <= reviewing
    assert set(DECIDER.streams(change(points("70")))) == {*reviewing, "2020/appraisal/vu-a"}
    approving = ApproveResults(CAMPAIGN, RUN, DECISION, "Trần Văn T", "f" * 64)
    assert set(APPROVAL.streams(approving)) == {*reviewing, "2020/approval/main"}


def test_a_member_of_no_unit_is_taken() -> None:
    given(BODY, *opened()).when(establish("team", ("lead", "lead", None))).then(formed("team", ("lead", "lead", None)))
