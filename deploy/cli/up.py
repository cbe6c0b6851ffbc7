"""`ictindex up`: everything on this machine, until it is told to stop."""

from pathlib import Path
from typing import Annotated

import typer

from deploy.cli.place import confirm_fresh, data_option, settings
from deploy.cli.signals import run_until_stopped
from deploy.cli.standing import stand
from deploy.cli.words import Say
from deploy.standalone.home import home_of


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
        raise typer.Exit(run_until_stopped(lambda: stand(home, asked, say, fresh=fresh)))
