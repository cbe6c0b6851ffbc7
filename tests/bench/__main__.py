"""``python -m tests.bench [append] [trip] [peak] [start]``; ``--kafka`` for the real broker."""

import asyncio
import sys
from pathlib import Path

from deploy.standalone.parts import REAL
from tests.bench import append, peak, start, trip
from tests.bench.campaigns import Desk
from tests.bench.figures import say
from tests.kit.installation import standing
from tests.kit.kafka import on_kafka
from tests.kit.servers import directory_for_servers

ALL = {"append": append.measure, "trip": trip.measure, "start": start.measure, "peak": peak.measure}


async def _measure(names: list[str], directory: Path, *, kafka: bool) -> None:
    async with standing(directory, on_kafka(REAL) if kafka else REAL) as installation:
        for name in names or ALL:
            say(f"{name}:")
            await ALL[name](Desk(installation))


if __name__ == "__main__":
    wanted = [word for word in sys.argv[1:] if word in ALL]
    with directory_for_servers("bench") as place:
        asyncio.run(_measure(wanted, place, kafka="--kafka" in sys.argv))
