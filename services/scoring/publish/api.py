"""What was published, over HTTP."""

from fastapi import APIRouter

from services.scoring.release.queries import (
    PublishedRun,
    Releases,
    admit,
    get_last_release,
    get_published,
    list_releases,
)
from shared.edge.asking import Question
from shared.eventlog import EventLog
from shared.vocabulary import Id


def router(log: EventLog) -> APIRouter:
    """Routes of releases."""
    route = APIRouter(prefix="/scoring/v1/agencies/{agency}/campaigns/{campaign}", tags=["releases"])

    @route.get("/published")
    async def published(ask: Question, agency: Id, campaign: Id) -> PublishedRun:
        """The newest release, with all units."""
        await get_last_release(ask.caller, log, campaign)
        return await get_published(log, agency, campaign)

    @route.get("/releases")
    async def releases(ask: Question, agency: Id, campaign: Id) -> Releases:
        """Every release, and every approval that was refused, with its reason."""
        await admit(ask.caller, log, campaign)
        return await list_releases(log, agency, campaign)

    return route
