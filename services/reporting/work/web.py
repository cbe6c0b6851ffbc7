"""The page on which a person begins the day."""

from pathlib import Path
from typing import Final

from fastapi import APIRouter, Request, Response

from services.reporting.campaign.queries import get_campaign, get_progress, list_campaigns
from services.reporting.page.queries import one_moment
from services.reporting.result.queries import list_published
from services.reporting.work.domain import phase, tasks
from shared.edge.asking import Question
from shared.edge.service import Room
from shared.edge.web.pages import Pages
from shared.edge.web.routes import page_route

PAGES: Final = Pages(Path(__file__).parent / "templates")


def routes(room: Room) -> APIRouter:
    """My work."""
    router = APIRouter(route_class=page_route(PAGES), include_in_schema=False)

    @router.get("/_/work")
    async def work(request: Request, ask: Question) -> Response:
        caller, shown = ask.caller, []
        async with one_moment(room.engine) as connection:
            out = await list_published(connection)
            for agency, name in await list_campaigns(connection):
                if agency != caller.agency:
                    continue
                campaign, progress = (
                    await get_campaign(connection, agency, name),
                    await get_progress(connection, agency, name),
                )
                now = phase(campaign, progress, published=(agency, name) in out)
                waiting = tasks(campaign, progress, now, caller.roles, caller.unit)
                shown.append((campaign, progress, now, waiting))
        return PAGES.answer(request, "work.html", caller=caller, shown=shown)

    return router
