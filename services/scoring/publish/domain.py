"""Publication: exactly the approved run, or a refusal that says why. And the proof: every run again from rows alone."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from services.scoring.engine import Computed
from services.scoring.release.facts import PublicationFailed, ReleaseFact, RunPublished, StandingPublished
from services.scoring.run.domain import RUNS_FACTS, Runs, RunsFact, compute, histories, streams_of
from services.scoring.run.domain import evolve as evolve_runs
from services.scoring.run.facts import RunDrafted
from shared.campaign import Document
from shared.contracts import Contract, PublicationRefused, RestsOn, ResultsPublished, UnitStanding
from shared.eventlog import Mark, Row
from shared.execute import Decider
from shared.facts import FactBook
from shared.vocabulary import Meta, Stage


@dataclass(frozen=True, slots=True)
class Publish:
    """The head of the agency approved *run*."""

    campaign: str
    run: str
    decision: Document
    signer: str
    file_sha256: str


@dataclass(frozen=True, slots=True)
class Releases:
    """What a publication rests on.

    Attributes:
        last: The newest release.
        rests_on: How far every publisher was answered when the streams were read.
    """

    runs: Runs = field(default_factory=Runs)
    last: RunPublished | None = None
    rests_on: Mapping[str, RestsOn] = field(default_factory=dict)


ReleasesFact: TypeAlias = RunsFact


def decide(command: Publish, releases: Releases, _meta: Meta) -> Sequence[ReleaseFact]:
    """The release of the approved run, or why there is none: an approval is always answered.

    Raises:
        CampaignUnknown: It was never opened.
    """
    template = releases.runs.scores.campaign.opened(command.campaign).opening.template
    draft = releases.runs.last
    if draft is None:
        return [_failed(command, None, "not_drafted")]
    stage = _counting(releases.runs, draft)
    computed = compute(releases.runs, command.campaign, stage)
    if template.last_round not in releases.runs.tried:
        return [_failed(command, computed.digest, "rounds_open")]
    if computed.refusing:
        return [_failed(command, computed.digest, "inconsistent")]
    if computed.digest != command.run:
        return [_failed(command, computed.digest, "digest_differs")]
    if releases.last is not None and releases.last.run == command.run:
        return [_failed(command, computed.digest, "already_published")]
    return _released(command, releases, computed, stage)


def _counting(runs: Runs, draft: RunDrafted) -> Stage:
    """The latest stage that counts: the council's once it spoke, even where its draft was refused."""
    return "council" if "council" in runs.tried else draft.stage


def _failed(command: Publish, standing: str | None, reason: str) -> PublicationFailed:
    return PublicationFailed(campaign=command.campaign, approved=command.run, standing=standing, reason=reason)


def _released(command: Publish, releases: Releases, computed: Computed, stage: Stage) -> Sequence[ReleaseFact]:
    units = [
        StandingPublished(campaign=command.campaign, run=computed.digest, number=number, standing=standing)
        for number, standing in enumerate(computed.units, start=1)
    ]
    before = releases.last.release if releases.last else 0
    published = RunPublished(
        campaign=command.campaign,
        run=computed.digest,
        release=before + 1,
        supersedes=before or None,
        stage=stage,
        decision=command.decision,
        signer=command.signer,
        file_sha256=command.file_sha256,
        count=len(units),
        digest=computed.units_digest,
        summary=computed.summary,
        rests_on=dict(releases.rests_on),
    )
    return [*units, published]


def evolve(releases: Releases, fact: ReleasesFact) -> Releases:
    """What is known after *fact*; total, and streams may come in any order between each other."""
    known = replace(releases, runs=evolve_runs(releases.runs, fact))
    return replace(known, last=fact) if isinstance(fact, RunPublished) else known


def rest(releases: Releases, ends: Mapping[str, Mark]) -> Releases:
    """With *ends* as how far every publisher was answered."""
    marks = {
        publisher: RestsOn(position=mark.position, sequence=mark.sequence, chain=mark.chain)
        for publisher, mark in ends.items()
    }
    return replace(releases, rests_on=marks)


def announce(fact: ReleasesFact) -> Contract | None:
    """What the other services are told."""
    match fact:
        case StandingPublished():
            said = fact.model_dump(exclude={"standing"})
            return UnitStanding(**said, unit=fact.standing.unit, standing=fact.standing)
        case RunPublished():
            return ResultsPublished.model_validate(fact.model_dump(exclude={"stage"}))
        case PublicationFailed():
            return PublicationRefused.model_validate(fact.model_dump())
        case _:
            return None


PUBLISH: Decider[Publish, Releases, ReleasesFact] = Decider(
    initial=Releases(),
    book=FactBook(RUNS_FACTS),
    streams=lambda command: streams_of(command.campaign),
    decide=decide,
    evolve=evolve,
    announce=announce,
    more=lambda command, releases: histories(command.campaign, releases.runs),
    answered=rest,
)
"""Approval in, release or refusal out."""


@dataclass(frozen=True, slots=True)
class Recomputed:
    """A run in the log beside the same run computed again from the facts before it.

    Attributes:
        position: The row that says it.
        release: None for a draft.
        stated: The digest in that row; *found* is the recomputed one.
        stated_units, found_units: Digests over the standings.
    """

    position: int
    release: int | None
    stated: str
    found: str
    stated_units: str
    found_units: str

    @property
    def same(self) -> bool:
        """Whether the log proves what it says."""
        return (self.stated, self.stated_units) == (self.found, self.found_units)


def recompute(rows: Iterable[Row], campaign: str) -> tuple[Recomputed, ...]:
    """Every draft and release of *campaign* again, from nothing but the rows of the agency's log, in order."""
    return tuple(_recomputed(rows, campaign))


def _recomputed(rows: Iterable[Row], campaign: str) -> Iterator[Recomputed]:
    releases = PUBLISH.initial
    kinds = {fact.type for fact in RUNS_FACTS}
    for row in rows:
        if row.type not in kinds or not row.stream.startswith(f"{campaign}/"):
            continue
        fact = PUBLISH.book.of(row, row.content().data)
        match fact:
            case RunDrafted() | RunPublished():
                again = compute(releases.runs, campaign, fact.stage)
                release = fact.release if isinstance(fact, RunPublished) else None
                yield Recomputed(row.position, release, fact.run, again.digest, fact.digest, again.units_digest)
            case _:
                pass
        releases = evolve(releases, fact)
