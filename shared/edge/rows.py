"""Rows of read tables: written so that a message said again changes nothing, summed up so that they can be compared."""

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel
from sqlalchemy import Table, select
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.vocabulary import canonical

NUL, INSTEAD = "\x00", "\ufffd"  # PostgreSQL's text cannot hold the one; a page shows the other


def written(value: object) -> Any:  # noqa: ANN401 - JSON
    """*value* as PostgreSQL keeps it: models as JSON, text without NUL."""
    match value:
        case BaseModel():
            return written(value.model_dump(mode="json"))
        case str():
            return value.replace(NUL, INSTEAD)
        case dict():
            return {str(written(name)): written(each) for name, each in value.items()}
        case list() | tuple():
            return [written(each) for each in value]
        case _:
            return value


def put(table: Table, **columns: object) -> Insert:
    """Write a row over the one with the same key."""
    row = {name: written(value) for name, value in columns.items()}
    key = [column.name for column in table.primary_key]
    statement = insert(table).values(row)
    rest = {name: statement.excluded[name] for name in row if name not in key}
    if not rest:
        return statement.on_conflict_do_nothing()
    return statement.on_conflict_do_update(index_elements=key, set_=rest)


def keep(table: Table, rows: Iterable[Mapping[str, object]]) -> Insert | None:
    """Write *rows* unless their keys are there already; None where there are none."""
    values = [{name: written(value) for name, value in row.items()} for row in rows]
    return insert(table).values(values).on_conflict_do_nothing() if values else None


async def digests(connection: AsyncConnection, tables: Iterable[Table], agency: str) -> dict[str, str]:
    """SHA-256 over all rows of *agency*, by table, in the order of their keys.

    Equal digests mean equal rows, whatever the order they were written in.
    """
    found: dict[str, str] = {}
    for table in tables:
        columns = [column.name for column in table.columns]
        sum_of_rows = hashlib.sha256()
        rows = await connection.execute(select(table).where(table.c.agency == agency))
        keys = [columns.index(column.name) for column in table.primary_key]
        for row in sorted(rows, key=lambda row: [_ordered(row[key]) for key in keys]):
            named = {name: _plain(value) for name, value in zip(columns, row, strict=True)}
            sum_of_rows.update(canonical(named) + b"\n")
        found[table.name] = sum_of_rows.hexdigest()
    return found


def _plain(value: Any) -> Any:  # noqa: ANN401 - JSON or a moment
    return value.astimezone(dt.UTC).isoformat() if isinstance(value, dt.datetime) else value


def _ordered(value: Any) -> tuple[int, str]:  # noqa: ANN401 - a key's column: text or a whole number
    return (value, "") if isinstance(value, int) else (0, str(value))
