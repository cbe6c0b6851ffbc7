"""Reads campaigns and their progress."""

import json
from functools import lru_cache
from typing import Any

from sqlalchemy import Row, Table, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.reporting.campaign import tables
from services.reporting.campaign.domain import (
    Campaign,
    Closure,
    Meeting,
    Progress,
    Reference,
    RoundOver,
    Said,
    Sheet,
    contracts_of,
    steps,
)
from shared.campaign import Document, Enrolment, Opening
from shared.opening import CampaignUnknown
from shared.ruleset import Ruleset, parse
from shared.vocabulary import Localized

STOPPED = text(
    "SELECT publisher FROM (SELECT DISTINCT ON (publisher) publisher, type FROM stops WHERE agency = :agency"
    " ORDER BY publisher, version DESC) AS latest WHERE type = 'publisher_stopped.v1' ORDER BY publisher"
)
Found = Row[Any]


async def list_campaigns(connection: AsyncConnection) -> list[tuple[str, str]]:
    """Agency and name of every campaign that was opened, the latest first."""
    table = tables.campaigns
    order = (table.c.opened_at.desc(), table.c.agency, table.c.campaign)
    rows = await connection.execute(select(table.c.agency, table.c.campaign).order_by(*order))
    return [(row.agency, row.campaign) for row in rows]


async def get_campaign(connection: AsyncConnection, agency: str, campaign: str) -> Campaign:
    """The campaign as it stands.

    Raises:
        CampaignUnknown: Nobody opened it, in this agency.
    """
    opened = await _all(connection, tables.campaigns, agency, campaign)
    if not opened:
        raise CampaignUnknown(campaign=campaign)
    parts = await _all(connection, tables.ruleset_parts, agency, campaign)
    enrolled = [
        Enrolment.model_validate(row.enrolment) for row in await _all(connection, tables.units, agency, campaign)
    ]
    return Campaign(
        agency,
        campaign,
        Opening.model_validate(opened[0].opening),
        _ruleset("".join(part.text for part in parts)),
        {each.unit: each for each in enrolled},
    )


async def get_progress(connection: AsyncConnection, agency: str, campaign: str) -> Progress:
    """How far the campaign has come.

    Raises:
        CampaignUnknown: Nobody opened it, in this agency.
    """
    opened = await _all(connection, tables.campaigns, agency, campaign)
    if not opened:
        raise CampaignUnknown(campaign=campaign)
    opening = Opening.model_validate(opened[0].opening)
    closures = [
        Closure(tuple(row.handed_in), tuple(row.missing), row.message, row.at)
        for row in await _all(connection, tables.closures, agency, campaign)
    ]
    return Progress(
        steps=steps(opening, await _said(connection, agency, campaign, opening)),
        sheets=tuple(_sheet(row) for row in await _all(connection, tables.sheets, agency, campaign)),
        rounds=tuple(
            RoundOver(row.stage, row.verdicts, row.message, row.at)
            for row in await _all(connection, tables.rounds, agency, campaign)
        ),
        meetings=tuple(
            Meeting(row.meeting, row.outcome, tuple(row.acknowledged), row.message, row.at)
            for row in await _all(connection, tables.meetings, agency, campaign)
        ),
        references=tuple(
            _reference(row) for row in await _all(connection, tables.reference_documents, agency, campaign)
        ),
        closure=next(iter(closures), None),
        stopped=tuple((await connection.scalars(STOPPED, {"agency": agency})).all()),
    )


async def _said(connection: AsyncConnection, agency: str, campaign: str, opening: Opening) -> list[Said]:
    """Messages of the contracts that the template's steps ask for."""
    table = tables.proofs
    asked = table.c.contract.in_(contracts_of(opening)) | func.split_part(table.c.contract, ".", 1).in_(
        contracts_of(opening)
    )
    rows = await connection.execute(
        select(table).where((table.c.agency == agency) & (table.c.campaign == campaign) & asked)
    )
    return [Said(row.contract, row.fields, row.message, row.position, row.at) for row in rows]


def _sheet(row: Found) -> Sheet:
    return Sheet(row.unit, row.version, row.late, row.criteria, row.documents, row.message, row.at, row.withdrawn_at)


def _reference(row: Found) -> Reference:
    title, document = Localized.model_validate(row.title), Document.model_validate(row.document)
    return Reference(row.reference, title, document, row.figures)


async def _all(connection: AsyncConnection, table: Table, agency: str, campaign: str) -> list[Found]:
    """All rows of a campaign, in order of their key."""
    here = (table.c.agency == agency) & (table.c.campaign == campaign)
    rows = await connection.execute(select(table).where(here).order_by(*table.primary_key))
    return list(rows)


@lru_cache(maxsize=64)
def _ruleset(text_of_it: str) -> Ruleset:
    return parse(json.loads(text_of_it))
