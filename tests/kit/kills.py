"""Servers of a run end without a word at chosen requests of a year, and start again while the year goes on."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Protocol

import httpx2


class Servers(Protocol):
    """What can be killed, and started again."""

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

    def is_due(self, request: httpx2.Request, *, answered: bool) -> bool:
        return self.answered == answered and fnmatchcase(f"{request.method} {request.url.path}", self.at)


@dataclass
class Kills:
    """Hangs on a client's requests; a server that is about to be killed again has come up before.

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
        await self.turns[due.victim].acquire()
        self.servers.kill(due.victim)
        self.group.create_task(self._start(due.victim))
        return True

    async def _start(self, victim: str) -> None:
        try:
            await self.servers.start(victim)
        finally:
            self.turns[victim].release()


@asynccontextmanager
async def killing(servers: Servers, client: httpx2.AsyncClient, kills: Sequence[Kill]) -> AsyncIterator[None]:
    """Within the block *kills* happen, every one of them; all runs again when it ends."""
    async with asyncio.TaskGroup() as group:
        hooks = Kills(servers, list(kills), group)
        client.event_hooks = {"request": [hooks.request], "response": [hooks.response]}
        yield
    client.event_hooks = {}
    assert hooks.left == []
