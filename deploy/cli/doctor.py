"""`ictindex doctor`: what an operator looks at first, each line with its cure."""

import asyncio
import importlib
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Annotated

import typer

from deploy.cli.place import data_option, reached
from deploy.cli.words import Say
from deploy.doctor.examination import examine
from deploy.doctor.findings import Finding
from deploy.standalone.running import Running
from shared.edge.kafka_login import Login


def register(app: typer.Typer, say: Say) -> None:
    """Add the command."""

    @app.command(
        help=say(
            "Khám hệ thống: dịch vụ, cơ sở dữ liệu, quyền, chủ đề, đồng hồ, ổ đĩa, thông báo; mỗi dòng kèm cách xử lý.",
            "Examine the installation: services, database, rights, topics, clock, disk, messages; each with its cure.",
        )
    )
    def doctor(data: Annotated[Path | None, data_option(say)] = None) -> None:
        raise typer.Exit(asyncio.run(_examined(reached(data), say)))


async def _examined(running: Running, say: Say) -> int:
    logging.getLogger("aiokafka").addHandler(logging.NullHandler())  # what it cannot reach is a line of ours
    ill = 0
    async for finding in _findings(running):
        mark, style = ("✓", "green") if finding.well else ("✗", "bold red")
        say.out.print(f"{mark} {say.sentence(finding.code, finding.facts)}", markup=False, style=style)
        ill += not finding.well
    say.out.print(say.sentence("doctor.some_ill" if ill else "doctor.all_well", {"count": ill}), markup=False)
    return 1 if ill else 0


async def _findings(running: Running) -> AsyncIterator[Finding]:
    async for finding in examine(running):
        yield finding
    if running.kafka is not None and running.kafka_login is not None:
        # Loaded only here: what containers need is not installed on one machine.
        examine_rights: Callable[[str, Login], Iterator[Finding]]
        examine_rights = importlib.import_module("deploy.docker.rights").examine_rights
        for finding in examine_rights(running.kafka, running.kafka_login):
            yield finding
