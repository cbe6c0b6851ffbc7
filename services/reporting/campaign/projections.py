"""How messages become the tables of campaigns and progress.

A row follows from one publisher's messages only, and those come in order: so any order between publishers that
``after`` permits gives the same tables. Whatever has a structure is kept as it was said, not as today's contract reads
it: so any release gives the same tables.
"""

from contextlib import suppress
from typing import assert_never

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Table, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.reporting.campaign import tables
from services.reporting.campaign.domain import fields_of
from shared.campaign import CalendarChange, Extension, RosterChange, TemplateChange
from shared.contracts import (
    CampaignAmended,
    CampaignOpened,
    CouncilDecided,
    OfCampaign,
    ReferenceEntered,
    ReferenceRemoved,
    RoundClosed,
    RulesetPart,
    SubmissionReceived,
    SubmissionsClosed,
    SubmissionWithdrawn,
    UnitEnrolled,
)
from shared.edge.rows import put, written
from shared.envelope import BodyUnreadable, Envelope
from shared.vocabulary import Id, Json

AN_ID: TypeAdapter[str] = TypeAdapter(Id)


async def project_of_campaign(connection: AsyncConnection, message: Envelope, said: OfCampaign) -> None:
    """Remember every message with its plain fields: the template says later which of them prove a step."""
    await _remember(connection, message, said.campaign, message.data())


async def project_envelope(connection: AsyncConnection, message: Envelope) -> None:
    """Remember a message of a contract that only a later release knows, if it is of a campaign."""
    with suppress(BodyUnreadable, KeyError, ValidationError):
        data = message.data()
        await _remember(connection, message, AN_ID.validate_python(data["campaign"]), data)


async def _remember(connection: AsyncConnection, message: Envelope, campaign: str, data: Json) -> None:
    row = {
        "agency": message.agency,
        "campaign": campaign,
        "contract": message.type,
        "position": message.position,
        "fields": fields_of(data),
        "message": message.id,
        "at": message.time,
    }
    await connection.execute(put(tables.proofs, **row))


async def project_ruleset_part(connection: AsyncConnection, message: Envelope, said: RulesetPart) -> None:
    await _put(connection, tables.ruleset_parts, message, said, number=said.number, text=said.text)


async def project_unit_enrolled(connection: AsyncConnection, message: Envelope, said: UnitEnrolled) -> None:
    await _put(connection, tables.units, message, said, unit=said.unit, enrolment=message.data()["enrolment"])


async def project_campaign_opened(connection: AsyncConnection, message: Envelope, said: CampaignOpened) -> None:
    row = {"opening": message.data()["opening"], "opened_at": message.time, "position": message.position}
    await _put(connection, tables.campaigns, message, said, **row)


async def project_campaign_amended(connection: AsyncConnection, message: Envelope, said: CampaignAmended) -> None:
    """The campaign as it stands now, and the amendment itself."""
    amendment = message.data()["amendment"]
    row = {"amendment": amendment, "reason": said.reason.closed, "at": message.time}
    await _put(connection, tables.amendments, message, said, position=message.position, **row)
    match said.amendment:
        case Extension():
            pass
        case RosterChange(enrolment=enrolment):
            row = {"unit": enrolment.unit, "enrolment": amendment["enrolment"]}
            await _put(connection, tables.units, message, said, **row)
        case CalendarChange():
            await _amend(connection, message, said, calendar=amendment["calendar"])
        case TemplateChange():
            await _amend(connection, message, said, template=amendment["template"])
        case _:
            assert_never(said.amendment)


async def _amend(connection: AsyncConnection, message: Envelope, said: OfCampaign, **changed: object) -> None:
    table = tables.campaigns
    here = (table.c.agency == message.agency) & (table.c.campaign == said.campaign)
    found = await connection.scalar(select(table.c.opening).where(here))
    if found is not None:
        opening = written({**found, **changed})
        await connection.execute(update(table).where(here).values(opening=opening))


async def project_submission_received(connection: AsyncConnection, message: Envelope, said: SubmissionReceived) -> None:
    documents = sum(len(line.evidence) for line in said.lines.values())
    row = {"version": said.version, "late": said.late, "criteria": len(said.lines), "documents": documents}
    await _put(connection, tables.sheets, message, said, unit=said.unit, message=message.id, at=message.time, **row)


async def project_submission_withdrawn(
    connection: AsyncConnection, message: Envelope, said: SubmissionWithdrawn
) -> None:
    table = tables.sheets
    here = (table.c.agency == message.agency) & (table.c.campaign == said.campaign) & (table.c.unit == said.unit)
    gone = {"withdrawn_at": message.time, "withdrawn_reason": said.reason.closed}
    await connection.execute(update(table).where(here & (table.c.version == said.version)).values(gone))


async def project_submissions_closed(connection: AsyncConnection, message: Envelope, said: SubmissionsClosed) -> None:
    row = {"handed_in": said.handed_in, "missing": said.missing, "message": message.id, "at": message.time}
    await _put(connection, tables.closures, message, said, **row)


async def project_round_closed(connection: AsyncConnection, message: Envelope, said: RoundClosed) -> None:
    row = {"stage": said.stage, "verdicts": said.count, "message": message.id, "at": message.time}
    await _put(connection, tables.rounds, message, said, **row)


async def project_council_decided(connection: AsyncConnection, message: Envelope, said: CouncilDecided) -> None:
    row = {"run": said.run, "outcome": said.outcome, "acknowledged": said.acknowledged, "message": message.id}
    await _put(connection, tables.meetings, message, said, meeting=said.meeting, at=message.time, **row)


async def project_reference_entered(connection: AsyncConnection, message: Envelope, said: ReferenceEntered) -> None:
    data = message.data()
    row = {"title": data["title"], "document": data["document"], "figures": len(said.figures)}
    await _put(connection, tables.reference_documents, message, said, reference=said.reference, **row)


async def project_reference_removed(connection: AsyncConnection, message: Envelope, said: ReferenceRemoved) -> None:
    table = tables.reference_documents
    here = (table.c.agency == message.agency) & (table.c.campaign == said.campaign)
    await connection.execute(delete(table).where(here & (table.c.reference == said.reference)))


def _where(message: Envelope, said: OfCampaign) -> dict[str, str]:
    return {"agency": message.agency, "campaign": said.campaign}


async def _put(
    connection: AsyncConnection, table: Table, envelope: Envelope, said: OfCampaign, **columns: object
) -> None:
    await connection.execute(put(table, **_where(envelope, said), **columns))
