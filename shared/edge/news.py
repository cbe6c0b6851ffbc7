"""Wakes whoever waits for something to be heard here."""

import asyncio
from contextlib import suppress


class News:
    """Rings when a message was answered in this process; what another one answers, its waiters must look for."""

    def __init__(self) -> None:
        self._next = asyncio.Event()

    def ring(self) -> None:
        """Wake all who wait now."""
        self._next.set()
        self._next = asyncio.Event()

    def next(self) -> asyncio.Event:
        """The next ring; taken before looking, it tells of what comes meanwhile too."""
        return self._next


async def rings(news: asyncio.Event, seconds: float) -> None:
    """Wait for it, but no longer than that."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await news.wait()
