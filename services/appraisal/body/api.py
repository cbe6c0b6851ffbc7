"""Bodies over HTTP: established by an operator, as a decision names them."""

from typing import Annotated, Literal

from fastapi import APIRouter, Request, Response
from pydantic import Field

from services.appraisal.body.domain import BODY, EstablishBody
from services.appraisal.body.facts import BodyName
from services.appraisal.body.queries import FormedBodies, get_bodies
from shared.campaign import Document, Member
from shared.edge.asgi import carry_out
from shared.edge.asking import Command, Question
from shared.edge.service import Room
from shared.execute import Act
from shared.vocabulary import ClosedText, Id, Text, Value


class Named(Value):
    """A member with the name in plain text; it is closed before it is kept."""

    actor: Id
    role: Literal["chair", "vice_chair", "lead", "deputy_lead", "member", "member_secretary"]
    home_unit: Id | None = None
    name: Annotated[Text, Field(min_length=1, max_length=200)] | None = None


class Establishing(Value):
    """The decision, and whom it names."""

    decision: Document
    members: Annotated[tuple[Named, ...], Field(min_length=1, max_length=200)]


class Done(Value):
    """Where in the log it shows."""

    position: int


def router(room: Room) -> APIRouter:
    """Routes of the bodies."""
    route = APIRouter(prefix="/appraisal/v1/agencies/{agency}/campaigns/{campaign}")
    log = room.own_log

    @route.post("/bodies/{body_name}", status_code=201)
    async def establish_body(
        campaign: Id, body_name: BodyName, body: Establishing, ask: Command, request: Request, response: Response
    ) -> Done:
        """Establish the team or the council; again: replace it by a later decision."""
        ask.caller.must_be("operator")
        texts: list[ClosedText] = []
        members = []
        for named in body.members:
            name = ask.close(named.name) if named.name else None
            texts += [name] if name else []
            closed = name.closed if name else None
            members.append(Member(actor=named.actor, role=named.role, home_unit=named.home_unit, name=closed))
        act = Act(EstablishBody(campaign, body_name, body.decision, tuple(members)), BODY)
        answer = await carry_out(ask, act, log=log, request=request, response=response, texts=texts)
        return Done(position=answer.position)

    @route.get("/bodies")
    async def bodies(campaign: Id, ask: Question) -> FormedBodies:
        """Who sits, and who sat."""
        ask.caller.must_be("appraiser", "council", "approver", "operator", "auditor")
        return await get_bodies(log, ask.caller.agency, campaign)

    return route
