"""What a service without a log makes of messages: rows, in one transaction with its inbox row (``projector.sql``)."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from sqlalchemy import BigInteger, Column, Integer, MetaData, Table, Text, func, select
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP, insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.contracts import CONTRACTS, Contract
from shared.edge.answers import destroyed_by, mark_of, meta_of, skipped, stop_of
from shared.edge.database import transaction
from shared.edge.stops import RESUMING, Gate, PublisherStopped, Resume, StopFact
from shared.envelope import DestroyedText, Envelope
from shared.errors import Stale
from shared.eventlog import Destruction, Mark, Texts
from shared.execute import Answer, KeyReused, Once
from shared.vocabulary import ClosedText, Meta, digest

Projection = Callable[[AsyncConnection, Envelope, Contract], Awaitable[None]]
Unknown = Callable[[AsyncConnection, Envelope], Awaitable[None]]
"""What is kept of a message whose contract only a later release knows; it takes any body."""

METADATA = MetaData()


def _table(name: str, key: str, *columns: Column[Any]) -> Table:
    return Table(name, METADATA, *(Column(part, Text, primary_key=True) for part in key.split()), *columns)


def _mark() -> tuple[Column[Any], ...]:
    return Column("chain", Text), Column("position", BigInteger)


INBOX = _table("inbox", "agency publisher", Column("sequence", BigInteger, primary_key=True), *_mark())
ENDS = _table("ends", "agency publisher", Column("sequence", BigInteger), *_mark())
STOPS = _table(
    "stops",
    "agency publisher",
    *(Column("version", Integer, primary_key=True), Column("type", Text), Column("data", JSONB)),
    *(Column("actor", Text), Column("effective_at", TIMESTAMP(timezone=True)), Column("causation", Text)),
)
REFUSALS = _table("refusals", "agency message", Column("code", Text), Column("causation", Text))
REQUESTS = _table("requests", "agency key", Column("request", Text))
CLOSED_TEXT = _table("closed_text", "agency name", Column("salt", Text), Column("text", Text), Column("decision", Text))


class TablesOvertaken(Stale, code="tables.overtaken"):
    """Somebody else answered first, or stopped the publisher: nothing was written."""


class TableAnswers:
    """``Answers`` in the service's own tables.

    Attributes:
        projections: What each contract does to the tables, by its type; for any other message only the inbox row.
        unknown: What a message does to them that is of no contract here.
    """

    def __init__(
        self, engine: AsyncEngine, projections: Mapping[str, Projection], unknown: Unknown | None = None
    ) -> None:
        self._engine, self._projections, self._unknown = engine, projections, unknown

    async def agencies(self) -> Sequence[str]:
        async with transaction(self._engine) as connection:
            return list(await connection.scalars(select(ENDS.c.agency).distinct().order_by(ENDS.c.agency)))

    async def ends(self, agency: str) -> Mapping[str, Mark]:
        async with transaction(self._engine) as connection:
            rows = await connection.execute(select(ENDS).where(ENDS.c.agency == agency))
            return {row.publisher: Mark(row.sequence, row.chain, row.position) for row in rows}

    async def chain(self, agency: str, publisher: str, sequence: int) -> str | None:
        known = select(INBOX.c.chain).where(
            INBOX.c.agency == agency, INBOX.c.publisher == publisher, INBOX.c.sequence == sequence
        )
        async with transaction(self._engine) as connection:
            return await connection.scalar(known)

    async def gate(self, agency: str, publisher: str) -> Gate:
        async with transaction(self._engine) as connection:
            return await _gate(connection, agency, publisher)

    async def texts(self, agency: str, names: Sequence[str]) -> Texts:
        """Closed texts by digest, or what stands in place of a destroyed one; unknown names are left out."""
        wanted = select(CLOSED_TEXT).where(CLOSED_TEXT.c.agency == agency, CLOSED_TEXT.c.name.in_(names))
        async with transaction(self._engine) as connection:
            found = await connection.execute(wanted)
        return {
            row.name: ClosedText(salt=row.salt, text=row.text)
            if row.decision is None
            else DestroyedText(decision=row.decision)
            for row in found
        }

    async def answer(self, message: Envelope, gate: Gate) -> None:
        projection = self._projections.get(message.type)
        destroyed = destroyed_by(message)
        texts = message.closed_texts() if projection else ()
        async with self._resting_on(message.agency, message.source, gate) as connection:
            await _hear(connection, message.agency, message.source, mark_of(message))
            await _keep(connection, message.agency, texts)
            await _destroy(connection, message.agency, destroyed)
            if projection:
                await projection(connection, message, message.contract())
            elif self._unknown and message.type not in CONTRACTS:
                await self._unknown(connection, message)

    async def refuse(self, message: Envelope, code: str, gate: Gate) -> None:
        row = {"agency": message.agency, "message": message.id, "code": code, "causation": message.cause}
        async with self._resting_on(message.agency, message.source, gate) as connection:
            await _hear(connection, message.agency, message.source, mark_of(message))
            await connection.execute(insert(REFUSALS), row)

    async def stop(self, message: Envelope, code: str, gate: Gate) -> None:
        async with self._resting_on(message.agency, message.source, gate) as connection:
            await _add(connection, message.agency, gate, stop_of(message, code), meta_of(message))

    async def resume(
        self, agency: str, command: Resume, meta: Meta, once: Once | None = None, texts: Sequence[ClosedText] = ()
    ) -> Answer:
        async with transaction(self._engine) as connection:
            if await _repeated(connection, agency, meta, once):
                return Answer(0, repeated=True)
        gate = await self.gate(agency, command.publisher)
        [fact] = RESUMING.decide(command, gate.stop, meta)
        if gate.stop:
            meta = replace(meta, causation=f"{gate.stop.message}#{gate.stop.chain}")
        mark = skipped(gate, (await self.ends(agency)).get(command.publisher, Mark()), command)
        async with self._resting_on(agency, command.publisher, gate) as connection:
            if mark:
                await _hear(connection, agency, command.publisher, mark)
            await _keep(connection, agency, texts)
            await _add(connection, agency, gate, fact, meta)
            if once:
                row = {"agency": agency, "key": digest([meta.actor, once.key]), "request": once.request}
                await connection.execute(insert(REQUESTS), row)
        return Answer(0)

    @asynccontextmanager
    async def _resting_on(self, agency: str, publisher: str, gate: Gate) -> AsyncIterator[AsyncConnection]:
        """One transaction in which *gate* is still as it was read.

        Raises:
            TablesOvertaken: It is not, or the message is not the next one any more.
        """
        async with transaction(self._engine) as connection:
            # One writer an agency: two publishers' projections may change the same rows, in another order each.
            await connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(agency, 0))))
            if await _gate(connection, agency, publisher) != gate:
                raise TablesOvertaken(agency=agency)
            yield connection


async def _gate(connection: AsyncConnection, agency: str, publisher: str) -> Gate:
    mine = (STOPS.c.agency == agency, STOPS.c.publisher == publisher)
    last = await connection.execute(select(STOPS).where(*mine).order_by(STOPS.c.version.desc()).limit(1))
    row = last.first()
    if row is None:
        return Gate()
    fact = RESUMING.book.read(row.type, row.data)
    return Gate(row.version, fact if isinstance(fact, PublisherStopped) else None)


async def _hear(connection: AsyncConnection, agency: str, publisher: str, mark: Mark) -> None:
    """The inbox row, and the end moved to it.

    Raises:
        TablesOvertaken: It is not the next.
    """
    place = {"agency": agency, "publisher": publisher}
    row = {**place, "sequence": mark.sequence, "chain": mark.chain, "position": mark.position}
    try:
        await connection.execute(insert(INBOX), row)
    except IntegrityError as known:
        raise TablesOvertaken(agency=agency) from known
    wanted = insert(ENDS).values(row)
    moved = wanted.on_conflict_do_update(
        index_elements=["agency", "publisher"],
        set_={name: wanted.excluded[name] for name in ("sequence", "chain", "position")},
        where=ENDS.c.sequence == mark.sequence - 1,
    )
    if (await connection.execute(moved)).rowcount != 1:
        raise TablesOvertaken(agency=agency)


async def _keep(connection: AsyncConnection, agency: str, texts: Sequence[ClosedText]) -> None:
    for text in texts:
        row = {"agency": agency, "name": text.closed.closed, "salt": text.salt, "text": text.text}
        await connection.execute(insert(CLOSED_TEXT).values(row).on_conflict_do_nothing())


async def _destroy(connection: AsyncConnection, agency: str, destroyed: Sequence[Destruction]) -> None:
    """Also those not heard yet: a publisher that does not know of the decision may still say them."""
    for each in destroyed:
        row = {"agency": agency, "name": each.closed, "salt": None, "text": None, "decision": each.decision}
        gone = insert(CLOSED_TEXT).values(row)
        erased = {name: gone.excluded[name] for name in ("salt", "text", "decision")}
        await connection.execute(gone.on_conflict_do_update(index_elements=["agency", "name"], set_=erased))


async def _add(connection: AsyncConnection, agency: str, gate: Gate, fact: StopFact, meta: Meta) -> None:
    row = {
        "agency": agency,
        "publisher": fact.publisher,
        "version": gate.version + 1,
        "type": fact.type,
        "data": fact.model_dump(mode="json"),
        "actor": meta.actor,
        "effective_at": meta.at,
        "causation": meta.causation,
    }
    await connection.execute(insert(STOPS), row)


async def _repeated(connection: AsyncConnection, agency: str, meta: Meta, once: Once | None) -> bool:
    if once is None:
        return False
    mine = (REQUESTS.c.agency == agency, REQUESTS.c.key == digest([meta.actor, once.key]))
    request = await connection.scalar(select(REQUESTS.c.request).where(*mine))
    if request not in (None, once.request):
        raise KeyReused
    return request is not None
