"""The consumer's rule: nothing is answered twice, nothing is skipped, nothing overtakes its cause.

``judge`` decides, ``Inbox`` acts through ``Answers``. The inbox rows are the only memory; everything else here may be
lost in a crash, because what was dropped or waited is said again by its publisher when it is asked for.
"""

import asyncio
from collections import Counter, defaultdict, deque
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Protocol, TypeAlias

import structlog

from shared.contracts import RewindRequested
from shared.edge.stops import TREATMENT, AnswerFailed, Gate, LogForked, Resume, Treatment
from shared.envelope import Envelope
from shared.errors import IctIndexError, Stale, Unavailable, nearest
from shared.eventlog import Mark
from shared.execute import Answer, Once
from shared.facts import LogNewer
from shared.vocabulary import ClosedText, Meta

TRIES = 3  # an unreadable body is asked for again; the third time it stops its publisher
Pair: TypeAlias = tuple[str, str]  # agency, publisher
logger = structlog.get_logger()


class Place(Enum):
    """Where a message stands in the order of what was heard."""

    DUPLICATE = auto()
    FORKED = auto()  # known, with another chain
    LOST = auto()  # something before it is missing, or it does not follow from what was heard
    EARLY = auto()  # its publisher knew more than we have answered
    BEHIND = auto()  # it follows one that waits, and waits with it
    NEXT = auto()
    STOPPED = auto()  # its publisher waits for an operator
    BEYOND = auto()  # what it meets here was written by a later release: that one will answer it


WAITING = frozenset({Place.EARLY, Place.BEYOND})
KEPT = 200  # messages behind one that waits; what comes after them is asked for again


def judge(message: Envelope, ends: Mapping[str, Mark], known: str | None, service: str) -> Place:
    """Place of a message that came to *service*.

    Args:
        message: What came.
        ends: The inbox's end for every publisher of this agency.
        known: The inbox's chain at the message's number.
        service: Who listens; what its own log said is no cause to wait for.
    """
    if known is not None:
        return Place.DUPLICATE if known == message.chain else Place.FORKED
    end = ends.get(message.source, Mark())
    if (message.sequence, message.previouschain) != (end.sequence + 1, end.chain):
        return Place.LOST
    return Place.EARLY if causes(message, ends, service) else Place.NEXT


def causes(message: Envelope, ends: Mapping[str, Mark], service: str) -> set[str]:
    """The publishers that *message* knew more of than *service* has answered."""
    others = ((publisher, number) for publisher, number in message.after.items() if publisher != service)
    return {publisher for publisher, number in others if ends.get(publisher, Mark()).sequence < number}


class Answers(Protocol):
    """What a service makes of messages, and its memory of them; each act is all or nothing.

    Every act rests on a ``Gate`` and is ``Stale`` where that has moved, so nothing is answered behind a stop. An act
    that rests on a row of a later release raises ``LogNewer``.
    """

    async def agencies(self) -> Sequence[str]:
        """Every agency that anything was heard of."""
        ...

    async def ends(self, agency: str) -> Mapping[str, Mark]:
        """Last inbox row of every publisher."""
        ...

    async def chain(self, agency: str, publisher: str, sequence: int) -> str | None:
        """Chain of a message that was answered; None where it was not."""
        ...

    async def gate(self, agency: str, publisher: str) -> Gate:
        """Whether *publisher* is stopped."""
        ...

    async def answer(self, message: Envelope, gate: Gate) -> None:
        """Do what follows from *message*, its inbox row in the same act.

        Raises:
            IctIndexError: Nothing was done; ``TREATMENT`` says what to do about it.
        """
        ...

    async def refuse(self, message: Envelope, code: str, gate: Gate) -> None:
        """Keep that a rule forbids what *message* asks for; its inbox row in the same act."""
        ...

    async def stop(self, message: Envelope, code: str, gate: Gate) -> None:
        """Keep that *message* cannot be answered; it has no inbox row."""
        ...

    async def resume(
        self, agency: str, command: Resume, meta: Meta, once: Once | None = None, texts: Sequence[ClosedText] = ()
    ) -> Answer:
        """An operator ends a stop; a skipped message gets its inbox row.

        Raises:
            NotStopped: There is nothing to end.
        """
        ...


@contextmanager
def _alone(*whose: str) -> Iterator[None]:
    """Trouble with one agency or publisher must not keep the others waiting; it is tried again when idle."""
    try:
        yield
    except (Unavailable, Stale) as found:
        logger.warning("idle_interrupted", of=whose, reason=repr(found))
    except Exception:  # a fault of ours
        logger.exception("idle_failed", of=whose)


