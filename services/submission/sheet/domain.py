"""The rules of handing in, taking back and closing. The state folds the campaign, the intake and the sheets."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias, assert_never

from services.submission.sheet.facts import (
    IntakeClosed,
    SheetSubmitted,
    SheetWithdrawn,
    intake_stream,
    sheet_digest,
    sheet_stream,
)
from shared.campaign import SheetLine
from shared.contracts import Contract, SubmissionReceived, SubmissionsClosed, SubmissionWithdrawn
from shared.errors import Invalid, Rejected, Stale
from shared.execute import Decider
from shared.facts import FactBook
from shared.opening import (
    OPENING_FACTS,
    Campaign,
    CampaignChanged,
    CampaignStarted,
    CriterionUnknown,
    OpenCampaign,
    OpeningFact,
    RulesetAdopted,
    UnitJoined,
    campaign_stream,
)
from shared.opening import evolve as evolve_campaign
from shared.ruleset import Criterion, check, evaluate, peer_relative
from shared.ruleset.rules import Manual
from shared.vocabulary import (
    Closed,
    GivenInputs,
    GivenPoints,
    GivenState,
    Meta,
    NotApplicable,
    NotScored,
    Score,
    Scored,
    Word,
)


class DraftChanged(Stale, code="sheet.draft_changed"):
    """The sheet is no longer the one that was shown and certified."""


class IntakeOver(Rejected, code="sheet.intake_over"):
    """The operator closed submissions: no sheet is taken any more."""


class NotOpenYet(Rejected, code="sheet.not_open_yet"):
    """The campaign's window has not opened."""


class SheetStands(Rejected, code="sheet.stands"):
    """A sheet is handed in already; it is withdrawn before another one comes."""


class NothingHandedIn(Rejected, code="sheet.nothing_handed_in"):
    """There is no sheet to take back."""


class DeadlinePassed(Rejected, code="sheet.deadline_passed"):
    """Too late to take a sheet back."""


class LineMissing(Rejected, code="sheet.line_missing"):
    """Nothing is said on a criterion of the sheet."""


class EvidenceMissing(Rejected, code="sheet.evidence_missing"):
    """Points above zero without a document."""


class EvidenceLacking(Rejected, code="sheet.evidence_lacking"):
    """One of the documents that the criterion wants is not there, or not as a file."""


class EvidenceUnknown(Invalid, code="sheet.evidence_unknown"):
    """A document is said to be one that the criterion does not want."""


class LateRefused(Rejected, code="sheet.late_refused"):
    """The deadline is over, and the ruleset takes no late sheet."""


class ExplanationMissing(Rejected, code="sheet.explanation_missing"):
    """A criterion is said not to apply, and not why."""


class PointsNotForUnits(Invalid, code="sheet.points_not_for_units"):
    """In this campaign units declare inputs and evidence, not points."""


class StateNotForUnits(Invalid, code="sheet.state_not_for_units"):
    """A unit may say that a criterion does not apply; that it is not scored is for the appraisers."""


