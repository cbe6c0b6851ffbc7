"""A TCP line in front of a server, in a thread of its own: as slow as it is told to be, and always in order."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread

from deploy.standalone.ports import LOOPBACK

PIECE_BYTES = 65536
PATIENCE_SECONDS = 10


def at_once() -> float:
    """How a line is that holds nothing back."""
    return 0.0


class Line:
    """From *port* to *to*, both on this machine.

    Attributes:
        pause: Is asked how many seconds the next piece is held back, in either direction.
    """

    def __init__(self, port: int, to: int) -> None:
        self.port, self._to = port, to
        self.pause: Callable[[], float] = at_once
        self._open, self._over = Event(), asyncio.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._run, name=f"line to {to}")

    def open(self) -> None:
        self._thread.start()
        assert self._open.wait(PATIENCE_SECONDS)

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(PATIENCE_SECONDS)

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        async with await asyncio.start_server(self._carry, LOOPBACK, self.port):
            self._open.set()
            await self._over.wait()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, until either side has ended it; where nobody listens behind, it ends at once."""
        with suppress(OSError, asyncio.CancelledError):
            try:
                behind, answers = await asyncio.open_connection(LOOPBACK, self._to)
                try:
                    await self._both(self._pass(reader, answers), self._pass(behind, writer))
                finally:
                    answers.close()
            finally:
                writer.close()

    async def _both(self, *ways: Coroutine[None, None, None]) -> None:
        """The first to end ends the other."""
        tasks = [self._loop.create_task(way) for way in ways]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while piece := await reader.read(PIECE_BYTES):
            if pause := self.pause():
                await asyncio.sleep(pause)
            writer.write(piece)
            await writer.drain()


@contextmanager
def line(port: int, to: int) -> Iterator[Line]:
    """Open for as long as the block takes."""
    found = Line(port, to)
    try:
        found.open()
        yield found
    finally:
        found.close()
