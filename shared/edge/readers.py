"""Readers of a log. The relay says in Kafka what the log's rows announce, in order, and again whenever it must."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace

import asyncpg
import structlog

from shared.contracts import NO_CHAIN, RewindRequested
from shared.edge.kafka_login import Login
from shared.edge.topics import declare
from shared.edge.tracing import NOWHERE, Tracing
from shared.edge.trouble import LOST, passes, unavailable
from shared.edge.wire import NotHeld, Said, Wire, wire
from shared.envelope import Envelope, closed_names, spoken
from shared.errors import Stale, Unavailable
from shared.eventlog import Announcement, EventLog, LogUnavailable, Row, Texts

RELAY = "relay"
WINDOW = 200  # messages said before the cursor moves
POLL_SECONDS = 1.0  # the net under NOTIFY
IDLE_SECONDS = 5.0
REWIND_SECONDS = 0.5  # between two rewinds of an agency: who asks meanwhile is answered with one
RETRY_SECONDS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
logger = structlog.get_logger()


class CursorMoved(Stale, code="relay.cursor_moved"):
    """Somebody else reads for the same service: this one gives up."""


def envelope(publisher: str, row: Row, previous: str, texts: Texts) -> Envelope:
    """What is said about *row*, after the announcement whose chain is *previous*.

    Always the same bytes, but for closed *texts* that were destroyed meanwhile.
    """
    record, said = row.content(), Announcement.model_validate_json(row.announcement or b"")
    mine = {name: texts[name] for name in sorted(closed_names(said.data)) if name in texts}
    return Envelope(
        id=f"{publisher}/{row.agency}@{row.position}",
        source=publisher,
        type=said.type,
        subject=said.subject,
        time=record.effective_at,
        agency=row.agency,
        sequence=row.sequence or 0,
        chain=row.chain.hex(),
        previouschain=previous,
        after=row.answered(),
        actor=record.actor,
        causationid=record.causation,
        correlationid=record.correlation,
        traceparent=record.traceparent,
        body=spoken(said.data, mine),
    )


async def messages(log: EventLog, publisher: str, agency: str, since: int, limit: int = WINDOW) -> list[Envelope]:
    """Up to *limit* messages from announcement *since* (at least 1) on."""
    rows = list(await log.announced(agency, max(since - 1, 1), limit + 1))
    previous = NO_CHAIN
    if since > 1 and rows:
        previous = rows.pop(0).chain.hex()
    rows = rows[:limit]
    said = [Announcement.model_validate_json(row.announcement or b"") for row in rows]
    names = sorted({name for each in said for name in closed_names(each.data)})
    texts = await log.texts(agency, names) if names else {}
    found = []
    for row in rows:
        found.append(envelope(publisher, row, previous, texts))
        previous = row.chain.hex()
    return found


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a reader has come in one log.

    Attributes:
        sequence, chain: The announcement that was said last, in the log's order.
        said: The record that was said last, in Kafka's order.
    """

    sequence: int = 0
    chain: str = NO_CHAIN
    said: Said | None = None


