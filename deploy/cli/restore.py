"""`ictindex restore`: an installation that does not run becomes what it was at the moment of a backup."""

import asyncio
import importlib
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress

from deploy.cli.place import data_option, settings
from deploy.cli.words import Say
from deploy.safekeeping.manifest import Manifest, ensure_whole, read_manifest
from deploy.safekeeping.restore import Lost, bring_back, losses
from deploy.settings import Settings
from deploy.standalone.home import Home, home_of, said_plainly
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
        source: Annotated[Path, typer.Argument(help=say("Thư mục sao lưu.", "The backup's directory."))],
        yes: Annotated[bool, typer.Option("--yes", help=say("Không hỏi lại.", "Do not ask."))] = False,
        data: Annotated[Path | None, data_option(say)] = None,
    ) -> None:
        asked = settings(data, None)
        home, manifest = home_of(asked), read_manifest(source)
        ensure_whole(source, manifest)
        with at_rest(home, asked) as (dsn, empty):
            _confirm(asyncio.run(losses(dsn, manifest)), say, yes=yes)
            _restore(dsn, home, source, manifest, say)
            empty()
        say.step("backup.restored", {"made_at": manifest.made_at, "rows": sum(each.position for each in manifest.logs)})


def at_rest(home: Home, asked: Settings) -> AbstractContextManager[tuple[str, Emptied]]:
    """The database under its owner's login and nothing else at work, and what empties the topics afterwards."""
    # Loaded only here: what containers need is not installed on one machine, nor the other way round.
    where = "deploy.docker.at_rest" if asked.base_url else "deploy.standalone.at_rest"
    rest: Callable[[Home, Settings], AbstractContextManager[tuple[str, Emptied]]]
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


def _restore(dsn: str, home: Home, source: Path, manifest: Manifest, say: Say) -> None:
    with Progress(console=say.err, transient=True, disable=not say.err.is_terminal) as progress:
        task = progress.add_task(say("Tài liệu", "Evidence"), total=len(manifest.files))

        def watch(done: int, _count: int) -> None:
            progress.update(task, completed=done)

        with said_plainly(home.path):
            asyncio.run(bring_back(dsn, home.evidence, source, manifest, watch))
