"""A campaign over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import Field

from services.submission.campaign.domain import CAMPAIGN, AmendCampaign, StartCampaign
from services.submission.campaign.queries import get_campaign, list_campaigns
from services.submission.wire import AGENCY, MOST_BODY_BYTES, Body
from services.submission.wire import CAMPAIGN as PREFIX
from shared.campaign import Amendment, Block, Calendar, Document, Enrolment, Opening, Template
from shared.edge.asgi import carry_out
from shared.edge.asking import Command, Question
from shared.eventlog import EventLog
from shared.execute import Act
from shared.ruleset import Ruleset
from shared.vocabulary import Id, Instant, Json, Localized, Text, Value

MOST_UNITS = 3000  # a province with all its communes has some hundreds


class ToOpen(Body):
    """What opens a campaign; *agency* is what it is called, *ruleset* the document itself."""

    agency: Localized | None = None
    title: Localized
    period: Text
    template: Template
    calendar: Calendar
    blocks: Annotated[tuple[Block, ...], Field(min_length=1, max_length=50)]
    letter: Document | None = None
    retrospective: bool = False
    ruleset: Json
    enrolments: Annotated[tuple[Enrolment, ...], Field(max_length=MOST_UNITS)]


class ToAmend(Body):
    amendment: Amendment
    reason: Annotated[Text, Field(min_length=1)]


class Opened(Value):
    campaign: Id
    ruleset_digest: str
    roster_digest: str
    units: int


class Listed(Value):
    campaign: Id
    title: Localized
    period: str
    retrospective: bool


class Campaigns(Value):
    campaigns: tuple[Listed, ...]


class Shown(Value):
    """A campaign as it is now, with its extensions (``*`` is for all units)."""

    campaign: Id
    opening: Opening
    units: tuple[Enrolment, ...]
    extensions: dict[str, Instant]
    intake_closed: bool


class Done(Value):
    """It was done; where it shows says ``ICT-Position``."""


def router(log: EventLog) -> APIRouter:
    """Routes of a campaign; each parses, and calls execute."""
    route = APIRouter(tags=["campaign"], max_body_size=MOST_BODY_BYTES)

    @route.get(f"{AGENCY}/campaigns")
    async def get_list(agency: Id, _: Question) -> Campaigns:
        listed = [Listed.model_validate(each.model_dump()) for each in await list_campaigns(log, agency)]
        return Campaigns(campaigns=tuple(listed))

    @route.post(PREFIX, status_code=201)
    async def open_campaign(
        agency: Id, campaign: Id, body: ToOpen, ask: Command, request: Request, response: Response
    ) -> Opened:
        ask.caller.must_be("operator")
        fields = {name: getattr(body, name) for name in ToOpen.model_fields}
        act = Act(StartCampaign(campaign, **fields), CAMPAIGN)
        await carry_out(ask, act, log=log, request=request, response=response)
        known, _ = await get_campaign(log, agency, campaign)
        opening = known.opening
        return Opened(
            campaign=campaign,
            ruleset_digest=opening.ruleset_digest,
            roster_digest=opening.roster_digest,
            units=opening.roster_count,
        )

    @route.get(PREFIX)
    async def get_one(agency: Id, campaign: Id, _: Question) -> Shown:
        known, desk = await get_campaign(log, agency, campaign)
        return Shown(
            campaign=campaign,
            opening=known.opening,
            units=tuple(known.units.values()),
            extensions=dict(known.extensions),
            intake_closed=desk.closed,
        )

    @route.get(f"{PREFIX}/ruleset", response_model=None, responses={200: {"model": Ruleset}})
    async def get_ruleset(agency: Id, campaign: Id, _: Question) -> Response:
        known, desk = await get_campaign(log, agency, campaign)
        etag = {"etag": f'"{known.opening.ruleset_digest}"'}
        return Response(desk.campaign.text, media_type="application/json", headers=etag)

    @route.post(f"{PREFIX}/amendments", status_code=201)
    async def amend(campaign: Id, body: ToAmend, ask: Command, request: Request, response: Response) -> Done:
        ask.caller.must_be("operator")
        reason = ask.close(body.reason)
        act = Act(AmendCampaign(campaign, body.amendment, reason.closed), CAMPAIGN)
        await carry_out(ask, act, log=log, request=request, response=response, texts=[reason])
        return Done()

    return route
