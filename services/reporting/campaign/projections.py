"""How messages become the tables of campaigns and progress.

A row follows from one publisher's messages only, and those come in order: so any order between publishers that
``after`` permits gives the same tables.
"""

from typing import assert_never

from sqlalchemy import Table, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.reporting.campaign import tables
from services.reporting.campaign.domain import fields_of
from shared.campaign import CalendarChange, Extension, Opening, RosterChange, TemplateChange
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
from shared.edge.rows import put
from shared.envelope import Envelope


async def project_of_campaign(connection: AsyncConnection, message: Envelope, said: OfCampaign) -> None:
    """Remember every message with its plain fields: the template says later which of them prove a step."""
    row = {
        "contract": said.type,
        "position": message.position,
        "fields": fields_of(said.model_dump(mode="json")),
        "message": message.id,
        "at": message.time,
    }
    await _put(connection, tables.proofs, message, said, **row)


async def project_ruleset_part(connection: AsyncConnection, message: Envelope, said: RulesetPart) -> None:
    await _put(connection, tables.ruleset_parts, message, said, number=said.number, text=said.text)


async def project_unit_enrolled(connection: AsyncConnection, message: Envelope, said: UnitEnrolled) -> None:
    await _put(connection, tables.units, message, said, unit=said.unit, enrolment=said.enrolment)


async def project_campaign_opened(connection: AsyncConnection, message: Envelope, said: CampaignOpened) -> None:
    row = {"opening": said.opening, "opened_at": message.time, "position": message.position}
    await _put(connection, tables.campaigns, message, said, **row)


async def project_campaign_amended(connection: AsyncConnection, message: Envelope, said: CampaignAmended) -> None:
    """The campaign as it stands now, and the amendment itself."""
    row = {"amendment": said.amendment, "reason": said.reason.closed, "at": message.time}
    await _put(connection, tables.amendments, message, said, position=message.position, **row)
    match said.amendment:
        case Extension():
            pass
        case RosterChange(enrolment=enrolment):
            await _put(connection, tables.units, message, said, unit=enrolment.unit, enrolment=enrolment)
        case CalendarChange(calendar=calendar):
            await _amend(connection, message, said, calendar=calendar)
        case TemplateChange(template=template):
            await _amend(connection, message, said, template=template)
        case _:
            assert_never(said.amendment)


async def _amend(connection: AsyncConnection, message: Envelope, said: OfCampaign, **changed: object) -> None:
    table = tables.campaigns
    here = (table.c.agency == message.agency) & (table.c.campaign == said.campaign)
    found = await connection.scalar(select(table.c.opening).where(here))
    if found is not None:
        opening = Opening.model_validate(found).model_copy(update=changed)
        await connection.execute(update(table).where(here).values(opening=opening.model_dump(mode="json")))


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
    row = {"title": said.title, "document": said.document, "figures": len(said.figures)}
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
