"""The one way a command becomes facts: read, fold, decide, append."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import reduce
from typing import Any, Generic, TypeVar

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
class Basis(Generic[S]):
    """What streams said when they were read.

    Attributes:
        versions: How long each stream is; 0 where it says nothing.
        last: The latest effective time in them; None where they are empty.
    """

    state: S
    versions: Mapping[str, int]
    last: datetime | None = None


class Lately:
    """What the last message's streams say with what it led to: the next one mostly rests on the same and need not read.

    It is never wrong, at worst in vain: an append names these versions and is refused where a stream has moved since.
    """

    def __init__(self) -> None:
        self._kept: tuple[object, str, Sequence[str], Basis[Any]] | None = None

    def take(self, decider: Decider[C, S, F], agency: str, streams: Sequence[str]) -> Basis[S] | None:
        """What is remembered of the same decider and streams; it is forgotten until it is kept again."""
        kept, self._kept = self._kept, None
        if kept is None or kept[0] is not decider or kept[1:3] != (agency, streams):
            return None
        return kept[3]

    def keep(self, decider: Decider[C, S, F], agency: str, streams: Sequence[str], basis: Basis[S]) -> None:
        """Remember it instead of what was remembered before."""
        self._kept = (decider, agency, streams, basis)


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


async def execute(
    act: Act[C, S, F],
    *,
    meta: Meta,
    request: Append,
    log: EventLog,
    once: Once | None = None,
    lately: Lately | None = None,
) -> Answer:
    """Carry out *act*, once; say which position shows it.

    *lately* is for what comes one after the other, without keys of clients.

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
            return await _attempt(act, meta, request, log, once, lately)
    return await _attempt(act, meta, request, log, once, lately)


async def _attempt(
    act: Act[C, S, F], meta: Meta, request: Append, log: EventLog, once: Once | None, lately: Lately | None
) -> Answer:
    decider = act.decider
    answer = once and RequestAnswered(key=digest([meta.actor, once.key]), request=once.request)
    streams = list(dict.fromkeys(decider.streams(act.command)))
    basis = None if lately is None else lately.take(decider, request.agency, streams)
    if basis is None:
        rows = await log.read(request.agency, [*streams, *([answer.stream] if answer else [])])
        history = [row for row in rows if not (answer and row.stream == answer.stream)]
        if answer and len(history) < len(rows):
            return _answered(rows, answer)
        basis = _with(decider, Basis(decider.initial, {}), streams, history)
    if more := [name for name in decider.more(act.command, basis.state) if name not in streams]:
        basis = _with(decider, basis, more, await log.read(request.agency, more))

    ends: Mapping[str, Mark] = {}
    if decider.answered is not None:
        heard = {request.heard.publisher: request.heard.mark} if request.heard else {}
        others = {name: mark for name, mark in (await log.ends(request.agency)).items() if name not in heard}
        # Another process of this service may answer another publisher meanwhile: then it is decided again.
        request = replace(request, answered={name: mark.sequence for name, mark in others.items()})
        ends = {**others, **heard}
    meta, facts = decided(act, Known(basis.state, basis.last, ends), meta, heard=request.heard is not None)
    entries = [entry(fact, meta, decider.announce(fact)) for fact in facts] + ([entry(answer, meta)] if answer else [])
    expected = {**request.expected, **basis.versions}
    if answer:
        expected[answer.stream] = 0
    appended = await log.append(replace(request, expected=expected, entries=tuple(entries)))
    if lately is not None and not more:
        lately.keep(decider, request.agency, streams, _led_to(decider, basis, facts, meta.at))
    return Answer(appended[-1].position if appended else 0)


def _with(decider: Decider[C, S, F], basis: Basis[S], streams: Sequence[str], rows: Sequence[Row]) -> Basis[S]:
    """*basis*, and what *streams* say, which are all in *rows*."""
    records = [(row, row.content()) for row in rows]
    found = Counter(row.stream for row in rows)
    times = [record.effective_at for _, record in records] + ([] if basis.last is None else [basis.last])
    versions = {**basis.versions, **{name: found[name] for name in streams}}
    return Basis(decider.after(basis.state, records), versions, max(times, default=None))


def _led_to(decider: Decider[C, S, F], basis: Basis[S], facts: Sequence[F], at: datetime) -> Basis[S]:
    """*basis* once *facts* stand in the log; those of other streams are none of what it says."""
    own = [fact for fact in facts if fact.stream in basis.versions]
    added = Counter(fact.stream for fact in own)
    versions = {name: version + added[name] for name, version in basis.versions.items()}
    return Basis(reduce(decider.evolve, own, basis.state), versions, at if own else basis.last)


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
