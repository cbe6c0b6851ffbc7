"""Two releases side by side, each with its four services and its proxy, on one PostgreSQL and one broker."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
import httpx2
from aiokafka import AIOKafkaConsumer

from deploy.agencies.year_file import Script
from deploy.player.caller import Caller, Sent
from deploy.standalone.home import CLONE
from deploy.standalone.parts import REAL
from deploy.standalone.ports import LOOPBACK, free_ports
from deploy.standalone.postgres import SERVICES
from deploy.standalone.processes import Process
from deploy.standalone.proxy import proxy
from deploy.standalone.stack import Stack
from shared.edge.topics import topic
from shared.vocabulary import Json
from tests.kit.bus import LONG_SECONDS, until
from tests.kit.house import operator_of
from tests.kit.installation import COMMAND_SECONDS, Installation, standing
from tests.kit.instances import Instance, stopped, told
from tests.kit.later_release import FIELD, HEADER

LATER = "tests.kit.later_release"
FORMS = ("no header more", "a header more", "no field more", "a field more")
NEWER = "urn:ictindex:log.newer"
SAID = "SELECT sequence FROM submission.head WHERE agency = $1"
HEARD = "SELECT coalesce(max(sequence), 0) FROM {}.inbox WHERE agency = $1 AND publisher = 'submission'"
Act = Callable[[httpx2.Request], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Tree:
    """The services of one release, and the proxy before them.

    Attributes:
        port: The proxy's.
    """

    name: str
    services: Mapping[str, Instance]
    port: int

    async def rest(self, *services: str) -> None:
        """Each of *services*, or all, ends in order."""
        for each in services or SERVICES:
            self.services[each].process.ask_to_stop()
        for each in services or SERVICES:
            await stopped(self.services[each].process)

    async def rise(self, *services: str) -> None:
        """They start, and are ready."""
        for each in services or SERVICES:
            self.services[each].process.start()
        for each in services or SERVICES:
            await self.services[each].ready()

    def told(self, service: str) -> Iterator[Json]:
        """What *service* logged since it was started the last time but one."""
        log = self.services[service].process.log
        for file in (log.with_name(f"{log.name}.1"), log):
            for line in file.read_text().splitlines() if file.exists() else ():
                if line.startswith("{"):
                    yield json.loads(line)

    def events(self, service: str) -> set[str]:
        """Names of what *service* logged."""
        return {str(each["event"]) for each in self.told(service)}


@dataclass(frozen=True, slots=True)
class Answered:
    """A request that was answered.

    Attributes:
        tree: Name of the tree that did.
        kind: Of problem; None where there is none.
    """

    tree: str
    method: str
    path: str
    key: str | None
    status: int
    kind: str | None
    retry_after: str | None


@dataclass
class Turns(httpx2.AsyncBaseTransport):
    """Each request goes to another tree than the one before.

    Attributes:
        asked: The trees that take part; the next request goes to the first.
        moments: What happens once, before the first request to a path with that ending.
        answers: All there were.
    """

    asked: list[Tree]
    moments: dict[str, Act] = field(default_factory=dict)
    answers: list[Answered] = field(default_factory=list)
    _wire: httpx2.AsyncHTTPTransport = field(default_factory=httpx2.AsyncHTTPTransport)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        for ending in [each for each in self.moments if request.url.path.endswith(each)]:
            await self.moments.pop(ending)(request)
        tree = self.asked.pop(0)
        self.asked.append(tree)
        request.url = request.url.copy_with(port=tree.port)
        answer = await self._wire.handle_async_request(request)
        await answer.aread()
        kind = answer.json().get("type") if "problem+json" in answer.headers.get("content-type", "") else None
        key, retry_after = request.headers.get("idempotency-key"), answer.headers.get("retry-after")
        said = request.method, request.url.path, key, answer.status_code
        self.answers.append(Answered(tree.name, *said, kind, retry_after))
        return answer

    async def aclose(self) -> None:
        await self._wire.aclose()

    def first(self, tree: Tree) -> None:
        """The next request goes to *tree*."""
        self.asked.remove(tree)
        self.asked.insert(0, tree)

    @property
    def newer(self) -> Sequence[Answered]:
        """Refusals to rest on what only the later release knows."""
        return [each for each in self.answers if each.kind == NEWER]


@dataclass(frozen=True)
class Trees(Installation):
    """Both releases; who plays reaches now one and now the other.

    Attributes:
        earlier, later: This release, and the one after it.
    """

    earlier: Tree = field(kw_only=True)
    later: Tree = field(kw_only=True)
    turns: Turns = field(kw_only=True)

    async def alone(self, tree: Tree) -> None:
        """The other one rests."""
        other = self.later if tree is self.earlier else self.earlier
        self.turns.asked[:] = [tree]
        await other.rest()

    async def together(self) -> None:
        """Both take requests; whichever rested works again."""
        for tree in (self.earlier, self.later):
            if tree not in self.turns.asked:
                await tree.rise()
                self.turns.asked.append(tree)

    async def noted(self, script: Script, service: str, on: str, request: httpx2.Request) -> None:
        """A note of the later release in a stream of the year, effective when what *request* asks for is."""
        year = script.year
        path = f"/{service}/v1/agencies/{year.agency}/campaigns/{year.campaign}/notes"
        at = request.headers.get("ict-effective-at")
        headers = {} if at is None else {"ict-effective-at": at}
        async with self.reached(self.later) as client:
            caller = Caller(client, year.agency, self.stack.token)
            sent = Sent("POST", path, {"on": on}, f"note/{service}/{on}", None, headers)
            await caller.change(operator_of(script), sent)

    async def told_to_the_earlier_one(self, script: Script, request: httpx2.Request) -> None:
        """A note that the later release's submission tells when nobody else of that release is there to hear it."""
        listening = [service for service in SERVICES if service != "submission"]
        self.turns.asked[:] = [self.earlier]
        await self.later.rest(*listening)
        await self.noted(script, "submission", "notes/heard", request)
        async with asyncpg.create_pool(self.stack.dsn("auditor"), min_size=1, max_size=1) as pool:
            said = await pool.fetchval(SAID, script.year.agency)

            async def heard() -> bool:
                ends = [await pool.fetchval(HEARD.format(each), script.year.agency) for each in listening]
                return bool(min(ends) >= said)

            await until("the earlier release heard", heard)

    @asynccontextmanager
    async def reached(self, tree: Tree) -> AsyncIterator[httpx2.AsyncClient]:
        """A client of one tree alone."""
        async with httpx2.AsyncClient(base_url=f"http://{LOOPBACK}:{tree.port}", timeout=60) as client:
            yield client

    async def get(self, tree: Tree, script: Script, path: str) -> httpx2.Response:
        """What *tree* answers to the operator of the year, asked once; *path* goes on behind the agency's name."""
        service, _, rest = path.partition("/")
        agency, operator = script.year.agency, operator_of(script)
        token = self.stack.token(operator.id, agency, operator.roles)
        async with self.reached(tree) as client:
            headers = {"authorization": f"Bearer {token}"}
            return await client.get(f"/{service}/v1/agencies/{agency}/{rest}", headers=headers)

    async def is_told_in_both_forms(self, publisher: str) -> None:
        """Its topic holds messages with and without the later release's header, and with and without its field."""
        forms: set[str] = set()
        consumer = AIOKafkaConsumer(
            topic(publisher), bootstrap_servers=self.stack.broker.address, auto_offset_reset="earliest", group_id=None
        )
        async with consumer, asyncio.timeout(LONG_SECONDS):
            while len(forms) < len(FORMS):
                record = await consumer.getone()
                forms.add(FORMS[HEADER in dict(record.headers)])
                forms.add(FORMS[2 + (FIELD in json.loads(record.value))])

    async def verified_by_later(self) -> tuple[int, str]:
        """``ictindex verify`` of the later release: exit code, and what it said."""
        data = str(self.stack.home.path)
        command = [sys.executable, "-m", LATER, "ictindex", "--lang", "en", "verify", "--data", data]
        process = await asyncio.create_subprocess_exec(
            *command, cwd=CLONE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
        )
        async with asyncio.timeout(COMMAND_SECONDS):
            said, _ = await process.communicate()
        return process.returncode or 0, said.decode()


