"""What a service with a log makes of messages: each is answered by one append, its inbox row included."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from shared.contracts import TextDestroyed
from shared.edge.stops import RESUMING, Gate, MessageRefused, MessagesLost, PublisherStopped, Resume, Skip, stop_stream
from shared.envelope import BodyUnreadable, Envelope
from shared.eventlog import Append, Destruction, EventLog, Heard, Mark
from shared.execute import Act, Answer, Lately, Once, entry, execute
from shared.vocabulary import ClosedText, Meta

Consumer = Callable[[Any], Act[Any, Any, Any]]


def meta_of(message: Envelope) -> Meta:
    """Who acts and why, for what follows from *message*."""
    cause, story = message.cause, message.correlationid
    return Meta(message.actor, message.time, story, causation=cause, traceparent=message.traceparent)


def mark_of(message: Envelope) -> Mark:
    """*message* as the inbox's end."""
    return Mark(message.sequence, message.chain, message.position)


def destroyed_by(message: Envelope) -> tuple[Destruction, ...]:
    """The closed texts that *message* says were destroyed; everybody who keeps a copy destroys it.

    Raises:
        BodyUnreadable: It does not fit its contract.
    """
    if message.type != TextDestroyed.type:
        return ()
    said = message.contract()
    if not isinstance(said, TextDestroyed):  # the type of the contract follows from the type that is said
        raise BodyUnreadable(id=message.id, type=message.type)
    return tuple(Destruction(name, said.decision.number) for name in said.closed)


def skipped(gate: Gate, end: Mark, command: Resume) -> Mark | None:
    """The inbox row a skipped message gets: none for a fork, whose number is answered already."""
    stop = gate.stop
    if not isinstance(command, Skip) or stop is None or stop.sequence != end.sequence + 1:
        return None
    return Mark(stop.sequence, stop.chain, int(stop.message.rpartition("@")[2]))


@dataclass(frozen=True, slots=True)
class LogAnswers:
    """``Answers`` in the service's own log.

    Attributes:
        consumers: What each contract leads to, by its type; any other message is answered by its inbox row alone.
    """

    log: EventLog
    consumers: Mapping[str, Consumer]
    lately: Lately = field(default_factory=Lately, init=False, repr=False, compare=False)

    async def agencies(self) -> Sequence[str]:
        return await self.log.agencies()

    async def ends(self, agency: str) -> Mapping[str, Mark]:
        return await self.log.ends(agency)

    async def chain(self, agency: str, publisher: str, sequence: int) -> str | None:
        return await self.log.chain(agency, publisher, sequence)

    async def gate(self, agency: str, publisher: str) -> Gate:
        rows = await self.log.read(agency, [stop_stream(publisher)])
        facts = [RESUMING.book.of(row, row.content().data) for row in rows]
        stop = facts[-1] if facts and isinstance(facts[-1], PublisherStopped) else None
        return Gate(len(rows), stop, tuple(fact for fact in facts if isinstance(fact, MessagesLost)))

    async def answer(self, message: Envelope, gate: Gate) -> None:
        request = _request(message, gate, heard=True)
        consumer = self.consumers.get(message.type)
        if consumer is None:  # not ours, or newer than we are: passed over before parsing
            await self.log.append(replace(request, destroyed=destroyed_by(message)))
            return
        request = replace(request, texts=message.closed_texts(), destroyed=destroyed_by(message))
        act, meta = consumer(message.contract()), meta_of(message)
        await execute(act, meta=meta, request=request, log=self.log, lately=self.lately)

    async def refuse(self, message: Envelope, code: str, gate: Gate) -> None:
        fact = MessageRefused(message=message.id, code=code)
        request = _request(message, gate, heard=True)
        expected = {**request.expected, fact.stream: 0}
        await self.log.append(replace(request, expected=expected, entries=(entry(fact, meta_of(message)),)))

    async def stop(self, message: Envelope, code: str, gate: Gate) -> None:
        fact = stop_of(message, code)
        await self.log.append(replace(_request(message, gate, heard=False), entries=(entry(fact, meta_of(message)),)))

    async def resume(
        self, agency: str, command: Resume, meta: Meta, once: Once | None = None, texts: Sequence[ClosedText] = ()
    ) -> Answer:
        gate = await self.gate(agency, command.publisher)
        mark = skipped(gate, (await self.ends(agency)).get(command.publisher, Mark()), command)
        heard = Heard(command.publisher, mark) if mark else None
        if gate.stop:
            meta = replace(meta, causation=f"{gate.stop.message}#{gate.stop.chain}")
        request = Append(agency, heard=heard, texts=tuple(texts))
        return await execute(Act(command, RESUMING), meta=meta, request=request, log=self.log, once=once)


def stop_of(message: Envelope, code: str) -> PublisherStopped:
    """The fact that *message* cannot be answered."""
    return PublisherStopped(
        publisher=message.source, message=message.id, sequence=message.sequence, chain=message.chain, code=code
    )


def _request(message: Envelope, gate: Gate, *, heard: bool) -> Append:
    row = Heard(message.source, mark_of(message)) if heard else None
    return Append(message.agency, {stop_stream(message.source): gate.version}, heard=row)
