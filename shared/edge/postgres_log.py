"""The log on PostgreSQL: one server-side function appends; concurrent callers share its round trip."""

import asyncio
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta

import asyncpg

from shared.edge.trouble import LOST, passes, unavailable
from shared.envelope import DestroyedText
from shared.eventlog import (
    CLOCK_TOLERANCE,
    EPOCH,
    Append,
    ClockMoved,
    Entry,
    Head,
    LogUnavailable,
    Mark,
    Overtaken,
    Row,
    Texts,
)
from shared.vocabulary import Clock, ClosedText, Json, canonical

CLOCKS_DIFFER = "IC001"  # raised by append()
MOST_REQUESTS = 200  # a call's; more would only lengthen the head lock
COLUMNS = ", ".join(Row.__slots__)
HEAD = "position, sequence, chain, nullif(recorded_at, '-infinity') AS recorded_at"  # of an empty log: None
Answer = list[Json] | Exception | None
Told = Callable[[str, float], None]
"""Is told what came of an append (accepted, overtaken, unanswered), and how many seconds it took."""


class Steady:
    """The wall clock, for as long as it runs with the monotonic one."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._started = clock() - timedelta(seconds=time.monotonic())

    def now(self) -> datetime:
        """Now.

        Raises:
            ClockMoved: It jumped since this process started.
        """
        now = self._clock()
        if abs(now - timedelta(seconds=time.monotonic()) - self._started) > CLOCK_TOLERANCE:
            raise ClockMoved
        return now


class PostgresLog:
    """``EventLog`` in the service's own schema."""

    def __init__(self, pool: asyncpg.Pool, clock: Clock, told: Told = lambda _outcome, _seconds: None) -> None:
        self._pool, self._told = pool, told
        self._waiting: list[tuple[Append, asyncio.Future[Answer]]] = []
        self._turn = asyncio.Lock()
        self._steady = Steady(clock)

    async def append(self, request: Append) -> Sequence[Row]:
        began, outcome = time.monotonic(), "unanswered"
        try:
            rows = await self._append(request)
            outcome = "accepted"
        except Overtaken:
            outcome = "overtaken"
            raise
        finally:
            self._told(outcome, time.monotonic() - began)
        return rows

    async def _append(self, request: Append) -> Sequence[Row]:
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((request, future))
        async with self._turn:  # whoever gets the turn sends what has gathered meanwhile
            while not future.done():
                batch, self._waiting = self._waiting[:MOST_REQUESTS], self._waiting[MOST_REQUESTS:]
                await self._send(batch)
        match future.result():
            case Exception() as error:
                raise error
            case None:
                raise Overtaken
            case places:
                pairs = zip(request.entries, places, strict=True)
                return [_row(request.agency, entry, place) for entry, place in pairs]

    async def _send(self, batch: Sequence[tuple[Append, asyncio.Future[Answer]]]) -> None:
        answers: Sequence[Answer] = [LogUnavailable()] * len(batch)
        try:
            wall_us = (self._steady.now() - EPOCH) // timedelta(microseconds=1)
            requests = canonical([_wire(request) for request, _ in batch]).decode()
            answers = json.loads(await self._pool.fetchval("SELECT append($1, $2)", requests, wall_us))
        except ClockMoved as moved:
            answers = [moved] * len(batch)
        except (*LOST, asyncpg.PostgresError) as error:
            if getattr(error, "sqlstate", None) == CLOCKS_DIFFER:
                answers = [ClockMoved()] * len(batch)
            elif passes(error):
                answers = [unavailable(error, LogUnavailable)] * len(batch)
            elif len(batch) == 1:
                answers = [error]
            else:  # one request spoilt the call for all
                for one in batch:
                    await self._send([one])
        finally:  # also when this caller is cancelled: the others must not wait for ever
            for (_, future), answer in zip(batch, answers, strict=True):
                if not future.done():
                    future.set_result(answer)

    async def append_together(self, requests: Sequence[Append]) -> None:
        """All of *requests*, or none.

        Raises:
            Overtaken: One of them does not rest on what is there.
        """
        wall_us = (self._steady.now() - EPOCH) // timedelta(microseconds=1)
        asked = canonical([_wire(request) for request in requests]).decode()
        async with self._pool.acquire() as connection, connection.transaction():
            if None in json.loads(await connection.fetchval("SELECT append($1, $2)", asked, wall_us)):
                raise Overtaken

    async def read(self, agency: str, streams: Sequence[str]) -> Sequence[Row]:
        return await self._rows("stream = ANY($2) ORDER BY position", agency, streams)

    async def tail(self, agency: str, after: int, limit: int = 500) -> Sequence[Row]:
        return await self._rows("position > $2 ORDER BY position LIMIT $3", agency, after, limit)

    async def announced(self, agency: str, since: int, limit: int = 500) -> Sequence[Row]:
        return await self._rows("sequence >= $2 ORDER BY sequence LIMIT $3", agency, since, limit)

    async def head(self, agency: str) -> Head:
        found = await self._fetch(f"SELECT {HEAD} FROM head WHERE agency = $1", agency)  # noqa: S608 - constants
        return Head(**dict(found[0])) if found else Head()

    async def agencies(self) -> Sequence[str]:
        known = "SELECT agency FROM head WHERE position > 0 OR ends <> '{}' ORDER BY agency COLLATE \"C\""
        return [row["agency"] for row in await self._fetch(known)]

    async def ends(self, agency: str) -> Mapping[str, Mark]:
        last = """SELECT i.publisher, i.sequence, i.chain, i.position FROM head h, jsonb_each_text(h.ends) e, inbox i
                  WHERE h.agency = $1 AND i.agency = $1 AND i.publisher = e.key AND i.sequence = e.value::bigint"""
        rows = await self._fetch(last, agency)
        return {row["publisher"]: Mark(row["sequence"], row["chain"], row["position"]) for row in rows}

    async def chain(self, agency: str, publisher: str, sequence: int) -> str | None:
        known = "SELECT chain FROM inbox WHERE agency = $1 AND publisher = $2 AND sequence = $3"
        return next((row["chain"] for row in await self._fetch(known, agency, publisher, sequence)), None)

    async def texts(self, agency: str, names: Sequence[str]) -> Texts:
        found = await self._fetch("SELECT * FROM closed_text WHERE agency = $1 AND name = ANY($2)", agency, names)
        return {row["name"]: _text(row) for row in found}

    async def _rows(self, where: str, *arguments: object) -> Sequence[Row]:
        found = await self._fetch(f"SELECT {COLUMNS} FROM log WHERE agency = $1 AND {where}", *arguments)  # noqa: S608 - constants
        return [Row(**dict(row)) for row in found]

    async def _fetch(self, query: str, *arguments: object) -> Sequence[asyncpg.Record]:
        try:
            return await self._pool.fetch(query, *arguments)
        except (*LOST, asyncpg.PostgresError) as found:
            if passes(found):
                raise unavailable(found, LogUnavailable) from found
            raise


