"""`ictindex restore`: an installation that does not run becomes what it was at the moment of a backup."""

import asyncio
import importlib
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress

from deploy.cli.place import data_option, settings
from deploy.cli.words import Say
from deploy.safekeeping.aside import take_back
from deploy.safekeeping.losing import Dsn, accept, ensure_nobody_knows_more, find_losses
from deploy.safekeeping.manifest import Manifest, ensure_whole, read_manifest
from deploy.safekeeping.restore import Lost, Return, losses
from deploy.settings import Settings
from deploy.standalone.home import Home, home_of, said_plainly
from shared.contracts import SERVICES
from shared.edge.migrations import OWNER
from shared.errors import Invalid

Emptied = Callable[[], None]


class LossUnconfirmed(Invalid, code="backup.loss_unconfirmed"):
    """What came after the backup goes only by somebody's word."""


def register(app: typer.Typer, say: Say) -> None:
    """Add the command."""

    @app.command(
        help=say(
            "Phục hồi từ một bản sao lưu, khi các dịch vụ đã dừng; những gì ghi sau bản sao lưu sẽ mất.",
            "Restore a backup while the services are stopped; what was recorded after it will be gone.",
        )
    )
    def restore(
        source: Annotated[
            Path | None,
            typer.Argument(
                help=say(
                    "Thư mục sao lưu; không có thì hủy lần phục hồi bị ngắt.",
                    "The backup's directory; without one, a restore that was cut off is taken back.",
                )
            ),
        ] = None,
        only: Annotated[
            Service | None, typer.Option(help=say("Chỉ phục hồi dịch vụ này.", "Restore this service alone."))
        ] = None,
        accept_loss: Annotated[
            str | None,
            typer.Option(
                metavar=say("LÝ DO", "REASON"),
                help=say(
                    "Ghi nhận là đã mất những gì dịch vụ khác đã nghe mà sổ phục hồi không còn.",
                    "Put on the record as lost what others have heard and the restored log does not hold.",
                ),
            ),
        ] = None,
        yes: Annotated[bool, typer.Option("--yes", help=say("Không hỏi lại.", "Do not ask."))] = False,
        data: Annotated[Path | None, data_option(say)] = None,
    ) -> None:
        asked = settings(data, None)
        home, services = home_of(asked), (only.value,) if only else SERVICES
        manifest = read_manifest(source) if source else None
        if source is not None and manifest is not None:
            ensure_whole(source, manifest)
        with at_rest(home, asked) as (dsn, empty):
            if source is not None and manifest is not None:
                _confirm(asyncio.run(losses(dsn(OWNER), manifest, services)), say, yes=yes)
                if accept_loss is None:
                    asyncio.run(ensure_nobody_knows_more(dsn, manifest, services))
                with said_plainly(home.path):
                    _go(Return(dsn(OWNER), home.evidence, source, manifest, services), say)
                say.step("backup.restored", {"made_at": manifest.made_at, "rows": _rows(manifest, services)})
            if accept_loss is not None:
                _accept(dsn, accept_loss, say)
            elif source is None:
                _take_back(dsn(OWNER), say)
            empty()  # in any case: what was built again hears everything only where nothing is known of its place


class Service(StrEnum):
    """Which one goes back alone."""

    submission = "submission"
    appraisal = "appraisal"
    scoring = "scoring"
    reporting = "reporting"


def at_rest(home: Home, asked: Settings) -> AbstractContextManager[tuple[Dsn, Emptied]]:
    """How each login reaches the database while nothing else is at work, and what empties the topics afterwards."""
    # Loaded only here: what containers need is not installed on one machine, nor the other way round.
    where = "deploy.docker.at_rest" if asked.base_url else "deploy.standalone.at_rest"
    rest: Callable[[Home, Settings], AbstractContextManager[tuple[Dsn, Emptied]]]
    rest = importlib.import_module(where).at_rest
    return rest(home, asked)


def _confirm(lost: Sequence[Lost], say: Say, *, yes: bool) -> None:
    """Tell what will be gone, and ask.

    Raises:
        LossUnconfirmed: The answer is no, or nobody is there to answer.
    """
    for each in lost:
        say.step("backup.will_be_lost", {"service": each.service, "agency": each.agency, "rows": each.rows})
    if lost and not yes:
        asked = say.sentence("backup.ask_loss", {})
        if not (sys.stdin.isatty() and typer.confirm(asked, default=False, err=True)):
            raise LossUnconfirmed


def _go(back: Return, say: Say) -> None:
    with Progress(console=say.err, transient=True, disable=not say.err.is_terminal) as progress:
        task = progress.add_task(say("Tài liệu", "Evidence"), total=len(back.manifest.files))

        def watch(done: int, _count: int) -> None:
            progress.update(task, completed=done)

        asyncio.run(back.go(watch))


def _accept(dsn: Dsn, reason: str, say: Say) -> None:
    lost = asyncio.run(find_losses(dsn))
    asyncio.run(accept(dsn, lost, reason))
    for each in lost:
        facts = {"publisher": each.publisher, "agency": each.agency, "first": each.kept + 1}
        say.step("backup.loss_accepted", {**facts, "last": max(each.heard.values()), "heard": ", ".join(each.heard)})
    if not lost:
        say.step("backup.nothing_lost", {})


def _take_back(dsn: str, say: Say) -> None:
    services = asyncio.run(take_back(dsn))
    if services:
        say.step("backup.taken_back", {"services": ", ".join(services)})
    else:
        say.step("backup.nothing_to_take_back", {})


def _rows(manifest: Manifest, services: Sequence[str]) -> int:
    return sum(each.position for each in manifest.logs if each.service in services)
