"""The rules of a round: who may judge what and when, what a verdict needs, and when a round is over."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias, assert_never, get_args

from services.appraisal.body.domain import Bodies
from services.appraisal.body.domain import evolve as evolve_bodies
from services.appraisal.body.facts import BodyFormed, body_stream
from services.appraisal.dossier.domain import Dossier
from services.appraisal.dossier.domain import evolve as evolve_dossier
from services.appraisal.dossier.facts import (
    DOSSIER_FACTS,
    AnswerTaken,
    DossierFact,
    SheetTaken,
    SheetTakenBack,
    VerdictGiven,
    dossier_stream,
)
from services.appraisal.round.facts import ROUND_FACTS, IntakeEnded, RoundEnded, RoundFact, round_stream
from shared.campaign import Evidence, RoundStage, unknown_file
from shared.contracts import Contract, RoundClosed, ScoreAppraised, SubmissionsClosed, round_digest
from shared.errors import Forbidden, Invalid, Rejected
from shared.execute import Decider
from shared.facts import FactBook
from shared.opening import OPENING_FACTS, OpenCampaign, OpeningFact, campaign_stream
from shared.ruleset import Criterion, check
from shared.vocabulary import Closed, Meta, Stage, Word

ReasonCode: TypeAlias = Literal[
    "insufficient_data", "contradicts_reality", "no_evidence", "late", "evidence_accepted", "evidence_wrong_kind",
    "recalculated", "usage_differs", "inspection", "not_applicable", "applicable", "contest_upheld",
    "contest_dismissed", "no_sheet", "council_review", "other",
]  # fmt: skip
"""Why a word differs from what stood; the first four are the legal reasons not to score (report 1101, I.IV.2.c)."""
REASON_CODES: tuple[str, ...] = get_args(ReasonCode)
MOST_NAMED = 200  # a refusal's list of what is missing must stay readable; GET rounds names all


class RoundNotForeseen(Rejected, code="round.not_foreseen"):
    """The campaign's template has no such round."""


class IntakeOpen(Rejected, code="round.submissions_open"):
    """Sheets may still come: what is judged must not move."""


class EarlierRoundOpen(Rejected, code="round.earlier_round_open"):
    """The round before this one is not closed."""


class RoundOver(Rejected, code="round.over"):
    """The round is closed: nothing is said in it any more."""


class ConfirmationAwaited(Rejected, code="round.confirmation_awaited"):
    """The unit may still answer the first round, and has not."""


class NothingStands(Rejected, code="round.nothing_stands"):
    """Nobody has said anything on this criterion: "stands" means nothing, a word is needed."""


class ReasonMissing(Invalid, code="round.reason_missing"):
    """Another word than the one that stood needs a reason: its code and a text."""


class EvidenceNotHandedIn(Invalid, code="round.evidence_not_handed_in"):
    """A verdict cites a file that the unit neither handed in with a sheet nor with its answer."""


class CriterionRepeated(Invalid, code="round.criterion_repeated"):
    """One request says two things on one criterion."""


class RoundIncomplete(Rejected, code="round.incomplete"):
    """Criteria are left without a verdict."""


class NotTeamLead(Forbidden, code="round.not_team_lead"):
    """A round is closed by an operator or the team's lead."""


@dataclass(frozen=True, slots=True)
class Bench:
    """All that a verdict rests on.

    Attributes:
        intake: None while sheets may still come.
        ended: The rounds that are closed.
        dossiers: By unit; one that nothing was heard of is absent.
    """

    bodies: Bodies = field(default_factory=Bodies)
    intake: IntakeEnded | None = None
    ended: Mapping[RoundStage, RoundEnded] = field(default_factory=dict)
    dossiers: Mapping[str, Dossier] = field(default_factory=dict)

    def dossier(self, unit: str) -> Dossier:
        return self.dossiers.get(unit, Dossier())

    def missing(self, campaign: OpenCampaign, stage: Stage, unit: str) -> list[str]:
        """Criteria of *unit* without a verdict of *stage*, in the order of its sheet.

        Also those that the unit declared not applicable: whether that is true is a judgement as well.
        """
        given = self.dossier(unit).verdicts.get(stage, {})
        return [criterion for criterion in campaign.sheet(unit) if criterion not in given]


BenchFact: TypeAlias = OpeningFact | BodyFormed | RoundFact | DossierFact
BENCH_FACTS = (*OPENING_FACTS, BodyFormed, *ROUND_FACTS, *DOSSIER_FACTS)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What somebody says on one criterion; *word* None means that what stood stands."""

    unit: str
    criterion: str
    word: Word | None = None
    reason_code: ReasonCode | None = None
    reason: Closed | None = None
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class AppraiseCriteria:
    """Give verdicts, all or none; *home_unit* is where the caller's token says they belong."""

    campaign: str
    stage: RoundStage
    judgements: tuple[Judgement, ...]
    home_unit: str | None = None


