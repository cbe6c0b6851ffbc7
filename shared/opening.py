"""A campaign as every deciding service knows it: how it is opened in pieces, heard, amended. Pure.

These facts are the kernel's and not one service's, because each service must fold a campaign to the same state:
submission writes them when an operator opens a campaign, the others when they hear of it (ADR 0005).
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import TypeAlias, assert_never

from shared.campaign import Amendment, CalendarChange, Enrolment, Extension, Opening, RosterChange, TemplateChange
from shared.contracts import CampaignAmended, CampaignOpened, Contract, RulesetPart, UnitEnrolled
from shared.errors import Corrupt, Invalid, NotFound
from shared.execute import Act, Decider
from shared.facts import Fact, FactBook
from shared.ruleset import Appendix, Criterion, Ruleset, parse, sheet_of, tree_of
from shared.vocabulary import Closed, Id, Meta, Sha256, digest, stream


class CampaignUnknown(NotFound, code="campaign.unknown"):
    """Nobody opened it."""


class UnitUnknown(NotFound, code="campaign.unit_unknown"):
    """Not on the campaign's roster."""


class CriterionUnknown(NotFound, code="campaign.criterion_unknown"):
    """Not on the unit's sheet."""


class OpeningIncomplete(Corrupt, code="campaign.opening_incomplete"):
    """The pieces said before CampaignOpened do not have the count and digest it names."""


class EffectiveTimeNotAllowed(Invalid, code="campaign.effective_time_not_allowed"):
    """Only in a retrospective campaign a command says its own time."""


class EffectiveTimeMissing(Invalid, code="campaign.effective_time_missing"):
    """In a retrospective campaign a command must say its own time."""


def campaign_stream(campaign: str) -> str:
    return stream(campaign, "campaign", "main")


class _OfCampaign(Fact):
    campaign: Id

    @property
    def stream(self) -> str:
        return campaign_stream(self.campaign)


class RulesetAdopted(_OfCampaign):
    """A piece of the campaign's ruleset, as canonical JSON text."""

    type = "ruleset_adopted.v1"
    digest: Sha256
    number: int
    count: int
    text: str


class UnitJoined(_OfCampaign):
    """A unit is on the roster."""

    type = "unit_joined.v1"
    enrolment: Enrolment


class CampaignStarted(_OfCampaign):
    """Ruleset and roster are complete: the campaign is open."""

    type = "campaign_started.v1"
    opening: Opening


class CampaignChanged(_OfCampaign):
    """Calendar, extension, roster or template changed."""

    type = "campaign_changed.v1"
    amendment: Amendment
    reason: Closed


OpeningFact: TypeAlias = RulesetAdopted | UnitJoined | CampaignStarted | CampaignChanged
OPENING_FACTS = (RulesetAdopted, UnitJoined, CampaignStarted, CampaignChanged)


@dataclass(frozen=True, slots=True)
class Campaign:
    """What is known of a campaign so far; ``opening`` is None until all of it was said."""

    parts: Mapping[int, str] = field(default_factory=dict)
    units: Mapping[str, Enrolment] = field(default_factory=dict)
    opening: Opening | None = None
    extensions: Mapping[str, datetime] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The ruleset's canonical JSON."""
        return "".join(self.parts[number] for number in sorted(self.parts))

    @property
    def ruleset(self) -> Ruleset:
        """The ruleset the campaign was opened with."""
        return _ruleset(self.text)

    def opened(self, name: str) -> "OpenCampaign":
        """The campaign, once it is open.

        Raises:
            CampaignUnknown: It is not.
        """
        if self.opening is None:
            raise CampaignUnknown(campaign=name)
        return OpenCampaign(self.opening, self.units, self.ruleset, self.extensions)


@dataclass(frozen=True, slots=True)
class OpenCampaign:
    """A campaign that is open, with everything a rule asks about it."""

    opening: Opening
    units: Mapping[str, Enrolment]
    ruleset: Ruleset
    extensions: Mapping[str, datetime]

    def unit(self, unit: str) -> Enrolment:
        """The unit's entry on the roster.

        Raises:
            UnitUnknown: It is not there.
        """
        if unit not in self.units:
            raise UnitUnknown(unit=unit)
        return self.units[unit]

    def sheet(self, unit: str) -> Mapping[str, Criterion]:
        """The criteria of the unit's sheet, in the ruleset's order.

        Raises:
            UnitUnknown: It is not on the roster.
        """
        enrolled = self.unit(unit)
        return sheet_of(self.ruleset, enrolled.appendix, enrolled.taken)

    def tree(self, unit: str) -> Appendix:
        """The appendix that the unit is appraised by, with what is taken from another one.

        Raises:
            UnitUnknown: It is not on the roster.
        """
        enrolled = self.unit(unit)
        return tree_of(self.ruleset, enrolled.appendix, enrolled.taken)

    def criterion(self, unit: str, criterion: str) -> Criterion:
        """One criterion of the unit's sheet.

        Raises:
            UnitUnknown, CriterionUnknown: Not there.
        """
        sheet = self.sheet(unit)
        if criterion not in sheet:
            raise CriterionUnknown(unit=unit, criterion=criterion)
        return sheet[criterion]

    def submission_deadline_at(self, unit: str) -> datetime:
        """Deadline of the unit's first sheet, with its extension."""
        general = self.opening.calendar.submission_deadline_at
        return max(general, self.extensions.get("*", general), self.extensions.get(unit, general))

    def admit(self, meta: Meta) -> None:
        """Refuse a person's command whose time is said where it may not be, or not said where it must be.

        Raises:
            EffectiveTimeNotAllowed, EffectiveTimeMissing: See there.
        """
        if meta.carried and not self.opening.retrospective:
            raise EffectiveTimeNotAllowed
        if self.opening.retrospective and not meta.carried:
            raise EffectiveTimeMissing


