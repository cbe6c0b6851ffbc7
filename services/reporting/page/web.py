"""The public pages: every campaign, one campaign, one unit. They need no token and no script."""

from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any, Final

from fastapi import APIRouter, Query, Request, Response

from services.reporting.campaign.queries import get_campaign
from services.reporting.page.queries import (
    Published,
    blocks_of,
    classes_of,
    earlier_label,
    get_histories,
    get_published,
    groups_of,
    line_of,
    list_all,
    means_of,
    names_of,
    one_moment,
    ranking,
    reason_word,
    summaries_of,
)
from services.reporting.page.spreadsheets import TABLES
from services.reporting.result.domain import NotPublished
from shared.edge.asking import Reader
from shared.edge.service import Room
from shared.edge.web.chart import Bar, bar_chart
from shared.edge.web.findings import sections, tally
from shared.edge.web.formats import number
from shared.edge.web.pages import HEADERS, Pages, language_of, style_sheet
from shared.edge.web.routes import page_route
from shared.edge.web.words import word
from shared.vocabulary import Id

PAGES: Final = Pages(Path(__file__).parent / "templates")
Search = Query("", max_length=100)


def routes(room: Room) -> APIRouter:
    """Pages and their style sheet."""
    router = APIRouter(route_class=page_route(PAGES), include_in_schema=False)
    router.include_router(style_sheet())

    @router.get("/")
    async def front_page(request: Request, _reader: Reader) -> Response:
        async with one_moment(room.engine) as connection:
            listed = await list_all(connection)
        return PAGES.answer(request, "campaigns.html", listed=listed)

    @router.get("/{agency}/{campaign}.svg")
    async def chart(
        request: Request, _reader: Reader, agency: Id, campaign: Id, release: int | None = None
    ) -> Response:
        async with one_moment(room.engine) as connection:
            shown = await get_published(connection, agency, campaign, release)
        return Response(ranking_chart(shown, language_of(request)), media_type="image/svg+xml", headers=HEADERS)

    @router.get("/{agency}/{campaign}")
    async def campaign_page(
        request: Request, _reader: Reader, agency: Id, campaign: Id, q: str = Search, release: int | None = None
    ) -> Response:
        async with one_moment(room.engine) as connection:
            try:
                shown = await get_published(connection, agency, campaign, release)
            except NotPublished:
                if release is not None:
                    raise
                known = await get_campaign(connection, agency, campaign)
                return PAGES.answer(request, "unpublished.html", campaign=known)
        return PAGES.answer(request, "campaign.html", **_campaign_context(shown, q, language_of(request)))

    @router.get("/{agency}/{campaign}/{unit}")
    async def unit_page(
        request: Request, _reader: Reader, agency: Id, campaign: Id, unit: Id, release: int | None = None
    ) -> Response:
        async with one_moment(room.engine) as connection:
            shown = await get_published(connection, agency, campaign, release)
            line = line_of(shown, unit)
            histories = await get_histories(connection, shown, unit)
        return PAGES.answer(
            request,
            "unit.html",
            campaign=shown.campaign,
            progress=shown.progress,
            release=shown.release,
            line=line,
            histories=histories,
            nodes={node.code: node for node in shown.campaign.tree(unit)},
            reason_word=partial(reason_word, language=language_of(request)),
            same_release=_same_release(shown),
        )

    return router


def _campaign_context(shown: Published, query: str, language: str) -> dict[str, Any]:
    summary = shown.release.summary
    return {
        "campaign": shown.campaign,
        "progress": shown.progress,
        "release": shown.release,
        "lines": ranking(shown, query=query),
        "groups": groups_of(shown),
        "blocks": {code: (ranking(shown, code), groups_of(shown, code)) for code in blocks_of(shown)},
        "summaries": summaries_of(shown),
        "means": means_of(shown, language),
        "classes": classes_of(shown),
        "chart": ranking_chart(shown, language),
        "query": query.strip(),
        "earlier_label": earlier_label(shown, language),
        "most": shown.campaign.ruleset.max,
        "findings": sections(summary.findings, names_of(shown, language)),
        "tally": tally(summary, language),
        "same_release": _same_release(shown),
        "tables": [name for name in TABLES if name != "references" or shown.progress.references],
    }


def _same_release(shown: Published) -> str:
    """What a link carries that leads on within a release that was superseded."""
    return "" if shown.release.number == shown.release.newest else f"release={shown.release.number}"


def ranking_chart(shown: Published, language: str) -> str:
    """The overall ranking as a picture."""
    blocks = [block.code for block in shown.campaign.opening.blocks]
    bars = [
        Bar(
            label=f"{line.standing.rank_overall or '–'}. {line.enrolment.name.to(language)}",
            value=line.standing.total,
            text="–" if line.standing.total is None else number(line.standing.total, language),
            mark=line.standing.earlier,
            series=blocks.index(line.standing.block) if line.standing.block in blocks else len(blocks),
        )
        for line in ranking(shown)
    ]
    names = [block.title.to(language) for block in shown.campaign.opening.blocks]
    top = Decimal(shown.campaign.ruleset.max)
    return bar_chart(word("chart", language), word("chart.text", language), bars, names, top)
