"""Opening a campaign, and amending it. Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias, assert_never

from services.submission.campaign.facts import CampaignListed
from services.submission.sheet.domain import SHEET_FACTS, Desk, IntakeOver, SheetFact
from services.submission.sheet.domain import evolve as evolve_desk
from services.submission.sheet.facts import IntakeClosed, SheetSubmitted, SheetWithdrawn, intake_stream, sheet_stream
from shared.campaign import (
    Amendment,
    Block,
    Calendar,
    CalendarChange,
    Document,
    Enrolment,
    Extension,
    Opening,
    RosterChange,
    Template,
    TemplateChange,
)
from shared.contracts import Contract
from shared.errors import Invalid, Rejected
from shared.execute import Decider
from shared.facts import FactBook
from shared.opening import (
    CampaignChanged,
    CampaignStarted,
    EffectiveTimeMissing,
    EffectiveTimeNotAllowed,
    OpenCampaign,
    RulesetAdopted,
    UnitJoined,
    campaign_stream,
    roster_digest,
)
from shared.opening import announce as announce_opening
from shared.ruleset import Ruleset, check_composition, digest, parse
from shared.vocabulary import Closed, Json, Localized, Meta, canonical

PART_CHARACTERS = 64 * 1024  # at most four bytes each: 256 KiB, far below what a message may hold


class CampaignAlreadyOpen(Rejected, code="campaign.already_open"):
    """It is opened once; what changes later is an amendment."""


class UnitRepeated(Invalid, code="campaign.unit_repeated"):
    """One unit stands twice on the roster."""


class BlockUnknown(Invalid, code="campaign.block_unknown"):
    """A unit is in a block that the campaign does not have."""


class BlockWithoutClasses(Invalid, code="campaign.block_without_classes"):
    """The ruleset does not say the classes of a block."""


class RosterEmpty(Invalid, code="campaign.roster_empty"):
    """Nobody is assessed."""


class CalendarOutOfOrder(Invalid, code="campaign.calendar_out_of_order"):
    """A window closes before it opens, or the confirmation that the template asks for has no deadline."""


class DeadlineNotLater(Rejected, code="campaign.deadline_not_later"):
    """A deadline is extended, never brought forward."""


class SheetsCameAlready(Rejected, code="campaign.sheets_came_already"):
    """What a sheet was filled in by cannot change under it."""


@dataclass(frozen=True, slots=True)
class StartCampaign:
    """Open a campaign; *ruleset* is the document as a YAML or JSON reader gives it."""

    campaign: str
    title: Localized
    period: str
    template: Template
    calendar: Calendar
    blocks: tuple[Block, ...]
    letter: Document | None
    retrospective: bool
    ruleset: Json
    enrolments: tuple[Enrolment, ...]
    agency: Localized | None = None


@dataclass(frozen=True, slots=True)
class AmendCampaign:
    campaign: str
    amendment: Amendment
    reason: Closed


CampaignCommand: TypeAlias = StartCampaign | AmendCampaign
CampaignFact: TypeAlias = SheetFact | CampaignListed


def evolve(desk: Desk, fact: CampaignFact) -> Desk:
    """Desk after *fact*; the list of campaigns is no part of it."""
    return desk if isinstance(fact, CampaignListed) else evolve_desk(desk, fact)


def decide(command: CampaignCommand, desk: Desk, meta: Meta) -> Sequence[CampaignFact]:
    """Facts that follow from *command*.

    Raises:
        CampaignAlreadyOpen, RulesetInvalid, RosterEmpty, UnitRepeated, BlockUnknown, BlockWithoutClasses,
        NoSuchAppendix, OverrideDoesNotFit, RulesetInvalid, CalendarOutOfOrder: For a campaign that is opened.
        CampaignUnknown, UnitUnknown, DeadlineNotLater, SheetsCameAlready, IntakeOver: For an amendment.
    """
    match command:
        case StartCampaign():
            if desk.campaign.opening is not None:
                raise CampaignAlreadyOpen(campaign=command.campaign)
            return _opened(command, meta)
        case AmendCampaign():
            campaign = desk.campaign.opened(command.campaign)
            campaign.admit(meta)
            _admit(command.amendment, campaign, desk)
            amended = CampaignChanged(campaign=command.campaign, amendment=command.amendment, reason=command.reason)
            return [amended]
        case _:
            assert_never(command)


def _opened(command: StartCampaign, meta: Meta) -> Sequence[CampaignFact]:
    if meta.carried and not command.retrospective:
        raise EffectiveTimeNotAllowed
    if command.retrospective and not meta.carried:
        raise EffectiveTimeMissing
    ruleset = parse(command.ruleset)
    _check_calendar(command.calendar, command.template)
    check_roster(command.enrolments, command.blocks, ruleset)
    text = canonical(ruleset.model_dump(mode="json")).decode()
    pieces = [text[start : start + PART_CHARACTERS] for start in range(0, len(text), PART_CHARACTERS)]
    opening = Opening(
        agency=command.agency,
        title=command.title,
        period=command.period,
        template=command.template,
        calendar=command.calendar,
        blocks=command.blocks,
        letter=command.letter,
        retrospective=command.retrospective,
        ruleset_digest=digest(ruleset),
        ruleset_parts=len(pieces),
        roster_digest=roster_digest(command.enrolments),
        roster_count=len(command.enrolments),
    )
    name = command.campaign
    adopted = [
        RulesetAdopted(campaign=name, digest=opening.ruleset_digest, number=number, count=len(pieces), text=piece)
        for number, piece in enumerate(pieces, 1)
    ]
    joined = [UnitJoined(campaign=name, enrolment=each) for each in command.enrolments]
    listed = CampaignListed(
        campaign=name, title=command.title, period=command.period, retrospective=command.retrospective
    )
    return [*adopted, *joined, CampaignStarted(campaign=name, opening=opening), listed]


def _check_calendar(calendar: Calendar, template: Template) -> None:
    if calendar.submission_deadline_at <= calendar.opens_at:
        raise CalendarOutOfOrder(field="submission_deadline_at")
    confirmation_at = calendar.confirmation_deadline_at
    if template.confirmation and confirmation_at is None:
        raise CalendarOutOfOrder(field="confirmation_deadline_at")
    if confirmation_at is not None and confirmation_at <= calendar.submission_deadline_at:
        raise CalendarOutOfOrder(field="confirmation_deadline_at")


def check_roster(enrolments: Sequence[Enrolment], blocks: Sequence[Block], ruleset: Ruleset) -> None:
    """Refuse a roster that no campaign by *ruleset* could be opened with.

    Raises:
        RosterEmpty, UnitRepeated, BlockUnknown, BlockWithoutClasses: See there.
        NoSuchAppendix, OverrideDoesNotFit, RulesetInvalid: See `check_composition`.
    """
    if not enrolments:
        raise RosterEmpty
    for unit, count in Counter(each.unit for each in enrolments).items():
        if count > 1:
            raise UnitRepeated(unit=unit)
    for block in blocks:
        if block.code not in ruleset.classes:
            raise BlockWithoutClasses(block=block.code)
    for each in enrolments:
        _check_enrolment(each, blocks, ruleset)


def _check_enrolment(enrolment: Enrolment, blocks: Sequence[Block], ruleset: Ruleset) -> None:
    if enrolment.block not in {block.code for block in blocks}:
        raise BlockUnknown(unit=enrolment.unit, block=enrolment.block)
    check_composition(ruleset, enrolment.appendix, enrolment.taken)


def _admit(amendment: Amendment, campaign: OpenCampaign, desk: Desk) -> None:
    came = any(sheet.version for sheet in desk.sheets.values())
    match amendment:
        case Extension():
            _admit_extension(amendment, campaign, desk)
        case CalendarChange():
            _admit_calendar(amendment.calendar, campaign, desk)
        case TemplateChange():
            if (came or desk.closed) and _course(amendment.template) != _course(campaign.opening.template):
                raise SheetsCameAlready
            _check_calendar(campaign.opening.calendar, amendment.template)
        case RosterChange():
            if came or desk.closed:
                raise SheetsCameAlready
            _check_enrolment(amendment.enrolment, campaign.opening.blocks, campaign.ruleset)
        case _:
            assert_never(amendment)


def _course(template: Template) -> tuple[object, ...]:
    """What sheets and verdicts rest on; title and steps may change under them."""
    return template.self_score, template.rounds, template.confirmation, template.council


def _admit_extension(extension: Extension, campaign: OpenCampaign, desk: Desk) -> None:
    if desk.closed:
        raise IntakeOver
    if extension.unit is not None:
        campaign.unit(extension.unit)
        stands_at = campaign.submission_deadline_at(extension.unit)
    else:
        general_at = campaign.opening.calendar.submission_deadline_at
        stands_at = max(general_at, campaign.extensions.get("*", general_at))
    if extension.submission_deadline_at <= stands_at:
        raise DeadlineNotLater(deadline_at=stands_at.isoformat())


def _admit_calendar(calendar: Calendar, campaign: OpenCampaign, desk: Desk) -> None:
    before = campaign.opening.calendar
    _check_calendar(calendar, campaign.opening.template)
    if desk.closed and calendar.submission_deadline_at != before.submission_deadline_at:
        raise IntakeOver
    if calendar.submission_deadline_at < before.submission_deadline_at:
        raise DeadlineNotLater(deadline_at=before.submission_deadline_at.isoformat())
    if before.confirmation_deadline_at is None:
        return
    if (calendar.confirmation_deadline_at or calendar.opens_at) < before.confirmation_deadline_at:
        raise DeadlineNotLater(deadline_at=before.confirmation_deadline_at.isoformat())


def announce(fact: CampaignFact) -> Contract | None:
    """What the other services are told."""
    match fact:
        case CampaignListed() | SheetSubmitted() | SheetWithdrawn() | IntakeClosed():
            return None
        case _:
            return announce_opening(fact)


def _every_sheet(command: CampaignCommand, desk: Desk) -> Sequence[str]:
    return [sheet_stream(command.campaign, unit) for unit in sorted(desk.campaign.units)]


CAMPAIGN: Decider[CampaignCommand, Desk, CampaignFact] = Decider(
    initial=Desk(),
    book=FactBook((*SHEET_FACTS, CampaignListed)),
    streams=lambda command: [campaign_stream(command.campaign), intake_stream(command.campaign)],
    decide=decide,
    evolve=evolve,
    announce=announce,
    more=_every_sheet,
)
