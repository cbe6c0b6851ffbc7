"""Drafts over HTTP, for those who take part in the assessment; units read what is published."""

from fastapi import APIRouter

from services.scoring.release.queries import admit
from services.scoring.run.queries import DraftedRun, Runs, get_run, list_runs
from shared.edge.asking import Question
from shared.eventlog import EventLog
from shared.vocabulary import Id, Sha256


def router(log: EventLog) -> APIRouter:
    """Routes of runs."""
    route = APIRouter(prefix="/scoring/v1/agencies/{agency}/campaigns/{campaign}", tags=["runs"])

    @route.get("/runs")
    async def runs(ask: Question, agency: Id, campaign: Id) -> Runs:
        """Drafts in order, each with its findings; and runs that were refused."""
        await admit(ask.caller, log, campaign)
        return await list_runs(log, agency, campaign)

    @route.get("/runs/{digest}")
    async def run(ask: Question, agency: Id, campaign: Id, digest: Sha256) -> DraftedRun:
        """The newest draft with that run digest, with all units."""
        await admit(ask.caller, log, campaign)
        return await get_run(log, agency, campaign, digest)

    @route.get("/standings")
    async def standings(ask: Question, agency: Id, campaign: Id) -> DraftedRun:
        """The newest draft, with all units."""
        await admit(ask.caller, log, campaign)
        return await get_run(log, agency, campaign)

    return route
