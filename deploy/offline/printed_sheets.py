"""The tables of a report as they are printed: a workbook, a CSV file, or a directory of CSV files. Text only."""

import csv
import io
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.cell import Cell, MergedCell, ReadOnlyCell
from openpyxl.cell.read_only import EmptyCell
from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from deploy.offline.faults import Fault, FileNotUtf8, FileUnreachable, InputRefused
from deploy.offline.sheets import THOUSANDS, WITH_COMMA, WITH_POINT
from services.scoring.engine.figures import DASH
from shared.errors import IctIndexError, Invalid
from shared.ruleset import half_up

WORKBOOKS = {".xlsx", ".xlsm"}
SHOWN_DIGITS = 15
"""Of a number, by a spreadsheet: what is behind them is an artefact of its arithmetic."""
DECIMALS = re.compile(r"0(?:\.(0+))?(%?)")
MINUS = str.maketrans({"−": "-", "\u2011": "-", "\u00a0": " "})
CORNER = re.compile(r"([A-Z]+)(\d+)")


class SheetMissing(Invalid, code="report.sheet_missing"):
    """The mapping names a sheet that the report does not have."""


class ReportNotReadable(Invalid, code="report.not_readable"):
    """It is neither a workbook nor CSV."""


class FigureUnreadable(Invalid, code="report.figure_unreadable"):
    """A cell that must be a figure is none, or can be read as two."""


class FigureEmpty(Invalid, code="report.figure_empty"):
    """A cell that must hold a figure is empty."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table; rows and columns are counted from 1.

    Attributes:
        file: As it is told, with the sheet's name where it has several.
    """

    name: str
    file: str
    rows: Sequence[Sequence[str]]

    def text(self, row: int, column: int) -> str:
        """What stands in a cell; empty beyond the last."""
        cells = self.rows[row - 1] if row <= len(self.rows) else ()
        return cells[column - 1] if column <= len(cells) else ""

    def fault(self, error: IctIndexError, row: int | None = None, column: int | None = None) -> Fault:
        """*error* at a cell of this sheet."""
        return Fault(self.file, error, row, None if column is None else f"{get_column_letter(column)}{row}")

    def figure(self, row: int, column: int, dashes: Sequence[str]) -> str:
        """A figure with a decimal point, or ``-``.

        Raises:
            InputRefused: The cell is empty, or it cannot be read in one way.
        """
        text = self.text(row, column)
        if not text:
            raise InputRefused(self.fault(FigureEmpty(), row, column))
        if text in dashes:
            return DASH
        number = text.removesuffix("%").strip().translate(MINUS).removeprefix("+")
        if WITH_COMMA.fullmatch(number):
            return number.replace(",", ".")
        if not WITH_POINT.fullmatch(number) or THOUSANDS.fullmatch(number):
            raise InputRefused(self.fault(FigureUnreadable(value=text), row, column))
        return number


def read_sheets(path: Path) -> Mapping[str, Sheet]:
    """The sheets of a report by name; of a directory each CSV file by its name without the ending.

    Raises:
        InputRefused: It cannot be read.
    """
    try:
        if path.is_dir():
            return {each.stem: _csv(each) for each in sorted(path.glob("*.csv"))}
        return _workbook(path) if path.suffix.lower() in WORKBOOKS else {path.stem: _csv(path)}
    except OSError as found:
        raise InputRefused(Fault(str(path), FileUnreachable(why=found.strerror))) from found


def sheet_of(sheets: Mapping[str, Sheet], name: str, path: Path) -> Sheet:
    """The sheet called *name*; one CSV file is every sheet.

    Raises:
        InputRefused: There is none.
    """
    if name in sheets:
        return sheets[name]
    if path.is_file() and path.suffix.lower() not in WORKBOOKS:
        return next(iter(sheets.values()))
    known = ", ".join(sheets) or "–"
    raise InputRefused(Fault(f"{path.name} [{name}]", SheetMissing(file=path.name, known=known)))


def cells_in(addresses: str) -> list[tuple[int, int]]:
    """Row and column of every cell in ``B7`` or ``B2:C5``, row by row."""
    ends = [(int(row), column_index_from_string(column)) for column, row in CORNER.findall(addresses)]
    (top, bottom), (left, right) = (sorted((one, other)) for one, other in zip(ends[0], ends[-1], strict=True))
    return [(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)]


def normal(text: str) -> str:
    """*text* in Unicode's composed form, with one space between words; without the mark that hides a formula."""
    return " ".join(unicodedata.normalize("NFC", text).split()).removeprefix("'")


def _csv(path: Path) -> Sheet:
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as found:
        line = content.count(b"\n", 0, found.start) + 1
        raise InputRefused(Fault(path.name, FileNotUtf8(), line)) from found
    delimiter = ";" if ";" in next(iter(text.splitlines()), "") else ","
    try:
        rows = [
            [normal(cell) for cell in row] for row in csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
        ]
    except csv.Error as found:
        raise InputRefused(Fault(path.name, ReportNotReadable(why=found))) from found
    return Sheet(path.stem, path.name, rows)


def _workbook(path: Path) -> Mapping[str, Sheet]:
    try:
        book = load_workbook(path, data_only=True)
    except (BadZipFile, InvalidFileException, KeyError, ValueError) as found:
        raise InputRefused(Fault(path.name, ReportNotReadable(why=type(found).__name__))) from found
    return {
        normal(sheet.title): Sheet(
            normal(sheet.title),
            f"{path.name} [{sheet.title}]",
            [[_shown(cell) for cell in row] for row in sheet.iter_rows()],
        )
        for sheet in book.worksheets
    }


def _shown(cell: Cell | MergedCell | ReadOnlyCell | EmptyCell) -> str:
    """What a person sees: a number as its format shows it."""
    value = cell.value
    if value is None or isinstance(value, bool) or not isinstance(value, int | float):
        return "" if value is None else normal(str(value))
    exact = Decimal(repr(value))
    form = DECIMALS.fullmatch(str(cell.number_format).replace("#,##", ""))
    if form is None:  # the general format shows as many decimals as there are
        return f"{Decimal(f'{exact:.{SHOWN_DIGITS}g}').normalize():f}"
    percent = 100 if form[2] else 1
    return str(half_up(Fraction(exact) * percent, len(form[1] or "")))
