"""`ictindex token`: who somebody is, in writing, until people log in."""

import time
from pathlib import Path
from typing import Annotated

import typer

from deploy.cli.place import data_option, settings
from deploy.cli.words import Say
from deploy.standalone import keys
from deploy.standalone.home import home_of
from shared.edge.auth import ROLES


def register(app: typer.Typer, say: Say) -> None:
    """Add the command."""
    role_help = say("Vai trò; có thể lặp lại: ", "Role; may be repeated: ") + ", ".join(ROLES)

    @app.command(
        name="token", help=say("In mã truy cập cho một người hoặc một máy.", "Print a token for a person or a machine.")
    )
    def token(
        actor: Annotated[str, typer.Argument(help=say("Mã người hoặc máy.", "Id of the person or machine."))],
        agency: Annotated[str, typer.Argument(help=say("Mã cơ quan.", "Id of the agency."))],
        role: Annotated[list[str], typer.Option(help=role_help)],
        unit: Annotated[str | None, typer.Option(help=say("Mã đơn vị.", "Id of the unit."))] = None,
        hours: Annotated[float, typer.Option(help=say("Thời hạn, giờ.", "How long, in hours."))] = keys.MAX_HOURS,
        data: Annotated[Path | None, data_option(say)] = None,
    ) -> None:
        asked = settings(data, None)
        home = home_of(asked)
        if asked.base_url is None:  # beside containers the key is there, and nothing may be written
            home.make()
            keys.make_key(home)
        typer.echo(
            keys.token(home, actor=actor, agency=agency, roles=role, unit=unit, hours=hours, now=int(time.time()))
        )
