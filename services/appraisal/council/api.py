"""The council over HTTP: changes of scores, and reviews of drafts."""

from typing import Annotated, Literal

from fastapi import APIRouter, Request, Response
from pydantic import Field

from services.appraisal.council.domain import COUNCIL, ChangeScore, ReviewDraft
from services.appraisal.council.queries import Minutes, get_minutes
from services.appraisal.round.domain import Judgement, ReasonCode
from shared.campaign import Evidence
from shared.edge.asgi import carry_out
from shared.edge.asking import Command, Question
from shared.edge.service import Room
from shared.execute import Act
from shared.vocabulary import Id, Sha256, Text, Value, Word


class Changing(Value):
    """Another word, and why; the council always says why."""

    unit: Id
    criterion: Id
    word: Word
    reason_code: ReasonCode
    reason: Annotated[Text, Field(min_length=1)]
    evidence: Annotated[tuple[Evidence, ...], Field(max_length=50)] = ()


class Reviewing(Value):
    """What the council decided on the draft *run*."""

    run: Sha256
    outcome: Literal["sent_back", "accepted"]
    comments: Annotated[Text, Field(min_length=1)] | None = None
    acknowledged: Annotated[tuple[Annotated[str, Field(max_length=120)], ...], Field(max_length=1000)] = ()
    present: Annotated[tuple[Id, ...], Field(min_length=1, max_length=200)]


class Done(Value):
    """Where in the log it shows."""

    position: int


def router(room: Room) -> APIRouter:
    """Routes of the council."""
    route = APIRouter(prefix="/appraisal/v1/agencies/{agency}/campaigns/{campaign}")
    log = room.own_log

    @route.post("/council/changes", status_code=201)
    async def change_score(campaign: Id, body: Changing, ask: Command, request: Request, response: Response) -> Done:
        """Change what stands on one criterion, visibly, after the last round."""
        ask.caller.must_be("council")
        reason = ask.close(body.reason)
        judgement = Judgement(body.unit, body.criterion, body.word, body.reason_code, reason.closed, body.evidence)
        act = Act(ChangeScore(campaign, judgement, ask.caller.unit), COUNCIL)
        answer = await carry_out(ask, act, log=log, request=request, response=response, texts=[reason])
        return Done(position=answer.position)

    @route.post("/council/reviews", status_code=201)
    async def review_draft(campaign: Id, body: Reviewing, ask: Command, request: Request, response: Response) -> Done:
        """Send the newest draft back, or accept it and take note of each finding."""
        ask.caller.must_be("council")
        comments = ask.close(body.comments) if body.comments else None
        command = ReviewDraft(
            campaign,
            body.run,
            body.outcome,
            body.present,
            comments.closed if comments else None,
            body.acknowledged,
            ask.caller.unit,
        )
        texts = [comments] if comments else []
        answer = await carry_out(ask, Act(command, COUNCIL), log=log, request=request, response=response, texts=texts)
        return Done(position=answer.position)

    @route.get("/council")
    async def minutes(campaign: Id, ask: Question) -> Minutes:
        """Drafts heard, changes and reviews."""
        ask.caller.must_be("appraiser", "council", "approver", "operator", "auditor")
        return await get_minutes(log, ask.caller.agency, campaign)

    return route
