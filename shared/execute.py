"""The one way a command becomes facts: read, fold, decide, append."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import reduce
from typing import Generic, TypeVar

from shared.contracts import Contract
from shared.errors import Invalid, Rejected
from shared.eventlog import Announcement, Append, Entry, EventLog, Mark, Overtaken, Record, Row
from shared.facts import Fact, FactBook
from shared.vocabulary import Meta, canonical, digest

RETRIES = 3
C = TypeVar("C")
S = TypeVar("S")
F = TypeVar("F", bound=Fact)


class KeyReused(Invalid, code="request.key_reused"):
    """The same Idempotency-Key came with another request."""


class TimeBeforeHistory(Rejected, code="request.time_before_history"):
    """The effective time a retrospective command carries is before something it rests on."""


class RequestAnswered(Fact):
    """A request under an Idempotency-Key was carried out; stands behind the facts it led to, in the same append.

    Attributes:
        key: Digest of actor and key.
        request: Digest of the request, as ``Once`` has it.
    """

    type = "request_answered.v1"
    key: str
    request: str

    @property
    def stream(self) -> str:
        """One per key, so that version 0 means "not yet"."""
        return f"request/{self.key}"


@dataclass(frozen=True, slots=True)
class Once:
    """A request that may be sent twice: the client's key, and the digest of all that makes it the same one."""

    key: str
    request: str


def _nothing_said(_fact: Fact) -> None:
    return None


def _no_more(_command: object, _state: object) -> Sequence[str]:
    return ()


@dataclass(frozen=True, slots=True)
class Decider(Generic[C, S, F]):
    """A thing's behaviour, pure.

    Attributes:
        streams: The streams a command rests on: those it adds to, and those that must not move meanwhile.
        more: Further streams that only the state folded from the first ones can name, e.g. every unit of a roster.
        answered: What the state learns of how far the other publishers were answered, the message in hand included.
            Read after the streams: if one of them moved meanwhile the append is stale, so both belong together.
        announce: What the other services are told about a fact, if anything.
    """

    initial: S
    book: FactBook[F]
    streams: Callable[[C], Sequence[str]]
    decide: Callable[[C, S, Meta], Sequence[F]]
    evolve: Callable[[S, F], S]
    announce: Callable[[F], Contract | None] = _nothing_said
    more: Callable[[C, S], Sequence[str]] = _no_more
    answered: Callable[[S, Mapping[str, Mark]], S] | None = None

    def fold(self, facts: Iterable[F]) -> S:
        return reduce(self.evolve, facts, self.initial)

    def state(self, rows: Iterable[Row]) -> S:
        """State after *rows*, which hold no other facts than this decider's.

        Raises:
            LogNewer, FactUnreadable: One of them does.
        """
        return self.after(self.initial, ((row, row.content()) for row in rows))

    def after(self, state: S, records: Iterable[tuple[Row, Record]]) -> S:
        """*state*, and then what each of *records* says, which its row holds."""
        return reduce(self.evolve, (self.book.of(row, record.data) for row, record in records), state)


@dataclass(frozen=True, slots=True)
class Act(Generic[C, S, F]):
    command: C
    decider: Decider[C, S, F]


