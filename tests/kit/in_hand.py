"""A request that a service has in hand: it has read the head, and waits for the body."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

import httpx2

from deploy.standalone.ports import LOOPBACK
from tests.kit.bus import LONG_SECONDS, until

GO_ON = b"HTTP/1.1 100 Continue\r\n\r\n"


@dataclass(frozen=True, slots=True)
class InHand:
    """On a connection of its own to *port*."""

    port: int
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    body: bytes

    async def door_closed(self) -> None:
        """Wait until nobody else is let in any more."""

        async def refused() -> bool:
            with suppress(ConnectionRefusedError, ConnectionResetError):  # reset where it closes just now
                _, writer = await asyncio.open_connection(LOOPBACK, self.port)
                writer.close()
                return False
            return True

        await until("nobody else is let in", refused)

    async def ended(self) -> httpx2.Response:
        """Hand over the body; the whole answer."""
        self.writer.write(self.body)
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode().splitlines()
        headers = dict(line.split(": ", 1) for line in head[1:] if line)
        content = await self.reader.readexactly(int(headers.get("content-length", 0)))
        return httpx2.Response(int(head[0].split()[1]), headers=headers, content=content)


@asynccontextmanager
async def in_hand(port: int, method: str, path: str, headers: Mapping[str, str], body: bytes) -> AsyncIterator[InHand]:
    """It is, as the service itself says."""
    more = {"host": f"{LOOPBACK}:{port}", "expect": "100-continue", "content-length": str(len(body)), **headers}
    head = "".join(f"{name}: {value}\r\n" for name, value in more.items())
    reader, writer = await asyncio.open_connection(LOOPBACK, port)
    try:
        async with asyncio.timeout(LONG_SECONDS):
            writer.write(f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode())
            assert await reader.readexactly(len(GO_ON)) == GO_ON
            yield InHand(port, reader, writer, body)
    finally:
        writer.close()
