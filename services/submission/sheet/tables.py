"""Drafts: a row a cell, guarded by its ETag; no fact is written before a sheet is handed in."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.campaign import Evidence, SheetLine
from shared.edge.database import transaction
from shared.errors import Stale
from shared.vocabulary import ClosedText, Value, Word, canonical, digest


class CellChanged(Stale, code="sheet.cell_changed"):
    """Somebody else saved this cell of the draft meanwhile."""


class Cell(Value):
    """What a unit has filled in for one criterion so far.

    Attributes:
        word: None while only documents or an explanation were entered.
        explanation: Under a salt that stays while the text does, so that saving it again changes nothing.
    """

    word: Word | None = None
    evidence: tuple[Evidence, ...] = ()
    explanation: ClosedText | None = None

    @property
    def etag(self) -> str:
        """Changes whenever the content does."""
        return digest(self.model_dump(mode="json"))

    @property
    def line(self) -> SheetLine | None:
        """The line of a sheet that it makes; None without a word."""
        if self.word is None:
            return None
        closed = self.explanation and self.explanation.closed
        return SheetLine(word=self.word, evidence=self.evidence, explanation=closed)

    def over(self, before: "Cell | None", if_match: str | None) -> "Cell":
        """What stands once this is saved over *before*: the same where nothing changes.

        Args:
            before: What is there; None where there is nothing.
            if_match: ETag of what the caller saw; None where the caller saw nothing.

        Raises:
            CellChanged: Something else is there, and this is not it.
        """
        cell = self
        if before and before.explanation and cell.explanation and before.explanation.text == cell.explanation.text:
            cell = cell.model_copy(update={"explanation": before.explanation})
        if before is not None and cell == before:
            return before
        if (before and before.etag) != if_match:
            raise CellChanged
        return cell


class Drafts(Protocol):
    """The table, by agency, campaign, unit and criterion."""

    async def cells(self, agency: str, campaign: str, unit: str) -> Mapping[str, Cell]:
        """The unit's cells by criterion, sorted."""
        ...

    async def save(
        self, key: tuple[str, str, str, str], cell: Cell, *, if_match: str | None, by: str, at: datetime
    ) -> Cell:
        """Save *cell* under (agency, campaign, unit, criterion); return what stands now.

        Raises:
            CellChanged: See ``Cell.over``.
        """
        ...

    async def remove(self, key: tuple[str, str, str, str], *, if_match: str) -> None:
        """Remove a cell; nothing happens where there is none.

        Raises:
            CellChanged: It is not the one whose ETag is *if_match*.
        """
        ...

    async def destroy(self, agency: str, closed: Sequence[str]) -> None:
        """Remove the explanations whose digests are *closed* from all drafts of the agency."""
        ...


KEY = ("agency", "campaign", "unit", "criterion")
CELL = sa.table(
    "draft_cell",
    *(sa.column(name, sa.Text()) for name in (*KEY, "content", "closed", "saved_by")),
    sa.column("saved_at", sa.DateTime(timezone=True)),
)  # fmt: skip
"""Its content is canonical JSON text: it is only ever read whole. *closed* finds a text that must be destroyed."""


class TableDrafts:
    """``Drafts`` in the service's schema."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def cells(self, agency: str, campaign: str, unit: str) -> Mapping[str, Cell]:
        of_unit = (CELL.c.agency == agency) & (CELL.c.campaign == campaign) & (CELL.c.unit == unit)
        query = sa.select(CELL.c.criterion, CELL.c.content).where(of_unit)
        async with transaction(self._engine) as connection:
            found = (await connection.execute(query)).all()
        return {row.criterion: _cell(row.content) for row in sorted(found, key=lambda row: row.criterion)}

    async def save(
        self, key: tuple[str, str, str, str], cell: Cell, *, if_match: str | None, by: str, at: datetime
    ) -> Cell:
        async with transaction(self._engine) as connection:
            before = await _locked(connection, key)
            after = cell.over(before, if_match)
            values = {
                "content": canonical(after.model_dump(mode="json")).decode(),
                "closed": after.explanation and after.explanation.closed.closed,
                "saved_by": by,
                "saved_at": at,
            }
            if before is None:
                await _insert(connection, key, values)
            elif after != before:
                await connection.execute(sa.update(CELL).where(_is(key)).values(**values))
        return after

    async def remove(self, key: tuple[str, str, str, str], *, if_match: str) -> None:
        async with transaction(self._engine) as connection:
            before = await _locked(connection, key)
            if before is not None and before.etag != if_match:
                raise CellChanged
            await connection.execute(sa.delete(CELL).where(_is(key)))

    async def destroy(self, agency: str, closed: Sequence[str]) -> None:
        holding = (CELL.c.agency == agency) & CELL.c.closed.in_(closed)
        columns = (CELL.c.campaign, CELL.c.unit, CELL.c.criterion, CELL.c.content)
        async with transaction(self._engine) as connection:
            found = (await connection.execute(sa.select(*columns).where(holding).with_for_update())).all()
            for row in found:
                bare = _cell(row.content).model_copy(update={"explanation": None})
                values = {"content": canonical(bare.model_dump(mode="json")).decode(), "closed": None}
                key = (agency, row.campaign, row.unit, row.criterion)
                await connection.execute(sa.update(CELL).where(_is(key)).values(**values))


def _is(key: tuple[str, str, str, str]) -> sa.ColumnElement[bool]:
    columns = (CELL.c.agency, CELL.c.campaign, CELL.c.unit, CELL.c.criterion)
    return sa.and_(*(column == value for column, value in zip(columns, key, strict=True)))


async def _locked(connection: AsyncConnection, key: tuple[str, str, str, str]) -> Cell | None:
    """The cell, locked so that its ETag is compared and replaced in one step."""
    content = await connection.scalar(sa.select(CELL.c.content).where(_is(key)).with_for_update())
    return None if content is None else _cell(content)


async def _insert(connection: AsyncConnection, key: tuple[str, str, str, str], values: Mapping[str, object]) -> None:
    """Insert where nothing was to be locked: another first save may have come in between."""
    names = dict(zip(KEY, key, strict=True))
    try:
        await connection.execute(sa.insert(CELL).values(**names, **values))
    except sa.exc.IntegrityError as found:
        raise CellChanged from found


def _cell(content: str) -> Cell:
    return Cell.model_validate(json.loads(content))
