"""Who sits, and who sat, in the bodies of a campaign."""

from services.appraisal.body.domain import BODY, Bodies
from services.appraisal.body.facts import BodyFormed, BodyName, body_stream
from services.appraisal.dossier.domain import Told, told
from shared.campaign import Document
from shared.eventlog import EventLog
from shared.opening import campaign_stream
from shared.vocabulary import Id, Instant, Value

BODIES: tuple[BodyName, ...] = ("team", "council")


class Seated(Value):
    actor: Id
    role: str
    home_unit: Id | None
    name: Told | None


class Formation(Value):
    """One decision on a body; the last one stands."""

    number: int
    decision: Document
    members: tuple[Seated, ...]
    by: Id
    at: Instant


class FormedBodies(Value):
    """Every decision on each body, in order."""

    team: tuple[Formation, ...] = ()
    council: tuple[Formation, ...] = ()


async def get_bodies(log: EventLog, agency: str, campaign: str) -> FormedBodies:
    """The bodies of a campaign, with every decision on them.

    Raises:
        CampaignUnknown: Nobody opened it.
    """
    rows = await log.read(agency, [campaign_stream(campaign), *(body_stream(campaign, body) for body in BODIES)])
    bodies: Bodies = BODY.state(rows)
    bodies.campaign.opened(campaign)
    formed = [
        (row.content(), BodyFormed.model_validate(row.content().data)) for row in rows if row.type == BodyFormed.type
    ]
    names = [member.name.closed for _, fact in formed for member in fact.members if member.name]
    texts = await log.texts(agency, names)
    found: dict[str, list[Formation]] = {body: [] for body in BODIES}
    for record, fact in formed:
        members = tuple(
            Seated(actor=member.actor, role=member.role, home_unit=member.home_unit, name=told(texts, member.name))
            for member in fact.members
        )
        formation = Formation(
            number=fact.number, decision=fact.decision, members=members, by=record.actor, at=record.effective_at
        )
        found[fact.body].append(formation)
    return FormedBodies(team=tuple(found["team"]), council=tuple(found["council"]))
