"""What stands for each unit, and what a message changes in it. Pure.

Each stage's word is kept apart, and the latest stage that spoke stands. So two messages that know nothing of each
other lead to the same scores in either order; only the history between differs.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias, assert_never

from services.scoring.engine import Sheets, UnitInput, full_word, totals
from services.scoring.release.facts import (
    RELEASE_FACTS,
    PublicationFailed,
    ReleaseFact,
    RunPublished,
    StandingPublished,
    release_stream,
)
from services.scoring.score.facts import (
    SCORE_FACTS,
    WITHDRAWN,
    ScoreFact,
    ScoreGiven,
    ScoreMoved,
    SheetKept,
    score_stream,
)
from shared.errors import Invalid, Rejected
from shared.execute import Decider
from shared.facts import FactBook
from shared.opening import OPENING_FACTS, Campaign, OpenCampaign, OpeningFact, campaign_stream
from shared.opening import evolve as evolve_campaign
from shared.ruleset import Cohort, Criterion, check, cohort_of, evaluate, peer_relative
from shared.ruleset.model import leaves
from shared.vocabulary import STAGES, Closed, Json, Meta, Missing, Score, Stage, Word


class ResultsStand(Rejected, code="score.results_published"):
    """The results are published: nothing changes them but a correction that begins with the council."""


class StageNotForeseen(Invalid, code="score.stage_not_foreseen"):
    """A verdict of a stage that the campaign's process does not have."""


@dataclass(frozen=True, slots=True)
class UnitScores:
    """One unit.

    Attributes:
        words: By stage and criterion; a stage that said nothing is absent.
        standing: What stands on each criterion, as the history says.
        kept: What the sheet says where units claim no points.
    """

    words: Mapping[Stage, Mapping[str, Word]] = field(default_factory=dict)
    standing: Mapping[str, Score] = field(default_factory=dict)
    kept: Mapping[str, Word] = field(default_factory=dict)

    def hear(self, stage: Stage, criterion: str, word: Word | None) -> "UnitScores":
        """With *word* as what *stage* says; None where it says nothing any more."""
        spoken = {code: each for code, each in self.words.get(stage, {}).items() if code != criterion}
        if word is not None:
            spoken[criterion] = word
        words = {**self.words, stage: spoken}
        return replace(self, words={each: said for each, said in words.items() if said})


@dataclass(frozen=True, slots=True)
class Scores:
    """All that was heard of a campaign's scores; of a unit whose stream was not read, nothing."""

    campaign: Campaign = field(default_factory=Campaign)
    units: Mapping[str, UnitScores] = field(default_factory=dict)
    published: bool = False

    def of(self, unit: str) -> UnitScores:
        """What is known of *unit*."""
        return self.units.get(unit, UnitScores())

    def known(self, unit: str, scores: UnitScores) -> "Scores":
        """With *scores* as what is known of *unit*."""
        return replace(self, units={**self.units, unit: scores})

    def input(self, unit: str) -> UnitInput:
        """What goes into a run of *unit*, which is on the roster."""
        return UnitInput.of(self.campaign.units[unit], self.of(unit).words)

    @property
    def inputs(self) -> list[UnitInput]:
        """What goes into a run, in the order of the roster."""
        return [self.input(unit) for unit in self.campaign.units]


@dataclass(frozen=True, slots=True)
class TakeSheet:
    """A unit's sheet.

    Attributes:
        explanations: The unit's own, by criterion.
    """

    campaign: str
    unit: str
    version: int
    words: Mapping[str, Word]
    explanations: Mapping[str, Closed] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TakeBack:
    """A unit took its sheet back: what it said is missing again."""

    campaign: str
    unit: str
    version: int
    reason: Closed


@dataclass(frozen=True, slots=True)
class TakeVerdict:
    """A later stage's word on one criterion, the same as before or another."""

    campaign: str
    unit: str
    criterion: str
    stage: Stage
    sheet: int
    word: Word
    reason_code: str | None = None
    reason: Closed | None = None


ScoreCommand: TypeAlias = TakeSheet | TakeBack | TakeVerdict
ScoresFact: TypeAlias = OpeningFact | ScoreFact | ReleaseFact
SCORES_FACTS = (*OPENING_FACTS, *SCORE_FACTS, *RELEASE_FACTS)


@dataclass(frozen=True, slots=True)
class _Said:
    """One word on one criterion, with what the history says about it."""

    criterion: str
    stage: Stage
    sheet: int
    word: Word | None
    reason_code: str | None = None
    reason: Closed | None = None


