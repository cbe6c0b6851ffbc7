"""A unit's answer to the first round over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import Field

from services.submission.confirmation.domain import CONFIRMATION, ConfirmFigures
from services.submission.confirmation.queries import Confirmation, Verdicts, get_confirmation, get_verdicts
from services.submission.evidence.tables import Uploads, attested
from services.submission.wire import CAMPAIGN, MOST_BODY_BYTES, Body, must_head, must_see
from shared.campaign import Contest, Evidence
from shared.edge.asgi import carry_out
from shared.edge.asking import Command, Question
from shared.eventlog import EventLog
from shared.execute import Act
from shared.vocabulary import ClosedText, Id, Text

MOST_CRITERIA = 1000


class Objection(Body):
    explanation: Annotated[Text, Field(min_length=1)]
    evidence: Annotated[tuple[Evidence, ...], Field(max_length=50)] = ()


class ToConfirm(Body):
    """*rest* accepts every verdict that is not named."""

    accepted: Annotated[tuple[Id, ...], Field(max_length=MOST_CRITERIA)] = ()
    rest: bool = False
    contested: Annotated[dict[Id, Objection], Field(max_length=MOST_CRITERIA)] = {}


def router(log: EventLog, uploads: Uploads) -> APIRouter:
    """Routes of a confirmation."""
    route = APIRouter(prefix=CAMPAIGN, tags=["confirmation"], max_body_size=MOST_BODY_BYTES)

    @route.get("/sheets/{unit}/verdicts")
    async def verdicts(agency: Id, campaign: Id, unit: Id, ask: Question) -> Verdicts:
        must_see(ask.caller, unit)
        return await get_verdicts(log, agency, campaign, unit)

    @route.get("/sheets/{unit}/confirmation")
    async def confirmation(agency: Id, campaign: Id, unit: Id, ask: Question) -> Confirmation:
        must_see(ask.caller, unit)
        return await get_confirmation(log, agency, campaign, unit)

    @route.post("/sheets/{unit}/confirmation", status_code=201)
    async def confirm(
        agency: Id, campaign: Id, unit: Id, body: ToConfirm, ask: Command, request: Request, response: Response
    ) -> Confirmation:
        must_head(ask.caller, unit)
        contested: dict[str, Contest] = {}
        texts: list[ClosedText] = []
        for criterion, objection in body.contested.items():
            text = ask.close(objection.explanation)
            evidence = await attested(uploads, (agency, campaign, unit), objection.evidence)
            contested[criterion] = Contest(explanation=text.closed, evidence=evidence)
            texts.append(text)
        act = Act(ConfirmFigures(campaign, unit, body.accepted, contested, body.rest), CONFIRMATION)
        await carry_out(ask, act, log=log, request=request, response=response, texts=texts)
        return await get_confirmation(log, agency, campaign, unit)

    return route
