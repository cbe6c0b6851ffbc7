"""What is wrong with a file that was handed in: every place that was found, in one refusal."""

from dataclasses import dataclass

from shared.errors import IctIndexError, Invalid

SHOWN_FAULTS = 20
"""Of so many places each gets a sentence of its own: one slip of a spreadsheet may spoil thousands of rows."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One place in a file, and what is wrong there.

    Attributes:
        line: Of the file, the first one is 1; None where the file as a whole is meant.
        column: Of CSV, by its name.
        field: Of YAML, by the way from the root.
    """

    file: str
    error: IctIndexError
    line: int | None = None
    column: str | None = None
    field: str | None = None


class InputRefused(Invalid, code="offline.input_refused"):
    """A file cannot be taken as it is, and nothing was computed.

    Facts: *file*, *count* of places, *shown* of them.

    Attributes:
        faults: Each place, in the order of the file.
    """

    def __init__(self, *faults: Fault) -> None:
        super().__init__(file=faults[0].file, count=len(faults), shown=min(len(faults), SHOWN_FAULTS))
        self.faults = faults


class FileUnreachable(Invalid, code="offline.file_unreachable"):
    """There is no such file, or it may not be read."""


class FileNotUtf8(Invalid, code="offline.file_not_utf8"):
    """Bytes that are not UTF-8."""


class FieldMalformed(Invalid, code="offline.field_malformed"):
    """A field of a YAML file is missing, unknown, or not what it must be."""
