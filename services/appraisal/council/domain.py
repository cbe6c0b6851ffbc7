"""The rules of the council: what it may change, and which draft it may send back or accept."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias, assert_never

from services.appraisal.body.facts import body_stream
from services.appraisal.council.facts import COUNCIL_FACTS, ChangeMinuted, CouncilFact, DraftReviewed, council_stream
from services.appraisal.dossier.facts import VerdictGiven, dossier_stream
from services.appraisal.round.domain import BENCH_FACTS, Bench, BenchFact, Judgement, round_streams, verdict
from services.appraisal.round.domain import announce as announce_verdict
from services.appraisal.round.domain import evolve as evolve_bench
from services.appraisal.run.domain import Runs, StaleDraft
from services.appraisal.run.domain import evolve as evolve_runs
from services.appraisal.run.facts import RUN_FACTS, DraftTaken, PublicationTaken, RefusalTaken, RunFact, run_stream
from shared.campaign import Recusal, RoundStage
from shared.contracts import Contract, CouncilDecided
from shared.errors import Invalid, Rejected
from shared.execute import Decider
from shared.facts import FactBook
from shared.opening import OpenCampaign
from shared.vocabulary import Closed, Meta


class NoCouncil(Rejected, code="council.not_foreseen"):
    """The campaign's template has no council."""


class RoundsOpen(Rejected, code="council.rounds_open"):
    """The council speaks after the last round is closed."""


class AlreadyAccepted(Rejected, code="council.already_accepted"):
    """An accepted draft is not changed; it has to be sent back first."""


class NothingChanged(Rejected, code="council.nothing_changed"):
    """The council's word is the one that stands."""


class ReasonNeeded(Invalid, code="council.reason_needed"):
    """The council gives a reason for every change."""


class CommentsNeeded(Invalid, code="council.comments_needed"):
    """Whoever sends a draft back says what is to be done."""


class PresenceWrong(Invalid, code="council.presence_wrong"):
    """Somebody is said to be present who is no member, or the caller is not."""


class NobodyLeft(Rejected, code="council.nobody_left"):
    """All who are present belong to one unit, so nobody is left to accept its results."""


class FindingUnknown(Invalid, code="council.finding_unknown"):
    """The draft has no such finding."""


class FindingsOpen(Rejected, code="council.findings_open"):
    """A draft is accepted only when the council took note of each finding against printed figures."""


@dataclass(frozen=True, slots=True)
class Chamber:
    """All that the council rests on.

    Attributes:
        changes, reviews: In the order they were made.
    """

    bench: Bench = field(default_factory=Bench)
    runs: Runs = field(default_factory=Runs)
    changes: tuple[ChangeMinuted, ...] = ()
    reviews: tuple[DraftReviewed, ...] = ()

    @property
    def accepted(self) -> DraftReviewed | None:
        """The acceptance that stands: the last review, if it accepted."""
        last = self.reviews[-1] if self.reviews else None
        return last if last is not None and last.outcome == "accepted" else None

    def must_have_closed(self, last: RoundStage) -> None:
        """Refuse while the *last* round is open.

        Raises:
            RoundsOpen: See there.
        """
        if last not in self.bench.ended:
            raise RoundsOpen(stage=last)

    def must_be_current(self, run: str, last: RoundStage) -> DraftTaken:
        """The draft *run*, if it is the newest one and holds all that was said until now.

        Each closed round and each change of the council leads to a draft of its own, and a draft names how many of
        those changes count in it. Its number proves nothing: one that was made before a change may be heard after it.

        Raises:
            RunUnknown, StaleDraft: See there.
        """
        draft = self.runs.must_be_newest(run)
        if draft.changes != len(self.changes) or draft.stage != ("council" if self.changes else last):
            raise StaleDraft(run=run, newest=None)
        return draft


ChamberFact: TypeAlias = BenchFact | RunFact | CouncilFact
CHAMBER_FACTS = (*BENCH_FACTS, *RUN_FACTS, *COUNCIL_FACTS)


@dataclass(frozen=True, slots=True)
class ChangeScore:
    """Change what stands on one criterion, as an act of the council."""

    campaign: str
    judgement: Judgement
    home_unit: str | None = None


@dataclass(frozen=True, slots=True)
class ReviewDraft:
    """Send a draft back, or accept it."""

    campaign: str
    run: str
    outcome: Literal["sent_back", "accepted"]
    present: tuple[str, ...]
    comments: Closed | None = None
    acknowledged: tuple[str, ...] = ()
    home_unit: str | None = None


CouncilCommand: TypeAlias = ChangeScore | ReviewDraft


def evolve(chamber: Chamber, fact: ChamberFact) -> Chamber:
    match fact:
        case ChangeMinuted():
            return replace(chamber, changes=(*chamber.changes, fact))
        case DraftReviewed():
            return replace(chamber, reviews=(*chamber.reviews, fact))
        case DraftTaken() | PublicationTaken() | RefusalTaken():
            return replace(chamber, runs=evolve_runs(chamber.runs, fact))
        case _:
            return replace(chamber, bench=evolve_bench(chamber.bench, fact))


