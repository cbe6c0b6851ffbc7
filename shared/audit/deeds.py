"""Did each service do what follows from what it heard? Every answer is worked out again, from the rows before it.

The message is taken from its publisher's log, the service's own consumer and decider say what it leads to, and that is
what must stand in the rows that name the message as their cause. When it was answered is known to the row: ``after``
of the first row that had heard it.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from shared.audit.folding import Folding
from shared.audit.history import Histories, History, Looked, Note
from shared.audit.messages import message_of, type_of
from shared.audit.stopping import ASIDE, OF_ITSELF, REFUSED, SKIPPED, STOPPED, by_cause, lost_numbers
from shared.audit.wrong import DeedMissing, DeedOtherwise, DeedUncaused
from shared.errors import IctIndexError
from shared.eventlog import Mark, Row
from shared.execute import Act, decided
from shared.facts import Fact, FactBook, FactUnreadable, LogNewer
from shared.vocabulary import Meta

Consumers: TypeAlias = Mapping[str, Callable[[Any], Act[Any, Any, Any]]]
"""What each contract leads to in one service, by its type."""


def check_deeds(histories: Histories, consumers: Mapping[str, Consumers], listeners: Collection[str]) -> Looked:
    """Every answer of the services in *consumers*; those in *listeners* do nothing of their own accord.

    Raises:
        DeedOtherwise: A row is not what follows from its cause, or a refusal is not what the rules say.
        DeedMissing: Something that follows from a message stands in no row.
        DeedUncaused: A listener did something that it was not told.
        LogNewer: An answer rested on a row of a later release.
    """
    looked = Looked()
    for service, each in consumers.items():
        if service in histories:
            looked += _Deeds(histories[service], histories, each).check(listens=service in listeners)
    return looked


@dataclass(frozen=True, slots=True)
class _Message:
    """A message that was answered.

    Attributes:
        publisher: Whose log says it.
        row: Of that log.
        end: How many rows the service had when it answered.
    """

    publisher: History
    row: Row
    end: int

    @property
    def place(self) -> str:
        return self.publisher.place(self.row)

    @property
    def cause(self) -> str:
        return f"{self.place}#{self.row.chain.hex()}"

    def meta(self) -> Meta:
        """Who acts and why, for what follows; as the inbox has it."""
        said = self.row.content()
        return Meta(said.actor, said.effective_at, said.correlation, causation=self.cause)


class _Deeds:
    """One service's answers, in the order in which they were given."""

    def __init__(self, history: History, histories: Histories, consumers: Consumers) -> None:
        self._history, self._consumers = history, consumers
        self._said = {name: (each, each.said) for name, each in histories.items() if name != history.service}
        self._folding = Folding(history)
        self._caused = by_cause(history)

    def check(self, *, listens: bool) -> Looked:
        if listens:
            for row, record in zip(self._history.rows, self._folding.records, strict=True):
                if record.causation is None and row.type not in ASIDE | OF_ITSELF:
                    raise DeedUncaused(message=self._history.place(row), service=self._history.service)
        count = refused = skipped = 0
        for message in sorted(self._answered(), key=lambda each: each.end):
            rows = self._caused.get(message.cause, ())
            answer = [row for row in rows if row.type not in ASIDE]
            if not answer and any(row.type == SKIPPED for row in rows):
                skipped += 1
                continue
            self._check(message, answer)
            refused += any(row.type == REFUSED for row in answer)
            count += 1
        counts = {"refused": refused, "skipped": skipped, "stopped": len(self._stopped())}
        where = {"service": self._history.service, "agency": self._history.agency}
        return Looked(count, tuple(Note(f"audit.{name}", {**where, "count": n}) for name, n in counts.items() if n))

    def _answered(self) -> Iterator[_Message]:
        """Every message that its inbox holds, with the moment of the answer."""
        for name, (publisher, said) in self._said.items():
            marks = len(self._history.inbox.get(name, ()))
            heard, ends = 0, list[int]()  # by sequence
            for number, row in enumerate(self._history.rows):
                now = row.answered().get(name, 0)
                ends += [number] * (now - heard)
                heard = max(heard, now)
            ends += [len(self._history.rows)] * (marks - len(ends))
            lost = lost_numbers(self._history, name)
            for row, end in zip(said[:marks], ends, strict=False):
                if row.sequence not in lost:
                    yield _Message(publisher, row, end)

    def _stopped(self) -> Sequence[str]:
        """Streams of stops that nobody has ended."""
        last = {row.stream: row.type for row in self._history.rows if row.type in ASIDE}
        return [stream for stream, kind in last.items() if kind == STOPPED]

    def _check(self, message: _Message, rows: Sequence[Row]) -> None:
        consumer = self._consumers.get(type_of(message.row))
        if consumer is None:
            if rows:
                raise self._otherwise(rows[0], message, "row")
            return
        act = consumer(message_of(message.row))
        meta, facts, code = self._led_to(act, message)
        if code is not None or any(row.type == REFUSED for row in rows):
            self._check_refusal(message, rows, code)
            return
        for number, (fact, row) in enumerate(zip(facts, rows, strict=False), start=message.end):
            if part := self._difference(act.decider.book, number, row, fact, meta):
                raise self._otherwise(row, message, part)
        if len(rows) > len(facts):
            raise self._otherwise(rows[len(facts)], message, "row")
        if len(rows) < len(facts):
            raise DeedMissing(service=self._history.service, cause=message.place, count=len(facts) - len(rows))

    def _led_to(self, act: Act[Any, Any, Any], message: _Message) -> tuple[Meta, Sequence[Fact], str | None]:
        """What the message leads to, or the code of the rule that forbids it."""
        known = replace(self._folding.known(act, message.end), ends=self._ends(message))
        try:
            return *decided(act, known, message.meta(), heard=True), None
        except IctIndexError as refused:
            return message.meta(), (), refused.code

    def _ends(self, message: _Message) -> Mapping[str, Mark]:
        """How far every publisher was answered, that message included: its row says so."""
        if message.end == len(self._history.rows):
            return {}  # it led to no row that could hold them
        ends: dict[str, Mark] = {}
        for name, sequence in self._history.rows[message.end].answered().items():
            heard = self._history.inbox.get(name, ())
            if 0 < sequence <= len(heard):
                ends[name] = heard[sequence - 1]
        return ends

    def _check_refusal(self, message: _Message, rows: Sequence[Row], code: str | None) -> None:
        if not rows:
            raise DeedMissing(service=self._history.service, cause=message.place, count=1)
        stated = [(row.type, row.content().data) for row in rows]
        if stated != [(REFUSED, {"message": message.place, "code": code})]:
            raise self._otherwise(rows[0], message, "refusal")

    def _difference(self, book: FactBook[Fact], number: int, row: Row, fact: Fact, meta: Meta) -> str | None:
        """Name of the first part in which *row* is not *fact* as row *number* of the log."""
        if number >= len(self._history.rows) or self._history.rows[number] is not row:
            return "position"
        record = self._folding.records[number]
        try:
            stored = self._folding.fact(book, number)
        except (FactUnreadable, LogNewer):
            return "fact"
        if (stored, row.stream) != (fact, fact.stream):
            return "data"
        said = (record.actor, record.effective_at, record.correlation)
        return None if said == (meta.actor, meta.at, meta.correlation) else "meta"

    def _otherwise(self, row: Row, message: _Message, part: str) -> DeedOtherwise:
        return DeedOtherwise(message=self._history.place(row), cause=message.place, part=part)
