from datetime import timedelta

import pytest

from services.appraisal.body.domain import NotEstablished, NotMember, OwnUnit
from services.appraisal.dossier.facts import AnswerTaken, SheetTakenBack, VerdictGiven
from services.appraisal.round.domain import (
    ROUND,
    AppraiseCriteria,
    BenchFact,
    CloseRound,
    ConfirmationAwaited,
    CriterionRepeated,
    EarlierRoundOpen,
    EvidenceNotHandedIn,
    IntakeOpen,
    Judgement,
    LetStand,
    NothingStands,
    NotTeamLead,
    ReasonCode,
    ReasonMissing,
    RoundIncomplete,
    RoundNotForeseen,
    RoundOver,
    announce,
)
from services.appraisal.round.facts import RoundEnded
from shared.campaign import Contest, Evidence, RoundStage, SheetLine
from shared.contracts import RoundClosed, ScoreAppraised, round_digest
from shared.opening import CampaignUnknown, CriterionUnknown, EffectiveTimeMissing, EffectiveTimeNotAllowed, UnitUnknown
from shared.ruleset import PointsOutOfRange, WordDoesNotFit
from shared.vocabulary import Closed, Meta, Word
from tests.kit.appraisal import (
    CAMPAIGN,
    CONFIRM_UNTIL,
    CRITERIA,
    DECISION,
    DECLARED,
    INTAKE_ENDED,
    OUT,
    SHORT,
    TEAM,
    UNITS,
    answered,
    ended,
    inputs,
    opened,
    points,
    sheet,
)
from tests.kit.given import given
from tests.kit.world import AT

WHY = Closed(closed="c" * 64)
OPEN = (*opened(), TEAM, sheet("vu-a"), INTAKE_ENDED)
LEAD = Meta("to-truong", AT, "story")


def says(
    word: Word | None = None,
    *,
    unit: str = "vu-a",
    criterion: str = "g1",
    stage: RoundStage = "round1",
    reason: Closed | None = WHY,
    home: str | None = None,
) -> AppraiseCriteria:
    code: ReasonCode | None = "no_evidence" if word and reason else None
    judgement = Judgement(unit, criterion, word, code, reason if word else None)
    return AppraiseCriteria(CAMPAIGN, stage, (judgement,), home)


def verdict(
    before: Word | None,
    after: Word,
    *,
    unit: str = "vu-a",
    criterion: str = "g1",
    stage: RoundStage = "round1",
    sheet_version: int = 1,
) -> VerdictGiven:
    stands = before == after
    return VerdictGiven(
        campaign=CAMPAIGN,
        unit=unit,
        criterion=criterion,
        stage=stage,
        sheet=sheet_version,
        before=before,
        after=after,
        stands=stands,
        reason_code=None if stands else "no_evidence",
        reason=None if stands else WHY,
    )


def all_of(unit: str, stage: RoundStage = "round1") -> list[VerdictGiven]:
    return [verdict(DECLARED[code], DECLARED[code], unit=unit, criterion=code, stage=stage) for code in CRITERIA]


EVERYTHING = [each for unit in UNITS for each in all_of(unit)]


def test_what_the_unit_declared_stands_or_another_word_replaces_it() -> None:
    given(ROUND, *OPEN).when(says()).then(verdict(points("90"), points("90")))
    given(ROUND, *OPEN).when(says(points("60"))).then(verdict(points("90"), points("60")))
    given(ROUND, *OPEN).when(says(OUT)).then(verdict(points("90"), OUT))
    corrected = inputs(machines="6", staff="12")
    expected = verdict(DECLARED["g2"], corrected, criterion="g2")
    given(ROUND, *OPEN).when(says(corrected, criterion="g2")).then(expected)