def decide(command: ScoreCommand, scores: Scores, _meta: Meta) -> Sequence[ScoreFact]:
    """The words of *command*, each with what stood before and stands after it, here and at the units it moves.

    Raises:
        CampaignUnknown, UnitUnknown, CriterionUnknown: The publisher spoke of something that was never opened.
        WordDoesNotFit, PointsOutOfRange: A word that the criterion cannot be scored from.
        StageNotForeseen: The process has no such stage of appraisal.
        ResultsStand: The results are published, and this is no change of the council.
    """
    opened = scores.campaign.opened(command.campaign)
    opened.unit(command.unit)
    if scores.published and not (isinstance(command, TakeVerdict) and command.stage == "council"):
        raise ResultsStand(unit=command.unit)
    match command:
        case TakeSheet():
            for code, word in command.words.items():
                check(opened.criterion(command.unit, code), word)
            if not opened.opening.template.self_score:
                return [_kept(command, dict(command.words))]
            return _spoken(command.campaign, command.unit, list(_of_sheet(command, opened, scores)), scores)
        case TakeBack():
            if not opened.opening.template.self_score:
                return [_kept(command, {})]
            before = scores.of(command.unit).words.get("self", {})
            gone = [
                _Said(code, "self", command.version, None, WITHDRAWN, command.reason)
                for code in opened.sheet(command.unit)
                if code in before
            ]
            return _spoken(command.campaign, command.unit, gone, scores)
        case TakeVerdict():
            template = opened.opening.template
            if command.stage not in (*template.rounds, *(["council"] if template.council else [])):
                raise StageNotForeseen(stage=command.stage)
            check(opened.criterion(command.unit, command.criterion), command.word)
            verdict = _Said(
                command.criterion, command.stage, command.sheet, command.word, command.reason_code, command.reason
            )
            return _spoken(command.campaign, command.unit, [verdict], scores)
        case _:
            assert_never(command)


def _kept(command: TakeSheet | TakeBack, words: dict[str, Word]) -> SheetKept:
    return SheetKept(campaign=command.campaign, unit=command.unit, version=command.version, words=words)


def _of_sheet(command: TakeSheet, opened: OpenCampaign, scores: Scores) -> Iterator[_Said]:
    """What is new in a sheet, in its order; what a later version repeats is no new word."""
    before = scores.of(command.unit).words.get("self", {})
    for code in opened.sheet(command.unit):
        word = command.words.get(code)
        if word != before.get(code):
            yield _Said(code, "self", command.version, word, reason=command.explanations.get(code))


def _spoken(campaign: str, unit: str, said: Sequence[_Said], scores: Scores) -> Sequence[ScoreFact]:
    """History rows of *said*, one word after the other; each with the rows of the units it moves behind it."""
    sheets = Sheets(scores.campaign.ruleset, scores.campaign.units)
    facts: list[ScoreFact] = []
    for each in said:
        heard = scores.known(unit, scores.of(unit).hear(each.stage, each.criterion, each.word))
        criterion = sheets.of(unit)[each.criterion]
        cohort, full = _cohort(criterion, heard, sheets), _full(heard, unit, criterion, each.word)
        cohorts = cohort, _cohort(criterion, heard, sheets, full)
        rows: list[ScoreFact] = [_given(campaign, unit, each, criterion, (full, *cohorts), (scores, heard, sheets))]
        if cohort is not None:
            moved = _moved((campaign, unit, each.stage), criterion, cohort, heard, sheets)
            rows += [row for row in moved if row.unit != unit]
        for reader in sheets.readers(unit, each.criterion):
            scores = _known(scores, rows, facts)
            rows = list(_moved((campaign, unit, each.stage), reader, _cohort(reader, scores, sheets), scores, sheets))
        scores = _known(scores, rows, facts)
    return facts


def _known(scores: Scores, rows: list[ScoreFact], facts: list[ScoreFact]) -> Scores:
    """What is known after *rows*, which are kept among *facts*."""
    for row in rows:
        scores = evolve(scores, row)
    facts += rows
    return scores


def _cohort(criterion: Criterion, scores: Scores, sheets: Sheets, beside: Word | None = None) -> Cohort | None:
    """What stands at all its peers, and a word *beside* it that may not stand."""
    if not peer_relative(criterion):
        return None
    return cohort_of(criterion, [*(_word(scores, unit, criterion) for unit in sheets.peers(criterion)), beside])


def _word(scores: Scores, unit: str, criterion: Criterion) -> Word | None:
    return full_word(scores.input(unit), criterion, "council")


def _full(scores: Scores, unit: str, criterion: Criterion, word: Word | None) -> Word | None:
    """*word*, which may not stand, with what stands in registers."""
    return None if word is None else full_word(scores.input(unit), criterion, "council", word)


def _worth(criterion: Criterion, word: Word | None, cohort: Cohort | None) -> Score:
    return Missing() if word is None else evaluate(criterion, word, cohort)


