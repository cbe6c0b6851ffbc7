"""`ictindex up`: everything on this machine, until it is told to stop."""

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from deploy.cli.place import confirm_fresh, data_option, settings
from deploy.cli.signals import run_until_stopped
from deploy.cli.words import Say
from deploy.settings import Settings
from deploy.standalone.home import Home, home_of
from deploy.standalone.parts import REAL
from deploy.standalone.stack import running


def register(app: typer.Typer, say: Say) -> None:
    """Add the command."""

    @app.command(
        help=say(
            "Khởi động PostgreSQL, máy chủ thông điệp, bốn dịch vụ và proxy; chạy đến khi được yêu cầu dừng.",
            "Start PostgreSQL, the broker, the four services and the proxy; runs until told to stop.",
        )
    )
    def up(
        data: Annotated[Path | None, data_option(say)] = None,
        port: Annotated[
            int | None, typer.Option(help=say("Cổng (ICT_PORT).", "Port (ICT_PORT)."), min=1, max=65535)
        ] = None,
        fresh: Annotated[
            bool, typer.Option("--fresh", help=say("Xóa dữ liệu, làm lại.", "Remove all data first."))
        ] = False,
        yes: Annotated[bool, typer.Option("--yes", help=say("Không hỏi lại.", "Do not ask."))] = False,
    ) -> None:
        asked = settings(data, port)
        home = home_of(asked)
        if fresh:
            confirm_fresh(home, say, yes=yes)
        raise typer.Exit(run_until_stopped(lambda: _up(home, asked, say, fresh=fresh)))


async def _up(home: Home, asked: Settings, say: Say, *, fresh: bool) -> int:
    async with running(
        home, asked.port, REAL, bind=asked.bind, log_level=asked.log_level, fresh=fresh, report=say.step
    ) as stack:
        say.step("standalone.step.ready", {"url": stack.base_url, "logs": home.logs})
        with suppress(asyncio.CancelledError):  # to be stopped is how it ends well
            await stack.watch()
    return 0
