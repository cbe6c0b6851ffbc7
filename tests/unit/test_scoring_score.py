"""Every word that was said, what stood before it and stands after it."""

from decimal import Decimal
from typing import Any

import pytest

from services.scoring.release.facts import RunPublished
from services.scoring.score.domain import SCORE, ResultsStand, StageNotForeseen, TakeBack, TakeSheet, TakeVerdict
from services.scoring.score.facts import ScoreGiven, ScoreMoved, SheetKept
from shared.facts import Fact
from shared.opening import CampaignUnknown, CriterionUnknown, UnitUnknown
from shared.ruleset import PointsOutOfRange, WordDoesNotFit
from shared.standing import BlockSummary, Mean, RunSummary
from shared.vocabulary import (
    Closed,
    GivenInputs,
    GivenPoints,
    GivenState,
    Missing,
    NotApplicable,
    NotScored,
    Score,
    Scored,
    Stage,
    Word,
)
from tests.kit.campaigns import CAMPAIGN, RULESET, TEMPLATE, UNITS, appendix, leaf, opened
from tests.kit.documents import DECISION
from tests.kit.given import given
from tests.kit.hearing import points

REASON = Closed(closed="a" * 64)
OPENED = opened()
TWO_UNITS = UNITS[:2]


def take_sheet(unit: str = "a", version: int = 1, **words: str) -> TakeSheet:
    return TakeSheet(CAMPAIGN, unit, version, {code: points(word) for code, word in words.items()})


def take_verdict(criterion: str, stage: Stage, word: str | Word, unit: str = "a") -> TakeVerdict:
    said = points(word) if isinstance(word, str) else word
    return TakeVerdict(CAMPAIGN, unit, criterion, stage, 1, said, "evidence", REASON)


def row(criterion: str, stage: Stage, word: str | Word | None, before: Score, after: Score, **more: Any) -> ScoreGiven:
    said = points(word) if isinstance(word, str) else word
    given_: Score = Scored(points=said.points) if isinstance(said, GivenPoints) else Missing()
    fields = {"campaign": CAMPAIGN, "unit": "a", "sheet": 1, "group": criterion, "given": given_, **more}
    return ScoreGiven(
        criterion=criterion,
        stage=stage,
        word=said,
        before=before,
        after=after,
        group_before=before,
        group_after=after,
        **fields,
    )


def scored(text: str) -> Scored:
    return Scored(points=text)


FIRST_SHEET = (
    row("g1", "self", "90.00", Missing(), scored("90"), total_before=None, total_after=None),
    row("g2", "self", "80.00", Missing(), scored("80"), total_before=None, total_after="85.00"),
)


def test_a_sheet_opens_the_history_with_a_row_for_each_criterion_and_the_total_comes_with_the_last() -> None:
    given(SCORE, *OPENED).when(take_sheet(g1="90", g2="80")).then(*FIRST_SHEET)


def test_the_units_explanation_is_the_reason_of_its_row() -> None:
    sheet = TakeSheet(CAMPAIGN, "a", 1, {"g1": points("90")}, {"g1": REASON})
    (first,) = given(SCORE, *OPENED).when(sheet).decided()
    assert isinstance(first, ScoreGiven)
    assert first.reason == REASON


def test_a_verdict_changes_criterion_group_and_total_and_says_why() -> None:
    given(SCORE, *OPENED, *FIRST_SHEET).when(take_verdict("g1", "round1", "70")).then(
        row(
            "g1",
            "round1",
            "70.00",
            scored("90"),
            scored("70"),
            total_before="85.00",
            total_after="75.00",
            reason_code="evidence",
            reason=REASON,
        )
    )


def test_a_verdict_that_stands_is_a_row_that_changes_nothing() -> None:
    (stands,) = given(SCORE, *OPENED, *FIRST_SHEET).when(take_verdict("g1", "round1", "90")).decided()
    assert isinstance(stands, ScoreGiven)
    assert not stands.changed
    assert (stands.total_before, stands.total_after) == (Decimal("85.00"), Decimal("85.00"))


def test_the_word_of_a_later_stage_stands_against_a_sheet_that_comes_after_it() -> None:
    verdict = row("g1", "round1", "70.00", Missing(), scored("70"), total_before=None, total_after=None)
    first, _ = given(SCORE, *OPENED, verdict).when(take_sheet(g1="90", g2="80")).decided()
    assert isinstance(first, ScoreGiven)
    assert (first.given, first.before, first.after) == (scored("90"), scored("70"), scored("70"))


def test_a_sheet_taken_back_leaves_every_criterion_missing_again() -> None:
    back = given(SCORE, *OPENED, *FIRST_SHEET).when(TakeBack(CAMPAIGN, "a", 1, REASON))
    gone = {"reason_code": "withdrawn", "reason": REASON}
    back.then(
        row("g1", "self", None, scored("90"), Missing(), total_before="85.00", total_after=None, **gone),
        row("g2", "self", None, scored("80"), Missing(), total_before=None, total_after=None, **gone),
    )


