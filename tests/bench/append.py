"""Appends through the HTTP API at 1, 16 and 64 callers, beside bare commits of as many bytes on the same server."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import asyncpg

from deploy.standalone.postgres import SUPERUSER
from shared.vocabulary import canonical
from tests.bench.campaigns import SCRIPT, Desk, Drawn, opened
from tests.bench.figures import Sample, at, ratio, say

CALLERS = (1, 16, 64)
EACH = 240  # requests a turn, shared among the callers
TURNS = 5
MONTHS = [f"{year}-{month:02}" for year in range(1000, 1999) for month in range(1, 13)]
Act = Callable[[int, int], Awaitable[None]]


async def measure(desk: Desk) -> None:
    """Print rates and times of both, a turn of one after a turn of the other."""
    drawn = Drawn("bench-append", "one", [each.unit for each in SCRIPT.roster.units])
    await opened(desk, drawn)
    assert SCRIPT.usage
    [row, *_] = next(iter(SCRIPT.usage.pushes.values())).rows
    body = {"rows": [{name: row[name] for name in ("unit", "metric", "value")}]}
    stack = desk.installation.stack
    pool = await asyncpg.create_pool(stack.postgres.dsn(SUPERUSER), min_size=1, max_size=max(CALLERS))
    await pool.execute("CREATE TABLE IF NOT EXISTS bare (id bigserial PRIMARY KEY, data bytea)")
    data, done = canonical(body) * 4, iter(MONTHS * 100)

    async def ours(caller: int, _number: int) -> None:
        path = f"{drawn.path}/usage/source-{caller}-{next(done)}/2020-10"
        (await desk.send("POST", path, drawn.agency, ["machine"], body)).raise_for_status()

    async def bare(_caller: int, _number: int) -> None:
        await pool.execute("INSERT INTO bare (data) VALUES ($1)", data)

    for callers in CALLERS:
        times: dict[str, list[float]] = {"http": [], "bare": []}
        rates: dict[str, list[float]] = {"http": [], "bare": []}
        for _ in range(TURNS):
            for name, act in (("http", ours), ("bare", bare)):
                began = time.perf_counter()
                times[name] += await _turn(act, callers)
                rates[name].append(EACH / (time.perf_counter() - began))
        for name, taken in times.items():
            say(f"  {callers:>2} callers, {Sample(name, taken)}, {at(0.5, rates[name]):.0f}/s")
        say(f"  {callers:>2} callers: http/bare p50 {ratio(times['http'], times['bare'], 0.5):.1f}")
    await pool.close()


async def _turn(act: Act, callers: int) -> list[float]:
    times: list[float] = []

    async def caller(number: int) -> None:
        for one in range(EACH // callers):
            began = time.perf_counter()
            await act(number, one)
            times.append(time.perf_counter() - began)

    await asyncio.gather(*(caller(number) for number in range(callers)))
    return times
