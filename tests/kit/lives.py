"""Services in this process that may die at whatever they are doing, and begin again from what is stored."""

import asyncio
import gc
import warnings
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, suppress
from dataclasses import dataclass, field
from typing import TypeVar

import httpx2

from shared.edge.service import Process

T = TypeVar("T")


class PowerCut(httpx2.TransportError):
    """What is left of a request to a service that died: nobody answers."""


@dataclass
class Life:
    """One life of a service: what it does goes through here, and nothing does once it is over.

    Attributes:
        cut: Is told every request that nobody answers any more.
    """

    door: httpx2.ASGITransport
    cut: Callable[[httpx2.Request], None]
    over: asyncio.Event = field(default_factory=asyncio.Event)

    async def act(self, step: Callable[[], Awaitable[T]]) -> T:
        """*step*, unless the life is over; whoever waits for it then waits until its task ends."""
        await self._going_on()
        done = await step()
        await self._going_on()
        return done

    async def _going_on(self) -> None:
        if self.over.is_set():
            await asyncio.Event().wait()


class MortalDoor(httpx2.AsyncBaseTransport):
    """The HTTP side of a life: a request that it does not survive finds the line dead."""

    def __init__(self, life: Life) -> None:
        self._life, self.app = life, life.door.app

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        over = self._life.over
        if not over.is_set():
            try:
                async with asyncio.TaskGroup() as group:
                    answering = group.create_task(self._life.door.handle_async_request(request))
                    ending = group.create_task(over.wait())
                    await asyncio.wait({answering, ending}, return_when=asyncio.FIRST_COMPLETED)
                    answering.cancel()
                    ending.cancel()
            except ExceptionGroup as failed:
                raise failed.exceptions[0] from None
            if not over.is_set():
                return answering.result()
        self._life.cut(request)
        message = "the service died"
        raise PowerCut(message, request=request)


@dataclass
class Lives:
    """The services as long as they live, each of which may die and begin again.

    Attributes:
        begun: Makes a process of each.
        door_of: Its HTTP side.
        cut: The requests that a death cut off.
    """

    begun: Mapping[str, Callable[[], AbstractAsyncContextManager[Process]]]
    door_of: Callable[[Process], httpx2.ASGITransport]
    group: asyncio.TaskGroup
    processes: dict[str, Process] = field(default_factory=dict)
    doors: dict[str, MortalDoor] = field(default_factory=dict)
    cut: list[httpx2.Request] = field(default_factory=list)
    _kills: dict[str, Callable[[], None]] = field(default_factory=dict)
    _ends: dict[str, Callable[[], Awaitable[None]]] = field(default_factory=dict)

    async def begin(self, name: str) -> None:
        """Nothing is known to it but what is stored."""
        stack = AsyncExitStack()
        self.processes[name] = process = await stack.enter_async_context(self.begun[name]())
        life = Life(self.door_of(process), self.cut.append)
        self.doors[name] = MortalDoor(life)
        _mortal(process, life)
        task = self.group.create_task(process.work())

        def kill() -> None:
            life.over.set()
            task.cancel()

        async def end() -> None:
            kill()
            with suppress(asyncio.CancelledError):
                await task
            await stack.aclose()

        self._kills[name], self._ends[name] = kill, end

    def kill(self, name: str) -> None:
        """Whatever it is doing: from now on it does nothing."""
        self._kills[name]()

    async def end(self, name: str) -> None:
        """Kill it, and clear away what is left."""
        if name in self._ends:
            await self._ends.pop(name)()

    async def again(self, name: str) -> None:
        """End and begin: what a kill and a start come to, as far as anything is stored."""
        await self.end(name)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)  # who dies leaves half-made connections to the collector
            gc.collect()
        await self.begin(name)


def _mortal(process: Process, life: Life) -> None:
    """Whatever *process* reads and writes, it does as long as it lives."""
    ports: list[object] = [process.room.log or process.bus.answers]
    if process.relay:
        ports.append(process.relay.cursors)
    for port in ports:
        for name in dir(port):
            if not name.startswith("_") and asyncio.iscoroutinefunction(getattr(type(port), name)):
                setattr(port, name, _living(getattr(port, name), life))


def _living(act: Callable[..., Awaitable[T]], life: Life) -> Callable[..., Awaitable[T]]:
    async def living(*what: object, **more: object) -> T:
        return await life.act(lambda: act(*what, **more))

    return living
