"""What words would change, over HTTP, for those who take part in the assessment."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from services.scoring.preview.domain import Supposed
from services.scoring.preview.queries import AtHand, Effects
from services.scoring.release.queries import admit
from shared.edge.asking import Question
from shared.eventlog import EventLog
from shared.vocabulary import Id, Value


class Suppose(Value):
    """Words that are said together, e.g. one verdict for many rows."""

    words: Annotated[tuple[Supposed, ...], Field(min_length=1, max_length=5000)]


def router(log: EventLog) -> APIRouter:
    """Routes of previews."""
    route = APIRouter(prefix="/scoring/v1/agencies/{agency}/campaigns/{campaign}", tags=["previews"])
    at_hand = AtHand(log)

    @route.post("/previews")
    async def preview(ask: Question, agency: Id, campaign: Id, body: Suppose) -> Effects:
        """Which units would stand elsewhere if these words were said now; nothing is written, so it needs no key."""
        await admit(ask.caller, log, campaign)
        return await at_hand.get_effects(agency, campaign, body.words)

    return route