def test_a_verdict_cites_documents_and_only_files_that_the_unit_handed_in() -> None:
    letter = Evidence(document=DECISION)
    file = Evidence(document=DECISION, sha256="1" * 64, name="bao-cao.pdf", media_type="application/pdf", size_bytes=7)
    answer = AnswerTaken(
        campaign=CAMPAIGN, unit="vu-a", accepted=(), contested={"g1": Contest(explanation=WHY, evidence=(file,))}
    )
    back = SheetTakenBack(campaign=CAMPAIGN, unit="vu-a", version=1, reason=WHY)
    as_told = file.model_copy(update={"name": "khac.exe", "size_bytes": 1})

    def cites(*evidence: Evidence) -> AppraiseCriteria:
        return AppraiseCriteria(CAMPAIGN, "round1", (Judgement("vu-a", "g1", evidence=evidence),))

    def citing(*evidence: Evidence) -> VerdictGiven:
        return verdict(points("90"), points("90")).model_copy(update={"evidence": evidence})

    of_sheet = sheet("vu-a").model_copy(
        update={"lines": {code: SheetLine(word=word, evidence=(file,)) for code, word in DECLARED.items()}}
    )
    for handed_in in ((of_sheet,), (answer,), (of_sheet, back, sheet("vu-a", version=2))):
        history = (*OPEN, *handed_in)
        expected = citing(letter, file)
        if len(handed_in) > 1:
            expected = expected.model_copy(update={"sheet": 2})
        given(ROUND, *history).when(cites(letter, as_told)).then(expected)
    given(ROUND, *OPEN).when(cites(letter)).then(citing(letter))
    given(ROUND, *OPEN).when(cites(as_told)).refused(EvidenceNotHandedIn, unit="vu-a", criterion="g1", sha256="1" * 64)
    other = (*OPEN, sheet("vu-b").model_copy(update={"lines": of_sheet.lines}))
    given(ROUND, *other).when(cites(as_told)).refused(EvidenceNotHandedIn)


def test_another_word_in_the_same_round_replaces_the_first_visibly() -> None:
    first, second = verdict(points("90"), points("60")), verdict(points("60"), points("70"))
    given(ROUND, *OPEN, first).when(says(points("70"))).then(second)
    given(ROUND, *OPEN, first).when(says()).then(verdict(points("60"), points("60")))


def test_the_second_round_judges_what_the_first_left_standing() -> None:
    history = (*OPEN, verdict(points("90"), points("60")), ended("round1"), answered("vu-a"))
    expected = verdict(points("60"), points("80"), stage="round2")
    given(ROUND, *history).when(says(points("80"), stage="round2")).then(expected)


def test_the_sheet_that_stands_is_judged() -> None:
    resubmitted = sheet("vu-a", {**DECLARED, "g1": points("95")}, version=2)
    expected = verdict(points("95"), points("95"), sheet_version=2)
    given(ROUND, *OPEN, resubmitted).when(says()).then(expected)


def test_a_unit_without_a_sheet_needs_a_word_of_its_own() -> None:
    withdrawn = SheetTakenBack(campaign=CAMPAIGN, unit="vu-a", version=1, reason=WHY)
    for history, unit in ((OPEN, "vu-b"), ((*OPEN, withdrawn), "vu-a")):
        given(ROUND, *history).when(says(unit=unit)).refused(NothingStands, unit=unit, criterion="g1")
        expected = verdict(None, points("40"), unit=unit, sheet_version=0)
        given(ROUND, *history).when(says(points("40"), unit=unit)).then(expected)
        given(ROUND, *history).when(says(points("40"), unit=unit, reason=None)).refused(ReasonMissing)


def test_another_word_needs_a_reason_and_the_same_word_needs_none() -> None:
    given(ROUND, *OPEN).when(says(points("60"), reason=None)).refused(ReasonMissing, unit="vu-a", criterion="g1")
    same = given(ROUND, *OPEN).when(says(points("90"), reason=None)).decided()
    assert [fact.after for fact in same if isinstance(fact, VerdictGiven)] == [points("90")]


def test_without_self_scores_the_team_speaks_first_and_owes_no_reason() -> None:
    history = (*opened(SHORT), TEAM, INTAKE_ENDED)
    decided = given(ROUND, *history).when(says(points("60"), reason=None)).decided()
    assert [(fact.before, fact.after) for fact in decided if isinstance(fact, VerdictGiven)] == [(None, points("60"))]


