"""Who may sit in a team or council, and on what a member may not speak."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from services.appraisal.body.facts import BodyFormed, BodyName, body_stream
from shared.campaign import Document, Member
from shared.contracts import BodyEstablished, Contract
from shared.errors import Forbidden, Invalid, Rejected
from shared.execute import Decider
from shared.facts import FactBook
from shared.opening import OPENING_FACTS, Campaign, OpeningFact, campaign_stream
from shared.opening import evolve as evolve_campaign
from shared.vocabulary import Meta


class CouncilNotForeseen(Rejected, code="body.council_not_foreseen"):
    """The campaign's template has no council."""


class MemberRepeated(Invalid, code="body.member_repeated"):
    """Somebody is named twice."""


class NotEstablished(Rejected, code="body.not_established"):
    """There is no such team or council yet."""


class NotMember(Forbidden, code="body.not_member"):
    """The decision does not name this person."""


class OwnUnit(Forbidden, code="body.own_unit"):
    """Nobody judges the unit they belong to.

    Source: report 1101/QĐ-BNV, decisions 950 and 964: most members come from units that are assessed themselves.
    """


BodyFact: TypeAlias = OpeningFact | BodyFormed


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody who may speak in a body.

    Attributes:
        units: Where the person belongs: by the decision and by whoever vouches for the caller; either one recuses.
    """

    member: Member
    units: frozenset[str]

    def must_not_judge(self, unit: str) -> None:
        """Refuse a word on the member's own unit.

        Raises:
            OwnUnit: See there.
        """
        if unit in self.units:
            raise OwnUnit(unit=unit)


@dataclass(frozen=True, slots=True)
class Bodies:
    """A campaign and the bodies formed in it; the last decision on each stands."""

    campaign: Campaign = field(default_factory=Campaign)
    formed: Mapping[BodyName, BodyFormed] = field(default_factory=dict)

    def seat(self, body: BodyName, actor: str, home_unit: str | None) -> Seat:
        """The seat of *actor*, whose token names *home_unit*.

        Raises:
            NotEstablished, NotMember: See there.
        """
        if body not in self.formed:
            raise NotEstablished(body=body)
        for member in self.formed[body].members:
            if member.actor == actor:
                return Seat(member, frozenset(filter(None, (member.home_unit, home_unit))))
        raise NotMember(actor=actor, body=body)


@dataclass(frozen=True, slots=True)
class EstablishBody:
    """Form a team or council; again: replace it by a later decision."""

    campaign: str
    body: BodyName
    decision: Document
    members: tuple[Member, ...]


def evolve(bodies: Bodies, fact: BodyFact) -> Bodies:
    if isinstance(fact, BodyFormed):
        return replace(bodies, formed={**bodies.formed, fact.body: fact})
    return replace(bodies, campaign=evolve_campaign(bodies.campaign, fact))


def decide(command: EstablishBody, bodies: Bodies, meta: Meta) -> Sequence[BodyFact]:
    """The body as the decision names it.

    A home unit that is not on the roster is refused: misspelt, it would let its member judge it.

    Raises:
        CouncilNotForeseen, MemberRepeated, UnitUnknown: See there.
    """
    campaign = bodies.campaign.opened(command.campaign)
    campaign.admit(meta)
    if command.body == "council" and not campaign.opening.template.council:
        raise CouncilNotForeseen(campaign=command.campaign)
    actors = [member.actor for member in command.members]
    for actor in actors:
        if actors.count(actor) > 1:
            raise MemberRepeated(actor=actor)
    for member in command.members:
        if member.home_unit is not None:
            campaign.unit(member.home_unit)
    before = bodies.formed.get(command.body)
    return [
        BodyFormed(
            campaign=command.campaign,
            body=command.body,
            number=before.number + 1 if before else 1,
            decision=command.decision,
            members=command.members,
        )
    ]


def announce(fact: BodyFact) -> Contract | None:
    if not isinstance(fact, BodyFormed):
        return None
    return BodyEstablished(campaign=fact.campaign, body=fact.body, decision=fact.decision, members=fact.members)


BODY: Decider[EstablishBody, Bodies, BodyFact] = Decider(
    initial=Bodies(),
    book=FactBook((*OPENING_FACTS, BodyFormed)),
    streams=lambda command: [campaign_stream(command.campaign), body_stream(command.campaign, command.body)],
    decide=decide,
    evolve=evolve,
    announce=announce,
)
