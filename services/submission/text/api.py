"""Destroying closed texts over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import Field

from services.submission.sheet.tables import Drafts
from services.submission.text.handlers import destroy_texts
from services.submission.text.queries import get_erased
from services.submission.wire import CAMPAIGN, MOST_BODY_BYTES, Body
from shared.campaign import Document
from shared.edge.asking import Command
from shared.eventlog import EventLog
from shared.vocabulary import Id, Sha256, Value


class ToDestroy(Body):
    """*closed* are the digests under which the texts stand in facts."""

    closed: Annotated[tuple[Sha256, ...], Field(min_length=1, max_length=1000)]
    decision: Document


class Destroyed(Value):
    """*closed* were destroyed; of *elsewhere* among them nothing was kept here, every other service is told of them."""

    closed: tuple[Sha256, ...]
    elsewhere: tuple[Sha256, ...] = ()


def router(log: EventLog, drafts: Drafts) -> APIRouter:
    """Routes of destruction."""
    route = APIRouter(prefix=CAMPAIGN, tags=["text"], max_body_size=MOST_BODY_BYTES)

    @route.post("/destructions", status_code=201)
    async def destroy(
        agency: Id, campaign: Id, body: ToDestroy, ask: Command, request: Request, response: Response
    ) -> Destroyed:
        ask.caller.must_be("operator")
        answer = await destroy_texts(
            (agency, campaign), body.closed, body.decision, meta=ask.meta, once=ask.once, log=log, drafts=drafts
        )
        head = await log.head(agency)
        response.headers["ict-position"] = (
            f"{request.app.state.service}/{agency}@{answer.position};sequence={head.sequence}"
        )
        erased = await get_erased(log, agency, campaign, answer.position)
        return Destroyed(closed=erased.closed, elsewhere=erased.elsewhere)

    return route
