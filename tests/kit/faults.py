"""A service dies at one step of its work: before the step has left anything behind, or after, before anybody knows."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NoReturn, TypeVar

import httpx2
import pytest

from services.submission.evidence.tables import TableUploads
from shared.edge.files import DiskFiles
from shared.edge.inbox import Inbox
from shared.edge.service import Process
from shared.edge.wire import Said, Wire
from shared.envelope import Envelope
from shared.eventlog import Append, Row

T = TypeVar("T")
When = Literal["before", "after"]
Hook = Callable[[Process, "Fault", pytest.MonkeyPatch], None]


class PowerCut(httpx2.TransportError):
    """What is left of a request to a service that died: nobody answers."""


@dataclass
class Fault:
    """The death of one service, once.

    Attributes:
        service: Whose.
        when: Before the step persisted anything, or after.
        at: At which occurrence of the step.
        struck: It has happened, and the service is to be begun again.
    """

    service: str
    when: When
    at: int
    struck: asyncio.Event = field(default_factory=asyncio.Event)
    count: int = 0

    async def of_request(self, step: Callable[[], Awaitable[T]]) -> T:
        """A step within an HTTP request: whoever asked finds the line dead."""
        return await self._step(step, self._cut)

    async def of_work(self, step: Callable[[], Awaitable[T]]) -> T:
        """A step of relay or consumer: it goes no further, until its process ends."""
        return await self._step(step, self._stand_still)

    async def _step(self, step: Callable[[], Awaitable[T]], die: Callable[[], Awaitable[NoReturn]]) -> T:
        self.count += 1
        if self.count != self.at:
            return await step()
        if self.when == "after":
            await step()
        self.struck.set()
        return await die()

    async def _cut(self) -> NoReturn:
        message = f"{self.service} died"
        raise PowerCut(message)

    async def _stand_still(self) -> NoReturn:
        await asyncio.Event().wait()
        raise AssertionError


def _appending(*, answers: bool) -> Hook:
    """An append that answers a message, its inbox row included, or one of a person's command."""

    def hook(process: Process, fault: Fault, _patch: pytest.MonkeyPatch) -> None:
        log = process.room.own_log
        whole, through = log.append, fault.of_work if answers else fault.of_request

        async def append(request: Append) -> Sequence[Row]:
            if (request.heard is not None) != answers:
                return await whole(request)
            return await through(lambda: whole(request))

        _put(log, append=append)

    return hook


def _projection(process: Process, fault: Fault, _patch: pytest.MonkeyPatch) -> None:
    answers = process.bus.answers
    whole = answers.answer
    _put(answers, answer=lambda message, gate: fault.of_work(lambda: whole(message, gate)))


def _consume(process: Process, fault: Fault, _patch: pytest.MonkeyPatch) -> None:
    """Between the answer and the moment when Kafka is told of it."""

    class Dying(Inbox):
        async def take(self, message: Envelope) -> None:
            await fault.of_work(lambda: Inbox.take(self, message))

    inbox = process.bus.inbox
    process.bus.inbox = Dying(inbox.service, inbox.answers, inbox.ask, inbox.seen)


def _cursor(process: Process, fault: Fault, _patch: pytest.MonkeyPatch) -> None:
    assert process.relay
    cursors = process.relay.cursors
    whole = cursors.move
    _put(cursors, move=lambda *places: fault.of_work(lambda: whole(*places)))


def _send(process: Process, fault: Fault, patch: pytest.MonkeyPatch) -> None:
    whole = Wire.say

    async def say(wire: Wire, messages: Sequence[Envelope]) -> Sequence[Said]:
        if wire.publisher != process.service.name:
            return await whole(wire, messages)
        return await fault.of_work(lambda: whole(wire, messages))

    if not fault.struck.is_set():  # the second life has the first one's patch already
        patch.setattr(Wire, "say", say)


def _evidence(kind: type[DiskFiles | TableUploads], name: str) -> Hook:
    def hook(_process: Process, fault: Fault, patch: pytest.MonkeyPatch) -> None:
        whole = getattr(kind, name)

        async def kept(store: object, *what: object) -> Any:
            return await fault.of_request(lambda: whole(store, *what))

        if not fault.struck.is_set():
            patch.setattr(kind, name, kept)

    return hook


def _put(port: object, **better: object) -> None:
    """Over the port's own method; only this process has it."""
    for name, act in better.items():
        setattr(port, name, act)


STEPS: Mapping[str, tuple[str, Hook]] = {
    "append": ("appraisal", _appending(answers=False)),
    "inbox row": ("scoring", _appending(answers=True)),
    "projection": ("reporting", _projection),
    "consume": ("appraisal", _consume),
    "cursor save": ("scoring", _cursor),
    "relay send": ("submission", _send),
    "evidence file": ("submission", _evidence(DiskFiles, "keep")),
    "evidence row": ("submission", _evidence(TableUploads, "finish")),
}
"""Every step that leaves something behind, with a service that takes it, and where it is reached."""
