"""A report and its mapping joined: what each printed figure claims, with the printed figures it rests on."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import TypeAlias, assert_never

from deploy.offline.faults import Fault, InputRefused
from deploy.offline.files import read_mapping
from deploy.offline.mapping import (
    ADDRESS,
    BlockColumn,
    CellOf,
    ChangeColumn,
    ClassColumn,
    ColumnOf,
    CountCell,
    CountCells,
    MeanCell,
    MeanColumn,
    RankColumn,
    ReportMapping,
    SchemeOf,
    ScoreColumn,
    ShareCell,
    ShareCells,
    SumColumn,
    UnitColumn,
)
from deploy.offline.printed_sheets import FigureUnreadable, Sheet, cells_in, normal, read_sheets, sheet_of
from deploy.offline.printed_tables import Table, Tables
from services.scoring.engine.claims import (
    Averaged,
    Balanced,
    Band,
    Claim,
    Classed,
    Column,
    Counted,
    Meaning,
    Moved,
    Place,
    Printed,
    Ranked,
    Scheme,
    Share,
    Shares,
    Summed,
)
from services.scoring.engine.figures import DASH
from shared.errors import Invalid

Claims: TypeAlias = Iterator[Claim]
Resting: TypeAlias = MeanColumn | SumColumn | RankColumn | ClassColumn | ChangeColumn


class FigureUndeclared(Invalid, code="report.figure_undeclared"):
    """A figure is to rest on another that no column is declared to be, or that no unit of the block has."""


class UnitWithoutParents(Invalid, code="report.unit_without_parents"):
    """A figure of a unit rests on figures that no table prints of that unit."""


class SchemeMissing(Invalid, code="report.scheme_missing"):
    """Classes of a block are printed, and no scheme is declared."""


class WholeNotPositive(Invalid, code="report.whole_not_positive"):
    """A percentage is to be of nothing, or of a part of a thing."""


class NothingToCheck(Invalid, code="report.nothing_to_check"):
    """The mapping names only figures that rest on nothing."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a report claims.

    Attributes:
        given: How many figures were read that rest on no other printed one.
    """

    claims: tuple[Claim, ...]
    given: int


def read_report(path: Path, mapping: Path) -> Report:
    """The report in *path*, whose figures are what *mapping* says.

    Raises:
        InputRefused: One of both cannot be read, or they do not fit each other; with every place that is wrong.
    """
    joined = _Joined(read_mapping(mapping), mapping.name, read_sheets(path), path)
    claims = tuple(joined.claims())
    if joined.tables.faults:
        raise InputRefused(*joined.tables.faults)
    if not claims:
        raise InputRefused(Fault(mapping.name, NothingToCheck()))
    return Report(claims, joined.tables.given)


class _Joined:
    """A mapping beside the sheets; what is wrong is kept in the tables' faults."""

    def __init__(self, mapping: ReportMapping, name: str, sheets: Mapping[str, Sheet], path: Path) -> None:
        self._mapping = mapping
        self._finely, self._exactly = (word == "unrounded" for word in (mapping.rank_on, mapping.mean_of))
        self._name = name
        self._sheets = sheets
        self._path = path
        self.tables = Tables(mapping)

    def claims(self) -> Claims:
        """In the order of the mapping; none where a table cannot be read: what rests on it would be told as wrong."""
        found: list[Table] = []
        for declared in self._mapping.tables:
            if (sheet := self._sheet(declared.sheet)) is not None:
                try:
                    found.append(self.tables.read(declared, sheet))
                except InputRefused as refused:
                    self.tables.faults += refused.faults
        if self.tables.faults:
            return
        yield from self.tables.repeated
        for table in found:
            for number, column in table.columns.items():
                yield from self._of_column(column, table.printed.get(number, {}), table)
            yield from self._of_footers(table)
        for cell in self._mapping.cells:
            if (sheet := self._sheet(cell.sheet)) is not None:
                yield from self._of_cell(cell, sheet)
        for number, declared_scheme in enumerate(self._mapping.classes):
            scheme = self._scheme(declared_scheme)
            of = [self._figures(figure, declared_scheme.block, f"classes/{number}") for figure in declared_scheme.of]
            yield replace(scheme, scores=tuple(printed for column in of for printed in column.values()))

    def _sheet(self, name: str) -> Sheet | None:
        try:
            return sheet_of(self._sheets, name, self._path)
        except InputRefused as refused:
            self.tables.faults += refused.faults
            return None

    def _refuse(self, error: Invalid, field: str | None = None) -> None:
        self.tables.faults.append(Fault(self._name, error, field=field))

    def _figures(self, figure: str, block: str | None, where: str) -> Column:
        """A figure by unit, of a block or of all; a fault where there is none."""
        column = {
            unit: printed
            for unit, printed in self.tables.figures.get(figure, {}).items()
            if block in {None, self.tables.blocks.get(unit)}
        }
        if not column:
            known = ", ".join(self.tables.figures) or "–"
            self._refuse(FigureUndeclared(figure=figure, known=known), where)
        return column

    def _of_column(self, column: ColumnOf, printed: Column, table: Table) -> Claims:
        where = f"{table.declared.table}: {column.column}"
        match column:
            case UnitColumn() | BlockColumn() | ScoreColumn():
                return
            case MeanColumn() | SumColumn():
                parts = [self._figures(figure, None, where) for figure in column.of]
                resting = self._resting(printed, parts, column, table)
                for unit, each in resting.items():
                    of = tuple(figures[unit] for figures in parts if unit in figures)
                    yield (
                        Averaged(each, of, column.digits, unrounded=self._exactly)
                        if isinstance(column, MeanColumn)
                        else Summed(each, of)
                    )
            case RankColumn():
                ranked = self._figures(column.of, None, where)
                resting = self._resting(printed, [ranked], column, table)
                for units in self._among(column.among, table):
                    yield Ranked(_only(resting, units), _only(ranked, units), self._mapping.ties, self._finely)
            case ClassColumn():
                classed = self._figures(column.of, None, where)
                for unit, each in self._resting(printed, [classed], column, table).items():
                    scheme = self._scheme_of(self.tables.blocks.get(unit), where)
                    if scheme is not None:
                        yield Classed(each, classed[unit], scheme)
            case ChangeColumn():
                yield from self._of_changes(column, printed, table, where)
            case _:
                assert_never(column)

    def _resting(self, printed: Column, parents: Sequence[Column], column: Resting, table: Table) -> Column:
        """Those of *printed* of whose unit any of *parents* is printed; a fault for each other one that is no dash."""
        known = set().union(*parents)
        of = (column.of,) if isinstance(column.of, str) else column.of or ()
        number = next(number for number, each in table.columns.items() if each is column)
        for unit in [unit for unit, each in printed.items() if unit not in known and each.value != DASH]:
            error = UnitWithoutParents(figures=", ".join(of), name=printed[unit].place.name)
            self.tables.faults.append(table.sheet.fault(error, table.rows[unit], number))
        return _only(printed, known)

    def _of_changes(self, column: ChangeColumn, printed: Column, table: Table, where: str) -> Claims:
        if column.of is None or column.earlier is None:
            if printed:
                yield Balanced(tuple(printed.values()))
            return
        of, earlier = (self._figures(figure, None, where) for figure in (column.of, column.earlier))
        resting = self._resting(printed, [of], column, table)
        for units in self._among(column.among, table):
            yield Moved(
                _only(resting, units), _only(of, units), _only(earlier, units), self._mapping.ties, self._finely
            )

    def _among(self, among: str, table: Table) -> Iterable[set[str]]:
        if among == "table":
            return [set(table.rows)]
        blocks: defaultdict[str, set[str]] = defaultdict(set)
        for unit in table.rows:
            blocks[self.tables.blocks.get(unit, "")].add(unit)
        return blocks.values()

    def _of_footers(self, table: Table) -> Claims:
        for footer in table.declared.footers:
            row = table.footers[normal(footer.row)]
            for number, column in table.columns.items():
                if isinstance(column, ScoreColumn | MeanColumn | SumColumn) and table.sheet.text(row, number):
                    value = self.tables.figure(table.sheet, row, number)
                    place = Place(table.declared.table, table.sheet.name, row, normal(column.column), footer.row)
                    parts = _reading(table.printed[number].values(), footer.dash)
                    printed = Printed(place, value or DASH, column.dash)
                    if footer.kind == "sum":
                        yield Summed(printed, parts)
                    else:
                        yield Averaged(printed, parts, footer.digits, footer.denominator, self._exactly)

    def _of_cell(self, cell: CellOf, sheet: Sheet) -> Claims:
        printed = [self._printed(cell, sheet, *each) for each in cells_in(cell.at)]
        first, where = printed[0], f"cells: {cell.sheet} {cell.at}"
        match cell:
            case MeanCell():
                parts = _reading(self._figures(cell.of, cell.block, where).values(), cell.dash)
                if parts:
                    yield Averaged(first, parts, cell.digits, cell.denominator, self._exactly)
            case CountCell():
                scheme = self._scheme_of(cell.block, where)
                if scheme is not None:
                    yield Counted(first, cell.name, tuple(self._figures(cell.of, cell.block, where).values()), scheme)
            case _:
                yield from self._of_counts(cell, sheet, printed, where)

    def _of_counts(
        self, cell: ShareCell | ShareCells | CountCells, sheet: Sheet, printed: Sequence[Printed], where: str
    ) -> Claims:
        match cell:
            case ShareCell():
                part, whole = (self._number(text, sheet) for text in (cell.part, cell.whole))
                if part is not None and self._positive(whole, where):
                    yield Share(printed[0], part, int(whole or 1))
            case ShareCells():
                whole = self._number(cell.whole, sheet)
                places = zip(cells_in(cell.at), printed, strict=True)
                dashes = [sheet.fault(FigureUnreadable(value=DASH), *at) for at, each in places if each.value == DASH]
                self.tables.faults += dashes
                if self._positive(whole, where) and not dashes:
                    yield Shares(tuple(printed), int(whole or 1), cell.others)
            case CountCells():
                whole = self._number(cell.whole, sheet)
                if whole is not None:
                    yield Summed(Printed(replace(printed[0].place, row=0, name=cell.at), f"{whole:f}"), tuple(printed))
            case _:
                assert_never(cell)

    def _printed(self, cell: CellOf, sheet: Sheet, row: int, column: int) -> Printed:
        before = (sheet.text(row, each) for each in range(column - 1, 0, -1))
        name = next((text for text in before if any(map(str.isalpha, text))), "")
        place = Place(cell.table or cell.sheet, sheet.name, row, sheet.text(1, column), name)
        return Printed(place, self.tables.figure(sheet, row, column) or DASH)

    def _number(self, text: str, sheet: Sheet) -> Decimal | None:
        """A number that the mapping says, or the one in the cell that it names."""
        if ADDRESS.fullmatch(text):
            found = self.tables.figure(sheet, *cells_in(text)[0])
            return None if found in {None, DASH} else Decimal(str(found))
        return Decimal(text)

    def _positive(self, whole: Decimal | None, where: str) -> bool:
        if whole is None or whole <= 0 or whole != whole.to_integral_value():
            self._refuse(WholeNotPositive(value="–" if whole is None else f"{whole:f}"), where)
            return False
        return True

    def _scheme_of(self, block: str | None, where: str) -> Scheme | None:
        found = next((each for each in self._mapping.classes if each.block in {None, block}), None)
        if found is None:
            self._refuse(SchemeMissing(block=block or "–"), where)
            return None
        return self._scheme(found)

    def _scheme(self, declared: SchemeOf) -> Scheme:
        bands = tuple(Band(each.name, each.at_least, each.below, each.up_to) for each in declared.bands)
        return Scheme(Place(declared.table, name=declared.block or ""), bands, declared.max)


def _only(column: Column, units: set[str]) -> Column:
    return {unit: printed for unit, printed in column.items() if unit in units}


def _reading(parts: Iterable[Printed], dash: Meaning | None) -> tuple[Printed, ...]:
    """*parts*, with another meaning of their dashes where one is declared."""
    return tuple(part if dash is None else replace(part, dash=dash) for part in parts)
