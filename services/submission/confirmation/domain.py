"""A unit's answer to the first round: every verdict accepted or contested, once, in time. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias, assert_never

from services.submission.confirmation.facts import (
    RoundAnswered,
    RoundEnded,
    VerdictHeard,
    confirmation_stream,
    rounds_stream,
    verdicts_stream,
)
from shared.campaign import Contest, RoundStage
from shared.contracts import Contract, FiguresConfirmed, RoundClosed, ScoreAppraised
from shared.errors import Invalid, Rejected
from shared.execute import Decider
from shared.facts import FactBook
from shared.opening import (
    OPENING_FACTS,
    Campaign,
    CampaignChanged,
    CampaignStarted,
    OpenCampaign,
    OpeningFact,
    RulesetAdopted,
    UnitJoined,
    campaign_stream,
)
from shared.opening import evolve as evolve_campaign
from shared.vocabulary import Meta, Stage

FIRST: RoundStage = "round1"


class ConfirmationNotForeseen(Rejected, code="confirmation.not_foreseen"):
    """The campaign's process has no such step."""


class VerdictsNotOut(Rejected, code="confirmation.verdicts_not_out"):
    """The first round is not closed."""


class ConfirmationOver(Rejected, code="confirmation.over"):
    """The deadline has passed, or a later round is closed."""


class AlreadyConfirmed(Rejected, code="confirmation.already_given"):
    """The unit has answered."""


class AnswerMissing(Rejected, code="confirmation.answer_missing"):
    """A verdict is neither accepted nor contested."""


class NotAppraised(Invalid, code="confirmation.not_appraised"):
    """There is no verdict on that criterion to answer."""


class AnsweredTwice(Invalid, code="confirmation.answered_twice"):
    """A verdict is both accepted and contested, or named twice."""


ConfirmationFact: TypeAlias = OpeningFact | VerdictHeard | RoundEnded | RoundAnswered


@dataclass(frozen=True, slots=True)
class Hearing:
    """What one unit was told, and whether it answered.

    Attributes:
        verdicts: By stage and criterion; the latest word of a stage stands.
    """

    campaign: Campaign = field(default_factory=Campaign)
    verdicts: Mapping[tuple[Stage, str], VerdictHeard] = field(default_factory=dict)
    ended: frozenset[RoundStage] = frozenset()
    answered: RoundAnswered | None = None


@dataclass(frozen=True, slots=True)
class HearVerdict:
    said: ScoreAppraised

    @property
    def campaign(self) -> str:
        return self.said.campaign


@dataclass(frozen=True, slots=True)
class HearRoundClosed:
    said: RoundClosed

    @property
    def campaign(self) -> str:
        return self.said.campaign


@dataclass(frozen=True, slots=True)
class ConfirmFigures:
    """The unit's answer; *rest* accepts whatever is not contested."""

    campaign: str
    unit: str
    accepted: tuple[str, ...]
    contested: Mapping[str, Contest]
    rest: bool = False


ConfirmationCommand: TypeAlias = HearVerdict | HearRoundClosed | ConfirmFigures


def evolve(hearing: Hearing, fact: ConfirmationFact) -> Hearing:
    """Hearing after *fact*. Total: it never raises, whatever the history."""
    match fact:
        case RulesetAdopted() | UnitJoined() | CampaignStarted() | CampaignChanged():
            return replace(hearing, campaign=evolve_campaign(hearing.campaign, fact))
        case VerdictHeard():
            return replace(hearing, verdicts={**hearing.verdicts, (fact.stage, fact.criterion): fact})
        case RoundEnded():
            return replace(hearing, ended=hearing.ended | {fact.stage})
        case RoundAnswered():
            return replace(hearing, answered=fact)
        case _:
            assert_never(fact)


def decide(command: ConfirmationCommand, hearing: Hearing, meta: Meta) -> Sequence[ConfirmationFact]:
    """Facts that follow from *command*; what is heard is always kept.

    Raises:
        CampaignUnknown, UnitUnknown, ConfirmationNotForeseen, VerdictsNotOut, ConfirmationOver, AlreadyConfirmed,
        NotAppraised, AnsweredTwice, AnswerMissing: For a unit's answer.
    """
    match command:
        case HearVerdict():
            said = command.said
            heard = {name: getattr(said, name) for name in VerdictHeard.model_fields}
            return [VerdictHeard(**heard)]
        case HearRoundClosed():
            return [RoundEnded(campaign=command.campaign, stage=command.said.stage)]
        case ConfirmFigures():
            return [_answered(command, hearing, meta)]
        case _:
            assert_never(command)


def _answered(command: ConfirmFigures, hearing: Hearing, meta: Meta) -> RoundAnswered:
    campaign = hearing.campaign.opened(command.campaign)
    campaign.admit(meta)
    campaign.unit(command.unit)
    _admit_now(campaign, hearing, meta)
    if hearing.answered is not None:
        raise AlreadyConfirmed(unit=command.unit)
    appraised = {criterion for stage, criterion in hearing.verdicts if stage == FIRST}
    named = [*command.accepted, *command.contested]
    for criterion in named:
        if criterion not in appraised:
            raise NotAppraised(criterion=criterion)
        if named.count(criterion) > 1:
            raise AnsweredTwice(criterion=criterion)
    left = sorted(appraised.difference(named))
    if left and not command.rest:
        raise AnswerMissing(criterion=left[0], count=len(left))
    return RoundAnswered(
        campaign=command.campaign,
        unit=command.unit,
        accepted=tuple(sorted({*command.accepted, *left})),
        contested=dict(command.contested),
    )


def _admit_now(campaign: OpenCampaign, hearing: Hearing, meta: Meta) -> None:
    if not campaign.opening.template.confirmation:
        raise ConfirmationNotForeseen
    if FIRST not in hearing.ended:
        raise VerdictsNotOut
    deadline_at = campaign.opening.calendar.confirmation_deadline_at
    if deadline_at is not None and meta.at > deadline_at:
        raise ConfirmationOver(deadline_at=deadline_at.isoformat())
    if hearing.ended != {FIRST}:
        raise ConfirmationOver(deadline_at=deadline_at.isoformat() if deadline_at else "")


def announce(fact: ConfirmationFact) -> Contract | None:
    """What the other services are told."""
    return FiguresConfirmed(**dict(fact)) if isinstance(fact, RoundAnswered) else None


def _streams(command: ConfirmationCommand) -> Sequence[str]:
    match command:
        case HearVerdict():
            return [verdicts_stream(command.campaign, command.said.unit)]
        case HearRoundClosed():
            return [rounds_stream(command.campaign)]
        case ConfirmFigures():
            return hearing_streams(command.campaign, command.unit)
        case _:
            assert_never(command)


def hearing_streams(campaign: str, unit: str) -> list[str]:
    """Every stream that a unit's answer rests on."""
    return [
        campaign_stream(campaign),
        rounds_stream(campaign),
        verdicts_stream(campaign, unit),
        confirmation_stream(campaign, unit),
    ]


CONFIRMATION: Decider[ConfirmationCommand, Hearing, ConfirmationFact] = Decider(
    initial=Hearing(),
    book=FactBook((*OPENING_FACTS, VerdictHeard, RoundEnded, RoundAnswered)),
    streams=_streams,
    decide=decide,
    evolve=evolve,
    announce=announce,
)
