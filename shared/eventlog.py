"""The port to the log: the truth, the outbox and the record of what was heard.

A log is one agency's history in one service. Promises every implementation keeps, proved for each by
``tests/contract/test_eventlog.py``:

1. An append is all or nothing, and durable once it returns.
2. Expected versions and the inbox are compared in the same transaction; else ``Overtaken``.
3. Positions are gap-free and in commit order: a reader at *n* never misses a later *m <= n*. So are announcements.
4. Nothing is changed or removed; each row carries the chain of the row before it, over every column.
5. A fact, what is said about it, the message it answers and its closed texts stand or fall together.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol

from shared.contracts import NO_CHAIN
from shared.envelope import DestroyedText, closed_names, spoken
from shared.errors import Corrupt, Invalid, Stale, Unavailable
from shared.vocabulary import ClosedText, Instant, Json, Value, canonical

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
GENESIS = bytes.fromhex(NO_CHAIN)
MAX_MESSAGE_BYTES = 900 * 1024  # a larger one would block an ordered relay for ever: Kafka takes 1 MiB
CLOCK_TOLERANCE = timedelta(seconds=120)
Texts = Mapping[str, ClosedText | DestroyedText]


class Overtaken(Stale, code="log.overtaken"):
    """Somebody else appended first: a stream or the inbox is not where it was read; nothing was written."""


class AnnouncementTooLarge(Invalid, code="log.announcement_too_large"):
    """Say it in pieces."""


class ChainBroken(Corrupt, code="log.chain_broken"):
    """A row does not follow from the rows before it."""


class LogUnavailable(Unavailable, code="log.unavailable"):
    """The log does not answer; whether an append was committed is not known, and a retry finds out."""


class ClockMoved(Unavailable, code="log.clock_moved"):
    """The wall clock jumped, or differs from the database's: times recorded now could not be defended."""


class Record(Value):
    """What a row holds beside its columns: what happened, who, effective when, in which story, because of what."""

    data: Json
    actor: str
    effective_at: Instant
    correlation: str
    causation: str | None = None
    traceparent: str | None = None


class Announcement(Value):
    """What the other services are told about a row; closed texts are joined in when it is said."""

    type: str
    subject: str
    data: Json


@dataclass(frozen=True, slots=True)
class Entry:
    """A row about to be appended; already bytes, since what is hashed is what is stored.

    Attributes:
        record: Canonical bytes of a ``Record``.
        announcement: Canonical bytes of an ``Announcement``; None where nothing is said.
    """

    stream: str
    type: str
    record: bytes
    announcement: bytes | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a publisher was answered: number, chain and log position of its announcement."""

    sequence: int = 0
    chain: str = NO_CHAIN
    position: int = 0


@dataclass(frozen=True, slots=True)
class Heard:
    """The inbox row of the message a request answers; it must be the next of its publisher."""

    publisher: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class Destruction:
    """A closed text goes; *decision* stands in its place."""

    closed: str
    decision: str


@dataclass(frozen=True, slots=True)
class Append:
    """One request, accepted or refused whole; without entries it only answers a message.

    Attributes:
        expected: Version of every stream it rests on, written or only read; 0 where the stream must be new.
        texts: Closed texts that the entries name, kept with them.
        answered: How far every publisher but the one that is heard was answered when this was decided; None where that
            does not count.

    Raises:
        AnnouncementTooLarge: A message, as it will be said with its closed texts, is above 900 KiB.
    """

    agency: str
    expected: Mapping[str, int] = field(default_factory=dict)
    entries: tuple[Entry, ...] = ()
    heard: Heard | None = None
    texts: tuple[ClosedText, ...] = ()
    destroyed: tuple[Destruction, ...] = ()
    answered: Mapping[str, int] | None = None

    def __post_init__(self) -> None:
        texts = {text.closed.closed: text for text in self.texts}
        for entry in self.entries:
            if entry.announcement is not None and _size(entry.announcement, texts) > MAX_MESSAGE_BYTES:
                raise AnnouncementTooLarge(type=entry.type)


def _size(announcement: bytes, texts: Mapping[str, ClosedText]) -> int:
    """Bytes of the message that says *announcement*, with those of *texts* that it names, as the relay joins them."""
    if not texts:
        return len(announcement)
    said = Announcement.model_validate_json(announcement)
    named = closed_names(said.data).intersection(texts)
    return len(announcement) - len(canonical(said.data)) + len(spoken(said.data, {name: texts[name] for name in named}))


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the log.

    Attributes:
        sequence: Number of the announcement in this row, gap-free; None where nothing is said.
        after: JSON text: how far the other publishers were answered when it was written.
    """

    agency: str
    position: int
    stream: str
    version: int
    type: str
    recorded_at: datetime
    sequence: int | None
    after: str
    record: bytes
    announcement: bytes | None
    chain: bytes

    def content(self) -> Record:
        return Record.model_validate_json(self.record)

    def answered(self) -> dict[str, int]:
        return {publisher: int(sequence) for publisher, sequence in json.loads(self.after).items()}