def test_nobody_judges_their_own_unit_whichever_paper_says_that_it_is_theirs() -> None:
    given(ROUND, *OPEN).when(says(points("60"), unit="trung-tam")).refused(OwnUnit, unit="trung-tam")
    given(ROUND, *OPEN).when(says(points("60"), home="vu-a")).refused(OwnUnit, unit="vu-a")
    bulk = LetStand(CAMPAIGN, "round1", {"vu-a": None, "trung-tam": None})
    given(ROUND, *OPEN).when(bulk).refused(OwnUnit, unit="trung-tam")


def test_only_the_established_team_judges() -> None:
    given(ROUND, *opened(), sheet("vu-a"), INTAKE_ENDED).when(says()).refused(NotEstablished)
    stranger = Meta("nguoi-la", AT, "story")
    given(ROUND, *OPEN).when(says(), meta=stranger).refused(NotMember, actor="nguoi-la")
    replaced = TEAM.model_copy(update={"number": 2, "members": TEAM.members[1:]})
    given(ROUND, *OPEN, replaced).when(says()).refused(NotMember, actor="tester")


def test_rounds_follow_the_end_of_submissions_and_each_other() -> None:
    given(ROUND, *opened(), TEAM, sheet("vu-a")).when(says()).refused(IntakeOpen)
    given(ROUND, *OPEN).when(says(stage="round2")).refused(EarlierRoundOpen, earlier="round1")
    given(ROUND, *OPEN, ended("round1")).when(says()).refused(RoundOver, stage="round1")
    short = (*opened(SHORT), TEAM, INTAKE_ENDED)
    given(ROUND, *short).when(says(stage="round2")).refused(RoundNotForeseen, stage="round2")


def test_the_second_round_waits_for_the_units_answer_or_the_end_of_its_time() -> None:
    history = (*OPEN, ended("round1"))
    early, due = CONFIRM_UNTIL - timedelta(seconds=1), CONFIRM_UNTIL
    given(ROUND, *history).when(says(stage="round2"), at=early).refused(ConfirmationAwaited, unit="vu-a")
    assert given(ROUND, *history).when(says(stage="round2"), at=due).decided()
    assert given(ROUND, *history, answered("vu-a")).when(says(stage="round2"), at=early).decided()


@pytest.mark.parametrize(
    ("command", "error"),
    [
        (says(points("101")), PointsOutOfRange),
        (says(inputs(rate="1")), WordDoesNotFit),
        (says(points("5"), criterion="g2"), WordDoesNotFit),
        (says(unit="vu-x"), UnitUnknown),
        (says(criterion="g9"), CriterionUnknown),
    ],
)
def test_a_word_must_fit_its_criterion(command: AppraiseCriteria, error: type[Exception]) -> None:
    with pytest.raises(error):
        given(ROUND, *OPEN).when(command).decided()


def test_stands_in_bulk_fills_what_has_no_verdict_and_is_all_or_nothing() -> None:
    changed = verdict(points("90"), points("60"))
    bulk = LetStand(CAMPAIGN, "round1", {"vu-a": None})
    rest = [verdict(DECLARED[code], DECLARED[code], criterion=code) for code in ("g2", "g3")]
    given(ROUND, *OPEN, changed).when(bulk).then(*rest)
    both = LetStand(CAMPAIGN, "round1", {"vu-a": ("g1",), "vu-b": ("g1",)})
    given(ROUND, *OPEN).when(both).refused(NothingStands, unit="vu-b")
    named_twice = LetStand(CAMPAIGN, "round1", {"vu-a": ("g1", "g1")})
    given(ROUND, *OPEN).when(named_twice).refused(CriterionRepeated, criterion="g1")


def test_a_round_closes_when_every_criterion_has_a_verdict_and_says_which_have_none() -> None:
    closing = CloseRound(CAMPAIGN, "round1")
    given(ROUND, *OPEN, *EVERYTHING[:-1]).when(closing, meta=LEAD).refused(RoundIncomplete, count=1, missing="vu-b/g3")
    words = {(each.unit, each.criterion): each.after for each in EVERYTHING}
    given(ROUND, *OPEN, *EVERYTHING).when(closing, meta=LEAD).then(
        RoundEnded(campaign=CAMPAIGN, stage="round1", count=9, digest=round_digest(words))
    )
    given(ROUND, *OPEN, *EVERYTHING, ended("round1")).when(closing, meta=LEAD).refused(RoundOver)


