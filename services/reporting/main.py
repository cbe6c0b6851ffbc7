"""Reporting's composition root: the only file that sees every room."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncConnection

from services.reporting.campaign import projections as campaign
from services.reporting.campaign import tables as campaign_tables
from services.reporting.lineage import projections as lineage
from services.reporting.lineage import tables as lineage_tables
from services.reporting.page import api, web
from services.reporting.result import projections as result
from services.reporting.result import tables as result_tables
from services.reporting.work import web as work_web
from shared.contracts import CONTRACTS, OF_LOGS, Contract, TextDestroyed
from shared.edge.projector import Projection, Unknown
from shared.edge.rows import digests
from shared.edge.service import Room, Service
from shared.envelope import Envelope

TABLES: Final = tuple(
    table for each in (campaign_tables, result_tables, lineage_tables) for table in each.METADATA.sorted_tables
)
"""All read models: built again from the messages alone, they are the same."""

_PROJECTED: Final[Mapping[str, tuple[Callable[..., Awaitable[None]], ...]]] = {
    "RulesetPart.v1": (campaign.project_ruleset_part,),
    "UnitEnrolled.v1": (campaign.project_unit_enrolled,),
    "CampaignOpened.v1": (campaign.project_campaign_opened,),
    "CampaignAmended.v1": (campaign.project_campaign_amended,),
    "ReferenceEntered.v1": (campaign.project_reference_entered,),
    "ReferenceRemoved.v1": (campaign.project_reference_removed,),
    "SubmissionReceived.v1": (campaign.project_submission_received, lineage.project_submission_received),
    "SubmissionWithdrawn.v1": (campaign.project_submission_withdrawn,),
    "SubmissionsClosed.v1": (campaign.project_submissions_closed,),
    "FiguresConfirmed.v1": (lineage.project_figures_confirmed,),
    "ScoreAppraised.v1": (lineage.project_score_appraised,),
    "RoundClosed.v1": (campaign.project_round_closed,),
    "CouncilDecided.v1": (campaign.project_council_decided,),
    "UnitStanding.v1": (result.project_unit_standing,),
    "StandingsDrafted.v1": (result.project_standings_drafted,),
    "ResultsPublished.v1": (result.project_results_published,),
}


def _all_of(parts: Sequence[Callable[..., Awaitable[None]]]) -> Projection:
    async def project(connection: AsyncConnection, message: Envelope, said: Contract) -> None:
        for part in parts:
            await part(connection, message, said)

    return project


PROJECTIONS: Final[Mapping[str, Projection]] = {
    name: _all_of((campaign.project_of_campaign, *_PROJECTED.get(name, ())))
    for name in CONTRACTS
    # Of no campaign's tables: closed texts lie beside the inbox, and go there; of a log there is nothing to show.
    if name not in {TextDestroyed.type, *(contract.type for contract in OF_LOGS)}
}
"""What each contract does to the tables, in one transaction with its inbox row. Any of them can prove a step."""
UNKNOWN: Final[Unknown] = campaign.project_envelope
"""So can a message of a contract that only a later release knows, which reads these tables too."""


async def dump(connection: AsyncConnection, agency: str) -> dict[str, str]:
    """A digest of each read model of *agency*, to be compared with the same tables built again from the logs."""
    return await digests(connection, TABLES, agency)


def routers(room: Room) -> Sequence[APIRouter]:
    """JSON first, pages last: a page's path is any two words."""
    return [api.routes(room), work_web.routes(room), web.routes(room)]


SERVICE = Service(name="reporting", routers=routers, projections=PROJECTIONS, unknown=UNKNOWN)
