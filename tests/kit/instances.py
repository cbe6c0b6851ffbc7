"""More processes of one service beside the one that the proxy knows, as compose scales it, and how long they pause."""

import asyncio
import time
import urllib.request
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.error import URLError

import asyncpg

from deploy.standalone.home import CLONE
from deploy.standalone.ports import LOOPBACK, free_ports
from deploy.standalone.processes import Process
from deploy.standalone.stack import Stack
from tests.kit.house import LOGGED

START_SECONDS = 60
STOP_SECONDS = 15
LOOK_SECONDS = 0.02
BEHIND = """SELECT h.agency, h.sequence AS said, coalesce(max(i.sequence), 0) AS heard FROM {publisher}.head h
    LEFT JOIN {consumer}.inbox i ON i.agency = h.agency AND i.publisher = '{publisher}' GROUP BY 1, 2"""


@dataclass(frozen=True, slots=True)
class Instance:
    """A process of a service, and its inner port."""

    process: Process
    port: int

    async def again(self) -> None:
        """Asked to stop, which it does in order; started, and ready."""
        await stopped(self.process)
        self.process.start()
        await self.ready()

    async def ready(self) -> None:
        await self.process.until(self._answers, START_SECONDS)

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://{LOOPBACK}:{self.port}/readyz", timeout=2) as answer:
                return bool(answer.status == 200)
        except (URLError, OSError):
            return False


async def stopped(process: Process) -> None:
    """By its own hand, and in time."""
    process.ask_to_stop()
    await asyncio.to_thread(process.wait_stopped, STOP_SECONDS)
    assert "service_stopped" in process.tail(), process.tail()


@asynccontextmanager
async def beside(stack: Stack, service: str, count: int) -> AsyncIterator[Sequence[Instance]]:
    """*count* processes of *service* with the one that is there, all of them ready."""
    free, address = free_ports(stack.home.seed + 300), stack.services[service]
    found = [Instance(stack.processes[service], int(address.rpartition(":")[2]))]
    for number in range(2, count + 1):
        name, port = f"{service}-{number}", next(free)
        process = Process(
            name, stack.parts.command(service), stack.home.log(name), cwd=CLONE, environment=told(stack, service, port)
        )
        stack.processes[name] = process
        found.append(Instance(process, port))
    try:
        for each in found[1:]:
            each.process.start()
        for each in found:
            await each.ready()
        yield found
    finally:
        for each in found[1:]:
            each.process.stop()


def told(stack: Stack, service: str, port: int) -> Mapping[str, str]:
    """The environment of one more process of *service*, which listens on *port*."""
    environment = {
        "ICT_PORT_INNER": str(port),
        "ICT_DATABASE_URL": stack.dsn(service),
        "ICT_KAFKA": stack.broker.address,
        "ICT_KAFKA_IDEMPOTENCE": "true" if stack.broker.keeps else "false",
        "ICT_JWKS_FILE": str(stack.home.jwks),
        "HOME": str(stack.home.path),
    }
    return environment | ({"ICT_EVIDENCE_DIR": str(stack.home.evidence)} if service == "submission" else {})


@dataclass
class Pauses:
    """How long *consumer* stood at one message of a publisher that had said more.

    Attributes:
        longest: In seconds, of all agencies and publishers.
        seen: At how many messages it was seen to stand.
    """

    dsn: str
    consumer: str
    longest: float = 0
    _since: dict[tuple[str, str, int], float] = field(default_factory=dict)

    async def watch(self) -> None:
        """Never returns."""
        async with asyncpg.create_pool(self.dsn, min_size=1, max_size=1) as pool:
            while True:
                for publisher in set(LOGGED) - {self.consumer}:
                    for row in await pool.fetch(BEHIND.format(publisher=publisher, consumer=self.consumer)):
                        self._look(publisher, **row)
                await asyncio.sleep(LOOK_SECONDS)

    @property
    def seen(self) -> int:
        return len(self._since)

    def _look(self, publisher: str, agency: str, said: int, heard: int) -> None:
        now, mark = time.monotonic(), (agency, publisher, heard)
        if heard < said:
            self.longest = max(self.longest, now - self._since.setdefault(mark, now))