def test_what_a_unit_calls_not_applicable_needs_a_verdict_too() -> None:
    declared = sheet("vu-b", {**DECLARED, "g3": OUT})
    closing = CloseRound(CAMPAIGN, "round1", operator=True)
    given(ROUND, *OPEN, declared, *EVERYTHING[:-1]).when(closing).refused(RoundIncomplete, missing="vu-b/g3")


def test_only_an_operator_or_a_lead_closes_a_round() -> None:
    history = (*OPEN, *EVERYTHING)
    given(ROUND, *history).when(CloseRound(CAMPAIGN, "round1")).refused(NotTeamLead, actor="tester")
    assert given(ROUND, *history).when(CloseRound(CAMPAIGN, "round1", operator=True)).decided()
    assert given(ROUND, *history).when(CloseRound(CAMPAIGN, "round1"), meta=LEAD).decided()


def test_the_digest_of_a_round_counts_the_last_word_only_and_not_the_order_of_speaking() -> None:
    closing = CloseRound(CAMPAIGN, "round1", operator=True)
    once = given(ROUND, *OPEN, *EVERYTHING).when(closing).decided()
    detour = verdict(points("90"), points("10")), verdict(points("10"), points("90"))
    twice = given(ROUND, *OPEN, *EVERYTHING, *detour).when(closing).decided()
    assert once == twice == given(ROUND, *OPEN, *EVERYTHING[::-1]).when(closing).decided()


def test_a_retrospective_campaign_needs_the_time_of_each_act_and_no_other_takes_one() -> None:
    carried = Meta("tester", AT, "story", carried=True)
    retrospective = (*opened(retrospective=True), *OPEN[len(opened()) :])
    for command in (says(), LetStand(CAMPAIGN, "round1", {"vu-a": None}), CloseRound(CAMPAIGN, "round1")):
        given(ROUND, *retrospective).when(command).refused(EffectiveTimeMissing)
        given(ROUND, *OPEN).when(command, meta=carried).refused(EffectiveTimeNotAllowed)
        given(ROUND).when(command).refused(CampaignUnknown)


def test_verdicts_and_closings_are_announced() -> None:
    given_verdict, closed = verdict(points("90"), points("60")), ended("round1")
    said = ScoreAppraised(
        campaign=CAMPAIGN,
        unit="vu-a",
        criterion="g1",
        stage="round1",
        sheet=1,
        before=points("90"),
        after=points("60"),
        reason_code="no_evidence",
        reason=WHY,
    )
    over = RoundClosed(campaign=CAMPAIGN, stage="round1", count=9, digest=closed.digest)
    assert [announce(fact) for fact in (given_verdict, closed, INTAKE_ENDED, TEAM)] == [said, over, None, None]


def test_a_verdict_rests_on_its_round_and_a_closing_on_every_dossier() -> None:
    round_streams = {"2020/round/round1", "2020/round/round2", "2020/body/team", "2020/campaign/main"}
    assert set(ROUND.streams(says())) == {*round_streams, "2020/appraisal/vu-a"}
    stand = LetStand(CAMPAIGN, "round1", {"vu-a": None, "vu-b": ("g1",)})
    assert set(ROUND.streams(stand)) == {*round_streams, "2020/appraisal/vu-a", "2020/appraisal/vu-b"}
    assert ROUND.more(stand, ROUND.fold(OPEN)) == ()
    closing = CloseRound(CAMPAIGN, "round1")
    assert set(ROUND.streams(closing)) == round_streams
    assert set(ROUND.more(closing, ROUND.fold(OPEN))) == {f"2020/appraisal/{unit}" for unit in UNITS}


def test_the_state_does_not_depend_on_the_order_between_streams() -> None:
    history = (*OPEN, *EVERYTHING, ended("round1"), answered("vu-a"))
    by_stream: dict[str, list[BenchFact]] = {}
    for fact in history:
        by_stream.setdefault(fact.stream, []).append(fact)
    backwards = [fact for stream in reversed(by_stream) for fact in by_stream[stream]]
    assert ROUND.fold(backwards) == ROUND.fold(history)
