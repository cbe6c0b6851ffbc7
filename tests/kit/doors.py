"""Every route of every service as its app has it, the values that fill their paths, and what was asked of each."""

import re
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

import asyncpg
import httpx2
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from deploy.standalone.postgres import SUPERUSER
from shared.contracts import SERVICES
from tests.kit.house import House, house
from tests.kit.servers import Server, broker_to_kill

Values = Mapping[str, Sequence[str]]
PARAMETER = re.compile(r"{(\w+)(?::\w+)?}")
READING = frozenset({"GET", "HEAD"})
HEALTH = ("/livez", "/readyz", "/metrics")
"""``/metrics`` is open on the inner port alone: the proxy refuses it (tests/integration/test_proxy.py)."""
RESULTS = (
    *(f"/{{agency}}/{{campaign}}{ending}" for ending in ("", ".csv", ".json", ".svg")),
    *(f"/{{agency}}/{{campaign}}/{{unit}}{ending}" for ending in ("", ".csv", ".json")),
    "/reporting/v1/agencies/{agency}/campaigns/{campaign}/results",
    "/reporting/v1/agencies/{agency}/campaigns/{campaign}/units/{unit}",
)
"""Published results, for everybody, of whatever agency."""
OF_NOBODY = (*HEALTH, "/", "/_/page.css", *(f"/{service}/v1/openapi.json" for service in SERVICES))
"""Open too, and of no agency: the list of campaigns, how pages look, how routes are called."""


OF_WHOEVER_ASKS = ("/_/work",)
"""Of the agency of the token."""


@dataclass(frozen=True, slots=True, order=True)
class Route:
    """One method of one path, as an app has it."""

    service: str
    method: str
    path: str

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def changes(self) -> bool:
        return self.method not in READING

    @property
    def names(self) -> Sequence[str]:
        return PARAMETER.findall(self.path)

    def filled(self, values: Values) -> Iterator[str]:
        """Its path with each combination of *values*; a name without a value fails the test that asks."""
        assert not [name for name in self.names if not values.get(name)], f"no value is known for {self}"
        for chosen in product(*(values[name] for name in self.names)):
            some = iter(chosen)
            yield PARAMETER.sub(lambda _: next(some), self.path)  # noqa: B023 - used at once

    def read(self, method: str, path: str) -> dict[str, str] | None:
        """What fills the route in *path*; None where it is another route's."""
        pattern = "".join(
            f"(?P<{part}>[^/]+)" if number % 2 else re.escape(part)
            for number, part in enumerate(PARAMETER.split(self.path))
        )
        found = re.fullmatch(pattern, path)
        return found.groupdict() if found and method == self.method else None


def routes_of(home: House) -> Sequence[Route]:
    """All routes of all services, in the order in which each app tries them."""
    found = []
    for service, transport in home.door.services.items():
        app = transport.app
        assert isinstance(app, FastAPI)
        for each in iter_route_contexts(app.routes):
            found += [Route(service, method, str(each.path)) for method in sorted(each.methods or ())]
    return found


@dataclass(frozen=True, slots=True)
class Asked:
    """One request that came through the door."""

    route: Route
    values: Mapping[str, str]
    url: httpx2.URL
    content: bytes
    headers: Mapping[str, str]


@dataclass
class Book:
    """Stands at the door and writes down what is asked: real bodies and real values for every route that is used."""

    routes: Sequence[Route]
    asked: list[Asked] = field(default_factory=list)

    async def before(self, request: httpx2.Request) -> None:
        service = request.url.path.split("/")[1]
        for route in self.routes:
            values = route.read(request.method, request.url.path) if route.service == service else None
            if values is not None:
                kept = {name: request.headers[name] for name in KEPT if name in request.headers}
                self.asked.append(Asked(route, values, request.url, await request.aread(), kept))
                return

    def values(self, agency: str, campaign: str) -> dict[str, list[str]]:
        """Everything that filled a path of *campaign*, by name."""
        found = defaultdict[str, dict[str, None]](dict)
        for each in self.asked:
            if (each.values.get("agency"), each.values.get("campaign")) == (agency, campaign):
                for name, value in each.values.items():
                    found[name][value] = None
        return {name: list(values) for name, values in found.items()}


KEPT = ("content-type", "if-match", "if-none-match", "upload-offset", "ict-effective-at")


@asynccontextmanager
async def open_house(server: Server, name: str, directory: Path) -> AsyncIterator[House]:
    """A house on a database *name* and a broker of its own."""
    owner = await asyncpg.connect(server.dsn(SUPERUSER, "postgres"))
    try:
        await owner.execute(f"CREATE DATABASE {name} TEMPLATE ictindex")
        with broker_to_kill() as broker:
            async with house(server, name, broker, directory) as home:
                yield home
        await owner.execute(f"DROP DATABASE {name} WITH (FORCE)")
    finally:
        await owner.close()
