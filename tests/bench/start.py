"""How long each process needs to be ready, and how much memory it holds."""

import re
import time
from pathlib import Path

from shared.contracts import SERVICES
from tests.bench.campaigns import Desk
from tests.bench.figures import say


async def measure(desk: Desk) -> None:
    """Print both for every process; services are ended and started again for it."""
    stack = desk.installation.stack
    for name in SERVICES:
        stack.kill(name)
        began = time.perf_counter()
        await stack.start(name)
        say(f"  {name}: ready after {time.perf_counter() - began:.1f} s")
    for name, process in stack.servers.items():
        status = Path(f"/proc/{process.pid}/status").read_text()  # noqa: ASYNC240 - nothing else goes on
        kept = re.search(r"VmRSS:\s+(\d+)", status)
        say(f"  {name}: {int(kept[1]) // 1024 if kept else '?'} MiB resident")
