"""When a ranking is drafted, what it holds, and when it is refused. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias, assert_never

from services.scoring.engine import Computed, computed
from services.scoring.reference.facts import (
    REFERENCE_FACTS,
    ReferenceDropped,
    ReferenceFact,
    ReferenceKept,
    reference_stream,
)
from services.scoring.release.facts import release_stream
from services.scoring.run.facts import RUN_FACTS, RunDrafted, RunFact, RunRefused, StandingComputed, run_stream
from services.scoring.score.domain import SCORES_FACTS, Scores, ScoresFact, TakeVerdict
from services.scoring.score.domain import decide as decide_scores
from services.scoring.score.domain import evolve as evolve_scores
from services.scoring.score.facts import ScoreFact, ScoreGiven, score_stream
from shared.campaign import Document, RoundStage
from shared.contracts import Contract, StandingsDrafted, UnitStanding, round_digest
from shared.errors import Corrupt
from shared.execute import Decider
from shared.facts import FactBook
from shared.opening import campaign_stream
from shared.standing import PrintedFigure
from shared.vocabulary import Localized, Meta, Stage


class RoundDiffers(Corrupt, code="standings.round_differs"):
    """The words of a closed round are not those that were heard."""


@dataclass(frozen=True, slots=True)
class CloseRound:
    """A round is over; *count* and *digest* are those of its words."""

    campaign: str
    stage: RoundStage
    count: int
    digest: str


@dataclass(frozen=True, slots=True)
class ChangeByCouncil:
    """A word of the council: the score and the ranking change together."""

    verdict: TakeVerdict

    @property
    def campaign(self) -> str:
        """Where."""
        return self.verdict.campaign


@dataclass(frozen=True, slots=True)
class KeepReference:
    """Printed figures, to be compared."""

    campaign: str
    reference: str
    title: Localized
    document: Document
    figures: tuple[PrintedFigure, ...]


@dataclass(frozen=True, slots=True)
class DropReference:
    """It was entered by mistake."""

    campaign: str
    reference: str


RunCommand: TypeAlias = CloseRound | ChangeByCouncil | KeepReference | DropReference
RunsFact: TypeAlias = ScoresFact | ReferenceFact | RunFact
RUNS_FACTS = (*SCORES_FACTS, *REFERENCE_FACTS, *RUN_FACTS)


@dataclass(frozen=True, slots=True)
class Runs:
    """What a draft rests on.

    Attributes:
        references: Printed figures by reference.
        last: The newest draft.
        tried: Stages that a run was drafted or refused for.
        changes: How many words of the council were heard, each later word on one criterion included.
    """

    scores: Scores = field(default_factory=Scores)
    references: Mapping[str, tuple[PrintedFigure, ...]] = field(default_factory=dict)
    last: RunDrafted | None = None
    tried: frozenset[Stage] = frozenset()
    changes: int = 0


def compute(runs: Runs, campaign: str, stage: Stage) -> Computed:
    """What stands for every unit, counting what was said up to *stage*.

    Raises:
        CampaignUnknown: It was never opened.
    """
    ruleset = runs.scores.campaign.opened(campaign).ruleset
    return computed(ruleset, runs.scores.inputs, stage, [figures for _, figures in sorted(runs.references.items())])


def decide(command: RunCommand, runs: Runs, meta: Meta) -> Sequence[ScoreFact | ReferenceFact | RunFact]:
    """What *command* changes, and the draft that it starts.

    Raises:
        CampaignUnknown: It was never opened.
        RoundDiffers: What was closed is not what was heard.
        CriterionUnknown, WordDoesNotFit, PointsOutOfRange: As a word's own decider.
    """
    match command:
        case CloseRound():
            _same_words(command, runs)
            return draft(runs, command.campaign, command.stage)
        case ChangeByCouncil():
            facts = decide_scores(command.verdict, runs.scores, meta)
            return [*facts, *draft(_after(runs, facts), command.campaign, "council")]
        case KeepReference():
            kept = ReferenceKept(
                campaign=command.campaign,
                reference=command.reference,
                title=command.title,
                document=command.document,
                figures=command.figures,
            )
            return [kept, *_again(runs, kept)]
        case DropReference():
            dropped = ReferenceDropped(campaign=command.campaign, reference=command.reference)
            return [dropped, *_again(runs, dropped)]
        case _:
            assert_never(command)


def _same_words(command: CloseRound, runs: Runs) -> None:
    scores = runs.scores
    words = {
        (unit, criterion): word
        for unit in scores.campaign.opened(command.campaign).units
        for criterion, word in scores.of(unit).words.get(command.stage, {}).items()
    }
    heard = (len(words), round_digest(words))
    if heard != (command.count, command.digest):
        raise RoundDiffers(stage=command.stage, count=command.count, heard=len(words))


def _again(runs: Runs, fact: ReferenceFact) -> Sequence[RunFact]:
    """The newest draft beside the references as they are now; its run digest stays."""
    return () if runs.last is None else draft(_after(runs, [fact]), fact.campaign, runs.last.stage)


def _after(runs: Runs, facts: Iterable[ScoreFact | ReferenceFact]) -> Runs:
    for fact in facts:
        runs = evolve(runs, fact)
    return runs


def draft(runs: Runs, campaign: str, stage: Stage) -> Sequence[RunFact]:
    """The next draft: its units, then the run that counts them; or the refusal of a run that contradicts itself."""
    run = compute(runs, campaign, stage)
    if run.refusing:
        return [RunRefused(campaign=campaign, stage=stage, findings=run.refusing)]
    units = [
        StandingComputed(campaign=campaign, run=run.digest, number=number, standing=standing)
        for number, standing in enumerate(run.units, start=1)
    ]
    drafted = RunDrafted(
        campaign=campaign,
        run=run.digest,
        stage=stage,
        draft=runs.last.draft + 1 if runs.last else 1,
        count=len(units),
        digest=run.units_digest,
        summary=run.summary,
        changes=runs.changes,
    )
    return [*units, drafted]


def evolve(runs: Runs, fact: RunsFact) -> Runs:
    """What is known after *fact*; total, and streams may come in any order between each other."""
    match fact:
        case ReferenceKept():
            return replace(runs, references={**runs.references, fact.reference: fact.figures})
        case ReferenceDropped():
            left = {name: figures for name, figures in runs.references.items() if name != fact.reference}
            return replace(runs, references=left)
        case StandingComputed():
            return runs
        case RunDrafted():
            return replace(runs, last=fact, tried=runs.tried | {fact.stage})
        case RunRefused():
            return replace(runs, tried=runs.tried | {fact.stage})
        case _:
            changes = runs.changes + (isinstance(fact, ScoreGiven) and fact.stage == "council")
            return replace(runs, scores=evolve_scores(runs.scores, fact), changes=changes)


def announce(fact: RunsFact) -> Contract | None:
    """What the other services are told of a draft."""
    match fact:
        case StandingComputed():
            said = fact.model_dump(exclude={"standing"})
            return UnitStanding(**said, unit=fact.standing.unit, standing=fact.standing)
        case RunDrafted():
            return StandingsDrafted.model_validate(fact.model_dump())
        case _:
            return None


def streams_of(campaign: str) -> list[str]:
    """What every run rests on, beside the histories of the roster's units."""
    return [stream(campaign) for stream in (campaign_stream, run_stream, reference_stream, release_stream)]


def histories(campaign: str, runs: Runs) -> list[str]:
    """The histories of the roster's units."""
    return [score_stream(campaign, unit) for unit in runs.scores.campaign.units]


RUN: Decider[RunCommand, Runs, RunsFact] = Decider(
    initial=Runs(),
    book=FactBook(RUNS_FACTS),
    streams=lambda command: streams_of(command.campaign),
    decide=decide,
    evolve=evolve,
    announce=announce,
    more=lambda command, runs: histories(command.campaign, runs),
)
"""Closed rounds, changes of the council, references: each may draft a run."""
