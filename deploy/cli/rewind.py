"""`ictindex rewind`: a service says again what it said, for whoever lost it."""

import asyncio
import secrets
from pathlib import Path
from typing import Annotated

import typer

from deploy.cli.inquiry import Inquiry, asking
from deploy.cli.place import data_option, reached
from deploy.cli.words import Say


def register(app: typer.Typer, say: Say) -> None:
    """Add the command."""

    @app.command(
        help=say(
            "Yêu cầu một dịch vụ gửi lại các thông báo của một cơ quan; ai đã nhận rồi thì bỏ qua. Ghi vào nhật ký.",
            "Have a service say an agency's announcements again; who heard them drops them. It goes on the record.",
        )
    )
    def rewind(
        agency: Annotated[str, typer.Argument(help=say("Mã cơ quan.", "Id of the agency."))],
        publisher: Annotated[str, typer.Argument(help=say("Dịch vụ gửi lại.", "The service that says it again."))],
        reason: Annotated[str, typer.Option(help=say("Lý do.", "Why."))],
        sequence: Annotated[
            int, typer.Option("--from", help=say("Từ thông báo số.", "From this announcement on."), min=0)
        ] = 0,
        data: Annotated[Path | None, data_option(say)] = None,
    ) -> None:
        async def order() -> None:
            running = reached(data)
            async with asking(running, say.language) as client:
                path, body = f"/{publisher}/v1/agencies/{agency}/rewind", {"sequence": sequence, "reason": reason}
                await Inquiry(client, running, agency).post(path, ["operator"], body, secrets.token_hex(16))

        asyncio.run(order())