@dataclass(frozen=True, slots=True)
class Head:
    """Where a log ends: its last position, the number of its last announcement, its last chain and moment."""

    position: int = 0
    sequence: int = 0
    chain: bytes = GENESIS
    recorded_at: datetime | None = None


class EventLog(Protocol):
    """All logs of one service; the promises are in this module's docstring."""

    async def append(self, request: Append) -> Sequence[Row]:
        """Carry out *request*.

        Raises:
            Overtaken: Nothing was written.
            LogUnavailable: It may have been written; a retry with the same expectations finds out.
            ClockMoved: Nothing was written.
        """
        ...

    async def read(self, agency: str, streams: Sequence[str]) -> Sequence[Row]:
        """All rows of *streams*, as of one moment, in order of position."""
        ...

    async def tail(self, agency: str, after: int, limit: int = 500) -> Sequence[Row]:
        """Up to *limit* rows with position > *after*, in order."""
        ...

    async def announced(self, agency: str, since: int, limit: int = 500) -> Sequence[Row]:
        """Up to *limit* rows with sequence >= *since*, in order."""
        ...

    async def head(self, agency: str) -> Head:
        """Where the agency's log ends; the empty head where it has none."""
        ...

    async def agencies(self) -> Sequence[str]:
        """Every agency that has a log, sorted."""
        ...

    async def ends(self, agency: str) -> Mapping[str, Mark]:
        """Last inbox row of every publisher that was answered."""
        ...

    async def chain(self, agency: str, publisher: str, sequence: int) -> str | None:
        """Chain of a message that was answered; None where it was not."""
        ...

    async def texts(self, agency: str, names: Sequence[str]) -> Texts:
        """Closed texts by digest, or what stands in place of a destroyed one; unknown names are left out."""
        ...


def link(previous: bytes, row: Row) -> bytes:
    """Chain value of *row*: SHA-256 over the chain before it and every column.

    One column a line; none but the last two can hold a line break, and those are canonical JSON, which escapes it.
    """
    recorded_us = (row.recorded_at - EPOCH) // timedelta(microseconds=1)
    numbers = (row.agency, row.position, row.stream, row.version, row.type, recorded_us, row.sequence or "", row.after)
    lines = [*(str(column).encode() for column in numbers), row.record, row.announcement or b""]
    return hashlib.sha256(previous + b"\n".join(lines)).digest()


class Verification:
    """Checks a whole log, row by row from its first: chain, and numbers without gaps."""

    def __init__(self) -> None:
        self.head = Head()
        self.versions = Counter[str]()

    def check(self, row: Row) -> None:
        """Take the next row.

        Raises:
            ChainBroken: It does not follow from the rows before it; facts name agency, position and column.
        """
        last, position, version = self.head, self.head.position + 1, self.versions[row.stream] + 1
        sequence = last.sequence + 1 if row.announcement is not None else None
        expected = {"position": position, "version": version, "sequence": sequence, "chain": link(last.chain, row)}
        for column, value in expected.items():
            if getattr(row, column) != value:
                raise ChainBroken(agency=row.agency, position=position, column=column)
        self.head = Head(position, sequence or last.sequence, row.chain, row.recorded_at)
        self.versions[row.stream] = version


def verify(rows: Iterable[Row]) -> Head:
    """Check a whole log; return its head.

    Raises:
        ChainBroken: At the first row that does not fit.
    """
    verification = Verification()
    for row in rows:
        verification.check(row)
    return verification.head
