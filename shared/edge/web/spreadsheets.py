"""CSV that opens in a spreadsheet with a double click. Pure.

A Vietnamese Excel reads UTF-8 only behind a byte order mark, splits at the semicolon (its list separator) and takes
the comma for the decimal one; an English one splits at the comma. A text that would be read as a formula gets an
apostrophe before it.

Source: OWASP, "CSV Injection": cells that begin with = + - @, a tab or a carriage return.
"""

import csv
import datetime as dt
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final

MARK: Final = "\ufeff"
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
Cell = str | Decimal | int | dt.date | None


def spreadsheet(rows: Iterable[Sequence[Cell]], language: str = "vi") -> bytes:
    """*rows* as a file; figures stay figures, None is an empty cell."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter="," if language == "en" else ";", lineterminator="\r\n")
    writer.writerows([_cell(cell, language) for cell in row] for row in rows)
    return (MARK + text.getvalue()).encode()


def _cell(cell: Cell, language: str) -> str:
    match cell:
        case None:
            return ""
        case str():
            return f"'{cell}" if cell.startswith(FORMULA) else cell
        case Decimal():
            plain = f"{cell:f}"
            return plain if language == "en" else plain.replace(".", ",")
        case dt.datetime() | dt.date():
            return cell.isoformat()
        case _:
            return str(cell)
