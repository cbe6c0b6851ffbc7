"""The last minutes before a deadline: every unit of many agencies certifies, some twice, some unheard."""

import asyncio
import random  # noqa: TID251 - drawn from a seed: each time the same peak
import time
from collections import Counter

import asyncpg
import httpx2

from services.submission.sheet.facts import SheetSubmitted
from tests.bench.campaigns import Desk, Drawn, all_of, caught_up, filled, opened
from tests.bench.figures import Sample, say

SUBMISSIONS = 5403
AGENCIES = 34
SECONDS = 300
TWICE, UNHEARD = 0.2, 0.1
GOAL_SECONDS = 60
Sheet = tuple[Drawn, str, str]


async def measure(desk: Desk, submissions: int = SUBMISSIONS, seconds: float = SECONDS) -> None:
    """Print what callers saw, what was doubled, and how long the others needed to catch up."""
    sheets: list[Sheet] = []
    for number in range(AGENCIES):
        units = [f"unit-{each}" for each in range(number, submissions, AGENCIES)]
        drawn = Drawn(f"province-{number}", "peak", units)
        await opened(desk, drawn)

        async def ready(unit: str, drawn: Drawn = drawn) -> None:
            sheets.append((drawn, unit, await filled(desk, drawn, unit)))

        await all_of(ready(unit) for unit in units)
    say(f"  {len(sheets)} sheets of {AGENCIES} agencies are filled")
    chance, seen, times = random.Random(5403), Counter[int](), list[float]()  # noqa: S311 - a bench

    async def certify(sheet: Sheet, delay: float, clicks: int, *, unheard: bool) -> None:
        await asyncio.sleep(delay)
        if unheard:  # the browser gives up, and sends it again
            await _certified(desk, sheet, seen, times, patience=0.005)
        await asyncio.gather(*(_certified(desk, sheet, seen, times) for _ in range(clicks)))

    async with asyncio.TaskGroup() as group:
        for sheet in sheets:
            clicks = 2 if chance.random() < TWICE else 1
            unheard = chance.random() < UNHEARD
            group.create_task(certify(sheet, chance.random() * seconds, clicks, unheard=unheard))
    lag = await caught_up(desk)
    say(f"  {Sample('certified', times)}; answers {dict(sorted(seen.items()))}")
    say(f"  sheets in the log: {await _kept(desk)} of {len(sheets)}")
    say(f"  caught up after {lag:.1f} s (goal ≤ {GOAL_SECONDS})")


async def _certified(desk: Desk, sheet: Sheet, seen: Counter[int], times: list[float], *, patience: float = 60) -> None:
    drawn, unit, digest = sheet
    began, path = time.perf_counter(), f"{drawn.path}/sheets/{unit}/submission"
    key = {"idempotency-key": f"certify-{drawn.agency}-{unit}"}
    while True:
        try:
            async with asyncio.timeout(patience):
                answer = await desk.send("POST", path, drawn.agency, ["unit_head"], {"certified": digest}, **key)
        except (TimeoutError, httpx2.TransportError):
            return
        seen[answer.status_code] += 1
        if answer.status_code != httpx2.codes.SERVICE_UNAVAILABLE:
            times.append(time.perf_counter() - began)
            return


async def _kept(desk: Desk) -> int:
    auditor = await asyncpg.connect(desk.installation.stack.dsn("auditor"))
    of_bench = "SELECT count(*) FROM submission.log WHERE type = $1 AND agency LIKE 'province-%'"
    found: int = await auditor.fetchval(of_bench, SheetSubmitted.type)
    await auditor.close()
    return found