def test_a_sheet_taken_back_leaves_a_verdict_standing() -> None:
    verdict = row("g1", "round1", "70.00", scored("90"), scored("70"), total_before="85.00", total_after="75.00")
    rows = given(SCORE, *OPENED, *FIRST_SHEET, verdict).when(TakeBack(CAMPAIGN, "a", 1, REASON)).decided()
    assert [(each.criterion, each.after) for each in rows if isinstance(each, ScoreGiven)] == [
        ("g1", scored("70")),
        ("g2", Missing()),
    ]


def test_another_version_of_a_sheet_adds_rows_only_where_its_word_is_another() -> None:
    given(SCORE, *OPENED, *FIRST_SHEET).when(take_sheet(version=2, g1="90.0", g2="60")).then(
        row("g2", "self", "60.00", scored("80"), scored("60"), sheet=2, total_before="85.00", total_after="75.00")
    )


def test_what_another_version_leaves_out_is_missing() -> None:
    (left_out,) = given(SCORE, *OPENED, *FIRST_SHEET).when(take_sheet(version=2, g1="90")).decided()
    assert isinstance(left_out, ScoreGiven)
    assert (left_out.criterion, left_out.word, left_out.after) == ("g2", None, Missing())


def test_a_dash_shrinks_the_denominator_and_a_legal_reason_counts_as_zero() -> None:
    dash, zero = GivenState(score=NotApplicable()), GivenState(score=NotScored(reason="no_evidence"))
    (first,) = given(SCORE, *OPENED, *FIRST_SHEET).when(take_verdict("g2", "round1", dash)).decided()
    (second,) = given(SCORE, *OPENED, *FIRST_SHEET).when(take_verdict("g2", "round1", zero)).decided()
    assert isinstance(first, ScoreGiven)
    assert isinstance(second, ScoreGiven)
    assert (first.total_after, second.total_after) == (Decimal("90.00"), Decimal("45.00"))


def test_the_two_units_of_2020_whose_printed_totals_do_not_follow() -> None:
    """Table 5: 89,00 19,40 54,00 - 50,00 72,00 gives 56,88; 70,50 13,50 33,00 - 20,00 56,80 gives 38,76."""
    codes = ("g1", "g2", "g3", "g4", "g5", "g6")
    ruleset = {**RULESET, "appendices": [appendix("I", *map(leaf, codes))]}
    for unit, cells, total in (
        ("a", "89.00 19.40 54.00 - 50.00 72.00", "56.88"),
        ("b", "70.50 13.50 33.00 - 20.00 56.80", "38.76"),
    ):
        words = dict(zip(codes, map(points, cells.split()), strict=True))
        sheet = TakeSheet(CAMPAIGN, unit, 1, words)
        *_, last = given(SCORE, *opened(TWO_UNITS, ruleset=ruleset)).when(sheet).decided()
        assert isinstance(last, ScoreGiven)
        assert last.total_after == Decimal(total)


def test_where_units_claim_no_points_a_sheet_is_kept_unscored_and_a_verdict_scores_it() -> None:
    unscored = opened(template=TEMPLATE.model_copy(update={"self_score": False}))
    kept = SheetKept(campaign=CAMPAIGN, unit="a", version=1, words={"g1": points("90")})
    given(SCORE, *unscored).when(take_sheet(g1="90")).then(kept)
    verdict = row("g1", "round1", "70", Missing(), scored("70"), total_before=None, total_after=None)
    given(SCORE, *unscored, kept).when(take_verdict("g1", "round1", "70")).then(
        verdict.model_copy(update={"reason_code": "evidence", "reason": REASON})
    )
    given(SCORE, *unscored, kept).when(TakeBack(CAMPAIGN, "a", 1, REASON)).then(kept.model_copy(update={"words": {}}))


RELATIVE = {
    **RULESET,
    "appendices": [
        appendix(
            "I",
            leaf(
                "mail",
                rule={"kind": "relative.v1", "input": "users"},
                examples=[{"given": {"users": "1"}, "among": [{"users": "2"}], "gives": "50"}],
                inputs=[{"name": "users", "title": {"vi": "Số người dùng"}, "unit": "người", "source": "unit"}],
            ),
            leaf("g2"),
        )
    ],
}


def users(count: str) -> Word:
    return GivenInputs(inputs={"users": count})


def history(*commands: TakeSheet | TakeVerdict | TakeBack, opening: list[Any]) -> list[Fact]:
    facts: list[Any] = list(opening)
    for command in commands:
        facts += given(SCORE, *facts).when(command).decided()
    return facts[len(opening) :]


def test_a_better_unit_moves_the_scores_of_the_others_and_their_rows_name_it() -> None:
    peers = opened(TWO_UNITS, ruleset=RELATIVE)
    facts = history(
        TakeSheet(CAMPAIGN, "a", 1, {"mail": users("40"), "g2": points("50")}),
        TakeSheet(CAMPAIGN, "b", 1, {"mail": users("80"), "g2": points("50")}),
        opening=peers,
    )
    moved = [fact for fact in facts if isinstance(fact, ScoreMoved)]
    assert [(each.unit, each.cohort, each.stage, each.before, each.after) for each in moved] == [
        ("a", "b", "self", scored("100"), scored("50"))
    ]
    assert (moved[0].total_before, moved[0].total_after) == (Decimal("75.00"), Decimal("50.00"))


