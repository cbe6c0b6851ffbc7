"""An installation as an operator runs it: processes, PostgreSQL, broker and proxy, reached by HTTP and commands."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx2

from deploy.agencies.year_file import Script
from deploy.auditor.verification import Outcome, verify
from deploy.player.caller import Caller
from deploy.player.events import Event
from deploy.player.play import play
from deploy.standalone.home import Home
from deploy.standalone.ports import free_ports
from deploy.standalone.stack import Parts, Stack, running
from tests.kit.bus import LONG_SECONDS
from tests.kit.house import heads, nothing_wrong, operator_of

COMMAND_SECONDS = 240


@dataclass(frozen=True)
class Installation:
    """What runs.

    Attributes:
        client: Of the proxy.
        events: What the player told.
    """

    stack: Stack
    client: httpx2.AsyncClient
    events: list[Event] = field(default_factory=list)

    async def play(self, *scripts: Script) -> None:
        """Play the years at the same time, until their results are published."""
        async with asyncio.TaskGroup() as group:
            for script in scripts:
                group.create_task(play(script, self.client, self.stack.token, self.events.append))

    async def published(self, script: Script) -> str:
        """The digest of the published run."""
        year = script.year
        caller = Caller(self.client, year.agency, self.stack.token)
        path = f"/scoring/v1/agencies/{year.agency}/campaigns/{year.campaign}/published"
        return str((await caller.ask(operator_of(script), path))["run"])

    async def heads(self) -> Sequence[tuple[str, str, int]]:
        """How long every log is."""
        return await heads(self.stack.dsn("auditor"))

    async def verified(self) -> Sequence[Outcome]:
        """What the auditor finds, once everything was answered, or not in time."""
        dsn, store = self.stack.dsn("auditor"), self.stack.home.evidence
        return await verify(dsn, store, patience_seconds=LONG_SECONDS, watch=lambda *_: None)

    async def is_in_order(self) -> None:
        """Everything was answered by everybody, and the auditor looked everywhere and finds nothing wrong."""
        outcomes = await self.verified()
        nothing_wrong(outcomes)
        assert all(each.looked.count for each in outcomes)

    async def ictindex(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """The command as another process, on the data of the run."""
        return await ictindex(self.stack.home.path, *arguments)


async def ictindex(data: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command as another process, on those data."""
    command = [sys.executable, "-m", "deploy.cli", "--lang", "en", *arguments, "--data", str(data)]
    return await asyncio.to_thread(_run, command)


def _run(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, timeout=COMMAND_SECONDS, check=False)


@asynccontextmanager
async def standing(directory: Path, parts: Parts) -> AsyncIterator[Installation]:
    """One made of *parts*, with nothing in it."""
    home = Home(directory / "data")
    async with (
        running(home, next(free_ports(home.seed + 70)), parts) as stack,
        httpx2.AsyncClient(base_url=stack.base_url, timeout=60) as client,
    ):
        yield Installation(stack, client)
