"""Traces, off unless an address is set: a request, what is said of it, and each answer are spans of one story.

The story's ``traceparent`` stands in the log and in Kafka whether anybody keeps traces or not: what a fact holds never
depends on it. Spans name service, route, message type and agency, and nobody.
"""

import importlib
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Protocol

from shared.envelope import Envelope


@dataclass(slots=True)
class Request:
    """What a request's span will say.

    Attributes:
        traceparent: For what follows from it.
    """

    traceparent: str | None
    route: str = "none"
    status: int = 500


class Tracing(Protocol):
    """Where spans go."""

    def request(self, method: str, traceparent: str | None) -> AbstractContextManager[Request]:
        """A request, below the caller's span where it names one."""
        ...

    def saying(self, messages: Sequence[Envelope]) -> AbstractContextManager[None]:
        """What a relay says, each message below the act it tells of."""
        ...

    def answering(self, message: Envelope) -> AbstractContextManager[None]:
        """What follows from a message, below the act it tells of: facts and their append, or a projection."""
        ...

    def end(self) -> None:
        """Send what is left."""
        ...


class _Nowhere:
    @contextmanager
    def request(self, method: str, traceparent: str | None) -> Iterator[Request]:  # noqa: ARG002 - the port's
        yield Request(traceparent)

    @contextmanager
    def saying(self, messages: Sequence[Envelope]) -> Iterator[None]:  # noqa: ARG002 - the port's
        yield

    @contextmanager
    def answering(self, message: Envelope) -> Iterator[None]:  # noqa: ARG002 - the port's
        yield

    def end(self) -> None:
        pass


NOWHERE = _Nowhere()
"""Nobody keeps them."""


def tracing(endpoint: str | None, service: str) -> Tracing:
    """Spans of *service* to an OTLP address, as ``http://collector:4318/v1/traces``; nowhere where there is none."""
    if endpoint is None:
        return NOWHERE
    # Loaded only here: it takes a third of a second, which every start of a service without traces would pay.
    traced: Tracing = importlib.import_module("shared.edge.otlp").Traced(endpoint, service)
    return traced
