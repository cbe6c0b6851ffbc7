"""`ictindex history`: how every score of a unit came about."""

import asyncio
from pathlib import Path
from typing import Annotated

import asyncpg
import typer

from deploy.cli.inquiry import Inquiry, asking
from deploy.cli.place import data_option, reached
from deploy.cli.refusals import DatabaseLost
from deploy.cli.shown import history_table, show
from deploy.cli.words import Say
from deploy.standalone.running import Running
from shared.errors import Invalid
from shared.opening import CampaignUnknown, campaign_stream


class CampaignAmbiguous(Invalid, code="history.campaign_ambiguous"):
    """Several agencies have a campaign of that name."""


def register(app: typer.Typer, say: Say) -> None:
    """Add the command."""

    @app.command(help=say("Lịch sử điểm của một đơn vị.", "The score history of a unit."))
    def history(
        campaign: Annotated[
            str,
            typer.Argument(
                help=say(
                    "Kỳ đánh giá; viết cơ quan/kỳ nếu nhiều cơ quan cùng có kỳ ấy.",
                    "The campaign; agency/campaign where several agencies have one of that name.",
                )
            ),
        ],
        unit: Annotated[str, typer.Argument(help=say("Mã đơn vị.", "Code of the unit."))],
        criterion: Annotated[str | None, typer.Argument(help=say("Mã tiêu chí.", "Code of the criterion."))] = None,
        data: Annotated[Path | None, data_option(say)] = None,
    ) -> None:
        asyncio.run(_history(reached(data), campaign, unit, criterion, say))


async def _history(running: Running, campaign: str, unit: str, criterion: str | None, say: Say) -> None:
    agency, slash, name = campaign.partition("/")
    if not slash:
        agency, name = await agency_of(running, campaign), campaign
    await show_history(running, agency, name, unit, criterion, say)


async def agency_of(running: Running, campaign: str) -> str:
    """The one agency that has opened *campaign*.

    Raises:
        CampaignUnknown: None has.
        CampaignAmbiguous: Several have.
        DatabaseLost: The run has just ended.
    """
    try:
        connection = await asyncpg.connect(running.dsn("auditor"))
    except OSError as lost:
        raise DatabaseLost(reason=lost) from lost
    try:
        found = await connection.fetch(
            """SELECT agency FROM submission.head h
               WHERE EXISTS (SELECT FROM submission.log l WHERE l.agency = h.agency AND l.stream = $1)
               ORDER BY agency""",
            campaign_stream(campaign),
        )
    finally:
        await connection.close()
    agencies = [row["agency"] for row in found]
    if not agencies:
        raise CampaignUnknown(campaign=campaign)
    if len(agencies) > 1:
        raise CampaignAmbiguous(campaign=campaign, choices=", ".join(f"{agency}/{campaign}" for agency in agencies))
    return str(agencies[0])


async def show_history(
    running: Running, agency: str, campaign: str, unit: str, criterion: str | None, say: Say
) -> None:
    """Print it; one criterion or all."""
    async with asking(running, say.language) as client:
        inquiry = Inquiry(client, running, agency)
        path = f"/scoring/v1/agencies/{agency}/campaigns/{campaign}/units/{unit}/history"
        only = {"criterion": criterion} if criterion else {}
        show(history_table(await inquiry.get(path, ["auditor"], **only), unit, say), say)
