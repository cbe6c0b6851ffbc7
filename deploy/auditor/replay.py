"""Reporting's tables against the same tables built again from the logs, in temporary tables of this connection."""

import asyncpg
from sqlalchemy import MetaData, Table, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.reporting.main import PROJECTIONS, TABLES, UNKNOWN, dump
from shared.audit.history import Histories, History, Looked
from shared.audit.messages import in_causal_order
from shared.audit.wrong import TablesOtherwise
from shared.contracts import CONTRACTS, NO_CHAIN
from shared.edge.readers import envelope
from shared.envelope import Envelope

SERVICE, AGAIN = "reporting", "pg_temp"


async def make_tables(connection: AsyncConnection) -> None:
    """Make the temporary tables, in a transaction of its own: one that only reads may fill but not make them."""
    again = MetaData()
    for table in TABLES:
        copy = table.to_metadata(again)
        copy._prefixes = ["TEMPORARY"]  # noqa: SLF001 - to_metadata cannot be told
    await connection.run_sync(again.create_all, checkfirst=False)


async def check_tables(connection: AsyncConnection, histories: Histories) -> Looked:
    """Project every message that reporting answered once more, and compare table by table.

    Raises:
        TablesOtherwise: At the first row that differs.
        EffectBeforeCause: The messages cannot be put in order.
    """
    history = histories[SERVICE]
    passed_over = await _passed_over(connection, history.agency)
    await _in_schema(connection, AGAIN)
    said = {name: _said(each)[: history.ends.get(name, 0)] for name, each in histories.items()}
    for message in in_causal_order(said):
        project = PROJECTIONS.get(message.type)
        if message.cause in passed_over:
            continue
        if project is not None:
            await project(connection, message, message.contract())
        elif message.type not in CONTRACTS:
            await UNKNOWN(connection, message)
    again = await dump(connection, history.agency)
    await _in_schema(connection, SERVICE)
    stored = await dump(connection, history.agency)
    for table in TABLES:
        if stored[table.name] != again[table.name]:
            row = await _first_difference(connection, table, history.agency)
            raise TablesOtherwise(agency=history.agency, table=table.name, row=row)
    return Looked(len(TABLES))


def _said(history: History) -> list[Envelope]:
    """Everything a service said, as it was sent, without the closed texts that went with it."""
    previous, messages = NO_CHAIN, []
    for row in history.said:
        messages.append(envelope(history.service, row, previous, {}))
        previous = row.chain.hex()
    return messages


async def driver(connection: AsyncConnection) -> asyncpg.Connection:
    """The connection below, within the same transaction."""
    raw = await connection.get_raw_connection()
    found = raw.driver_connection
    assert isinstance(found, asyncpg.Connection)  # noqa: S101 - the engine was made for it
    return found


async def _in_schema(connection: AsyncConnection, schema: str) -> None:
    _ = await connection.execution_options(schema_translate_map={None: schema})


async def _passed_over(connection: AsyncConnection, agency: str) -> set[str]:
    """Messages, as causes, that were answered without a projection: refused, or skipped by an operator."""
    query = f"""SELECT causation FROM {SERVICE}.refusals WHERE agency = $1
                UNION SELECT causation FROM {SERVICE}.stops
                WHERE agency = $1 AND type = 'message_skipped.v1'"""  # noqa: S608 - our own name
    return {row["causation"] for row in await (await driver(connection)).fetch(query, agency)}


async def _first_difference(connection: AsyncConnection, table: Table, agency: str) -> str:
    """Key of the first row that only one side has, or that differs."""
    sides = []
    for schema in (SERVICE, AGAIN):
        await _in_schema(connection, schema)
        rows = await connection.execute(select(table).where(table.c.agency == agency))
        sides.append({tuple(str(row._mapping[key.name]) for key in table.primary_key): row for row in rows})  # noqa: SLF001
    stored, again = sides
    keys = sorted(key for key in stored.keys() | again.keys() if stored.get(key) != again.get(key))
    return "/".join(keys[0][1:]) if keys else ""
