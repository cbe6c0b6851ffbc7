"""Services in this process that may end at whatever they are doing, and begin again from what is stored."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, suppress
from dataclasses import dataclass, field

import httpx2

from shared.edge.service import Process


@dataclass
class Lives:
    """The services as long as they live, each of which may end and begin again.

    Attributes:
        begun: Makes a process of each.
        door_of: Its HTTP side.
    """

    begun: Mapping[str, Callable[[], AbstractAsyncContextManager[Process]]]
    door_of: Callable[[Process], httpx2.ASGITransport]
    group: asyncio.TaskGroup
    processes: dict[str, Process] = field(default_factory=dict)
    doors: dict[str, httpx2.ASGITransport] = field(default_factory=dict)
    _ends: dict[str, Callable[[], Awaitable[None]]] = field(default_factory=dict)

    async def begin(self, name: str) -> None:
        """Nothing is known to it but what is stored."""
        stack = AsyncExitStack()
        self.processes[name] = process = await stack.enter_async_context(self.begun[name]())
        self.doors[name] = self.door_of(process)
        task = self.group.create_task(process.work())

        async def end() -> None:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
            await stack.aclose()

        self._ends[name] = end

    async def end(self, name: str) -> None:
        """At whatever it is doing."""
        if name in self._ends:
            await self._ends.pop(name)()

    async def again(self, name: str) -> None:
        """End and begin: what a kill and a start come to, as far as anything is stored."""
        await self.end(name)
        await self.begin(name)
