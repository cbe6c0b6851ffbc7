"""Campaigns that are made to be measured: as many units as one likes, every sheet ready to be certified."""

import asyncio
import time
from collections.abc import Awaitable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import count

import asyncpg
import httpx2

from deploy.agencies.year_file import Script
from deploy.auditor.reading import read_standing
from deploy.player.bodies import cell_of, opening_of
from shared.edge.settings import wall_clock
from shared.vocabulary import Json
from tests.kit.installation import Installation
from tests.kit.small_years import small_years

SCRIPT = small_years()[1]
KEYS = count(1)
AT_ONCE = 16


@dataclass(frozen=True)
class Drawn:
    """A campaign of an agency that exists for the measurement."""

    agency: str
    campaign: str
    units: Sequence[str]

    @property
    def path(self) -> str:
        return f"/submission/v1/agencies/{self.agency}/campaigns/{self.campaign}"


@dataclass(frozen=True)
class Desk:
    """Asks as whoever it takes."""

    installation: Installation

    async def send(
        self, method: str, path: str, agency: str, roles: Sequence[str], body: Json, **headers: str
    ) -> httpx2.Response:
        """One request of somebody of *agency*, under a key of its own unless *headers* name one."""
        unit = path.partition("/sheets/")[2].partition("/")[0] or None
        token = self.installation.stack.token("somebody", agency, roles, unit=unit)
        said = {"authorization": f"Bearer {token}", "idempotency-key": f"bench-{next(KEYS)}", **headers}
        return await self.installation.client.request(method, path, json=body, headers=said)


async def opened(desk: Desk, drawn: Drawn, script: Script = SCRIPT) -> None:
    """Open it as of now, for a day."""
    now = wall_clock()
    calendar = {"opens_at": now - timedelta(hours=1), "submission_deadline_at": now + timedelta(days=1)}
    first = script.roster.units[0]
    enrolments = [first.model_copy(update={"unit": unit}) for unit in drawn.units]
    body = opening_of(script) | {
        "calendar": {name: moment.isoformat() for name, moment in calendar.items()},
        "retrospective": False,
        "enrolments": [each.model_dump(mode="json") for each in enrolments],
    }
    (await desk.send("POST", drawn.path, drawn.agency, ["operator"], body)).raise_for_status()


async def filled(desk: Desk, drawn: Drawn, unit: str, script: Script = SCRIPT) -> str:
    """Fill the unit's draft; the digest to be certified."""
    year = next(iter(script.year.units.values()))
    base = f"{drawn.path}/sheets/{unit}/draft"
    for criterion, word in year.self.items():
        cell = cell_of(year, criterion, word)
        edit = await desk.send("PUT", f"{base}/{criterion}", drawn.agency, ["unit"], cell, **{"if-none-match": "*"})
        edit.raise_for_status()
    shown = await desk.send("GET", base, drawn.agency, ["unit"], {})
    return str(shown.raise_for_status().json()["digest"])


async def all_of(work: Iterable[Awaitable[object]]) -> None:
    """Do it, so many at once."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(each: Awaitable[object]) -> None:
        async with gate:
            await each

    async with asyncio.TaskGroup() as group:
        for each in work:
            group.create_task(one(each))


async def caught_up(desk: Desk) -> float:
    """Seconds until everybody has answered everything."""
    began = time.perf_counter()
    auditor = await asyncpg.connect(desk.installation.stack.dsn("auditor"))
    while not (await read_standing(auditor)).quiet:  # noqa: ASYNC110 - of other processes nobody sets an event here
        await asyncio.sleep(0.1)
    await auditor.close()
    return time.perf_counter() - began
