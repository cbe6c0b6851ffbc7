"""``python -m tests.bench [engines] [append] [trip] [peak] [start]``.

``--kafka`` for the real broker, ``--everybody`` for both engines on all units of the nation.
Ends with 1 where the engines differ in any figure, or a run that goes on from the one made anew.
"""

import asyncio
import sys
from pathlib import Path

from deploy.standalone.parts import REAL
from tests.bench import append, engines, peak, start, trip
from tests.bench.campaigns import Desk
from tests.bench.figures import say
from tests.kit.installation import standing
from tests.kit.kafka import on_kafka
from tests.kit.servers import directory_for_servers

ALL = {"append": append.measure, "trip": trip.measure, "start": start.measure, "peak": peak.measure}


async def _measure(names: list[str], directory: Path, *, kafka: bool) -> None:
    async with standing(directory, on_kafka(REAL) if kafka else REAL) as installation:
        for name in names:
            say(f"{name}:")
            await ALL[name](Desk(installation))


if __name__ == "__main__":
    named = [word for word in sys.argv[1:] if word in {*ALL, "engines"}] or ["engines", *ALL]
    if "engines" in named:  # needs no installation, and none beside it
        say("engines:")
        if not engines.measure(everybody="--everybody" in sys.argv):
            sys.exit(1)
    wanted = [word for word in named if word in ALL]
    if not wanted:
        sys.exit()
    with directory_for_servers("bench") as place:
        asyncio.run(_measure(wanted, place, kafka="--kafka" in sys.argv))
