"""One log, folded further and further: what a decider knew before any of its rows."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from typing import Any

from shared.audit.history import History
from shared.eventlog import Record
from shared.execute import Act, Decider, Known
from shared.facts import Fact, FactBook

AnyDecider = Decider[Any, Any, Any]


@dataclass(frozen=True, slots=True)
class _Folded:
    state: Any
    last: datetime | None = None
    end: int = 0  # rows before it are in the state, where they are of its streams


class Folding:
    """States from the rows of one log. Each is kept and folded on, so *end* must not go back."""

    def __init__(self, history: History) -> None:
        self._rows = history.rows
        self.records: Sequence[Record] = [row.content() for row in history.rows]
        self._streams = defaultdict[str, list[int]](list)
        for number, row in enumerate(history.rows):
            self._streams[row.stream].append(number)
        self._kept: dict[tuple[int, tuple[str, ...]], _Folded] = {}
        self._facts: dict[tuple[type[Fact] | int, int], Fact] = {}

    def known(self, act: Act[Any, Any, Any], end: int) -> Known[Any]:
        """What *act* rested on before row number *end* was written."""
        decider, streams = act.decider, tuple(dict.fromkeys(act.decider.streams(act.command)))
        folded = self._fold(decider, streams, end)
        if more := tuple(name for name in decider.more(act.command, folded.state) if name not in streams):
            folded = self._fold(decider, (*streams, *more), end)
        return Known(folded.state, folded.last)

    def _fold(self, decider: AnyDecider, streams: tuple[str, ...], end: int) -> _Folded:
        key = id(decider), streams
        before = self._kept.get(key) or _Folded(decider.initial)
        new = sorted(number for name in streams for number in self._between(name, before.end, end))
        state = reduce(decider.evolve, (self.fact(decider.book, number) for number in new), before.state)
        times = [self.records[number].effective_at for number in new]
        last = max([*times, *([before.last] if before.last else [])], default=None)
        self._kept[key] = _Folded(state, last, end)
        return self._kept[key]

    def _between(self, stream: str, start: int, end: int) -> Sequence[int]:
        numbers = self._streams.get(stream, [])
        return numbers[bisect_left(numbers, start) : bisect_left(numbers, end)]

    def fact(self, book: FactBook[Any], number: int) -> Fact:
        """The fact in row *number*, read once for all books that share its type.

        Raises:
            LogNewer, FactUnreadable: The book cannot read it.
        """
        name = self._rows[number].type
        key = next((kind for kind in book.types if kind.type == name), id(book)), number
        if key not in self._facts:
            self._facts[key] = book.of(self._rows[number], self.records[number].data)
        return self._facts[key]
