"""`ictindex history`: how every score of a unit came about."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from deploy.cli.inquiry import Inquiry, asking
from deploy.cli.place import reached
from deploy.cli.shown import history_table, show
from deploy.cli.words import Say
from deploy.standalone.stack import Running


def register(app: typer.Typer, say: Say) -> None:
    """Add the command."""

    @app.command(help=say("Lịch sử điểm của một đơn vị.", "The score history of a unit."))
    def history(
        campaign: Annotated[
            str, typer.Argument(help=say("Kỳ đánh giá: cơ quan/kỳ.", "The campaign: agency/campaign."))
        ],
        unit: Annotated[str, typer.Argument(help=say("Mã đơn vị.", "Code of the unit."))],
        criterion: Annotated[str | None, typer.Argument(help=say("Mã tiêu chí.", "Code of the criterion."))] = None,
        data: Annotated[
            Path | None, typer.Option(help=say("Thư mục dữ liệu (ICT_DATA).", "Data directory (ICT_DATA)."))
        ] = None,
    ) -> None:
        agency, slash, name = campaign.partition("/")
        if not slash:
            raise typer.BadParameter(say("viết cơ quan/kỳ", "write agency/campaign"), param_hint="CAMPAIGN")
        asyncio.run(show_history(reached(data), agency, name, unit, criterion, say))


async def show_history(
    running: Running, agency: str, campaign: str, unit: str, criterion: str | None, say: Say
) -> None:
    """Print it; one criterion or all."""
    async with asking(running) as client:
        inquiry = Inquiry(client, running, agency, say.language)
        path = f"/scoring/v1/agencies/{agency}/campaigns/{campaign}/units/{unit}/history"
        only = {"criterion": criterion} if criterion else {}
        show(history_table(await inquiry.get(path, ["auditor"], **only), unit, say), say)
