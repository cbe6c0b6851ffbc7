"""An app on its inner port, from the start of its process to the signal that ends it."""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
import uvicorn
from fastapi import FastAPI

from shared.edge.settings import ProcessSettings

STOP_SECONDS = 8
logger = structlog.get_logger()


class _Server(uvicorn.Server):
    """Leaves signals to us: it would end the process before the rest of it has stopped."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def listen(app: FastAPI, settings: ProcessSettings) -> None:
    """Answer requests until SIGTERM, SIGINT or SIGHUP, then end those in hand."""
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port_inner,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=STOP_SECONDS,
        server_header=False,
    )
    server = _Server(config)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(number, lambda: setattr(server, "should_exit", True))
    logger.info("service_started", port=settings.port_inner)
    await server.serve()
