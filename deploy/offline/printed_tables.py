"""The tables of a report, by what their mapping says each column is: figures by unit, units by block."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from openpyxl.utils import column_index_from_string

from deploy.offline.faults import Fault, InputRefused
from deploy.offline.mapping import (
    BlockColumn,
    ClassColumn,
    ColumnOf,
    MeanColumn,
    ReportMapping,
    ScoreColumn,
    SumColumn,
    TableOf,
    UnitColumn,
)
from deploy.offline.printed_sheets import Sheet, normal
from services.scoring.engine.claims import Column, Meaning, Place, Printed, Repeated
from services.scoring.engine.figures import DASH
from shared.errors import Invalid

LETTERS = 2
"""Of a column that is named by its letter, where no one cell is its heading."""


class ColumnMissing(Invalid, code="report.column_missing"):
    """The mapping names a column that the table does not have."""


class RowMissing(Invalid, code="report.row_missing"):
    """The mapping names a row that the table does not have."""


class UnitUnknown(Invalid, code="report.unit_unknown"):
    """A unit is spelled as the mapping does not spell it."""


class UnitRepeated(Invalid, code="report.unit_repeated"):
    """Two rows of a table are about one unit."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it was read.

    Attributes:
        columns: By their numbers.
        rows: By unit.
        printed: By column and unit.
        footers: Row by what stands at its beginning.
    """

    declared: TableOf
    sheet: Sheet
    columns: Mapping[int, ColumnOf]
    rows: Mapping[str, int]
    printed: Mapping[int, Column]
    footers: Mapping[str, int]


@dataclass
class Tables:
    """What was read so far, and what was wrong with it.

    Attributes:
        figures: The first printing of each figure, by unit.
        blocks: Of units.
        repeated: Every later printing.
    """

    mapping: ReportMapping
    figures: dict[str, dict[str, Printed]] = field(default_factory=dict)
    blocks: dict[str, str] = field(default_factory=dict)
    repeated: list[Repeated] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    @property
    def given(self) -> int:
        """How many figures rest on no other printed one, wherever they are printed."""
        made = {
            column.figure
            for declared in self.mapping.tables
            for column in declared.columns
            if isinstance(column, MeanColumn | SumColumn)
        }
        return sum(len(column) for figure, column in self.figures.items() if figure not in made)

    def __post_init__(self) -> None:
        units = self.mapping.units.items()
        self._codes = {normal(name): code for code, names in units for name in (code, *names)}

    def read(self, declared: TableOf, sheet: Sheet) -> Table:
        """One table; a cell that cannot be read is kept as a fault, and left out.

        Raises:
            InputRefused: The table has not the columns that it must have.
        """
        columns = dict(_columns(declared, sheet))
        units = next((number for number, column in columns.items() if isinstance(column, UnitColumn)), None)
        if units is None:
            raise InputRefused(sheet.fault(_missing("kind: unit", declared, sheet)))
        block = next((number for number, column in columns.items() if isinstance(column, BlockColumn)), None)
        rows, footers = self._rows(declared, sheet, units)
        for unit, row in rows.items():
            if of := declared.block if block is None else sheet.text(row, block):
                self.blocks.setdefault(unit, of)
        printed: dict[int, Column] = {}
        for number, column in columns.items():
            if not isinstance(column, UnitColumn | BlockColumn):
                places = {
                    unit: (row, Place(declared.table, sheet.name, row, normal(column.column), sheet.text(row, units)))
                    for unit, row in rows.items()
                    if sheet.text(row, number)  # an empty cell: the unit has no such figure
                }
                printed[number] = self._column(sheet, number, column, places)
        return Table(declared, sheet, columns, rows, printed, footers)

    def figure(self, sheet: Sheet, row: int, column: int) -> str | None:
        """What is printed in a cell; None, and a fault, where it cannot be read."""
        try:
            return sheet.figure(row, column, self.mapping.dashes)
        except InputRefused as refused:
            self.faults += refused.faults
            return None

    def _rows(self, declared: TableOf, sheet: Sheet, units: int) -> tuple[dict[str, int], dict[str, int]]:
        labels = {normal(footer.row) for footer in declared.footers}
        rows: dict[str, int] = {}
        footers: dict[str, int] = {}
        for row in range(declared.header + 1, len(sheet.rows) + 1):
            name = sheet.text(row, units)
            found = labels.intersection(sheet.text(row, column) for column in range(1, units + 1))
            if found:
                footers[found.pop()] = row
            elif name:
                unit = self._codes.get(name, name)
                if self._codes and name not in self._codes:
                    self.faults.append(sheet.fault(UnitUnknown(name=name), row, units))
                elif unit in rows:
                    self.faults.append(sheet.fault(UnitRepeated(earlier=rows[unit]), row, units))
                rows.setdefault(unit, row)
        self.faults += [sheet.fault(RowMissing(wanted=label)) for label in sorted(labels - footers.keys())]
        return rows, footers

    def _column(
        self, sheet: Sheet, number: int, column: ColumnOf, places: Mapping[str, tuple[int, Place]]
    ) -> dict[str, Printed]:
        dash: Meaning = "not_applicable"
        if isinstance(column, ScoreColumn | MeanColumn | SumColumn):
            dash = column.dash
        found: dict[str, Printed] = {}
        for unit, (row, place) in places.items():
            text = sheet.text(row, number)
            named = DASH if text in self.mapping.dashes else text
            value = named if isinstance(column, ClassColumn) else self.figure(sheet, row, number)
            if value is not None:
                found[unit] = Printed(place, value, dash)
        if isinstance(column, ScoreColumn | MeanColumn | SumColumn):
            self._keep(column, found)
        return found

    def _keep(self, column: ScoreColumn | MeanColumn | SumColumn, found: Mapping[str, Printed]) -> None:
        first = self.figures.setdefault(column.figure, {})
        self.repeated += [Repeated(printed, first[unit]) for unit, printed in found.items() if unit in first]
        self.figures[column.figure] = {**found, **first}


def _columns(declared: TableOf, sheet: Sheet) -> Iterator[tuple[int, ColumnOf]]:
    heads = _heads(declared, sheet)
    for column in declared.columns:
        wanted = normal(column.column)
        if wanted in heads:
            yield heads.index(wanted) + 1, column
        elif len(wanted) <= LETTERS and wanted.isascii() and wanted.isalpha() and wanted.isupper():
            yield column_index_from_string(wanted), column
        else:
            raise InputRefused(sheet.fault(_missing(wanted, declared, sheet)))


def _heads(declared: TableOf, sheet: Sheet) -> list[str]:
    return list(sheet.rows[declared.header - 1]) if declared.header <= len(sheet.rows) else []


def _missing(wanted: str, declared: TableOf, sheet: Sheet) -> ColumnMissing:
    known = ", ".join(head for head in _heads(declared, sheet) if head)
    return ColumnMissing(wanted=wanted, header=declared.header, known=known or "–")
