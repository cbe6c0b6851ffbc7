"""An app that stands for the whole run: making one takes longer than most tests, and nothing in it is a test's own."""

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from functools import cached_property
from typing import Any

import httpx2
from fastapi import FastAPI

Ports = Mapping[str, Any]


class Port:
    """Stands in an app where a port would, and is that of the world that asks."""

    def __init__(self, asking: ContextVar[Ports], name: str) -> None:
        self._asking, self._name = asking, name

    def __getattr__(self, attribute: str) -> Any:
        return getattr(self._asking.get()[self._name], attribute)


class StandingApp:
    """One app, made when the first world asks it, for services that keep nothing but in their ports."""

    def __init__(self, make: Callable[[Callable[[str], Any]], FastAPI]) -> None:
        self._make, self._asking = make, ContextVar[Ports]("asking")

    def behind(self, **ports: Any) -> httpx2.AsyncBaseTransport:
        """What carries requests to the app and lets it find *ports*, by the names that it asks for."""
        return _World(httpx2.ASGITransport(self._app), self._asking, ports)

    @cached_property
    def _app(self) -> FastAPI:
        return self._make(lambda name: Port(self._asking, name))


class _World(httpx2.AsyncBaseTransport):
    def __init__(self, to: httpx2.ASGITransport, asking: ContextVar[Ports], ports: Ports) -> None:
        self._to, self._asking, self._ports = to, asking, ports

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        before = self._asking.set(self._ports)
        try:
            return await self._to.handle_async_request(request)
        finally:
            self._asking.reset(before)
