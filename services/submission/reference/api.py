"""Printed figures over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import Field

from services.submission.reference.domain import REFERENCE, EnterReference, ReferenceUnknown, RemoveReference
from services.submission.reference.facts import reference_stream
from services.submission.wire import CAMPAIGN, MOST_BODY_BYTES, Body
from shared.campaign import Document
from shared.edge.asgi import carry_out
from shared.edge.asking import Command, Question
from shared.eventlog import EventLog
from shared.execute import Act
from shared.opening import campaign_stream
from shared.standing import PrintedFigure
from shared.vocabulary import Id, Localized, Value

MOST_FIGURES = 3000


class ToEnter(Body):
    """A report's figures as printed."""

    title: Localized
    document: Document
    figures: Annotated[tuple[PrintedFigure, ...], Field(max_length=MOST_FIGURES)]


class Reference(Value):
    reference: Id
    title: Localized
    document: Document
    figures: tuple[PrintedFigure, ...]


class Entered(Value):
    reference: Id
    figures: int


def router(log: EventLog) -> APIRouter:
    """Routes of reference documents."""
    route = APIRouter(prefix=f"{CAMPAIGN}/references/{{reference}}", tags=["reference"], max_body_size=MOST_BODY_BYTES)

    @route.put("", status_code=201)
    async def enter(
        campaign: Id, reference: Id, body: ToEnter, ask: Command, request: Request, response: Response
    ) -> Entered:
        ask.caller.must_be("operator")
        act = Act(EnterReference(campaign, reference, body.title, body.document, body.figures), REFERENCE)
        await carry_out(ask, act, log=log, request=request, response=response)
        return Entered(reference=reference, figures=len(body.figures))

    @route.delete("", status_code=204)
    async def remove(campaign: Id, reference: Id, ask: Command, request: Request, response: Response) -> None:
        ask.caller.must_be("operator")
        act = Act(RemoveReference(campaign, reference), REFERENCE)
        await carry_out(ask, act, log=log, request=request, response=response)

    @route.get("")
    async def get_one(agency: Id, campaign: Id, reference: Id, ask: Question) -> Reference:
        ask.caller.must_be("operator", "council", "appraiser", "approver", "auditor")
        streams = [campaign_stream(campaign), reference_stream(campaign, reference)]
        notes = REFERENCE.state(await log.read(agency, streams))
        notes.campaign.opened(campaign)
        if notes.noted is None:
            raise ReferenceUnknown(reference=reference)
        return Reference.model_validate(dict(notes.noted))

    return route
