"""Measured figures over HTTP: a machine pushes a month, tries it first, and pushes it again."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import JSONResponse
from pydantic import Field

from services.submission.usage.domain import MOST_ROWS, USAGE, Change, PushUsage, changes, checked, sums
from services.submission.usage.queries import Revision, Sums, get_figures, list_revisions
from services.submission.wire import CAMPAIGN, MOST_BODY_BYTES, Body
from shared.edge.asgi import carry_out
from shared.edge.asking import Ask, Command, Question
from shared.edge.sentences import sentence
from shared.eventlog import EventLog
from shared.execute import Act
from shared.vocabulary import Id, Json, Value

Period = Annotated[str, Path(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]


class ToPush(Body):
    """Rows of unit, metric and value; the value is an exact number with a decimal point, as text.

    A row may name a ``part`` of its unit, e.g. a commune: then the unit's figure is the sum of its parts'. Only counts
    and amounts are pushed so, and a unit has a metric as a whole or by parts, not both.
    """

    rows: Annotated[tuple[Json, ...], Field(max_length=MOST_ROWS)]


class RowFinding(Value):
    """What is wrong with one row, counted from 1."""

    row: int
    code: str
    sentence: str


class Pushed(Value):
    """What a push came to; of a dry run, what it would come to.

    Attributes:
        sums: The figures that are added up from parts; left out where none is.
    """

    revision: int
    dry_run: bool
    errors: tuple[RowFinding, ...] = ()
    changes: tuple[Change, ...] = ()
    sums: Sums = ()


class Revisions(Value):
    revisions: tuple[Revision, ...]


def router(log: EventLog) -> APIRouter:
    """Routes of usage figures."""
    route = APIRouter(prefix=CAMPAIGN, tags=["usage"], max_body_size=MOST_BODY_BYTES)

    @route.post("/usage/{source}/{period}", status_code=201, response_model=Pushed, responses={200: {"model": Pushed}})
    async def push(
        agency: Id,
        campaign: Id,
        source: Id,
        period: Period,
        body: ToPush,
        ask: Command,
        request: Request,
        response: Response,
        dry_run: bool = False,
    ) -> Response | Pushed:
        ask.caller.must_be("machine")
        if dry_run:
            tried = await _tried(log, PushUsage(campaign, source, period, body.rows), ask)
            return JSONResponse(tried.model_dump(mode="json"))
        act = Act(PushUsage(campaign, source, period, body.rows), USAGE)
        answer = await carry_out(ask, act, log=log, request=request, response=response)
        last = (await list_revisions(log, agency, campaign, source, period, answer.position))[-1]
        return Pushed(revision=last.revision, dry_run=False, changes=last.changes, sums=last.sums)

    @route.get("/usage/{source}/{period}")
    async def get_revisions(agency: Id, campaign: Id, source: Id, period: Period, ask: Question) -> Revisions:
        ask.caller.must_be("operator", "appraiser", "council", "approver", "auditor", "machine")
        return Revisions(revisions=tuple(await list_revisions(log, agency, campaign, source, period)))

    return route


async def _tried(log: EventLog, push: PushUsage, ask: Ask) -> Pushed:
    """What the push would come to; nothing is written."""
    figures = await get_figures(log, ask.caller.agency, push.campaign, push.source)
    figures.must_belong_to(ask.caller.actor, push.source)
    rows, findings = checked(push.rows, figures.campaign.opened(push.campaign))
    before = figures.pushed.get(push.period, ())
    errors = [
        RowFinding(row=number, code=found.code, sentence=sentence(found, ask.language)) for number, found in findings
    ]
    would_change = changes(before[-1].rows if before else (), rows)
    return Pushed(revision=len(before) + 1, dry_run=True, errors=tuple(errors), changes=would_change, sums=sums(rows))
