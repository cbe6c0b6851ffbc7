"""The format of a sheets file: CSV as spreadsheets save it, one row a word or one row an input."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import get_args

from pydantic import TypeAdapter, ValidationError

from deploy.offline.faults import Fault, FileNotUtf8, FileUnreachable, InputRefused
from services.scoring.engine import UnitInput
from shared.campaign import Enrolment
from shared.errors import IctIndexError, Invalid
from shared.ruleset import Criterion, Input, Ruleset, check, sheet_of
from shared.vocabulary import (
    STAGES,
    GivenInputs,
    GivenPoints,
    GivenState,
    InputValue,
    NotApplicable,
    NotScored,
    Points,
    Stage,
    Word,
)

NEEDED = ("unit", "criterion")
OPTIONAL = ("stage", "state", "points", "input", "value")
FORMS = (("state", "points"), ("input", "value"))
"""Columns that come together; a file has one pair or both."""
SCORED = "scored"
REASONS = get_args(NotScored.model_fields["reason"].annotation)
INSTEAD: Mapping[str, NotApplicable | NotScored] = {
    "not_applicable": NotApplicable(),
    **{f"not_scored:{reason}": NotScored(reason=reason) for reason in REASONS},
}
"""What a criterion may be instead of scored."""
VALUE: TypeAdapter[InputValue] = TypeAdapter(InputValue)
POINTS: TypeAdapter[Points] = TypeAdapter(Points)
WITH_POINT = re.compile(r"-?[0-9]+(\.[0-9]+)?")
WITH_COMMA = re.compile(r"-?[0-9]+,[0-9]+")
THOUSANDS = re.compile(r"-?[1-9][0-9]{0,2}\.[0-9]{3}")
"""Where the comma is the decimal sign this may be 1234 or 1.234: nobody can tell."""
VIETNAMESE_DAY = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
MOST_CHOICES = 12


class RowsUnreadable(Invalid, code="offline.rows_unreadable"):
    """The file is not CSV: a quotation mark that is not closed, or a field without end."""


class ColumnsWrong(Invalid, code="offline.columns_wrong"):
    """The first line does not name the columns, names one twice, or one that there is not."""


class SheetsEmpty(Invalid, code="offline.sheets_empty"):
    """No row says anything."""


class CellsMiscounted(Invalid, code="offline.cells_miscounted"):
    """A row has more cells than there are columns."""


class UnitNotListed(Invalid, code="offline.unit_not_listed"):
    """A row is about a unit that the units file does not have."""


class CriterionNotOnSheet(Invalid, code="offline.criterion_not_on_sheet"):
    """A row is about a criterion that the unit is not appraised by."""


class InputNotDeclared(Invalid, code="offline.input_not_declared"):
    """A row names an input that its criterion does not have."""


class StageMisspelt(Invalid, code="offline.stage_misspelt"):
    """No such stage."""


class StateMisspelt(Invalid, code="offline.state_misspelt"):
    """No such state, or no such legal reason."""


class NothingSaid(Invalid, code="offline.nothing_said"):
    """A cell is empty that must say something."""


class SaidBesides(Invalid, code="offline.said_besides"):
    """A cell says something that does not go with the rest of its row."""


class SaidTwice(Invalid, code="offline.said_twice"):
    """An earlier row speaks of the same."""


class NumberMalformed(Invalid, code="offline.number_malformed"):
    """What stands there is no number, or can be read as two."""


class PointsMalformed(Invalid, code="offline.points_malformed"):
    """Points with more than two decimals, or beyond all measure."""


class ValueMalformed(Invalid, code="offline.value_malformed"):
    """What stands there is not what the input was declared to be."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the file.

    Attributes:
        cells: By column; a column that the file does not have is empty.
    """

    line: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")


Place = tuple[Stage, str, str]
"""What a word is said on: stage, unit, criterion."""


@dataclass
class _Sheets:
    """What the rows said so far, and what was wrong with them.

    Attributes:
        words: By unit, stage and criterion; a stage that said nothing is absent.
        stage: Of a row that names none; None where each row must.
        lines: Of each place, where it was spoken of: by input, None for the whole.
        spoilt: Places with a faulty row: what else is missing there follows from it.
    """

    file: str
    stage: Stage | None
    decimal_comma: bool
    criteria: Mapping[str, Mapping[str, Criterion]]
    words: dict[str, dict[Stage, dict[str, Word]]] = field(default_factory=dict)
    inputs: dict[Place, dict[str, InputValue]] = field(default_factory=dict)
    lines: dict[Place, dict[str | None, int]] = field(default_factory=dict)
    spoilt: set[Place] = field(default_factory=set)
    faults: list[Fault] = field(default_factory=list)

    def take(self, row: Row) -> None:
        """Hear one row; what is wrong with it is kept as a fault."""
        place: Place | None = None
        try:
            place = self._place(row)
            if row["state"]:
                self._take_whole(row, place)
            else:
                self._take_input(row, place)
        except IctIndexError as found:
            self._fault(found, row.line, "points" if row["state"] else "value")
            if place is not None:
                self.spoilt.add(place)

    def end(self) -> None:
        """Join the inputs of each place to a word."""
        for place, given in self.inputs.items():
            if place in self.spoilt:
                continue
            word = GivenInputs(inputs=given)
            try:
                check(self.criteria[place[1]][place[2]], word)
            except IctIndexError as found:
                lines = {str(name): line for name, line in self.lines[place].items()}
                wrong = str(found.facts.get("input"))
                self._fault(found, lines.get(wrong, min(lines.values())), "value" if wrong in lines else "input")
            else:
                self._keep(place, word)

    def _keep(self, place: Place, word: Word) -> None:
        stage, unit, criterion = place
        self.words.setdefault(unit, {}).setdefault(stage, {})[criterion] = word

    def _fault(self, error: IctIndexError, line: int, column: str) -> None:
        self.faults.append(Fault(self.file, error, line, str(error.facts.get("column", column))))

    def _place(self, row: Row) -> Place:
        unit, code = row["unit"], row["criterion"]
        for column in NEEDED:
            if not row[column]:
                raise NothingSaid(column=column)
        if unit not in self.criteria:
            raise UnitNotListed(column="unit", unit=unit)
        if code not in self.criteria[unit]:
            known = some(self.criteria[unit])
            raise CriterionNotOnSheet(column="criterion", unit=unit, criterion=code, known=known)
        return self._stage(row), unit, code

    def _stage(self, row: Row) -> Stage:
        if self.stage is not None:
            return self.stage
        for stage in STAGES:
            if row["stage"] == stage:
                return stage
        raise StageMisspelt(column="stage", stage=row["stage"], known=", ".join(STAGES))

    def _take_whole(self, row: Row, place: Place) -> None:
        for column in ("input", "value"):
            if row[column]:
                raise SaidBesides(column=column, value=row[column])
        self._once(row, place, None)
        word = self._word(row)
        check(self.criteria[place[1]][place[2]], word)
        self._keep(place, word)

    def _word(self, row: Row) -> Word:
        state, points = row["state"], row["points"]
        if state == SCORED:
            if not points:
                raise NothingSaid(column="points")
            try:
                return GivenPoints(points=POINTS.validate_python(self._number(points, "points")))
            except ValidationError as found:
                raise PointsMalformed(column="points", points=points) from found
        if state not in INSTEAD:
            raise StateMisspelt(column="state", state=state, known=", ".join((SCORED, *INSTEAD)))
        if points:
            raise SaidBesides(column="points", value=points)
        return GivenState(score=INSTEAD[state])

    def _take_input(self, row: Row, place: Place) -> None:
        name, criterion = row["input"], self.criteria[place[1]][place[2]]
        if not name:
            raise NothingSaid(column="input" if "state" not in row.cells else "state")
        if row["points"]:
            raise SaidBesides(column="points", value=row["points"])
        declared = next((each for each in criterion.inputs if each.name == name), None)
        if declared is None:
            known = some(each.name for each in criterion.inputs)
            raise InputNotDeclared(column="input", criterion=criterion.code, input=name, known=known)
        self._once(row, place, name)
        self.inputs.setdefault(place, {})[name] = self._value(row["value"], declared)

    def _once(self, row: Row, place: Place, name: str | None) -> None:
        earlier = self.lines.setdefault(place, {})
        for said, line in earlier.items():
            if said == name or said is None or name is None:
                raise SaidTwice(column="criterion" if name is None else "input", earlier=line)
        earlier[name] = row.line

    def _value(self, text: str, declared: Input) -> InputValue:
        given: object = text
        match declared.type:
            case "records":  # none at all is a figure too
                given = [self._number(each, "value") for each in text.split()]
            case _ if not text:
                raise NothingSaid(column="value")
            case "number" | "count":
                given = self._number(text, "value")
            case "date" if self.decimal_comma and (day := VIETNAMESE_DAY.fullmatch(text)):
                given = f"{day[3]}-{day[2]:0>2}-{day[1]:0>2}"
            case _:
                pass
        try:
            return VALUE.validate_python(given)
        except ValidationError as found:
            raise ValueMalformed(column="value", value=text, wanted=declared.type) from found

    def _number(self, text: str, column: str) -> str:
        """*text* with a decimal point."""
        if self.decimal_comma and WITH_COMMA.fullmatch(text):
            return text.replace(",", ".")
        if not WITH_POINT.fullmatch(text) or (self.decimal_comma and THOUSANDS.fullmatch(text)):
            raise NumberMalformed(column=column, value=text)
        return text


def read_sheets(path: Path, ruleset: Ruleset, roster: Sequence[Enrolment], stage: Stage) -> tuple[UnitInput, ...]:
    """What goes into a run, in the order of *roster*.

    UTF-8 with or without a byte order mark. Where the first line is split by semicolons, numbers may have a decimal
    comma and days be ``dd/mm/yyyy``, as a Vietnamese spreadsheet saves them. Rows without any text are passed over.

    Args:
        path: The file.
        ruleset: What the units are appraised by.
        roster: Units that *ruleset* fits.
        stage: Whose words these are where the file has no column ``stage``.

    Raises:
        InputRefused: With every faulty row.
    """
    text = _text(path)
    delimiter = ";" if ";" in next(iter(text.splitlines()), "") else ","
    faults: list[Fault] = []
    rows = list(_rows(path.name, text, delimiter, faults))
    criteria = {each.unit: sheet_of(ruleset, each.appendix, each.taken) for each in roster}
    asked = None if rows and "stage" in rows[0].cells else stage
    sheets = _Sheets(path.name, asked, delimiter == ";", criteria)
    for row in rows:
        sheets.take(row)
    sheets.end()
    faults += sheets.faults
    if not rows and not faults:
        faults.append(Fault(path.name, SheetsEmpty()))
    if faults:
        raise InputRefused(*sorted(faults, key=lambda fault: fault.line or 0))
    return tuple(UnitInput.of(each, sheets.words.get(each.unit, {})) for each in roster)


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as found:
        raise InputRefused(Fault(str(path), FileUnreachable(why=found.strerror))) from found
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as found:
        line = content.count(b"\n", 0, found.start) + 1
        raise InputRefused(Fault(path.name, FileNotUtf8(), line)) from found


def _rows(file: str, text: str, delimiter: str, faults: list[Fault]) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    columns: list[str] | None = None
    line = 1
    try:
        for cells in reader:
            said = _until_last(cells)
            if columns is None:
                columns = said
                _check_columns(file, columns)
            elif len(said) > len(columns):
                faults.append(Fault(file, CellsMiscounted(count=len(said), wanted=len(columns)), line))
            elif said:
                yield Row(line, dict(zip_longest(columns, said, fillvalue="")))
            line = reader.line_num + 1
    except csv.Error as found:
        raise InputRefused(*faults, Fault(file, RowsUnreadable(finding=str(found)), line)) from found
    if columns is None:
        _check_columns(file, [])


def _until_last(cells: Sequence[str]) -> list[str]:
    """*cells* up to the last with a text: spreadsheets add empty ones, or leave them out, as they like."""
    said = [cell.strip() for cell in cells]
    while said and not said[-1]:
        said.pop()
    return said


def _check_columns(file: str, columns: Sequence[str]) -> None:
    known = (*NEEDED, *OPTIONAL)
    whole = all(column in columns for column in NEEDED) and any(set(form) <= set(columns) for form in FORMS)
    halves = any(len(set(form) & set(columns)) == 1 for form in FORMS)
    if not whole or halves or len(set(columns)) != len(columns) or not set(columns) <= set(known):
        raise InputRefused(Fault(file, ColumnsWrong(found=", ".join(columns), known=", ".join(known)), 1))


def some(names: Iterable[str]) -> str:
    """The first of *names*, and whether there are more."""
    listed = list(names)
    return ", ".join([*listed[:MOST_CHOICES], *(["…"] if len(listed) > MOST_CHOICES else [])])