@dataclass(frozen=True, slots=True)
class LetStand:
    """Say "stands" on many criteria, all or none; None: on each criterion of the unit that has no verdict yet."""

    campaign: str
    stage: RoundStage
    units: Mapping[str, tuple[str, ...] | None]
    home_unit: str | None = None


@dataclass(frozen=True, slots=True)
class CloseRound:
    """End a round; *operator* True where the caller runs the campaign, else they must lead the team."""

    campaign: str
    stage: RoundStage
    operator: bool = False


RoundCommand: TypeAlias = AppraiseCriteria | LetStand | CloseRound


def evolve(bench: Bench, fact: BenchFact) -> Bench:
    match fact:
        case IntakeEnded():
            return replace(bench, intake=fact)
        case RoundEnded():
            return replace(bench, ended={**bench.ended, fact.stage: fact})
        case SheetTaken() | SheetTakenBack() | AnswerTaken() | VerdictGiven():
            dossier = evolve_dossier(bench.dossier(fact.unit), fact)
            return replace(bench, dossiers={**bench.dossiers, fact.unit: dossier})
        case _:
            return replace(bench, bodies=evolve_bodies(bench.bodies, fact))


def decide(command: RoundCommand, bench: Bench, meta: Meta) -> Sequence[BenchFact]:
    """Verdicts, or the end of a round.

    Raises:
        Rejected: A rule of this module or of ``body.domain`` is broken.
        WordDoesNotFit, PointsOutOfRange: The criterion cannot be scored from the word.
    """
    campaign = bench.bodies.campaign.opened(command.campaign)
    campaign.admit(meta)
    match command:
        case CloseRound():
            return [_close(command, bench, campaign, meta)]
        case AppraiseCriteria():
            seat = bench.bodies.seat("team", meta.actor, command.home_unit)
            for judgement in command.judgements:  # whatever else there is to say of it
                seat.must_not_judge(judgement.unit)
            return _appraise(command, bench, campaign, meta)
        case LetStand():
            seat = bench.bodies.seat("team", meta.actor, command.home_unit)
            for unit in command.units:  # before what is missing there is looked at
                seat.must_not_judge(unit)
            named = tuple(
                Judgement(unit, criterion)
                for unit, criteria in command.units.items()
                for criterion in (bench.missing(campaign, command.stage, unit) if criteria is None else criteria)
            )
            appraise = AppraiseCriteria(command.campaign, command.stage, named, command.home_unit)
            return _appraise(appraise, bench, campaign, meta)
        case _:
            assert_never(command)


def _appraise(command: AppraiseCriteria, bench: Bench, campaign: OpenCampaign, meta: Meta) -> Sequence[BenchFact]:
    _must_be_open(command.stage, bench, campaign)
    sheets: dict[str, Mapping[str, Criterion]] = {}
    seen: set[tuple[str, str]] = set()
    facts = []
    for judgement in command.judgements:
        unit, place = judgement.unit, (judgement.unit, judgement.criterion)
        if place in seen:
            raise CriterionRepeated(unit=unit, criterion=judgement.criterion)
        seen.add(place)
        if unit not in sheets:
            sheets[unit] = campaign.sheet(unit)
            _must_have_answered(command.stage, unit, bench, campaign, meta)
        criterion = sheets[unit].get(judgement.criterion) or campaign.criterion(unit, judgement.criterion)
        facts.append(verdict(command.campaign, command.stage, judgement, criterion, (bench, campaign)))
    return facts


def verdict(
    name: str, stage: Stage, judgement: Judgement, criterion: Criterion, seen: tuple[Bench, OpenCampaign]
) -> VerdictGiven:
    """*judgement* as a fact, against what stands in what is *seen*.

    Where nothing stood, a word differs from it and needs a reason too: unless the campaign has no self scores, so that
    the team speaks first.

    Raises:
        NothingStands, ReasonMissing, EvidenceNotHandedIn, WordDoesNotFit, PointsOutOfRange: See there.
    """
    bench, campaign = seen
    dossier = bench.dossier(judgement.unit)
    before = dossier.standing(judgement.criterion)
    after = before if judgement.word is None else judgement.word
    if after is None:
        raise NothingStands(unit=judgement.unit, criterion=judgement.criterion)
    check(criterion, after)
    first = before is None and not campaign.opening.template.self_score
    if after != before and not first and (judgement.reason_code is None or judgement.reason is None):
        raise ReasonMissing(unit=judgement.unit, criterion=judgement.criterion)
    if (strange := unknown_file(judgement.evidence, dossier.files)) is not None:
        raise EvidenceNotHandedIn(unit=judgement.unit, criterion=judgement.criterion, sha256=strange)
    return VerdictGiven(
        campaign=name,
        unit=judgement.unit,
        criterion=judgement.criterion,
        stage=stage,
        sheet=dossier.version,
        before=before,
        after=after,
        stands=judgement.word is None,
        reason_code=judgement.reason_code,
        reason=judgement.reason,
        evidence=tuple(each.attested(dossier.files) for each in judgement.evidence),
    )


