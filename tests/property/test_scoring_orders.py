"""Scores do not depend on how two publishers that know nothing of each other happened to be heard."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from deploy.offline.sheets import read_sheets
from services.scoring.engine import run_digest, standings
from services.scoring.run.consumers import on_score_appraised
from services.scoring.run.domain import RUN, ChangeByCouncil, Runs
from services.scoring.score.consumers import on_submission_received, on_submission_withdrawn
from services.scoring.score.domain import Scores
from services.scoring.score.facts import ScoreGiven, ScoreMoved
from shared.contracts import Contract, ScoreAppraised, SubmissionReceived, SubmissionWithdrawn
from shared.vocabulary import (
    STAGES,
    Closed,
    GivenInputs,
    GivenPoints,
    GivenState,
    NotApplicable,
    NotScored,
    Stage,
    Word,
)
from tests.kit.campaigns import CAMPAIGN, RULESET, UNITS, appendix, leaf, opened
from tests.kit.sheets_file import written
from tests.kit.world import META

USERS = [{"name": "users", "title": {"vi": "Số người dùng"}, "unit": "người", "source": "unit"}]
EXAMPLES = [{"given": {"users": "1"}, "among": [{"users": "2"}], "gives": "50"}]
MAIL = leaf("mail", rule={"kind": "relative.v1", "input": "users"}, inputs=USERS, examples=EXAMPLES)
OPENED = opened(ruleset={**RULESET, "appendices": [appendix("I", MAIL, leaf("g2")), appendix("II", MAIL, leaf("g2"))]})
REASON = Closed(closed="a" * 64)

states = st.sampled_from([GivenState(score=NotApplicable()), GivenState(score=NotScored(reason="no_evidence"))])
manual = st.integers(0, 100).map(lambda number: GivenPoints(points=Decimal(number))) | states
users = st.integers(0, 9).map(lambda number: GivenInputs(inputs={"users": Decimal(number)})) | states
units = st.sampled_from([unit.unit for unit in UNITS])


@st.composite
def sheets(draw: st.DrawFn) -> list[Contract]:
    """What submission says: sheets, taken back, handed in again."""
    said: list[Contract] = []
    versions: dict[str, int] = {}
    for unit in draw(st.lists(units, max_size=6)):
        version = versions.get(unit, 0)
        if version and draw(st.booleans()):
            said.append(SubmissionWithdrawn(campaign=CAMPAIGN, unit=unit, version=version, reason=REASON))
            continue
        versions[unit] = version + 1
        words = {"mail": draw(users | st.none()), "g2": draw(manual | st.none())}
        lines: Any = {code: {"word": word} for code, word in words.items() if word is not None}
        said.append(
            SubmissionReceived(campaign=CAMPAIGN, unit=unit, version=version + 1, lines=lines, certified="0" * 64)
        )
    return said


@st.composite
def verdicts(draw: st.DrawFn) -> list[Contract]:
    """What appraisal says."""
    said: list[Contract] = []
    for stage in draw(st.lists(st.sampled_from(STAGES[1:]), max_size=8)):
        code = draw(st.sampled_from(["mail", "g2"]))
        word = draw(users if code == "mail" else manual)
        said.append(_verdict(draw(units), code, stage, word))
    return said


def _verdict(unit: str, code: str, stage: Stage, word: Word) -> ScoreAppraised:
    return ScoreAppraised(campaign=CAMPAIGN, unit=unit, criterion=code, stage=stage, sheet=1, before=None, after=word)


@dataclass(frozen=True)
class Story:
    """Two publishers; *known* says how far appraisal had heard submission when it said each of its words."""

    submission: Sequence[Contract]
    appraisal: Sequence[Contract]
    known: Sequence[int]

    def in_order(self, choices: Sequence[bool]) -> list[Contract]:
        """One order that ``after`` permits; each choice prefers appraisal where both could come."""
        heard: list[Contract] = []
        said, judged = 0, 0
        turns = iter(choices)
        while said < len(self.submission) or judged < len(self.appraisal):
            ready = judged < len(self.appraisal) and self.known[judged] <= said
            if ready and (said == len(self.submission) or next(turns, False)):
                heard.append(self.appraisal[judged])
                judged += 1
            else:
                heard.append(self.submission[said])
                said += 1
        return heard


@st.composite
def stories(draw: st.DrawFn) -> Story:
    submission, appraisal = draw(sheets()), draw(verdicts())
    known = sorted(draw(st.lists(st.integers(0, len(submission)), min_size=len(appraisal), max_size=len(appraisal))))
    return Story(submission, appraisal, known)


CONSUMERS: dict[type[Contract], Any] = {
    SubmissionReceived: on_submission_received,
    SubmissionWithdrawn: on_submission_withdrawn,
    ScoreAppraised: on_score_appraised,
}


def facts(runs: Runs, said: Contract) -> Sequence[Any]:
    """What *said* leads to."""
    act = CONSUMERS[type(said)](said)
    state = runs if isinstance(act.command, ChangeByCouncil) else runs.scores
    decided: Sequence[Any] = act.decider.decide(act.command, state, META)
    return decided


def hear(runs: Runs, said: Contract) -> Runs:
    return reduce(RUN.evolve, facts(runs, said), runs)


def after(heard: Sequence[Contract]) -> Scores:
    return reduce(hear, heard, RUN.fold(OPENED)).scores


def named(scores: Scores) -> str:
    ruleset = scores.campaign.ruleset
    return run_digest(ruleset, scores.inputs, standings(ruleset, scores.inputs, "council"))


@given(stories(), st.lists(st.booleans(), max_size=20))
def test_every_order_that_after_permits_leads_to_the_same_scores_and_the_same_run(
    story: Story, choices: list[bool]
) -> None:
    first, second = after(story.in_order([])), after(story.in_order(choices))
    for unit in UNITS:
        one, other = first.of(unit.unit), second.of(unit.unit)
        assert one.words == other.words
        spoken = {code for words in one.words.values() for code in words}
        assert {code: one.standing[code] for code in spoken} == {code: other.standing[code] for code in spoken}
    assert named(first) == named(second)


@given(stories(), st.lists(st.booleans(), max_size=20))
def test_what_stands_by_the_history_is_what_the_engine_computes_from_the_words(
    story: Story, choices: list[bool]
) -> None:
    scores = after(story.in_order(choices))
    run = standings(scores.campaign.ruleset, scores.inputs, "council")
    for unit in run.units:
        standing = scores.of(unit.unit).standing
        for code, cell in unit.cells.items():
            assert standing.get(code, cell.standing) == cell.standing


@given(stories(), st.lists(st.booleans(), max_size=20), st.sampled_from([",", ";"]))
def test_a_file_of_the_words_leads_to_the_same_run_without_the_service(
    story: Story, choices: list[bool], delimiter: str
) -> None:
    scores = after(story.in_order(choices))
    ruleset = scores.campaign.ruleset
    assume(any(unit.spoke for unit in scores.inputs))
    with TemporaryDirectory() as directory:
        sheets = Path(directory) / "sheets.csv"
        sheets.write_text(written(scores.inputs, delimiter=delimiter))
        read = read_sheets(sheets, ruleset, UNITS, "council")
    assert run_digest(ruleset, read, standings(ruleset, read, "council")) == named(scores)


@given(stories(), st.lists(st.booleans(), max_size=20))
def test_each_row_begins_where_the_row_before_it_ended(story: Story, choices: list[bool]) -> None:
    runs = RUN.fold(OPENED)
    standing: dict[tuple[str, str], object] = {}
    totals: dict[str, object] = {}
    for said in story.in_order(choices):
        for fact in facts(runs, said):
            if not isinstance(fact, ScoreGiven | ScoreMoved):
                continue
            place = (fact.unit, fact.criterion)
            assert standing.get(place, fact.before) == fact.before
            assert totals.get(fact.unit) == fact.total_before
            standing[place], totals[fact.unit] = fact.after, fact.total_after
        runs = hear(runs, said)
