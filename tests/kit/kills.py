"""Servers of a run end without a word at chosen requests of a year, and start again while the year goes on."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

import httpx2

from deploy.standalone.stack import Stack
from tests.kit.installation import Installation


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

    stack: Stack
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
        self.stack.kill(due.victim)
        self.group.create_task(self._start(due.victim))
        return True

    async def _start(self, victim: str) -> None:
        try:
            await self.stack.start(victim)
        finally:
            self.turns[victim].release()


@asynccontextmanager
async def killing(installation: Installation, kills: Sequence[Kill]) -> AsyncIterator[None]:
    """Within the block *kills* happen, every one of them; all runs again when it ends."""
    async with asyncio.TaskGroup() as group:
        hooks = Kills(installation.stack, list(kills), group)
        installation.client.event_hooks = {"request": [hooks.request], "response": [hooks.response]}
        yield
    installation.client.event_hooks = {}
    assert hooks.left == []
