"""What befalls the servers of a run at chosen requests of a year, while the year goes on: they are killed, or worse."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Protocol

import httpx2


class Servers(Protocol):
    """What can be killed, and started again. *name* may say more behind a blank, where worse than a kill befalls it."""

    def kill(self, name: str) -> None:
        """End *name* without a word."""
        ...

    async def start(self, name: str) -> None:
        """Start it again; returns when it works."""
        ...


@dataclass(frozen=True, slots=True)
class Kill:
    """Of *victim*, at the first request that is like *at*: method and path.

    Attributes:
        answered: The request was done, and nobody learns the answer; else it finds nobody there.
    """

    victim: str
    at: str
    answered: bool = False

    @property
    def server(self) -> str:
        return self.victim.split()[0]

    def is_due(self, request: httpx2.Request, *, answered: bool) -> bool:
        return self.answered == answered and fnmatchcase(f"{request.method} {request.url.path}", self.at)


@dataclass
class Kills:
    """Hangs on a client's requests; a server to which something is about to happen again has come up before.

    Attributes:
        left: What has not happened yet.
    """

    servers: Servers
    left: list[Kill]
    group: asyncio.TaskGroup
    turns: defaultdict[str, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))

    async def request(self, request: httpx2.Request) -> None:
        await self._happened(request, answered=False)

    async def response(self, answer: httpx2.Response) -> None:
        if await self._happened(answer.request, answered=True):
            message = "nobody heard the answer"
            raise httpx2.ReadError(message, request=answer.request)

    async def _happened(self, request: httpx2.Request, *, answered: bool) -> bool:
        due = next((kill for kill in self.left if kill.is_due(request, answered=answered)), None)
        if due is None:
            return False
        self.left.remove(due)
        await self.turns[due.server].acquire()
        self.servers.kill(due.victim)
        self.group.create_task(self._start(due))
        return True

    async def _start(self, due: Kill) -> None:
        try:
            await self.servers.start(due.victim)
        finally:
            self.turns[due.server].release()


@asynccontextmanager
async def killing(servers: Servers, client: httpx2.AsyncClient, kills: Sequence[Kill]) -> AsyncIterator[None]:
    """Within the block *kills* happen, every one of them; all runs again when it ends. Who listens there goes on."""
    before = client.event_hooks
    async with asyncio.TaskGroup() as group:
        hooks = Kills(servers, list(kills), group)
        client.event_hooks = {
            "request": [*before["request"], hooks.request],
            "response": [*before["response"], hooks.response],
        }
        yield
    client.event_hooks = before
    assert hooks.left == []