def decide(command: CouncilCommand, chamber: Chamber, meta: Meta) -> Sequence[ChamberFact]:
    """A changed score, or a review.

    Raises:
        Rejected: A rule of this module, of ``round.domain`` or of ``body.domain`` is broken.
    """
    campaign = chamber.bench.bodies.campaign.opened(command.campaign)
    campaign.admit(meta)
    if not campaign.opening.template.council:
        raise NoCouncil(campaign=command.campaign)
    match command:
        case ChangeScore():
            return _change(command, chamber, campaign, meta)
        case ReviewDraft():
            return [_review(command, chamber, campaign, meta)]
        case _:
            assert_never(command)


def _change(command: ChangeScore, chamber: Chamber, campaign: OpenCampaign, meta: Meta) -> Sequence[ChamberFact]:
    judgement, bench = command.judgement, chamber.bench
    unit, code = judgement.unit, judgement.criterion
    bench.bodies.seat("council", meta.actor, command.home_unit).must_not_judge(unit)
    criterion = campaign.criterion(unit, code)
    chamber.must_have_closed(campaign.opening.template.last_round)
    if chamber.accepted is not None:
        raise AlreadyAccepted(run=chamber.accepted.run)
    if judgement.reason_code is None or judgement.reason is None:
        raise ReasonNeeded(unit=unit, criterion=code)
    given = verdict(command.campaign, "council", judgement, criterion, (bench, campaign))
    if given.after == given.before:
        raise NothingChanged(unit=unit, criterion=code)
    newest = chamber.runs.newest
    minuted = ChangeMinuted(campaign=command.campaign, unit=unit, criterion=code, draft=newest.draft if newest else 0)
    return [given, minuted]


def _review(command: ReviewDraft, chamber: Chamber, campaign: OpenCampaign, meta: Meta) -> DraftReviewed:
    """A review of all units together: a member takes part in it for the units that are not their own.

    Most members come from units that are ranked, so that each is recused from their own on the record, and somebody
    else has to be left for every unit that is accepted.
    """
    bodies = chamber.bench.bodies
    bodies.seat("council", meta.actor, None)
    chamber.must_have_closed(campaign.opening.template.last_round)
    draft = chamber.must_be_current(command.run, campaign.opening.template.last_round)
    members = {member.actor for member in bodies.formed["council"].members}
    strangers = sorted(set(command.present) - members)
    if strangers or meta.actor not in command.present:
        raise PresenceWrong(actors=", ".join(strangers) or meta.actor)
    if command.outcome == "sent_back" and command.comments is None:
        raise CommentsNeeded(run=command.run)
    unknown = sorted(set(command.acknowledged) - set(draft.findings))
    if unknown:
        raise FindingUnknown(findings=", ".join(unknown))
    unseen = [finding for finding in draft.findings if finding not in command.acknowledged]
    if command.outcome == "accepted" and unseen:
        raise FindingsOpen(count=len(unseen), findings=", ".join(unseen))
    recused = _recused(command, chamber, meta)
    for unit in campaign.units:
        away = {each.actor for each in recused if each.unit == unit}
        if command.outcome == "accepted" and away.issuperset(command.present):
            raise NobodyLeft(unit=unit)
    return DraftReviewed(
        campaign=command.campaign,
        meeting=len(chamber.reviews) + 1,
        run=command.run,
        draft=draft.draft,
        outcome=command.outcome,
        comments=command.comments,
        acknowledged=tuple(sorted(set(command.acknowledged))),
        present=command.present,
        recused=recused,
    )


def _recused(command: ReviewDraft, chamber: Chamber, meta: Meta) -> tuple[Recusal, ...]:
    """Each who is present, with the unit they belong to: by the decision, or by whoever vouches for the caller."""
    found = []
    for actor in sorted(set(command.present)):
        vouched = command.home_unit if actor == meta.actor else None
        seat = chamber.bench.bodies.seat("council", actor, vouched)
        found += [Recusal(actor=actor, unit=unit) for unit in sorted(seat.units)]
    return tuple(found)


def announce(fact: ChamberFact) -> Contract | None:
    match fact:
        case DraftReviewed():
            return CouncilDecided.model_validate(fact.model_dump(exclude={"draft"}))
        case VerdictGiven():
            return announce_verdict(fact)
        case _:
            return None


def chamber_streams(campaign: str) -> list[str]:
    """What the council and the approver rest on, beside the dossiers."""
    council = [body_stream(campaign, "council"), run_stream(campaign), council_stream(campaign)]
    return [*round_streams(campaign), *council]


def _streams(command: CouncilCommand) -> Sequence[str]:
    """Changes and reviews both write the council's own stream, so that none is made on what another has just moved."""
    of_unit = [dossier_stream(command.campaign, command.judgement.unit)] if isinstance(command, ChangeScore) else []
    return [*chamber_streams(command.campaign), *of_unit]


COUNCIL: Decider[CouncilCommand, Chamber, ChamberFact] = Decider(
    initial=Chamber(), book=FactBook(CHAMBER_FACTS), streams=_streams, decide=decide, evolve=evolve, announce=announce
)