@asynccontextmanager
async def side_by_side(directory: Path) -> AsyncIterator[Trees]:
    """This release as it runs, and the later one beside it; all of them ready."""
    async with standing(directory, REAL) as installation:
        stack = installation.stack
        services = {
            name: Instance(stack.processes[name], int(stack.services[name].rpartition(":")[2])) for name in SERVICES
        }
        earlier = Tree("earlier", services, int(stack.base_url.rpartition(":")[2]))
        async with (
            _later(stack) as later,
            httpx2.AsyncClient(
                transport=(turns := Turns([earlier, later])), base_url=stack.base_url, timeout=60
            ) as client,
        ):
            yield Trees(stack, client, earlier=earlier, later=later, turns=turns)


@asynccontextmanager
async def _later(stack: Stack) -> AsyncIterator[Tree]:
    free = free_ports(stack.home.seed + 300)
    services: dict[str, Instance] = {}
    for service in SERVICES:
        port, name = next(free), f"{service}-later"
        command = (sys.executable, "-m", LATER, service)
        environment = told(stack, service, port)
        process = Process(name, command, stack.home.log(name), cwd=CLONE, environment=environment)
        services[service] = Instance(process, port)
    port, inner = next(free), {name: each.port for name, each in services.items()}
    state, log = stack.home.path / "proxy-later", stack.home.log("proxy-later")
    front = proxy(inner, port=port, bind=LOOPBACK, state=state, log=log)
    tree = Tree("later", services, port)
    try:
        await tree.rise()
        front.start()
        await Instance(front, port).ready()
        yield tree
    finally:
        front.stop()
        for each in services.values():
            each.process.stop()
