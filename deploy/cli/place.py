"""Options that several commands share: where the data are, on which port, and whether to begin anew."""

import sys
from pathlib import Path
from typing import Any

import typer

from deploy.cli.words import Say
from deploy.identity.schema import IDENTITY
from deploy.settings import Settings, surroundings
from deploy.standalone.home import Home, home_of
from deploy.standalone.running import Running, attached
from shared.contracts import SERVICES
from shared.edge.kafka_login import Login
from shared.errors import Invalid, Unavailable

LOOKER = "auditor"
"""Looks at everything and changes nothing: the login of the database, and of the broker where that asks."""
INNER_PORT = 8000
"""Of each service in its own container."""


class NotRunning(Unavailable, code="standalone.not_running"):
    """The command needs a run, and there is none."""


class FreshUnconfirmed(Invalid, code="standalone.fresh_unconfirmed"):
    """Data are removed only by somebody's word."""


def data_option(say: Say) -> Any:  # noqa: ANN401 - typer's own
    """``--data``: not looked at before we do, since our sentence says more than "not readable"."""
    return typer.Option(help=say("Thư mục dữ liệu (ICT_DATA).", "Data directory (ICT_DATA)."), readable=False)


def settings(data: Path | None, port: int | None) -> Settings:
    """The surroundings, where the command line does not say otherwise."""
    said = {name: value for name, value in (("data", data), ("port", port)) if value is not None}
    return surroundings().model_copy(update=said)


def reachable(asked: Settings) -> Running | None:
    """What *asked* says: the containers where it names them, else the run on its data directory, if there is one."""
    home = home_of(asked)
    if asked.base_url is not None:
        services = {name: f"http://{name}:{INNER_PORT}" for name in (*SERVICES, IDENTITY)}
        page_url, login = asked.page_url or asked.base_url, _kafka_login(home)
        seen = (home, asked.base_url, asked.database, page_url, services, asked.tls_at)
        return Running(*seen, asked.kafka, login, asked.own_certificates)
    return attached(home)


def _kafka_login(home: Home) -> Login | None:
    """Of the command line beside containers; None until the secret has been made."""
    password = home.secrets / f"kafka_{LOOKER}"
    return Login(LOOKER, password.read_text().strip()) if password.exists() else None


def reached(data: Path | None) -> Running:
    """The run on these data.

    Raises:
        NotRunning: There is none, or it is not ready yet.
    """
    asked = settings(data, None)
    running = reachable(asked)
    if running is None:
        raise NotRunning(path=home_of(asked).path)
    return running


def confirm_fresh(home: Home, say: Say, *, yes: bool) -> None:
    """Ask before everything in *home* is removed.

    Raises:
        FreshUnconfirmed: The answer is no, or nobody is there to answer.
    """
    if yes or not home.path.exists():
        return
    asked = say.sentence("standalone.ask_fresh", {"path": home.path})
    if not (sys.stdin.isatty() and typer.confirm(asked, default=False, err=True)):
        raise FreshUnconfirmed(path=home.path)
