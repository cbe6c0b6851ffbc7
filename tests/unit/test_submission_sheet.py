"""The rules of handing in, taking back and closing, given when then."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from services.submission.sheet.domain import (
    SHEET,
    CloseIntake,
    DeadlinePassed,
    DraftChanged,
    EvidenceLacking,
    EvidenceMissing,
    EvidenceUnknown,
    ExplanationMissing,
    IntakeOver,
    LateRefused,
    LineMissing,
    NothingHandedIn,
    NotOpenYet,
    PointsNotForUnits,
    SheetStands,
    StateNotForUnits,
    SubmitSheet,
    WithdrawSheet,
    announce,
    problems,
    self_score,
)
from services.submission.sheet.facts import IntakeClosed, SheetSubmitted, SheetWithdrawn, sheet_digest, sheet_stream
from shared.campaign import CalendarChange, Document, Evidence, Extension, SheetLine
from shared.contracts import SubmissionReceived, SubmissionsClosed, SubmissionWithdrawn
from shared.edge.sentences import sentence
from shared.errors import IctIndexError
from shared.opening import CampaignChanged, CampaignUnknown, CriterionUnknown, EffectiveTimeNotAllowed, UnitUnknown
from shared.ruleset import PointsOutOfRange, WordDoesNotFit
from shared.vocabulary import Closed, GivenInputs, GivenPoints, GivenState, Meta, NotApplicable, NotScored, Scored, Word
from tests.kit.campaigns import CALENDAR, CAMPAIGN, POLICIES, RULESET, TEMPLATE, appendix, leaf, opened
from tests.kit.given import given
from tests.kit.world import AT

REASON = Closed(closed="1" * 64)
PAPER = Evidence(document=Document(number="12/KH", date=AT.date(), issuer="Đơn vị A"))
LATE = CALENDAR.submission_deadline_at + timedelta(seconds=1)


def says(points: str, *, evidence: bool = True) -> SheetLine:
    return SheetLine(word=GivenPoints(points=points), evidence=(PAPER,) if evidence else ())


def does_not_apply(*, explained: bool = True) -> SheetLine:
    return SheetLine(word=GivenState(score=NotApplicable()), explanation=REASON if explained else None)


LINES = {"g1": says("80.00"), "g2": says("0.00", evidence=False)}


def submit(lines: dict[str, SheetLine] = LINES, unit: str = "a", certified: str | None = None) -> SubmitSheet:
    return SubmitSheet(CAMPAIGN, unit, lines, certified or sheet_digest(lines))


def submitted(version: int = 1, unit: str = "a", *, late: bool = False) -> SheetSubmitted:
    return SheetSubmitted(
        campaign=CAMPAIGN, unit=unit, version=version, lines=LINES, late=late, certified=sheet_digest(LINES)
    )


def withdrawn(version: int = 1, unit: str = "a") -> SheetWithdrawn:
    return SheetWithdrawn(campaign=CAMPAIGN, unit=unit, version=version, reason=REASON)


WITHDRAW = WithdrawSheet(CAMPAIGN, "a", REASON)
CLOSED = IntakeClosed(campaign=CAMPAIGN, handed_in=(), missing=("a", "b", "c"))


def extended(unit: str | None, days: int) -> CampaignChanged:
    until = CALENDAR.submission_deadline_at + timedelta(days=days)
    return CampaignChanged(
        campaign=CAMPAIGN, amendment=Extension(unit=unit, submission_deadline_at=until), reason=REASON
    )


def test_a_whole_sheet_is_taken() -> None:
    given(SHEET, *opened()).when(submit()).then(submitted())


def test_a_sheet_at_the_very_deadline_is_in_time_and_a_moment_later_it_is_late() -> None:
    given(SHEET, *opened()).when(submit(), at=CALENDAR.submission_deadline_at).then(submitted())
    given(SHEET, *opened()).when(submit(), at=LATE).then(submitted(late=True))


def test_an_extension_for_the_unit_or_for_all_decides_lateness() -> None:
    for extension in (extended("a", 2), extended(None, 2)):
        given(SHEET, *opened(), extension).when(submit(), at=LATE).then(submitted())
    given(SHEET, *opened(), extended("b", 2)).when(submit(), at=LATE).then(submitted(late=True))


def test_an_extension_that_was_given_is_not_lost_by_another_calendar() -> None:
    calendar = CampaignChanged(campaign=CAMPAIGN, amendment=CalendarChange(calendar=CALENDAR), reason=REASON)
    given(SHEET, *opened(), extended("a", 2), calendar).when(submit(), at=LATE).then(submitted())


def test_nothing_is_taken_before_the_window_opens() -> None:
    early = CALENDAR.opens_at - timedelta(seconds=1)
    given(SHEET, *opened()).when(submit(), at=early).refused(NotOpenYet)


def test_what_was_not_certified_is_not_taken() -> None:
    given(SHEET, *opened()).when(submit(certified="0" * 64)).refused(DraftChanged)


@pytest.mark.parametrize(
    ("change", "error", "criterion"),
    [
        ({"g2": None}, LineMissing, "g2"),
        ({"g1": says("0.01", evidence=False)}, EvidenceMissing, "g1"),
        ({"g1": does_not_apply(explained=False)}, ExplanationMissing, "g1"),
        ({"g1": says("100.01")}, PointsOutOfRange, "g1"),
        ({"g1": SheetLine(word=GivenInputs(inputs={"x": "1"}))}, WordDoesNotFit, "g1"),
        ({"g1": SheetLine(word=GivenState(score=NotScored(reason="late")))}, StateNotForUnits, "g1"),
        ({"g9": says("1.00")}, CriterionUnknown, "g9"),
    ],
)
def test_a_sheet_that_breaks_a_rule_is_refused_at_the_criterion(
    change: dict[str, SheetLine | None], error: type[IctIndexError], criterion: str
) -> None:
    lines = {code: line for code, line in {**LINES, **change}.items() if line is not None}
    given(SHEET, *opened()).when(submit(lines)).refused(error, criterion=criterion)


def test_all_problems_of_a_draft_are_told_at_once_in_the_sheets_order() -> None:
    campaign = SHEET.fold(opened()).campaign.opened(CAMPAIGN)
    found = list(problems(campaign, "c", {"g2": says("1.00", evidence=False)}))
    assert [(code, type(problem)) for code, problem in found] == [
        ("g1", LineMissing),
        ("g2", EvidenceMissing),
        ("g3", LineMissing),
    ]


def test_what_does_not_apply_needs_a_reason_and_no_evidence() -> None:
    lines = {**LINES, "g1": does_not_apply()}
    [fact] = given(SHEET, *opened()).when(submit(lines)).decided()
    assert isinstance(fact, SheetSubmitted)
    assert fact.lines == lines


PLAN = leaf("p", evidence=[{"code": "kh", "title": {"vi": "Kế hoạch", "en": "Plan"}, "file": "true"}])
BOTH = leaf("p", evidence=[{"code": "kh", "title": {"vi": "Kế hoạch"}}, {"code": "bc", "title": {"vi": "Báo cáo"}}])
FILE = PAPER.model_copy(update={"sha256": "1" * 64})


def showing(what: str | None, paper: Evidence = PAPER) -> Evidence:
    return paper.model_copy(update={"shows": what})


@pytest.mark.parametrize(
    ("criterion", "evidence", "error", "named"),
    [
        (PLAN, (FILE,), None, ""),
        (PLAN, (showing("kh", FILE), PAPER), None, ""),
        (PLAN, (PAPER,), EvidenceLacking, "Kế hoạch"),
        (PLAN, (showing("bc", FILE),), EvidenceUnknown, "bc"),
        (BOTH, (showing("kh"), showing("bc")), None, ""),
        (BOTH, (showing("kh"), PAPER), EvidenceLacking, "Báo cáo"),
        (BOTH, (), EvidenceMissing, "p"),
    ],
)
def test_a_claim_shows_each_document_that_its_criterion_wants(
    criterion: dict[str, Any], evidence: tuple[Evidence, ...], error: type[IctIndexError] | None, named: str
) -> None:
    when = given(SHEET, *ruled(criterion)).when(
        submit({"p": SheetLine(word=GivenPoints(points="1"), evidence=evidence)})
    )
    if error is None:
        assert len(when.decided()) == 1
    else:
        assert named in sentence(when.refused(error), "vi")


def test_a_ruleset_may_leave_claims_without_evidence_and_late_sheets_to_others_or_refuse_them() -> None:
    lenient = opened(ruleset={**RULESET, "policies": {**POLICIES, "no_evidence": "flagged"}})
    assert len(given(SHEET, *lenient).when(submit({**LINES, "g1": says("1.00", evidence=False)})).decided()) == 1
    strict = opened(ruleset={**RULESET, "policies": {**POLICIES, "late": "refused"}})
    given(SHEET, *strict).when(submit(), at=LATE).refused(LateRefused)
    given(SHEET, *strict, extended("a", 2)).when(submit(), at=LATE).then(submitted())


def test_a_sheet_that_stands_is_withdrawn_before_the_next_one() -> None:
    given(SHEET, *opened(), submitted()).when(submit()).refused(SheetStands, version=1)
    given(SHEET, *opened(), submitted(), withdrawn()).when(submit()).then(submitted(2))


def test_a_sheet_is_taken_back_until_the_deadline() -> None:
    history = [*opened(), submitted()]
    given(SHEET, *history).when(WITHDRAW, at=CALENDAR.submission_deadline_at).then(withdrawn())
    given(SHEET, *history).when(WITHDRAW, at=LATE).refused(DeadlinePassed)
    given(SHEET, *history, extended("a", 2)).when(WITHDRAW, at=LATE).then(withdrawn())


def test_only_what_stands_is_taken_back() -> None:
    given(SHEET, *opened()).when(WITHDRAW).refused(NothingHandedIn)
    given(SHEET, *opened(), submitted(), withdrawn()).when(WITHDRAW).refused(NothingHandedIn)


def test_closing_says_who_handed_in_and_who_did_not() -> None:
    history = [*opened(), submitted(unit="a"), submitted(unit="b"), withdrawn(unit="b")]
    expected = IntakeClosed(campaign=CAMPAIGN, handed_in=("a",), missing=("b", "c"))
    given(SHEET, *history).when(CloseIntake(CAMPAIGN)).then(expected)


def test_closing_rests_on_every_sheet_and_a_sheet_on_its_own() -> None:
    desk = SHEET.fold(opened())
    assert SHEET.more(CloseIntake(CAMPAIGN), desk) == [sheet_stream(CAMPAIGN, unit) for unit in "abc"]
    assert SHEET.more(WITHDRAW, desk) == ()
    assert sheet_stream(CAMPAIGN, "a") in SHEET.streams(WITHDRAW)


@pytest.mark.parametrize("command", [submit(), WITHDRAW, CloseIntake(CAMPAIGN)])
def test_after_closing_nothing_moves(command: Any) -> None:
    given(SHEET, *opened(), submitted(), CLOSED).when(command).refused(IntakeOver)


@pytest.mark.parametrize("command", [submit(), WITHDRAW, CloseIntake(CAMPAIGN)])
def test_without_a_campaign_there_is_nothing_to_do(command: Any) -> None:
    given(SHEET).when(command).refused(CampaignUnknown)


def test_who_is_not_on_the_roster_hands_nothing_in() -> None:
    given(SHEET, *opened()).when(submit(unit="z")).refused(UnitUnknown)


def test_time_is_the_servers_own_unless_the_campaign_is_retrospective() -> None:
    carried = Meta("a.head", AT, "story", carried=True)
    given(SHEET, *opened()).when(submit(), meta=carried).refused(EffectiveTimeNotAllowed)
    given(SHEET, *opened(retrospective=True)).when(submit(), meta=carried).then(submitted())


def ruled(*children: dict[str, Any], self_score: bool = True) -> list[Any]:
    ruleset = {**RULESET, "appendices": [appendix("I", *children), appendix("II", *children)]}
    return opened(ruleset=ruleset, template=TEMPLATE.model_copy(update={"self_score": self_score}))


def read(name: str, source: str = "unit") -> dict[str, Any]:
    return {"name": name, "title": {"vi": name}, "unit": "máy", "source": source}


RATIO = leaf(
    "r",
    rule={"kind": "ratio.v1", "numerator": "x", "denominator": "y", "zero_denominator": "zero"},
    inputs=[read("x"), read("y")],
    examples=[{"given": {"x": "9", "y": "12"}, "gives": "75"}],
)
COMPARED = [{"given": {"n": "1"}, "among": [{"n": "2"}], "gives": "50"}]
BEST = leaf("best", rule={"kind": "relative.v1", "input": "n"}, inputs=[read("n")], examples=COMPARED)
MEASURED = leaf("m", rule={"kind": "relative.v1", "input": "n"}, inputs=[read("n", "feed")], examples=COMPARED)
MANUAL = leaf("hand")


def inputs(**values: str) -> Word:
    return GivenInputs(inputs=values)


@pytest.mark.parametrize(
    ("criterion", "word", "refused"),
    [
        (RATIO, inputs(x="1", y="2"), True),
        (RATIO, inputs(x="0", y="2"), False),
        (RATIO, inputs(x="1", y="0"), False),
        (BEST, inputs(n="1"), True),
        (BEST, inputs(n="0"), False),
        (MEASURED, inputs(n="1"), False),
    ],
)
def test_declared_figures_that_are_worth_points_need_evidence_and_measured_ones_do_not(
    criterion: dict[str, Any], word: Word, *, refused: bool
) -> None:
    when = given(SHEET, *ruled(criterion)).when(submit({criterion["code"]: SheetLine(word=word)}))
    if refused:
        when.refused(EvidenceMissing)
    else:
        assert len(when.decided()) == 1


def test_a_unit_is_told_what_its_word_is_worth_unless_that_depends_on_other_units() -> None:
    sheet = SHEET.fold(ruled(RATIO, BEST)).campaign.opened(CAMPAIGN).sheet("a")
    assert self_score(sheet["r"], inputs(x="1", y="2")) == Scored(points=Decimal(50))
    assert self_score(sheet["best"], inputs(n="1")) is None
    assert self_score(sheet["best"], GivenState(score=NotApplicable())) == NotApplicable()


def test_without_self_scoring_units_declare_inputs_and_leave_judgement_to_the_appraisers() -> None:
    history = ruled(RATIO, MANUAL, self_score=False)
    declared = {"r": SheetLine(word=inputs(x="1", y="2"), evidence=(PAPER,))}
    assert len(given(SHEET, *history).when(submit(declared)).decided()) == 1
    given(SHEET, *history).when(submit({**declared, "hand": says("1.00")})).refused(PointsNotForUnits)
    given(SHEET, *history).when(submit({})).refused(LineMissing, criterion="r")


def test_others_are_told_everything_and_nobody_asks_back() -> None:
    said: Sequence[Any] = [announce(fact) for fact in (submitted(late=True), withdrawn(), CLOSED)]
    assert said == [
        SubmissionReceived(
            campaign=CAMPAIGN, unit="a", version=1, lines=LINES, late=True, certified=sheet_digest(LINES)
        ),
        SubmissionWithdrawn(campaign=CAMPAIGN, unit="a", version=1, reason=REASON),
        SubmissionsClosed(campaign=CAMPAIGN, handed_in=(), missing=("a", "b", "c")),
    ]


def test_what_campaign_facts_mean_was_said_by_whoever_wrote_them() -> None:
    assert [announce(fact) for fact in opened()] == [None] * len(opened())