SheetFact: TypeAlias = OpeningFact | SheetSubmitted | SheetWithdrawn | IntakeClosed
SHEET_FACTS = (*OPENING_FACTS, SheetSubmitted, SheetWithdrawn, IntakeClosed)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A unit's latest sheet.

    Attributes:
        version: 0 before the first.
        stands: It was handed in and not taken back.
    """

    version: int = 0
    stands: bool = False
    late: bool = False


@dataclass(frozen=True, slots=True)
class Desk:
    """What a command about sheets rests on; ``sheets`` holds the units whose streams were read."""

    campaign: Campaign = field(default_factory=Campaign)
    sheets: Mapping[str, Sheet] = field(default_factory=dict)
    closed: bool = False

    def sheet(self, unit: str) -> Sheet:
        return self.sheets.get(unit, Sheet())


@dataclass(frozen=True, slots=True)
class SubmitSheet:
    """Hand in the whole sheet, as the head of the unit saw it: *certified* is the digest of what was shown."""

    campaign: str
    unit: str
    lines: Mapping[str, SheetLine]
    certified: str


@dataclass(frozen=True, slots=True)
class WithdrawSheet:
    campaign: str
    unit: str
    reason: Closed


@dataclass(frozen=True, slots=True)
class CloseIntake:
    campaign: str


SheetCommand: TypeAlias = SubmitSheet | WithdrawSheet | CloseIntake


def evolve(desk: Desk, fact: SheetFact) -> Desk:
    """Desk after *fact*. Total: it never raises, whatever the history."""
    match fact:
        case RulesetAdopted() | UnitJoined() | CampaignStarted() | CampaignChanged():
            return replace(desk, campaign=evolve_campaign(desk.campaign, fact))
        case SheetSubmitted():
            return replace(desk, sheets={**desk.sheets, fact.unit: Sheet(fact.version, stands=True, late=fact.late)})
        case SheetWithdrawn():
            taken_back = replace(desk.sheet(fact.unit), stands=False)
            return replace(desk, sheets={**desk.sheets, fact.unit: taken_back})
        case IntakeClosed():
            return replace(desk, closed=True)
        case _:
            assert_never(fact)


def decide(command: SheetCommand, desk: Desk, meta: Meta) -> Sequence[SheetFact]:
    """Facts that follow from *command*; lateness is judged at the effective time.

    Raises:
        CampaignUnknown, UnitUnknown, IntakeOver: For every command.
        DraftChanged, NotOpenYet, SheetStands, LateRefused: And whatever `problems` finds, for a sheet handed in.
        NothingHandedIn, DeadlinePassed: For one taken back.
    """
    campaign = desk.campaign.opened(command.campaign)
    campaign.admit(meta)
    if desk.closed:
        raise IntakeOver(campaign=command.campaign)
    match command:
        case SubmitSheet():
            return [_submitted(command, desk, campaign, meta)]
        case WithdrawSheet():
            return [_withdrawn(command, desk, campaign, meta)]
        case CloseIntake():
            handed_in = tuple(unit for unit in sorted(campaign.units) if desk.sheet(unit).stands)
            missing = tuple(unit for unit in sorted(campaign.units) if not desk.sheet(unit).stands)
            return [IntakeClosed(campaign=command.campaign, handed_in=handed_in, missing=missing)]
        case _:
            assert_never(command)


def _submitted(command: SubmitSheet, desk: Desk, campaign: OpenCampaign, meta: Meta) -> SheetSubmitted:
    campaign.unit(command.unit)
    if sheet_digest(command.lines) != command.certified:
        raise DraftChanged(unit=command.unit)
    if meta.at < campaign.opening.calendar.opens_at:
        raise NotOpenYet(opens_at=campaign.opening.calendar.opens_at.isoformat())
    sheet = desk.sheet(command.unit)
    if sheet.stands:
        raise SheetStands(unit=command.unit, version=sheet.version)
    late = meta.at > campaign.submission_deadline_at(command.unit)
    if late and campaign.ruleset.policies.late == "refused":
        raise LateRefused(unit=command.unit, deadline_at=campaign.submission_deadline_at(command.unit).isoformat())
    for _, problem in problems(campaign, command.unit, command.lines):
        raise problem
    return SheetSubmitted(
        campaign=command.campaign,
        unit=command.unit,
        version=sheet.version + 1,
        lines=dict(command.lines),
        late=late,
        certified=command.certified,
    )


def _withdrawn(command: WithdrawSheet, desk: Desk, campaign: OpenCampaign, meta: Meta) -> SheetWithdrawn:
    campaign.unit(command.unit)
    sheet, deadline_at = desk.sheet(command.unit), campaign.submission_deadline_at(command.unit)
    if not sheet.stands:
        raise NothingHandedIn(unit=command.unit)
    if meta.at > deadline_at:
        raise DeadlinePassed(unit=command.unit, deadline_at=deadline_at.isoformat())
    return SheetWithdrawn(campaign=command.campaign, unit=command.unit, version=sheet.version, reason=command.reason)


def problems(campaign: OpenCampaign, unit: str, lines: Mapping[str, SheetLine]) -> Iterator[tuple[str, Rejected]]:
    """Everything that keeps *lines* from being handed in, by criterion, in the sheet's order."""
    sheet = campaign.sheet(unit)
    for code in lines.keys() - sheet.keys():
        yield code, CriterionUnknown(unit=unit, criterion=code)
    for code, criterion in sheet.items():
        line = lines.get(code)
        if line is not None:
            problem = problem_of(campaign, criterion, line)
        elif required(campaign, criterion):
            problem = LineMissing(criterion=code)
        else:
            problem = None
        if problem is not None:
            yield code, problem