class Cursors:
    """The relay's cursors in the service's own schema."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def all(self) -> dict[str, Cursor]:
        """By agency."""
        found = await self._fetch("SELECT * FROM cursor WHERE name = $1", RELAY)
        return {row["agency"]: _cursor(row) for row in found}

    async def behind(self) -> dict[str, int]:
        """How many announcements are still to be said, for every agency with any."""
        found = await self._fetch(
            """SELECT h.agency, h.sequence - coalesce(c.sequence, 0) AS missing FROM head h
               LEFT JOIN cursor c ON c.agency = h.agency AND c.name = $1
               WHERE h.sequence > coalesce(c.sequence, 0) ORDER BY h.agency""",
            RELAY,
        )
        return {row["agency"]: row["missing"] for row in found}

    async def move(self, agency: str, old: Cursor, new: Cursor) -> None:
        """From *old* to *new*.

        Raises:
            CursorMoved: It is not at *old* any more.
        """
        said = (new.said.partition, new.said.offset, new.said.chain) if new.said else (None, None, None)
        moved = await self._fetch(
            """INSERT INTO cursor VALUES ($1, $2, $3, $4, $5, $6, $7)
               ON CONFLICT (name, agency) DO UPDATE SET sequence = excluded.sequence, chain = excluded.chain,
                 said_partition = excluded.said_partition, said_offset = excluded.said_offset,
                 said_chain = excluded.said_chain
               WHERE cursor.sequence = $8 AND cursor.chain = $9 AND cursor.said_offset IS NOT DISTINCT FROM $10
               RETURNING agency""",
            *(RELAY, agency, new.sequence, new.chain, *said),
            *(old.sequence, old.chain, old.said.offset if old.said else None),
        )
        if not moved:
            raise CursorMoved(agency=agency)

    async def _fetch(self, query: str, *arguments: object) -> Sequence[asyncpg.Record]:
        try:
            return await self._pool.fetch(query, *arguments)
        except (*LOST, asyncpg.PostgresError) as found:
            if passes(found):
                raise unavailable(found, LogUnavailable) from found
            raise


def _cursor(row: asyncpg.Record) -> Cursor:
    where = row["said_partition"]
    return Cursor(
        row["sequence"], row["chain"], None if where is None else Said(where, row["said_offset"], row["said_chain"])
    )


@dataclass(slots=True)
class Relay:
    """Says what one service's logs announce; one at a time does so, whoever holds the lock.

    Attributes:
        dsn: For a connection of its own, which holds the lock and listens.
        behind: Is told how many announcements of an agency are still to be said.
        rewound: Is told when an agency's are said again, and why.
        refused: Agencies it does not speak for until an operator insists: their topic is ahead of their log.
    """

    service: str
    log: EventLog
    cursors: Cursors
    dsn: str
    bootstrap: str
    idempotence: bool = True
    idle_seconds: float = IDLE_SECONDS
    login: Login | None = None
    behind: Callable[[str, int], None] = lambda _agency, _missing: None
    rewound: Callable[[str, str], None] = lambda _agency, _reason: None
    tracing: Tracing = NOWHERE
    refused: set[str] = field(default_factory=set)
    holding: bool = False
    _rewinds: dict[str, int] = field(default_factory=dict)
    _allowed: set[str] = field(default_factory=set)  # the operator has said so
    _woken: asyncio.Event = field(default_factory=asyncio.Event)
    _at: dict[str, Cursor] = field(default_factory=dict)
    _again: dict[str, float] = field(default_factory=dict)  # not to be rewound before
    _quiet: dict[str, int] = field(default_factory=dict)  # how often it was idle since the agency's last news

    def rewind(self, request: RewindRequested, *, insist: bool = False) -> None:
        """Somebody asks to hear something again; an operator may *insist*, where a topic is ahead of its log."""
        if request.publisher != self.service:
            return
        wanted = self._rewinds.get(request.agency, request.sequence)
        self._rewinds[request.agency] = min(wanted, request.sequence)
        if insist:
            self._allowed.add(request.agency)
            self.refused.discard(request.agency)
        self._woken.set()

    async def run(self) -> None:
        """Say everything there is to say, for ever."""
        failures, wait = 0, 0.0
        while True:
            try:
                async with self._lock() as connection:
                    while True:
                        await self._serve(connection)
                        failures = 0
            except (Unavailable, Stale, *LOST) as found:
                wait = RETRY_SECONDS[min(failures, len(RETRY_SECONDS) - 1)]
                failures += 1
                logger.warning("relay_interrupted", reason=repr(found), retry_seconds=wait)
            except Exception:  # a fault of ours must not end the service: what it says again later is not lost
                wait = RETRY_SECONDS[-1]
                logger.exception("relay_failed")
            await asyncio.sleep(wait)

    @asynccontextmanager
    async def _lock(self) -> AsyncIterator[asyncpg.Connection]:
        """A connection of its own: a pooled one would hear nothing between its queries, and give the lock away."""
        connection = await asyncpg.connect(self.dsn)
        try:
            await connection.add_listener(f"ict_{self.service}", lambda *_: self._woken.set())
            ask = "SELECT pg_try_advisory_lock(hashtextextended($1, 0))"
            while not await connection.fetchval(ask, f"{self.service}/{RELAY}"):  # noqa: ASYNC110 - the other is elsewhere
                await asyncio.sleep(POLL_SECONDS)
            self.holding = True
            yield connection
        finally:
            self.holding = False
            connection.terminate()  # the lock goes with it; a polite close would wait for a broken server

    async def _serve(self, connection: asyncpg.Connection) -> None:
        """Say what is announced, until the broker turns out not to hold what was said; then all of it again."""
        self._at = await self.cursors.all()
        last = [cursor.said for cursor in self._at.values() if cursor.said]
        try:
            async with wire(self.service, self.bootstrap, last, idempotence=self.idempotence, login=self.login) as line:
                await line.check()
                await self._compare(line)
                await self._speak(line, connection)
        except NotHeld:
            logger.warning("broker_emptied", publisher=self.service)
            await declare(self.bootstrap, login=self.login)
            for agency in self._at:
                await self._move(agency, Cursor())
                self.rewound(agency, "emptied")
            await asyncio.sleep(RETRY_SECONDS[0])

    async def _compare(self, line: Wire) -> None:
        """Refuse to speak for an agency whose topic holds what its log does not: the log was restored, or forged.

        Until an operator insists: what was refused once lies before what another agency said in the same partition.
        """
        for agency, newest in (await line.newer()).items():
            rows = await self.log.announced(agency, newest.sequence, 1)
            if agency not in self._allowed and not (rows and rows[0].chain.hex() == newest.chain):
                self.refused.add(agency)
                logger.error("topic_ahead_of_log", publisher=self.service, agency=agency, message=newest.id)

    async def _speak(self, line: Wire, connection: asyncpg.Connection) -> None:
        clock = asyncio.get_running_loop().time
        checked = clock()
        while True:
            self._woken.clear()
            await connection.execute("SELECT 1")  # still there, and with it the lock
            await self._rewound()
            behind = await self.cursors.behind()
            for agency, missing in behind.items():
                self.behind(agency, missing)
            said = [agency for agency in behind if agency not in self.refused]
            for agency in said:
                await self._say(line, agency)
            if clock() - checked >= self.idle_seconds:
                await line.check()
                await self._repeat(line)
                checked = clock()
            if said:
                continue
            with suppress(TimeoutError):
                async with asyncio.timeout(REWIND_SECONDS if self._rewinds else min(POLL_SECONDS, self.idle_seconds)):
                    await self._woken.wait()

    async def _say(self, line: Wire, agency: str) -> None:
        """One window, so that no agency waits for another."""
        cursor = self._at.get(agency, Cursor())
        said = await messages(self.log, self.service, agency, cursor.sequence + 1)
        if not said:
            return
        with self.tracing.saying(said):
            where = await line.say(said)
        await self._move(agency, Cursor(said[-1].sequence, said[-1].chain, where[-1]))
        self._quiet[agency] = 0
        self.behind(agency, 0)
        logger.info("messages_said", agency=agency, first=said[0].sequence, last=said[-1].sequence)

    async def _repeat(self, line: Wire) -> None:
        """Say the last word of each agency again, ever more seldom: whoever missed it notices."""
        for agency, cursor in self._at.items():
            self._quiet[agency] = self._quiet.get(agency, 0) + 1
            if cursor.sequence and self._quiet[agency].bit_count() == 1 and agency not in self.refused:
                said = await messages(self.log, self.service, agency, cursor.sequence, 1)
                where = await line.say(said)
                await self._move(agency, replace(cursor, said=where[-1]))

    async def _rewound(self) -> None:
        now = asyncio.get_running_loop().time()
        wanted = {agency: n for agency, n in self._rewinds.items() if now >= self._again.get(agency, 0)}
        for agency, sequence in wanted.items():
            del self._rewinds[agency]
            self._again[agency] = now + REWIND_SECONDS
            cursor, first = self._at.get(agency, Cursor()), max(sequence, 1)
            head = await self.log.head(agency)
            if sequence > head.sequence:
                logger.error("consumer_ahead_of_log", publisher=self.service, agency=agency, asked=sequence)
            elif first <= cursor.sequence:
                before = await self.log.announced(agency, first - 1, 1) if first > 1 else []
                chain = before[0].chain.hex() if before else NO_CHAIN
                await self._move(agency, Cursor(first - 1, chain, cursor.said))
                self.rewound(agency, "asked")
                logger.info("rewound", publisher=self.service, agency=agency, sequence=first)

    async def _move(self, agency: str, cursor: Cursor) -> None:
        old = self._at.get(agency, Cursor())
        await self.cursors.move(agency, old, cursor)
        self._at[agency] = cursor
