"""One service as a process: its rooms wired to HTTP, its log, Kafka, and its tables.

``services/<name>/main.py`` says what a service is made of (a ``Service``); this module makes it run.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.edge.asgi import Ends, create_app
from shared.edge.auth import Tokens
from shared.eventlog import EventLog
from shared.execute import Act
from shared.vocabulary import Clock

Consumer = Callable[[Any], Act[Any, Any, Any]]


@dataclass(frozen=True, slots=True)
class Room:
    """What the world hands a service.

    Attributes:
        log: The service's log; reporting has none.
        ends: How far it has answered the others: the log, or the tables its projections commit with.
        engine: Connections for rows that are not facts (drafts, read models); None where a test needs none.
        evidence_dir: Where files lie; submission's alone.
    """

    clock: Clock
    log: EventLog | None
    ends: Ends
    engine: AsyncEngine | None = None
    evidence_dir: Path | None = None

    @property
    def own_log(self) -> EventLog:
        """The log, for a service that has one."""
        assert self.log is not None, "this service keeps a log"  # noqa: S101 - wiring, not input
        return self.log


@dataclass(frozen=True, slots=True)
class Service:
    """What a service is made of.

    Attributes:
        routers: Its routes, given the world.
        consumers: What each contract leads to, by its type; others are answered by their inbox row alone.
    """

    name: str
    routers: Callable[[Room], Sequence[APIRouter]]
    consumers: Mapping[str, Consumer] = field(default_factory=dict)

    def app(self, room: Room, tokens: Tokens, **more: Any) -> FastAPI:  # noqa: ANN401 - FastAPI's own arguments
        """Its HTTP side."""
        return create_app(
            service=self.name,
            routers=self.routers(room),
            log=room.log,
            ends=room.ends,
            tokens=tokens,
            clock=room.clock,
            **more,
        )
