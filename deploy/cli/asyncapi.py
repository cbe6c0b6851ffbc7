"""`ictindex asyncapi`: what the services tell each other, as an AsyncAPI document."""

import json

import typer

from deploy.cli.words import Say
from shared.edge.asyncapi import document


def register(app: typer.Typer, say: Say) -> None:
    """Add the command."""

    @app.command(help=say("In mô tả AsyncAPI của mọi thông báo.", "Print the AsyncAPI description of every message."))
    def asyncapi() -> None:
        typer.echo(json.dumps(document(), indent=1, ensure_ascii=False, sort_keys=True))