def _text(row: asyncpg.Record) -> ClosedText | DestroyedText:
    if row["decision"] is not None:
        return DestroyedText(decision=row["decision"])
    return ClosedText(salt=row["salt"], text=row["text"])


def _wire(request: Append) -> Json:
    """The request as ``append()`` takes it."""
    entries = [
        {
            "stream": each.stream,
            "type": each.type,
            "record": each.record.decode(),
            "announcement": each.announcement and each.announcement.decode(),
        }
        for each in request.entries
    ]
    heard = request.heard
    inbox = {"heard": {"publisher": heard.publisher, **asdict(heard.mark)}} if heard else {}
    return {
        "agency": request.agency,
        "expected": dict(request.expected),
        **({"answered": dict(request.answered)} if request.answered is not None else {}),
        "entries": entries,
        "texts": [{"name": text.closed.closed, **text.model_dump()} for text in request.texts],
        "destroyed": [asdict(each) for each in request.destroyed],
        **inbox,
    }


def _row(agency: str, entry: Entry, place: Json) -> Row:
    """*entry* at the *place* the log gave it."""
    return Row(
        agency=agency,
        position=place["position"],
        stream=entry.stream,
        version=place["version"],
        type=entry.type,
        recorded_at=EPOCH + timedelta(microseconds=place["recorded_us"]),
        sequence=place["sequence"],
        after=place["after"],
        record=entry.record,
        announcement=entry.announcement,
        chain=bytes.fromhex(place["chain"]),
    )
