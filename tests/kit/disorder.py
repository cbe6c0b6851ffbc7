"""Stands between the topics and the inboxes: what comes late, twice, in another order, damaged, or not at all."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol

import httpx2
from aiokafka import AIOKafkaProducer

from shared.edge.inbox import Inbox
from shared.edge.service import Process
from shared.edge.topics import topic
from shared.envelope import Envelope
from shared.errors import Stale, Unavailable

UNAVAILABLE = 503


class Disturbance(Protocol):
    """What arrives at an inbox in place of a message."""

    def __call__(self, ear: "Ear", message: Envelope) -> Sequence[Envelope]: ...


class Ear(Inbox):
    """A service's inbox with a disturbance in front of it."""

    disturbance: Disturbance

    async def take(self, message: Envelope) -> None:
        for each in self.disturbance(self, message):
            await super().take(each)


def disturbing(disturbance: Disturbance) -> Callable[[Process], None]:
    """Puts *disturbance* in front of a process's inbox."""

    def prepare(process: Process) -> None:
        inbox = process.bus.inbox
        process.bus.inbox = ear = Ear(inbox.service, inbox.answers, inbox.ask, inbox.seen)
        ear.disturbance = disturbance

    return prepare


@dataclass
class Chance:
    """Messages are lost, doubled, or kept back to come in another order behind later ones.

    What becomes of a message follows from the seed, the consumer, the message, and how often it came: not from timing.
    """

    seed: str
    lost: float = 0.06
    doubled: float = 0.15
    kept_back: float = 0.12
    done: Counter[str] = field(default_factory=Counter)
    _came: Counter[tuple[str, str]] = field(default_factory=Counter)
    _kept: defaultdict[tuple[str, str], list[Envelope]] = field(default_factory=lambda: defaultdict(list))

    def __call__(self, ear: Ear, message: Envelope) -> Sequence[Envelope]:
        self._came[ear.service, message.id] += 1
        kept, luck = self._kept[ear.service, message.agency], self._luck(ear, message, "fate")
        if luck < self.lost:
            self.done["lost"] += 1
            return []
        if luck < self.lost + self.kept_back:
            self.done["kept back"] += 1
            kept.append(message)
            return []
        coming = [message]
        if luck > 1 - self.doubled:
            self.done["doubled"] += 1
            coming.append(message)
        if len(kept) > self._luck(ear, message, "patience") * 6:
            coming += kept
            kept.clear()
        return sorted(coming, key=lambda each: self._luck(ear, each, "order"))

    def _luck(self, ear: Ear, message: Envelope, what: str) -> float:
        """From 0 to 1."""
        drawn = f"{self.seed} {what} {ear.service} {message.id} {self._came[ear.service, message.id]}"
        return int.from_bytes(hashlib.sha256(drawn.encode()).digest()[:4]) / 2**32


@dataclass
class Delay:
    """One consumer hears nothing of one publisher until somebody waits for it, or until it is over; then again nothing.

    Attributes:
        delayed: How many messages came late.
    """

    publisher: str
    consumer: str
    delayed: int = 0
    over: bool = False
    _held: list[tuple[Ear, Envelope]] = field(default_factory=list)
    _asked: dict[str, tuple[str, str]] = field(default_factory=dict)

    def __call__(self, ear: Ear, message: Envelope) -> Sequence[Envelope]:
        if self.over or (message.source, ear.service) != (self.publisher, self.consumer):
            return [message]
        self._held.append((ear, message))
        return []

    async def release(self) -> None:
        held, self._held = self._held, []
        self.delayed += len(held)
        for ear, message in held:
            with suppress(Unavailable, Stale):  # then it is lost, and asked for again
                await Inbox.take(ear, message)

    async def end(self) -> None:
        self.over = True
        await self.release()

    async def after(self, request: httpx2.Request, answer: httpx2.Response) -> None:
        """Somebody waits: a request was answered 503, or a question was asked again at once."""
        agency, asked = request.url.path.split("/")[4], (request.method, request.url.path)
        again = request.method == "GET" and self._asked.get(agency) == asked
        self._asked[agency] = asked
        if again or answer.status_code == UNAVAILABLE:
            await self.release()


@dataclass
class Damage:
    """The bodies of some messages arrive damaged at one consumer, for one agency, until it is mended."""

    consumer: str
    agency: str
    type: str
    mended: bool = False

    def __call__(self, ear: Ear, message: Envelope) -> Sequence[Envelope]:
        wanted = (self.consumer, self.agency, self.type)
        if self.mended or (ear.service, message.agency, message.type) != wanted:
            return [message]
        return [message.model_copy(update={"body": message.body[: len(message.body) // 2]})]

    def mend(self) -> None:
        self.mended = True


async def forged(bootstrap: str, message: Envelope) -> None:
    """Somebody who is not the publisher writes *message* into its topic."""
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all", enable_idempotence=False)
    await producer.start()
    try:
        key, headers = message.agency.encode(), list(message.headers())
        await producer.send_and_wait(topic(message.source), message.body, key=key, headers=headers)
    finally:
        await producer.stop()