@dataclass(slots=True)
class _Line:
    """One that waits, and what follows it without a gap.

    Attributes:
        cut: Something behind it was dropped.
    """

    messages: deque[Envelope]
    cut: bool = False

    def join(self, message: Envelope) -> Place:
        """Whether it waits too; one that is here already is heard a second time."""
        last = self.messages[-1]
        if message.sequence <= last.sequence:
            return Place.DUPLICATE
        follows = (message.sequence, message.previouschain) == (last.sequence + 1, last.chain)
        if follows and len(self.messages) <= KEPT:
            self.messages.append(message)
            return Place.BEHIND
        self.cut = True
        return Place.LOST


@dataclass(slots=True)
class Inbox:
    """One service's ears.

    Attributes:
        ask: Sends to ``ict.control``; may fail silently, since what is missing is asked for again.
        seen: Is told the place of every message.
    """

    service: str
    answers: Answers
    ask: Callable[[RewindRequested], Awaitable[None]]
    seen: Callable[[Envelope, Place], None] = lambda _message, _place: None
    _turns: defaultdict[str, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))
    _waiting: dict[Pair, "_Line"] = field(default_factory=dict)
    _dropped: dict[Pair, tuple[int, int]] = field(default_factory=dict)  # at which end, how many
    _unread: Counter[str] = field(default_factory=Counter)
    _lacking: dict[Pair, int] = field(default_factory=dict)  # how often it was idle without news

    async def take(self, message: Envelope) -> None:
        """Deal with one message, any number of times, then with those of its agency that waited for a cause.

        Raises:
            Unavailable, Stale: Something was left undone; take it again.
        """
        async with self._turns[message.agency]:
            place = await self._take(message)
            self.seen(message, place)
            if place is Place.NEXT:
                await self._wake(message.agency)

    async def lost(self, agency: str, publisher: str) -> None:
        """Something *publisher* said came to us unreadable, so that its place is not known."""
        async with self._turns[agency]:
            await self._drop(agency, publisher, await self._end(agency, publisher))

    async def started(self) -> None:
        """Nothing is known of what waited before: look after every publisher of every agency."""
        for agency in await self.answers.agencies():
            for publisher in await self.answers.ends(agency):
                self._lacking.setdefault((agency, publisher), 0)

    async def idle(self) -> None:
        """Some seconds went by: ask again for what waits for a cause, or is missing, ever more seldom."""
        for agency in {agency for agency, _ in self._waiting}:
            with _alone(agency):
                async with self._turns[agency]:
                    await self._wake(agency)
        for pair, times in list(self._lacking.items()):
            if pair in self._lacking:  # still: meanwhile it may have been heard
                self._lacking[pair] = times + 1
                if (times + 1).bit_count() == 1:
                    with _alone(*pair):
                        await self._ask(*pair)

    async def resume(
        self, agency: str, command: Resume, meta: Meta, once: Once | None = None, texts: Sequence[ClosedText] = ()
    ) -> Answer:
        """An operator has mended what stopped a publisher, or goes on without the message.

        Raises:
            NotStopped: It is not stopped.
        """
        async with self._turns[agency]:
            answer = await self.answers.resume(agency, command, meta, once, texts)
            self._lacking[agency, command.publisher] = 0
            await self._ask(agency, command.publisher)
            return answer

    async def _wake(self, agency: str) -> None:
        """Answer what waited, for as long as that lets anything else go on."""
        woken = True
        while woken:
            woken = False
            for pair in [pair for pair in self._waiting if pair[0] == agency]:
                woken |= await self._go_on(pair)

    async def _go_on(self, pair: Pair) -> bool:
        """Take what waits of one publisher in its order, until one must wait still; whether any was answered."""
        answered = False
        while line := self._waiting.get(pair):
            place = await self._take(line.messages[0])
            if place in WAITING:
                break
            if place is Place.NEXT:
                self.seen(line.messages[0], place)
                answered = True
            line.messages.popleft()
            if place not in {Place.NEXT, Place.DUPLICATE} or not line.messages:
                self._waiting.pop(pair)
                if answered and (line.cut or line.messages):
                    self._lacking.setdefault(pair, 0)
                    await self._ask(*pair)
        return answered

    async def _take(self, message: Envelope) -> Place:
        """Its place, once what can be done is done; what only a later release can answer waits, and nobody else."""
        pair = message.agency, message.source
        asked = self._lacking.get(pair, 0)
        try:
            return await self._place(message)
        except LogNewer as newer:
            self._wait(pair, message)
            self._lacking[pair] = asked  # on with it: ever more seldom
            logger.warning("log_newer", message=message.id, **newer.facts)
            return Place.BEYOND

    async def _place(self, message: Envelope) -> Place:
        agency, publisher = pair = message.agency, message.source
        ends = await self.answers.ends(agency)
        end = ends.get(publisher, Mark()).sequence
        known = await self.answers.chain(agency, publisher, message.sequence) if message.sequence <= end else None
        place, line = judge(message, ends, known, self.service), self._waiting.get(pair)
        match place:
            case Place.DUPLICATE if message.sequence == end and line is None:
                self._lacking.pop(pair, None)  # its publisher heard us
            case Place.LOST if line and line.messages[0].sequence < message.sequence:
                return line.join(message)  # what does not follow is asked for when those are answered
            case Place.LOST:
                await self._drop(agency, publisher, end)
            case Place.EARLY:
                self._wait(pair, message)
                for lacking in (*causes(message, ends, self.service), publisher):  # itself too: it may be forged
                    self._lacking.setdefault((agency, lacking), 0)
            case Place.FORKED | Place.NEXT:
                gate = await self.answers.gate(agency, publisher)
                if gate.stop:
                    self._lacking.pop(pair, None)
                    return Place.STOPPED
                if place is Place.FORKED and gate.passes_over(message.sequence):
                    return Place.DUPLICATE
                await self._act(message, place, gate)
            case _:
                pass
        return place

    def _wait(self, pair: Pair, message: Envelope) -> None:
        """*message* waits first in its line; what waited behind another one in its place did not follow it."""
        line = self._waiting.get(pair)
        if line is None or line.messages[0].chain != message.chain:
            self._waiting[pair] = _Line(deque([message]), cut=line is not None)

    async def _act(self, message: Envelope, place: Place, gate: Gate) -> None:
        if place is Place.FORKED:
            await self._stop(message, LogForked.code, gate)
        else:
            self._lacking.pop((message.agency, message.source), None)
            await self._answer(message, gate)

    async def _answer(self, message: Envelope, gate: Gate) -> None:
        """Do what follows from *message*, or treat the error."""
        try:
            await self.answers.answer(message, gate)
        except IctIndexError as error:
            await self._treat(message, error, gate)
        except Exception:  # a fault of ours must not hold up every other agency
            logger.exception("message_failed", message=message.id, type=message.type)
            await self._stop(message, AnswerFailed.code, gate)
        else:
            self._unread.pop(message.id, None)

    async def _treat(self, message: Envelope, error: IctIndexError, gate: Gate) -> None:
        treatment = nearest(TREATMENT, error)
        if treatment is Treatment.ASK_AGAIN:
            self._unread[message.id] += 1
            treatment = Treatment.STOP if self._unread[message.id] >= TRIES else treatment
        match treatment:
            case Treatment.REFUSE:
                await self.answers.refuse(message, error.code, gate)
            case Treatment.STOP:
                await self._stop(message, error.code, gate)
            case Treatment.ASK_AGAIN:
                await self._drop(message.agency, message.source, message.sequence - 1)
            case Treatment.RAISE:
                raise error

    async def _stop(self, message: Envelope, code: str, gate: Gate) -> None:
        await self.answers.stop(message, code, gate)
        self._unread.pop(message.id, None)
        logger.error(
            "publisher_stopped", agency=message.agency, publisher=message.source, message=message.id, code=code
        )

    async def _drop(self, agency: str, publisher: str, end: int) -> None:
        """Ask at the 1st, 2nd, 4th, 8th … message dropped at one end: a lost request is repeated, a flood is not."""
        pair = agency, publisher
        at, dropped = self._dropped.get(pair, (end, 0))
        dropped = dropped + 1 if at == end else 1
        self._dropped[pair] = end, dropped
        self._lacking.setdefault(pair, 0)
        if dropped.bit_count() == 1:
            await self._ask(agency, publisher)

    async def _ask(self, agency: str, publisher: str) -> None:
        gate = await self.answers.gate(agency, publisher)
        if gate.stop:
            self._lacking.pop((agency, publisher), None)
            return
        end = await self._end(agency, publisher)
        await self.ask(RewindRequested(publisher=publisher, agency=agency, sequence=end))

    async def _end(self, agency: str, publisher: str) -> int:
        return (await self.answers.ends(agency)).get(publisher, Mark()).sequence