@dataclass(frozen=True, slots=True)
class Known(Generic[S]):
    """What a command rests on, read from a log.

    Attributes:
        state: Folded from its streams.
        last: The latest effective time in them; None where they are empty.
        ends: How far every publisher was answered, the message in hand included; for deciders that ask.
    """

    state: S
    last: datetime | None = None
    ends: Mapping[str, Mark] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a request.

    Attributes:
        position: The row that shows it; 0 where nothing happened.
        repeated: True where the same key had been answered before.
    """

    position: int
    repeated: bool = False


def entry(fact: Fact, meta: Meta, said: Contract | None = None) -> Entry:
    """*fact* as it is appended, with what is *said* about it."""
    record = Record(
        data=fact.model_dump(mode="json"),
        actor=meta.actor,
        effective_at=meta.at,
        correlation=meta.correlation,
        causation=meta.causation,
        traceparent=meta.traceparent,
    )
    if said is None:
        return Entry(fact.stream, fact.type, _bytes(record))
    announcement = Announcement(type=said.type, subject=said.subject, data=said.model_dump(mode="json"))
    return Entry(fact.stream, fact.type, _bytes(record), _bytes(announcement))


def _bytes(value: Record | Announcement) -> bytes:
    return canonical(value.model_dump(mode="json"))


def decided(act: Act[C, S, F], known: Known[S], meta: Meta, *, heard: bool) -> tuple[Meta, Sequence[F]]:
    """What *act* leads to, and with which effective time; the same whenever it is asked again.

    Args:
        act: What is to be done.
        known: What it rests on.
        meta: Who acts, when and why, as it was said.
        heard: True where a message is answered; its facts take the later time of cause and stream.

    Raises:
        Rejected, Stale: The decider refused.
        TimeBeforeHistory: *meta* carries an effective time before something it rests on.
    """
    decider, state = act.decider, known.state
    if decider.answered is not None:
        state = decider.answered(state, known.ends)
    meta = replace(meta, at=_effective(meta, known.last, heard=heard))
    return meta, decider.decide(act.command, state, meta)


async def execute(act: Act[C, S, F], *, meta: Meta, request: Append, log: EventLog, once: Once | None = None) -> Answer:
    """Carry out *act*, once; say which position shows it.

    *request* names the agency, closed texts, and the message that is answered, if any: its inbox row is part of the
    same append. A client's retry is found by *once*: its key is a stream of its own, written in the same append.

    Raises:
        Rejected, Stale: The decider refused; nothing was written, and the key is still free.
        KeyReused: The key belongs to another request.
        TimeBeforeHistory: *meta* carries an effective time before something it rests on.
        LogNewer: It rests on a fact that a later release wrote; nothing was written.
        Overtaken: Somebody else got in between, four times.
    """
    for _ in range(RETRIES):
        with suppress(Overtaken):
            return await _attempt(act, meta, request, log, once)
    return await _attempt(act, meta, request, log, once)


async def _attempt(act: Act[C, S, F], meta: Meta, request: Append, log: EventLog, once: Once | None) -> Answer:
    decider = act.decider
    answer = once and RequestAnswered(key=digest([meta.actor, once.key]), request=once.request)
    streams = list(dict.fromkeys(decider.streams(act.command)))
    rows = await log.read(request.agency, [*streams, *([answer.stream] if answer else [])])
    history = [row for row in rows if not (answer and row.stream == answer.stream)]
    if answer and len(history) < len(rows):
        return _answered(rows, answer)
    records = [(row, row.content()) for row in history]
    state = decider.after(decider.initial, records)
    if more := [name for name in decider.more(act.command, state) if name not in streams]:
        further = await log.read(request.agency, more)
        streams, history = [*streams, *more], [*history, *further]
        read = [(row, row.content()) for row in further]
        state, records = decider.after(state, read), [*records, *read]

    ends: Mapping[str, Mark] = {}
    if decider.answered is not None:
        heard = {request.heard.publisher: request.heard.mark} if request.heard else {}
        others = {name: mark for name, mark in (await log.ends(request.agency)).items() if name not in heard}
        # Another process of this service may answer another publisher meanwhile: then it is decided again.
        request = replace(request, answered={name: mark.sequence for name, mark in others.items()})
        ends = {**others, **heard}
    last = max((record.effective_at for _, record in records), default=None)
    meta, facts = decided(act, Known(state, last, ends), meta, heard=request.heard is not None)
    entries = [entry(fact, meta, decider.announce(fact)) for fact in facts] + ([entry(answer, meta)] if answer else [])
    versions = Counter(row.stream for row in history)
    expected = {**request.expected, **{name: versions[name] for name in streams}}
    if answer:
        expected[answer.stream] = 0
    appended = await log.append(replace(request, expected=expected, entries=tuple(entries)))
    return Answer(appended[-1].position if appended else 0)


def _answered(rows: Sequence[Row], answer: RequestAnswered) -> Answer:
    row = next(row for row in rows if row.stream == answer.stream)
    if RequestAnswered.model_validate(row.content().data) != answer:  # a later release may have said more
        raise KeyReused
    return Answer(row.position, repeated=True)


def _effective(meta: Meta, last: datetime | None, *, heard: bool) -> datetime:
    """Effective time: never before a stream it rests on; a consumer's facts take the later of cause and stream."""
    if last is None:
        return meta.at
    if meta.at < last and not heard and meta.carried:
        raise TimeBeforeHistory(at=meta.at.isoformat(), last=last.isoformat())
    return max(meta.at, last)
