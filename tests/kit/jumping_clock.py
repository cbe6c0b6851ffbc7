"""``jumping_clock SERVICE FILE``: a service as production runs it, its wall clock as many seconds off as FILE says."""

import importlib
import sys
from datetime import datetime, timedelta
from pathlib import Path

from shared.edge import settings


def main(service: str, file: str) -> None:
    """Everybody who imports the clock from now on takes this one."""
    right, off = settings.wall_clock, Path(file)

    def wall_clock() -> datetime:
        return right() + timedelta(seconds=int(off.read_text() or 0))

    settings.wall_clock = wall_clock
    run = importlib.import_module("shared.edge.service").run
    run(importlib.import_module(f"services.{service}.main").SERVICE)


if __name__ == "__main__":
    main(*sys.argv[1:])
