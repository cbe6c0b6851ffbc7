"""A service dies at one step of its work: before the step has left anything behind, or after, before anybody knows."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, TypeVar

import pytest
from aiokafka.consumer.group_coordinator import GroupCoordinator

from services.submission.evidence.tables import TableUploads
from shared.edge.files import DiskFiles
from shared.edge.inbox import Inbox, Place, judge
from shared.edge.service import Process
from shared.edge.wire import Said, Wire
from shared.envelope import Envelope
from shared.eventlog import Append, Row

T = TypeVar("T")
When = Literal["before", "after"]
WHEN: tuple[When, ...] = ("before", "after")
REQUEST = "request/"  # the stream of an Idempotency-Key: only what a person or a machine asks for has one


@dataclass
class Fault:
    """The death of one service, once, in the middle of what it does for one agency.

    Attributes:
        at: At which occurrence of the step.
        die: Is called then, and ends everything else the service does.
        message: What it was just answering, if it was.
        struck: It has happened, and the service is to be begun again.
    """

    agency: str
    when: When
    at: int
    die: Callable[[], None] = lambda: None
    message: str = ""
    struck: asyncio.Event = field(default_factory=asyncio.Event)
    count: int = 0

    async def step(self, agency: str, step: Callable[[], Awaitable[T]], message: str = "") -> T:
        """It, or the end of its process."""
        if agency != self.agency or self.struck.is_set():
            return await step()
        self.count += 1
        if self.count != self.at:
            return await step()
        if self.when == "after":
            await step()
        self.message = message
        self.struck.set()
        self.die()
        await asyncio.Event().wait()
        raise AssertionError


Hook = Callable[[Process, Fault, pytest.MonkeyPatch], None]


class Step(NamedTuple):
    """A step that leaves something behind.

    Attributes:
        often: At least so often it is reached in a year of one unit.
    """

    service: str
    hook: Hook
    often: int


def chosen(seed: str, name: str, when: When) -> int:
    """At which occurrence of the step it happens: *seed* says."""
    drawn = hashlib.sha256(f"{seed} {name} {when}".encode()).digest()
    return 1 + int.from_bytes(drawn[:4]) % STEPS[name].often


def silenced(patch: pytest.MonkeyPatch) -> None:
    """No member says goodbye to its group: who dies leaves its place and its offsets as they are."""

    async def gone(_member: GroupCoordinator) -> None:
        pass

    patch.setattr(GroupCoordinator, "_maybe_leave_group", gone)


def _append(process: Process, fault: Fault, _patch: pytest.MonkeyPatch) -> None:
    log = process.room.own_log
    whole = log.append

    async def append(request: Append) -> Sequence[Row]:
        if not any(stream.startswith(REQUEST) for stream in request.expected):
            return await whole(request)
        return await fault.step(request.agency, lambda: whole(request))

    _put(log, append=append)


def _inbox_row(process: Process, fault: Fault, _patch: pytest.MonkeyPatch) -> None:
    log = process.room.own_log
    whole = log.append

    async def append(request: Append) -> Sequence[Row]:
        if request.heard is None:
            return await whole(request)
        heard = request.heard
        message = f"{heard.publisher}/{request.agency}@{heard.mark.position}"
        return await fault.step(request.agency, lambda: whole(request), message)

    _put(log, append=append)


def _projection(process: Process, fault: Fault, _patch: pytest.MonkeyPatch) -> None:
    answers = process.bus.answers
    whole = answers.answer
    _put(answers, answer=lambda message, gate: fault.step(message.agency, lambda: whole(message, gate), message.id))


def _consume(process: Process, fault: Fault, _patch: pytest.MonkeyPatch) -> None:
    """Between the answer and the moment when Kafka is told of it."""

    class Dying(Inbox):
        async def take(self, message: Envelope) -> None:
            ends = await self.answers.ends(message.agency)
            agency = message.agency if judge(message, ends, None, self.service) is Place.NEXT else ""
            await fault.step(agency, lambda: Inbox.take(self, message), message.id)

    inbox = process.bus.inbox
    process.bus.inbox = Dying(inbox.service, inbox.answers, inbox.ask, inbox.seen)


def _cursor(process: Process, fault: Fault, _patch: pytest.MonkeyPatch) -> None:
    assert process.relay
    cursors = process.relay.cursors
    whole = cursors.move
    _put(cursors, move=lambda agency, *places: fault.step(agency, lambda: whole(agency, *places)))


def _send(process: Process, fault: Fault, patch: pytest.MonkeyPatch) -> None:
    whole = Wire.say

    async def say(wire: Wire, messages: Sequence[Envelope]) -> Sequence[Said]:
        if wire.publisher != process.service.name:
            return await whole(wire, messages)
        return await fault.step(messages[0].agency, lambda: whole(wire, messages))

    if not fault.struck.is_set():  # the second life has the first one's patch already
        patch.setattr(Wire, "say", say)


def _evidence(kind: type[DiskFiles | TableUploads], name: str) -> Hook:
    def hook(_process: Process, fault: Fault, patch: pytest.MonkeyPatch) -> None:
        whole = getattr(kind, name)

        async def kept(store: object, agency: str, *what: object) -> Any:
            return await fault.step(agency, lambda: whole(store, agency, *what))

        if not fault.struck.is_set():
            patch.setattr(kind, name, kept)

    return hook


def _put(port: object, **better: object) -> None:
    """Over the port's own method; only this process has it."""
    for name, act in better.items():
        setattr(port, name, act)


STEPS: Mapping[str, Step] = {
    "append": Step("appraisal", _append, 4),
    "inbox row": Step("scoring", _inbox_row, 12),
    "projection": Step("reporting", _projection, 16),
    "consume": Step("appraisal", _consume, 10),
    "cursor save": Step("scoring", _cursor, 2),
    "relay send": Step("submission", _send, 3),
    "evidence file": Step("submission", _evidence(DiskFiles, "keep"), 2),
    "evidence row": Step("submission", _evidence(TableUploads, "finish"), 2),
}
"""Every step that leaves something behind, with a service that takes it, and where it is reached."""


def watched(process: Process, fault: Fault, places: list[Place]) -> None:
    """Keep in *places* where the message that *fault* fell on stands when it comes to the next life."""
    if not fault.struck.is_set():
        return
    seen = process.bus.seen

    def see(message: Envelope, place: Place) -> None:
        if message.id == fault.message:
            places.append(place)
        seen(message, place)

    process.bus.seen = see
