"""The log in memory: the same promises, for tests and for reading."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from shared.envelope import DestroyedText
from shared.eventlog import GENESIS, Append, Head, Mark, Overtaken, Row, Texts, link
from shared.vocabulary import Clock, ClosedText, canonical


@dataclass(slots=True)
class _Log:
    rows: list[Row] = field(default_factory=list)
    inbox: dict[tuple[str, int], Mark] = field(default_factory=dict)
    texts: dict[str, ClosedText | DestroyedText] = field(default_factory=dict)

    def ends(self) -> dict[str, Mark]:
        return {publisher: mark for (publisher, _), mark in sorted(self.inbox.items())}


class MemoryLog:
    """``EventLog`` in a dictionary. Nothing here waits, so every append is one step."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._logs: defaultdict[str, _Log] = defaultdict(_Log)

    async def append(self, request: Append) -> Sequence[Row]:
        log, heard = self._logs[request.agency], request.heard
        versions = Counter(row.stream for row in log.rows)
        if any(versions[stream] != version for stream, version in request.expected.items()):
            raise Overtaken
        if heard and heard.mark.sequence != log.ends().get(heard.publisher, Mark()).sequence + 1:
            raise Overtaken
        others = {name: mark.sequence for name, mark in log.ends().items() if not heard or name != heard.publisher}
        if request.answered is not None and others != request.answered:
            raise Overtaken
        if heard:
            log.inbox[heard.publisher, heard.mark.sequence] = heard.mark
        for text in request.texts:
            log.texts.setdefault(text.closed.closed, text)
        for each in request.destroyed:
            log.texts[each.closed] = DestroyedText(decision=each.decision)
        rows = self._written(log, request, versions)
        log.rows += rows
        return rows

    def _written(self, log: _Log, request: Append, versions: Counter[str]) -> list[Row]:
        after = canonical({publisher: mark.sequence for publisher, mark in log.ends().items()}).decode()
        announced = sum(row.announcement is not None for row in log.rows)
        previous = log.rows[-1].chain if log.rows else GENESIS
        recorded_at = max([self._clock(), *(row.recorded_at for row in log.rows[-1:])])
        rows: list[Row] = []
        for each in request.entries:
            versions[each.stream] += 1
            announced += each.announcement is not None
            row = Row(
                agency=request.agency,
                position=len(log.rows) + len(rows) + 1,
                stream=each.stream,
                version=versions[each.stream],
                type=each.type,
                recorded_at=recorded_at,
                sequence=announced if each.announcement is not None else None,
                after=after,
                record=each.record,
                announcement=each.announcement,
                chain=b"",
            )
            previous = link(previous, row)
            rows.append(replace(row, chain=previous))
        return rows

    async def read(self, agency: str, streams: Sequence[str]) -> Sequence[Row]:
        return [row for row in self._logs[agency].rows if row.stream in streams]

    async def tail(self, agency: str, after: int, limit: int = 500) -> Sequence[Row]:
        return self._logs[agency].rows[after : after + limit]

    async def announced(self, agency: str, since: int, limit: int = 500) -> Sequence[Row]:
        return [row for row in self._logs[agency].rows if row.sequence and row.sequence >= since][:limit]

    async def head(self, agency: str) -> Head:
        rows = self._logs[agency].rows
        sequence = sum(row.announcement is not None for row in rows)
        return Head(len(rows), sequence, rows[-1].chain, rows[-1].recorded_at) if rows else Head()

    async def agencies(self) -> Sequence[str]:
        return sorted(agency for agency, log in self._logs.items() if log.rows or log.inbox)

    async def ends(self, agency: str) -> Mapping[str, Mark]:
        return self._logs[agency].ends()

    async def chain(self, agency: str, publisher: str, sequence: int) -> str | None:
        mark = self._logs[agency].inbox.get((publisher, sequence))
        return mark.chain if mark else None

    async def texts(self, agency: str, names: Sequence[str]) -> Texts:
        texts = self._logs[agency].texts
        return {name: texts[name] for name in names if name in texts}