def required(campaign: OpenCampaign, criterion: Criterion) -> bool:
    """Whether a unit must say a word: not on what only appraisers can score, or what stands in registers."""
    if isinstance(criterion.rule, Manual):
        return campaign.opening.template.self_score
    return bool(criterion.own)


def problem_of(campaign: OpenCampaign, criterion: Criterion, line: SheetLine) -> Rejected | None:
    """What is wrong with one line; None where nothing is.

    Source: report 1101/QĐ-BNV, part I.IV.2.c (no evidence, no points).
    """
    try:
        admit_word(campaign, criterion, line.word)
    except Rejected as refused:
        return refused
    not_applicable = isinstance(line.word, GivenState) and isinstance(line.word.score, NotApplicable)
    if not_applicable and line.explanation is None:
        return ExplanationMissing(criterion=criterion.code)
    wanted = {each.code: each for each in criterion.evidence}
    for shown in line.evidence:
        if shown.shows is not None and shown.shows not in wanted:
            return EvidenceUnknown(criterion=criterion.code, evidence=shown.shows)
    refused_without = campaign.ruleset.policies.no_evidence == "refused"
    return missing_evidence(criterion, line) if refused_without else None


def missing_evidence(criterion: Criterion, line: SheetLine) -> Rejected | None:
    """Which evidence a claim lacks; None where it claims nothing, or has it all."""
    if not worth_something(criterion, line.word):
        return None
    if not line.evidence:
        return EvidenceMissing(criterion=criterion.code)
    alone = len(criterion.evidence) == 1  # then whatever is shown is that
    for wanted in criterion.evidence:
        found = [each for each in line.evidence if each.shows == wanted.code or (alone and each.shows is None)]
        if not any(each.sha256 or not wanted.file for each in found):
            return EvidenceLacking(criterion=criterion.code, evidence=wanted.title)
    return None


def admit_word(campaign: OpenCampaign, criterion: Criterion, word: Word) -> None:
    """Refuse a word that a unit may not say on *criterion*.

    Raises:
        PointsNotForUnits, StateNotForUnits: See there.
        WordDoesNotFit, PointsOutOfRange: See ``shared.ruleset.check``.
    """
    if isinstance(word, GivenPoints) and not campaign.opening.template.self_score:
        raise PointsNotForUnits(criterion=criterion.code)
    if isinstance(word, GivenState) and isinstance(word.score, NotScored):
        raise StateNotForUnits(criterion=criterion.code)
    check(criterion, word)


def worth_something(criterion: Criterion, word: Word) -> bool:
    """Whether *word* claims points that need a document: not where every figure is measured by a feed."""
    match word:
        case GivenPoints():
            return word.points > 0
        case GivenState():
            return False
        case GivenInputs():
            declared = any(declared.source != "feed" for declared in criterion.inputs)
            if peer_relative(criterion) or criterion.registers:
                return declared and any(word.inputs.values())
            score = evaluate(criterion, word)
            return declared and isinstance(score, Scored) and score.points > 0
        case _:
            assert_never(word)


def self_score(criterion: Criterion, word: Word) -> Score | None:
    """What the unit's own word, completed, comes to; None where it depends on other units."""
    if isinstance(word, GivenInputs) and peer_relative(criterion):
        return None
    return evaluate(criterion, word)


def announce(fact: SheetFact) -> Contract | None:
    """What the other services are told; campaign facts were said by whoever wrote them."""
    match fact:
        case SheetSubmitted():
            return SubmissionReceived(**fact.model_dump())
        case SheetWithdrawn():
            return SubmissionWithdrawn(**fact.model_dump())
        case IntakeClosed():
            return SubmissionsClosed(**fact.model_dump())
        case _:
            return None


def _streams(command: SheetCommand) -> Sequence[str]:
    resting = [campaign_stream(command.campaign), intake_stream(command.campaign)]
    return resting if isinstance(command, CloseIntake) else [*resting, sheet_stream(command.campaign, command.unit)]


def _every_sheet(command: SheetCommand, desk: Desk) -> Sequence[str]:
    if not isinstance(command, CloseIntake):
        return ()
    return [sheet_stream(command.campaign, unit) for unit in sorted(desk.campaign.units)]


SHEET: Decider[SheetCommand, Desk, SheetFact] = Decider(
    initial=Desk(),
    book=FactBook(SHEET_FACTS),
    streams=_streams,
    decide=decide,
    evolve=evolve,
    announce=announce,
    more=_every_sheet,
)
