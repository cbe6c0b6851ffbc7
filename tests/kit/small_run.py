"""``small_run.py DIRECTORY PORT``: a run with small services, in a process that tests may signal and kill."""

import asyncio
import sys
from pathlib import Path

from deploy.cli.signals import run_until_stopped
from deploy.cli.words import Say
from deploy.standalone.home import Home
from deploy.standalone.stack import running
from tests.kit.small_parts import small_parts


async def _run() -> int:
    home, port, report = Home(Path(sys.argv[1])), int(sys.argv[2]), Say("en").step
    async with running(home, port, small_parts(), report=report) as stack:
        print("ready", flush=True)  # noqa: T201
        try:
            await stack.watch()
        except asyncio.CancelledError:
            return 0
    return 1


if __name__ == "__main__":
    sys.exit(run_until_stopped(_run))
