"""`ictindex stopped`: messages that could not be answered, and what an operator does about them."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from deploy.cli.inquiry import Inquiry, asking
from deploy.cli.place import data_option, reached
from deploy.cli.words import Say
from shared.contracts import SERVICES
from shared.vocabulary import Json, digest

OPERATOR = ["operator"]


def register(app: typer.Typer, say: Say) -> None:
    """Add the commands."""
    group = typer.Typer(no_args_is_help=True, help=say("Thông báo bị dừng.", "Messages that were stopped."))
    app.add_typer(group, name="stopped")
    a_publisher = typer.Argument(help=say("Dịch vụ đã gửi thông báo.", "The service that said it."))
    a_service = typer.Argument(help=say("Dịch vụ đang dừng.", "The service that stopped."))
    an_agency = typer.Argument(help=say("Mã cơ quan.", "Id of the agency."))
    a_place = data_option(say)

    def asked(agency: str, data: Path | None, work: Callable[[Inquiry], Awaitable[None]]) -> None:
        async def run() -> None:
            running = reached(data)
            async with asking(running, say.language) as client:
                await work(Inquiry(client, running, agency))

        asyncio.run(run())

    @group.command("list", help=say("Liệt kê.", "List them."))
    def list_stopped(agency: Annotated[str, an_agency], data: Annotated[Path | None, a_place] = None) -> None:
        asked(agency, data, lambda inquiry: _list(inquiry, say))

    @group.command(help=say("Thử lại, sau khi đã khắc phục.", "Try again, once the cause is mended."))
    def retry(
        agency: Annotated[str, an_agency],
        service: Annotated[str, a_service],
        publisher: Annotated[str, a_publisher],
        data: Annotated[Path | None, a_place] = None,
    ) -> None:
        asked(agency, data, lambda inquiry: _resume(inquiry, service, f"{publisher}/retry", {}))

    @group.command(help=say("Bỏ qua thông báo, nêu lý do.", "Go on without the message, and say why."))
    def skip(
        agency: Annotated[str, an_agency],
        service: Annotated[str, a_service],
        publisher: Annotated[str, a_publisher],
        reason: Annotated[str, typer.Option(help=say("Lý do.", "Why."))],
        data: Annotated[Path | None, a_place] = None,
    ) -> None:
        asked(agency, data, lambda inquiry: _resume(inquiry, service, f"{publisher}/skip", {"reason": reason}))


async def _list(inquiry: Inquiry, say: Say) -> None:
    table = Table()
    for heading in (say("Dịch vụ", "Service"), say("Thông báo", "Message"), say("Lý do", "Why")):
        table.add_column(heading, overflow="fold")
    for service in SERVICES:
        answer = await inquiry.get(f"/{service}/v1/agencies/{inquiry.agency}/stops", OPERATOR)
        for stop in answer["stops"]:
            table.add_row(service, stop["message"], f"{stop['title']} ({stop['code']})")
    say.out.print(table if table.row_count else say("Không có thông báo nào bị dừng.", "Nothing is stopped."))


async def _resume(inquiry: Inquiry, service: str, act: str, body: Json) -> None:
    """While the same is stopped, the same command is the same request."""
    stops = f"/{service}/v1/agencies/{inquiry.agency}/stops"
    key = digest([stops, act, body, await inquiry.get(stops, OPERATOR)])
    await inquiry.post(f"{stops}/{act}", OPERATOR, body, key)