def test_a_unit_with_another_criterion_of_the_same_code_is_no_peer() -> None:
    other = appendix("II", leaf("mail"), leaf("g2"))  # there the same code is appraised as a whole
    both = {**RULESET, "appendices": [*RELATIVE["appendices"], other]}
    facts = history(
        TakeSheet(CAMPAIGN, "c", 1, {"mail": points("40"), "g2": points("50")}),
        TakeSheet(CAMPAIGN, "a", 1, {"mail": users("80"), "g2": points("50")}),
        opening=opened(ruleset=both),
    )
    assert [fact.unit for fact in facts if isinstance(fact, ScoreMoved)] == []
    assert [fact.after for fact in facts if isinstance(fact, ScoreGiven) and fact.criterion == "mail"] == [
        scored("40"),
        scored("100"),
    ]


def test_a_word_on_a_campaign_or_unit_that_nobody_knows_rests_on_no_other_history() -> None:
    open_state = SCORE.fold(opened(TWO_UNITS, ruleset=RELATIVE))
    assert SCORE.more(take_verdict("mail", "round1", users("1")), SCORE.initial) == ()
    assert SCORE.more(take_verdict("mail", "round1", users("1"), "nobody"), open_state) == ()


def test_taking_back_the_best_sheet_moves_the_others_up_again() -> None:
    facts = history(
        TakeSheet(CAMPAIGN, "a", 1, {"mail": users("40")}),
        TakeSheet(CAMPAIGN, "b", 1, {"mail": users("80")}),
        TakeVerdict(CAMPAIGN, "a", "mail", "round1", 1, users("40")),
        TakeBack(CAMPAIGN, "b", 1, REASON),
        opening=opened(TWO_UNITS, ruleset=RELATIVE),
    )
    last = facts[-1]
    assert isinstance(last, ScoreMoved)
    assert (last.unit, last.stage, last.before, last.after) == ("a", "round1", scored("50"), scored("100"))


def test_only_a_criterion_that_looks_at_the_best_unit_needs_the_others() -> None:
    state = SCORE.fold(opened(TWO_UNITS, ruleset=RELATIVE))
    assert SCORE.more(take_verdict("g2", "round1", "50"), state) == ()
    assert SCORE.more(take_verdict("mail", "round1", users("1")), state) == [
        f"{CAMPAIGN}/score/a",
        f"{CAMPAIGN}/score/b",
    ]


@pytest.mark.parametrize(
    ("command", "error"),
    [
        (take_sheet("nobody", g1="90"), UnitUnknown),
        (take_sheet("a", g3="90"), CriterionUnknown),
        (take_sheet("a", g1="100.01"), PointsOutOfRange),
        (take_verdict("g3", "round1", "90"), CriterionUnknown),
        (take_verdict("g1", "round1", GivenInputs(inputs={"x": "1"})), WordDoesNotFit),
    ],
)
def test_what_cannot_be_scored_is_refused(command: Any, error: Any) -> None:
    given(SCORE, *OPENED).when(command).refused(error)


@pytest.mark.parametrize("stage", ["self", "round2", "council"])
def test_a_verdict_of_a_stage_that_the_process_does_not_have_is_refused(stage: Stage) -> None:
    short = opened(template=TEMPLATE.model_copy(update={"rounds": ("round1",), "council": False}))
    given(SCORE, *short).when(take_verdict("g1", stage, "90")).refused(StageNotForeseen, stage=stage)


def test_a_campaign_that_was_never_opened_has_no_scores() -> None:
    given(SCORE).when(take_sheet(g1="90")).refused(CampaignUnknown)


NOTHING = Mean(mean=None, denominator=0)
SUMMARY = BlockSummary(block=None, total=NOTHING, self_total=NOTHING, earlier=NOTHING)
PUBLISHED = RunPublished(
    campaign=CAMPAIGN,
    run="1" * 64,
    release=1,
    supersedes=None,
    stage="council",
    decision=DECISION,
    signer="Bộ trưởng",
    file_sha256="f" * 64,
    count=0,
    digest="2" * 64,
    summary=RunSummary(blocks=(), overall=SUMMARY),
    rests_on={},
)


@pytest.mark.parametrize(
    "command", [take_sheet(version=2, g1="10"), TakeBack(CAMPAIGN, "a", 1, REASON), take_verdict("g1", "round2", "10")]
)
def test_published_results_stand(command: Any) -> None:
    given(SCORE, *OPENED, *FIRST_SHEET, PUBLISHED).when(command).refused(ResultsStand, unit="a")


def test_a_correction_begins_with_the_council() -> None:
    (correction,) = given(SCORE, *OPENED, *FIRST_SHEET, PUBLISHED).when(take_verdict("g1", "council", "10")).decided()
    assert isinstance(correction, ScoreGiven)
    assert correction.after == scored("10")
