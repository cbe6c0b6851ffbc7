"""Approval over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import Field

from services.appraisal.approval.domain import APPROVAL, ApproveResults
from services.appraisal.approval.queries import Approvals, get_approvals
from shared.campaign import Document
from shared.edge.asgi import carry_out
from shared.edge.asking import Command, Question
from shared.edge.service import Room
from shared.execute import Act
from shared.vocabulary import Id, Sha256, Text, Value


class Approving(Value):
    """The digest that was seen, the decision, who signed, and the signed file's SHA-256."""

    run: Sha256
    decision: Document
    signer: Annotated[Text, Field(min_length=1, max_length=200)]
    file_sha256: Sha256


class Done(Value):
    """Where in the log it shows."""

    position: int


def router(room: Room) -> APIRouter:
    """Routes of the head of the agency."""
    route = APIRouter(prefix="/appraisal/v1/agencies/{agency}/campaigns/{campaign}")
    log = room.own_log

    @route.post("/approvals", status_code=201)
    async def approve_results(
        campaign: Id, body: Approving, ask: Command, request: Request, response: Response
    ) -> Done:
        """Approve the run whose digest was seen; scoring publishes exactly that one, or refuses."""
        ask.caller.must_be("approver")
        act = Act(ApproveResults(campaign, body.run, body.decision, body.signer, body.file_sha256), APPROVAL)
        answer = await carry_out(ask, act, log=log, request=request, response=response)
        return Done(position=answer.position)

    @route.get("/approvals")
    async def approvals(campaign: Id, ask: Question) -> Approvals:
        """What may be approved, what was, and what became of it."""
        ask.caller.must_be("appraiser", "council", "approver", "operator", "auditor")
        return await get_approvals(log, ask.caller.agency, campaign)

    return route
