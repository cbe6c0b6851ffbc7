"""`ictindex backup`: one moment of everything that is kept, beside a running installation."""

import asyncio
import shutil
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress

from deploy.cli.place import data_option, reached
from deploy.cli.words import Say
from deploy.safekeeping.backup import back_up
from deploy.safekeeping.manifest import DUMP
from deploy.standalone.home import said_plainly
from shared.edge.settings import wall_clock


def register(app: typer.Typer, say: Say) -> None:
    """Add the command."""

    @app.command(
        help=say(
            "Sao lưu nhật ký, bảng dữ liệu và tài liệu kiểm chứng vào một thư mục mới, trong khi hệ thống vẫn chạy.",
            "Back up logs, tables and evidence into a new directory, while everything runs.",
        )
    )
    def backup(
        target: Annotated[Path, typer.Argument(help=say("Thư mục mới.", "A new directory."))],
        keys: Annotated[
            Path | None,
            typer.Option(
                help=say(
                    "Chép khóa ký vào thư mục này; cất riêng với bản sao lưu.",
                    "Copy the signing key into this directory; to be kept apart from the backup.",
                )
            ),
        ] = None,
        data: Annotated[Path | None, data_option(say)] = None,
    ) -> None:
        running = reached(data)
        with Progress(console=say.err, transient=True, disable=not say.err.is_terminal) as progress:
            task = progress.add_task(say("Tài liệu", "Evidence"), total=None)

            def watch(done: int, count: int) -> None:
                progress.update(task, completed=done, total=count)

            with said_plainly(target):
                dsn, evidence = running.dsn, running.home.evidence
                made = asyncio.run(back_up(dsn, evidence, target.absolute(), wall_clock(), watch))
        if keys is not None:
            with said_plainly(keys):
                keys.mkdir(mode=0o700, parents=True, exist_ok=True)
                shutil.copy(running.home.signing_key, keys)
        size = (target / DUMP).stat().st_size
        rows = sum(each.position for each in made.logs)
        say.step("backup.made", {"path": target, "rows": rows, "files": len(made.files), "kib": size // 1024})
