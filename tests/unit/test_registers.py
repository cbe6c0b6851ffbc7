"""What is said once for a whole sheet, e.g. the headcount, and read by every criterion that divides by it."""

from typing import Any

import pytest

from services.scoring.engine import UnitInput, examine, standings
from services.scoring.score.domain import SCORE, Scores, TakeSheet, TakeVerdict, decide
from services.scoring.score.facts import ScoreGiven, ScoreMoved
from services.submission.sheet.domain import LineMissing, problems
from services.submission.sheet.queries import show_draft
from services.submission.sheet.tables import Cell
from shared.campaign import Evidence, SheetLine
from shared.edge.sentences.ruleset import SENTENCES
from shared.ruleset import check, check_composition, completed, evaluate, parse, sheet_of
from shared.ruleset.errors import InputsDoNotFit, RegisterUnknown
from shared.vocabulary import GivenState, Json, Missing, NotApplicable, NotScored, Score, Scored, Word
from tests.kit.campaigns import CAMPAIGN, enrolled, opened
from tests.kit.registers import BEST, MACHINES, RATIO, REGISTER, STAFF, document, said
from tests.kit.world import META

RULES = document(REGISTER, RATIO, BEST)
SHEET = sheet_of(parse(RULES), "I", {})


def points(score: Score) -> str | None:
    return str(score.points) if isinstance(score, Scored) else None


def test_a_word_is_completed_from_the_register() -> None:
    words = {"r1": said(staff="12"), "c1": said(machines="9")}
    word = completed(SHEET["c1"], words.get)
    assert word == said(machines="9", staff="12")
    assert points(evaluate(SHEET["c1"], word)) == "75.00"
    assert completed(SHEET["c2"], words.get) == said(staff="12")  # nothing of its own has to be said


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ({"c1": said(machines="9")}, None),
        ({"r1": said(staff="12")}, None),
        ({"r1": GivenState(score=NotApplicable()), "c1": said(machines="9")}, GivenState(score=NotApplicable())),
        (
            {"r1": said(staff="9"), "c1": GivenState(score=NotScored(reason="late"))},
            GivenState(score=NotScored(reason="late")),
        ),
    ],
)
def test_what_the_register_does_not_say_is_missing_and_its_state_is_theirs(
    words: dict[str, Word], found: Word | None
) -> None:
    assert completed(SHEET["c1"], words.get) == found


def test_nobody_says_on_a_criterion_what_stands_in_a_register() -> None:
    check(SHEET["c1"], said(machines="9"))
    for word in (said(machines="9", staff="12"), said(staff="12")):
        with pytest.raises(InputsDoNotFit):
            check(SHEET["c1"], word)
    with pytest.raises(InputsDoNotFit):
        evaluate(SHEET["c1"], said(machines="9"))


@pytest.mark.parametrize(
    "change",
    [
        {"registers": {"staff": "c2"}},
        {"registers": {"staff": "r9"}},
        {"registers": {"machines": "r1"}},
        {"registers": {"nothing": "r1"}},
        {"inputs": [MACHINES, {**STAFF, "type": "number"}]},
    ],
)
def test_a_register_that_does_not_say_it_is_refused(change: Json) -> None:
    with pytest.raises(RegisterUnknown) as refusal:
        parse(document(REGISTER, {**RATIO, **change}, BEST))
    for sentence in SENTENCES[RegisterUnknown.code]:
        assert "appendices/I/c1" in sentence.format(**refusal.value.facts)


def test_a_group_is_not_taken_to_where_its_register_is_not() -> None:
    with pytest.raises(RegisterUnknown) as refusal:
        check_composition(parse(RULES), "II", {"c1": "I"})
    assert refusal.value.facts == {"path": "appendices/II/c1", "input": "staff", "register": "r1"}


def test_a_run_scores_by_what_stands_in_the_register_at_each_stage() -> None:
    first = {"r1": said(staff="12"), "c1": said(machines="9")}
    roster = [
        UnitInput("a", "thuoc", "I", {}, {"self": first, "round1": {"r1": said(staff="18")}}),
        UnitInput("b", "thuoc", "I", {}, {"self": {"r1": said(staff="9"), "c1": said(machines="9")}}),
    ]
    rules = parse(RULES)
    run = standings(rules, roster, "round1")
    assert [points(run.of("a").cells[code].standing) for code in ("r1", "c1", "c2")] == ["0.00", "50.00", "100.00"]
    assert [points(run.of("b").cells[code].standing) for code in ("c1", "c2")] == ["100.00", "50.00"]
    assert {stage: str(total) for stage, total in run.of("a").totals.items()} == {"self": "87.50", "round1": "75.00"}
    assert examine(rules, roster, run) == ()


def history(*commands: TakeSheet | TakeVerdict) -> list[ScoreGiven | ScoreMoved]:
    facts: list[Any] = list(opened((enrolled("a"), enrolled("b")), ruleset=RULES))
    scores: Scores = SCORE.fold(facts)
    rows: list[Any] = []
    for command in commands:
        for row in decide(command, scores, META):
            rows.append(row)
            scores = SCORE.evolve(scores, row)
    return rows


def test_a_word_on_a_register_moves_every_score_that_reads_it_also_at_other_units() -> None:
    sheets = [
        TakeSheet(CAMPAIGN, unit, 1, {"r1": said(staff=staff), "c1": said(machines="9")})
        for unit, staff in (("a", "12"), ("b", "9"))
    ]
    before = history(*sheets)
    rows = history(*sheets, TakeVerdict(CAMPAIGN, "a", "r1", "round1", 1, said(staff="18")))[len(before) :]
    told = [(type(row).__name__, row.unit, row.criterion, points(row.before), points(row.after)) for row in rows]
    assert told == [
        ("ScoreGiven", "a", "r1", "0.00", "0.00"),
        ("ScoreMoved", "a", "c1", "75.00", "50.00"),
        ("ScoreMoved", "b", "c2", "75.00", "50.00"),
    ]
    assert [row.cohort for row in rows if isinstance(row, ScoreMoved)] == ["a", "a"]
    assert {row.stage for row in before if row.criterion == "c2"} == {"self"}


def test_all_units_histories_are_read_where_a_register_reaches_them() -> None:
    scores: Scores = SCORE.fold(list(opened((enrolled("a"), enrolled("b")), ruleset=RULES)))
    more = SCORE.more
    assert more is not None
    assert len(more(TakeVerdict(CAMPAIGN, "a", "r1", "round1", 1, said(staff="18")), scores)) == 2
    assert not more(TakeVerdict(CAMPAIGN, "a", "c1", "round1", 1, said(machines="18")), scores)


def test_a_draft_comes_to_what_its_registers_say_and_misses_no_line_of_theirs() -> None:
    campaign = SCORE.fold(list(opened((enrolled("a"),), ruleset=RULES))).campaign.opened(CAMPAIGN)
    words = {"r1": said(staff="12"), "c1": said(machines="9")}
    shown = show_draft(campaign, "a", {code: Cell(word=word) for code, word in words.items()})
    assert points(shown.scores["c1"] or Missing()) == "75.00"
    lines = {code: SheetLine(word=word) for code, word in words.items()}
    assert [code for code, _ in problems(campaign, "a", lines)] == ["c1"]  # its evidence
    [(code, problem)] = list(problems(campaign, "a", {"c1": lines["c1"].model_copy(update={"evidence": (EVIDENCE,)})}))
    assert (code, type(problem)) == ("r1", LineMissing)


EVIDENCE = Evidence.model_validate({"document": {"number": "1/BC", "date": "2020-11-04", "issuer": "Vụ"}})