@lru_cache(maxsize=64)
def _ruleset(text: str) -> Ruleset:
    return parse(json.loads(text))


def roster_digest(enrolments: Sequence[Enrolment]) -> str:
    """Digest of a roster in order of unit code."""
    ordered = sorted(enrolments, key=lambda each: each.unit)
    return digest([each.model_dump(mode="json") for each in ordered])


def evolve(campaign: Campaign, fact: OpeningFact) -> Campaign:
    """Campaign after *fact*. Total: it never raises, whatever the history."""
    match fact:
        case RulesetAdopted():
            return replace(campaign, parts={**campaign.parts, fact.number: fact.text})
        case UnitJoined():
            return replace(campaign, units={**campaign.units, fact.enrolment.unit: fact.enrolment})
        case CampaignStarted():
            return replace(campaign, opening=fact.opening)
        case CampaignChanged():
            return _amended(campaign, fact.amendment)
        case _:
            assert_never(fact)


def _amended(campaign: Campaign, amendment: Amendment) -> Campaign:
    opening = campaign.opening
    if opening is None:
        return campaign
    match amendment:
        case Extension():
            until = {amendment.unit or "*": amendment.submission_deadline_at}
            return replace(campaign, extensions={**campaign.extensions, **until})
        case CalendarChange():
            return replace(campaign, opening=opening.model_copy(update={"calendar": amendment.calendar}))
        case TemplateChange():
            return replace(campaign, opening=opening.model_copy(update={"template": amendment.template}))
        case RosterChange():
            joined = {amendment.enrolment.unit: amendment.enrolment}
            return replace(campaign, units={**campaign.units, **joined})
        case _:
            assert_never(amendment)


Heard: TypeAlias = RulesetPart | UnitEnrolled | CampaignOpened | CampaignAmended


def _hear(said: Heard, campaign: Campaign, _meta: Meta) -> Sequence[OpeningFact]:
    """The fact that keeps what was heard.

    Raises:
        OpeningIncomplete: Pieces are missing or are not those that were meant.
    """
    match said:
        case RulesetPart():
            adopted = said.model_dump(exclude={"campaign"})
            return [RulesetAdopted(campaign=said.campaign, **adopted)]
        case UnitEnrolled():
            return [UnitJoined(campaign=said.campaign, enrolment=said.enrolment)]
        case CampaignOpened():
            opening, units = said.opening, list(campaign.units.values())
            found = (len(campaign.parts), len(units), roster_digest(units))
            if found != (opening.ruleset_parts, opening.roster_count, opening.roster_digest):
                raise OpeningIncomplete(campaign=said.campaign)
            return [CampaignStarted(campaign=said.campaign, opening=opening)]
        case CampaignAmended():
            return [CampaignChanged(campaign=said.campaign, amendment=said.amendment, reason=said.reason)]
        case _:
            assert_never(said)


HEARD: Decider[Heard, Campaign, OpeningFact] = Decider(
    initial=Campaign(),
    book=FactBook(OPENING_FACTS),
    streams=lambda said: [campaign_stream(said.campaign)],
    decide=_hear,
    evolve=evolve,
)
"""How a service that hears of a campaign keeps it."""


def on_ruleset_part(said: RulesetPart) -> Act[Heard, Campaign, OpeningFact]:
    return Act(said, HEARD)


def on_unit_enrolled(said: UnitEnrolled) -> Act[Heard, Campaign, OpeningFact]:
    return Act(said, HEARD)


def on_campaign_opened(said: CampaignOpened) -> Act[Heard, Campaign, OpeningFact]:
    return Act(said, HEARD)


def on_campaign_amended(said: CampaignAmended) -> Act[Heard, Campaign, OpeningFact]:
    return Act(said, HEARD)


OPENING_CONSUMERS: Mapping[str, Callable[..., Act[Heard, Campaign, OpeningFact]]] = {
    RulesetPart.type: on_ruleset_part,
    UnitEnrolled.type: on_unit_enrolled,
    CampaignOpened.type: on_campaign_opened,
    CampaignAmended.type: on_campaign_amended,
}
"""What every service that hears of campaigns does with it."""


def announce(fact: OpeningFact) -> Contract:
    """What submission says about the facts it writes when it opens or amends a campaign."""
    match fact:
        case RulesetAdopted():
            said = fact.model_dump(exclude={"campaign"})
            return RulesetPart(campaign=fact.campaign, **said)
        case UnitJoined():
            return UnitEnrolled(campaign=fact.campaign, enrolment=fact.enrolment)
        case CampaignStarted():
            return CampaignOpened(campaign=fact.campaign, opening=fact.opening)
        case CampaignChanged():
            return CampaignAmended(campaign=fact.campaign, amendment=fact.amendment, reason=fact.reason)
        case _:
            assert_never(fact)