def _given(
    campaign: str,
    unit: str,
    said: _Said,
    criterion: Criterion,
    worth: tuple[Word | None, Cohort | None, Cohort | None],
    moment: tuple[Scores, Scores, Sheets],
) -> ScoreGiven:
    """The row of one word.

    *worth* is the full word, what stands, and that with the word itself: one that does not stand may be better than
    the best. *moment* is what was known before it and with it, and the sheets.
    """
    (full, cohort, wider), (scores, heard, sheets) = worth, moment
    before, after = _standing(scores, unit, criterion), _worth(criterion, _word(heard, unit, criterion), cohort)
    change = _whole(scores, sheets, unit, criterion.code, before, after)
    return ScoreGiven(
        campaign=campaign,
        unit=unit,
        criterion=criterion.code,
        stage=said.stage,
        sheet=said.sheet,
        word=said.word,
        given=_worth(criterion, full, wider),
        before=before,
        after=after,
        reason_code=said.reason_code,
        reason=said.reason,
        **change,
    )


def _moved(
    mover: tuple[str, str, Stage], criterion: Criterion, cohort: Cohort | None, heard: Scores, sheets: Sheets
) -> Iterator[ScoreMoved]:
    """Rows of whoever is worth something else on *criterion* by what the *mover* said at that stage.

    It has rows of its own here only where it said that on a register.
    """
    campaign, by, spoken = mover
    for unit in (by,) if cohort is None else sheets.peers(criterion):
        word, before = _word(heard, unit, criterion), _standing(heard, unit, criterion)
        after = _worth(criterion, word, cohort)
        if before == after:
            continue
        words = heard.of(unit).words
        yield ScoreMoved(
            campaign=campaign,
            unit=unit,
            criterion=criterion.code,
            stage=next((stage for stage in reversed(STAGES) if criterion.code in words.get(stage, {})), spoken),
            cohort=by,
            before=before,
            after=after,
            **_whole(heard, sheets, unit, criterion.code, before, after),
        )


def _standing(scores: Scores, unit: str, criterion: Criterion) -> Score:
    return scores.of(unit).standing.get(criterion.code, Missing())


def _whole(scores: Scores, sheets: Sheets, unit: str, criterion: str, before: Score, after: Score) -> Json:
    """Group and unit around *criterion*, with each of its two scores."""
    tree, standing = sheets.tree(unit), scores.of(unit).standing
    was = totals(tree, {**standing, criterion: before})
    now = was if after == before else totals(tree, {**standing, criterion: after})
    group = next(child.code for child in tree.children if any(leaf.code == criterion for leaf in leaves((child,))))
    return {
        "group": group,
        "group_before": was.groups[group].score,
        "group_after": now.groups[group].score,
        "total_before": was.overall.points,
        "total_after": now.overall.points,
    }


def evolve(scores: Scores, fact: ScoresFact) -> Scores:
    """What is known after *fact*; total, and streams may come in any order between each other."""
    match fact:
        case ScoreGiven():
            heard = scores.of(fact.unit).hear(fact.stage, fact.criterion, fact.word)
            return scores.known(fact.unit, _stands(heard, fact.criterion, fact.after))
        case ScoreMoved():
            return scores.known(fact.unit, _stands(scores.of(fact.unit), fact.criterion, fact.after))
        case SheetKept():
            return scores.known(fact.unit, replace(scores.of(fact.unit), kept=fact.words))
        case RunPublished():
            return replace(scores, published=True)
        case StandingPublished() | PublicationFailed():
            return scores
        case _:
            return replace(scores, campaign=evolve_campaign(scores.campaign, fact))


def _stands(scores: UnitScores, criterion: str, score: Score) -> UnitScores:
    return replace(scores, standing={**scores.standing, criterion: score})


def further(command: ScoreCommand, scores: Scores) -> Sequence[str]:
    """Every unit's history, where a criterion that *command* speaks on looks at the best unit."""
    campaign = scores.campaign
    if campaign.opening is None or command.unit not in campaign.units:
        return ()
    sheet = campaign.opened(command.campaign).sheet(command.unit)
    match command:
        case TakeVerdict():
            spoken = {command.criterion}
        case TakeSheet():
            spoken = {*command.words, *scores.of(command.unit).words.get("self", {})}
        case TakeBack():
            spoken = set(scores.of(command.unit).words.get("self", {}))
        case _:
            assert_never(command)
    moved = (each for code, each in sheet.items() if code in spoken or spoken.intersection(each.registers.values()))
    if any(map(peer_relative, moved)):
        return [score_stream(command.campaign, unit) for unit in campaign.units]
    return ()


SCORE: Decider[ScoreCommand, Scores, ScoresFact] = Decider(
    initial=Scores(),
    book=FactBook(SCORES_FACTS),
    streams=lambda command: [
        campaign_stream(command.campaign),
        release_stream(command.campaign),
        score_stream(command.campaign, command.unit),
    ],
    decide=decide,
    evolve=evolve,
    more=further,
)
"""Sheets and verdicts; a change of the council also drafts a run (see ``run``)."""