def _must_be_open(stage: RoundStage, bench: Bench, campaign: OpenCampaign) -> None:
    rounds = campaign.opening.template.rounds
    if stage not in rounds:
        raise RoundNotForeseen(stage=stage)
    if bench.intake is None:
        raise IntakeOpen(stage=stage)
    for earlier in rounds[: rounds.index(stage)]:
        if earlier not in bench.ended:
            raise EarlierRoundOpen(stage=stage, earlier=earlier)
    if stage in bench.ended:
        raise RoundOver(stage=stage)


def _must_have_answered(stage: RoundStage, unit: str, bench: Bench, campaign: OpenCampaign, meta: Meta) -> None:
    """A later round judges a unit once it has answered the first, or can no longer.

    Source: report 1101/QĐ-BNV, steps 7 and 8: the second round meets on the first's report and the confirmations.
    """
    opening = campaign.opening
    if stage == "round1" or not opening.template.confirmation or bench.dossier(unit).answer is not None:
        return
    deadline_at = opening.calendar.confirmation_deadline_at
    if deadline_at is None or meta.at < deadline_at:
        raise ConfirmationAwaited(unit=unit, deadline_at=deadline_at)


def _close(command: CloseRound, bench: Bench, campaign: OpenCampaign, meta: Meta) -> RoundEnded:
    if not command.operator:
        member = bench.bodies.seat("team", meta.actor, None).member
        if member.role not in {"lead", "deputy_lead"}:
            raise NotTeamLead(actor=meta.actor)
    _must_be_open(command.stage, bench, campaign)
    missing = [
        f"{unit}/{criterion}"
        for unit in sorted(campaign.units)
        for criterion in bench.missing(campaign, command.stage, unit)
    ]
    if missing:
        raise RoundIncomplete(stage=command.stage, count=len(missing), missing=", ".join(missing[:MOST_NAMED]))
    given = _given(bench, campaign, command.stage)
    return RoundEnded(campaign=command.campaign, stage=command.stage, count=len(given), digest=round_digest(given))


def _given(bench: Bench, campaign: OpenCampaign, stage: RoundStage) -> dict[tuple[str, str], Word]:
    return {
        (unit, verdict.criterion): verdict.after
        for unit in campaign.units
        for verdict in bench.dossier(unit).verdicts.get(stage, {}).values()
    }


def announce(fact: BenchFact) -> Contract | None:
    match fact:
        case VerdictGiven():
            return ScoreAppraised.model_validate(fact.model_dump(exclude={"stands"}))
        case RoundEnded():
            return RoundClosed(campaign=fact.campaign, stage=fact.stage, count=fact.count, digest=fact.digest)
        case _:
            return None


def round_streams(campaign: str) -> list[str]:
    """What every word in a round rests on, beside the dossiers."""
    rounds = [round_stream(campaign, stage) for stage in get_args(RoundStage)]
    return [campaign_stream(campaign), body_stream(campaign, "team"), *rounds]


def _streams(command: RoundCommand) -> Sequence[str]:
    """A verdict only reads its round's stream, so that two on different units do not meet; the closing writes it."""
    units: list[str] = []
    if isinstance(command, AppraiseCriteria):
        units = [judgement.unit for judgement in command.judgements]
    elif isinstance(command, LetStand):
        units = list(command.units)
    return [*round_streams(command.campaign), *(dossier_stream(command.campaign, unit) for unit in units)]


def _more(command: RoundCommand, bench: Bench) -> Sequence[str]:
    """The closing rests on every dossier: a verdict that slips in between makes it look again."""
    if not isinstance(command, CloseRound):
        return ()
    return [dossier_stream(command.campaign, unit) for unit in bench.bodies.campaign.units]


ROUND: Decider[RoundCommand, Bench, BenchFact] = Decider(
    initial=Bench(),
    book=FactBook(BENCH_FACTS),
    streams=_streams,
    decide=decide,
    evolve=evolve,
    announce=announce,
    more=_more,
)


def _hear(said: SubmissionsClosed, _bench: Bench, _meta: Meta) -> Sequence[BenchFact]:
    return [IntakeEnded(campaign=said.campaign, handed_in=said.handed_in, missing=said.missing)]


HEARD: Decider[SubmissionsClosed, Bench, BenchFact] = Decider(
    initial=Bench(),
    book=FactBook(BENCH_FACTS),
    streams=lambda said: [round_stream(said.campaign, "round1")],
    decide=_hear,
    evolve=evolve,
)
