"""The score history over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Query

from services.scoring.release.queries import get_last_release
from services.scoring.score.queries import History, get_history
from shared.edge.asking import Question
from shared.eventlog import EventLog
from shared.vocabulary import Id


def router(log: EventLog) -> APIRouter:
    """Routes of a unit's scores."""
    route = APIRouter(prefix="/scoring/v1/agencies/{agency}/campaigns/{campaign}/units/{unit}", tags=["scores"])

    @route.get("/history")
    async def history(
        ask: Question, agency: Id, campaign: Id, unit: Id, criterion: Annotated[Id | None, Query()] = None
    ) -> History:
        """Every change with before, after, stage, cause, actor and reason; a unit reads its own, once published."""
        until = await get_last_release(ask.caller, log, campaign)
        if until is not None:
            ask.caller.must_act_for(unit)
        return await get_history(log, agency, campaign, unit, criterion, until)

    return route
