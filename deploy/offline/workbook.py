"""A ruleset as a workbook that people edit: one row a node, an input, an example, a class. Nothing is lost either way.

What a row has beside its columns (of a rule, of a whole) stands in one cell, a line each, as in the YAML file.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias
from zipfile import BadZipFile

import yaml
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font, NamedStyle
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet
from yaml.emitter import Emitter
from yaml.representer import SafeRepresenter
from yaml.resolver import BaseResolver
from yaml.serializer import Serializer

from deploy.offline.faults import Fault, FileUnreachable, InputRefused
from shared.errors import Invalid
from shared.ruleset import Ruleset, RulesetInvalid, examined
from shared.vocabulary import Json

WORKBOOK = ".xlsx"
HEAD, NODES, INPUTS, EXAMPLES, CLASSES = "ruleset", "nodes", "inputs", "examples", "classes"
TITLES = {
    HEAD: ("Bộ tiêu chí", "Ruleset"),
    NODES: ("Tiêu chí", "Criteria"),
    INPUTS: ("Số liệu", "Inputs"),
    EXAMPLES: ("Ví dụ", "Examples"),
    CLASSES: ("Xếp loại", "Classes"),
}
LOCALIZED = {"title": ("title.vi", "title.en"), "label": ("label.vi", "label.en")}
COLUMNS: Mapping[str, Sequence[str]] = {
    NODES: ("appendix", "parent", "code", "title.vi", "title.en", "max", "ground", "more"),
    INPUTS: ("appendix", "criterion", "name", "title.vi", "title.en", "type", "unit", "source", "more"),
    EXAMPLES: ("appendix", "criterion", "given", "among", "gives"),
    CLASSES: ("block", "code", "label.vi", "label.en", "at_least", "below", "up_to"),
}
"""The first row of each sheet, in either language: what a column is called in YAML."""
CODES = ("appendix", "parent", "code", "criterion", "name", "block")
"""What of a row names something."""
STRUCTURED = ("title", "in_force", "imports", "earlier", "policies")
"""What of the ruleset itself is more than a text."""
WIDTHS = {"title.vi": 60, "title.en": 40, "more": 50, "ground": 40, "given": 40, "among": 40, "value": 80}
TEXT = "text"
"""The style of every cell, named once: 65.10 stays 65.10."""
UNIONS = re.compile(r"(children/\d+)/(?:criterion|group|shared)\b")
"""What the validator names beside the way to a node: which kind of node it took it for."""
Row: TypeAlias = Mapping[str, str]


class SheetMissing(Invalid, code="ruleset.sheet_missing"):
    """The workbook does not have all of a ruleset's sheets."""


class WorkbookUnreadable(Invalid, code="ruleset.workbook_unreadable"):
    """The file is no workbook."""


class CellUnreadable(Invalid, code="ruleset.cell_unreadable"):
    """What stands in a cell is not written as in YAML."""


class ParentUnknown(Invalid, code="ruleset.parent_unknown"):
    """A row is to stand below a node that no row above it has."""


class CodeTypedAsNumber(Invalid, code="ruleset.code_typed_as_number"):
    """A code in a cell that is no text: Excel has made a number or a day of what was typed."""


class _Dumper(Emitter, Serializer, SafeRepresenter, BaseResolver):
    """Writes text as it is: 65.10 needs no quotes where no reader makes a number of it."""

    def __init__(self, stream: Any, **options: Any) -> None:  # noqa: ANN401 - the library's own
        Emitter.__init__(self, stream, allow_unicode=True, width=100)
        Serializer.__init__(self)
        SafeRepresenter.__init__(self, sort_keys=False)
        BaseResolver.__init__(self)
        del options


def yaml_of(ruleset: Ruleset) -> str:
    """The ruleset as a YAML file says it, without what it leaves to itself."""
    return _dumped(_document(ruleset)) + "\n"


def write_workbook(ruleset: Ruleset, path: Path, language: str) -> None:
    """The ruleset as a workbook at *path*, its sheets named in *language*."""
    document, book = _document(ruleset), Workbook()
    book.remove(book.worksheets[0])
    book.add_named_style(NamedStyle(TEXT, number_format="@", alignment=Alignment(wrap_text=True, vertical="top")))
    appendices, classes = document.pop("appendices"), document.pop("classes")
    rows: dict[str, list[Row]] = {NODES: [], INPUTS: [], EXAMPLES: []}
    for appendix in appendices:
        _add(appendix, appendix["code"], "", rows)
    rows[CLASSES] = [{"block": block, **_flat(band)} for block, bands in classes.items() for band in bands]
    head = [
        {"field": name, "value": value if isinstance(value, str) else _dumped(value)}
        for name, value in document.items()
    ]
    _write(book, TITLES[HEAD][language == "en"], ("field", "value"), head)
    for name, found in rows.items():
        _write(book, TITLES[name][language == "en"], COLUMNS[name], found)
    book.save(path)


def read_workbook(path: Path) -> Ruleset:
    """The ruleset in a workbook.

    Raises:
        InputRefused: It cannot be read, or the ruleset in it cannot be applied; each place with its sheet and row.
    """
    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except OSError as missing:
        raise InputRefused(Fault(path.name, FileUnreachable(why=missing.strerror or ""))) from missing
    except (BadZipFile, InvalidFileException, KeyError, ValueError) as broken:
        raise InputRefused(Fault(path.name, WorkbookUnreadable(why=type(broken).__name__))) from broken
    with closing(book):
        sheets = {sheet.title: sheet for sheet in book.worksheets}
        rows = {name: list(_rows(path, sheets, titles)) for name, titles in TITLES.items()}
    document: Json = {
        name: _loaded(at, value) if name in STRUCTURED else value
        for at, row in rows[HEAD]
        if (name := row.get("field")) and (value := row.get("value"))
    }
    places = {row["field"]: at for at, row in rows[HEAD] if "field" in row}
    document["appendices"] = _trees(rows, places)
    document["classes"] = _by_block(rows[CLASSES], places)
    ruleset, found = examined(document)
    if ruleset is None or found:
        raise InputRefused(*(_placed(path, each, places) for each in found))
    return ruleset


def _document(ruleset: Ruleset) -> Json:
    document: Json = ruleset.model_dump(mode="json", exclude_defaults=True)
    return {name: _text(value) for name, value in document.items()}


def _text(value: Any) -> Any:  # noqa: ANN401 - JSON
    """As a YAML file has it: every scalar is text."""
    if isinstance(value, dict):
        return {name: _text(each) for name, each in value.items() if each is not None}
    if isinstance(value, list):
        return [_text(each) for each in value]
    return str(value).lower() if isinstance(value, bool) else str(value)


def _dumped(value: object) -> str:
    return str(yaml.dump(value, Dumper=_Dumper)).rstrip("\n")


def _add(node: Json, appendix: str, parent: str, rows: Mapping[str, list[Row]]) -> None:
    rest = {name: value for name, value in node.items() if name not in {"children", "inputs", "examples"}}
    rows[NODES].append({"appendix": appendix, "parent": parent, **_flat(rest, COLUMNS[NODES])})
    place = {"appendix": appendix, "criterion": node["code"]}
    rows[INPUTS].extend({**place, **_flat(each, COLUMNS[INPUTS])} for each in node.get("inputs", ()))
    rows[EXAMPLES].extend(
        {**place, **{name: value if isinstance(value, str) else _dumped(value) for name, value in each.items()}}
        for each in node.get("examples", ())
    )
    for child in node.get("children", ()):
        _add(child, appendix, node["code"], rows)


def _flat(node: Json, columns: Sequence[str] = ()) -> Row:
    """A row of what *node* says; what has no column of its own stands together in ``more``."""
    found: dict[str, str] = {}
    more: Json = {}
    for name, value in node.items():
        if name in LOCALIZED:
            found |= {f"{name}.{language}": text for language, text in value.items()}
        elif not columns or name in columns:
            found[name] = value
        else:
            more[name] = value
    return {**found, "more": _dumped(more)} if more else found


def _write(book: Workbook, title: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
    sheet: Worksheet = book.create_sheet(title)
    sheet.append(list(columns))
    for row in rows:
        sheet.append([row.get(column) for column in columns])
    for cells in sheet.iter_rows():
        for cell in cells:
            cell.style = TEXT
            cell.data_type = "s" if cell.value is not None else cell.data_type
    for number, column in enumerate(columns, start=1):
        sheet.cell(1, number).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(number)].width = WIDTHS.get(column, 14)
    sheet.freeze_panes = "A2"


Place: TypeAlias = tuple[str, str, int]
"""File, sheet, row."""


def _rows(path: Path, sheets: Mapping[str, Any], titles: Sequence[str]) -> Iterator[tuple[Place, Row]]:
    sheet = next((sheets[title] for title in titles if title in sheets), None)
    if sheet is None:
        raise InputRefused(Fault(path.name, SheetMissing(sheet=titles[0])))
    with closing(sheet.iter_rows(values_only=True)) as lines:
        heading = [str(value or "") for value in next(lines, ())]
        for number, values in enumerate(lines, start=2):
            place = (path.name, sheet.title, number)
            cells = zip(heading, values, strict=False)
            row = {name: _read(place, name, value) for name, value in cells if value is not None}
            if row:
                yield place, row


def _read(place: Place, column: str, value: object) -> str:
    """What a cell says; a whole number may be an edition, and no other value of the ruleset itself is a number."""
    if isinstance(value, str) or not (column in CODES or (column == "value" and not isinstance(value, int))):
        return str(value)
    raise InputRefused(replace(_fault(place, CodeTypedAsNumber(found=value)), column=column))


def _loaded(place: Place, text: str) -> Any:  # noqa: ANN401 - JSON
    """What a cell says, as YAML reads it; every scalar is text."""
    try:
        return yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - it makes text only
    except yaml.YAMLError as broken:
        finding = str(getattr(broken, "problem", broken))
        raise InputRefused(_fault(place, CellUnreadable(finding=finding))) from broken


def _fault(place: Place, error: Invalid) -> Fault:
    file, sheet, row = place
    return Fault(f"{file} [{sheet}]", error, row)


@dataclass(frozen=True, slots=True)
class _Node:
    """A node that stands in a row.

    Attributes:
        named, counted: The way to it, by codes, and by places in lists.
    """

    says: Json
    named: str
    counted: str

    def add(self, name: str, part: Json) -> int:
        """Put *part* at the end of its list *name*; its place there."""
        parts: list[Json] = self.says.setdefault(name, [])
        parts.append(part)
        return len(parts) - 1


def _deep(place: Place, row: Row, without: Sequence[str]) -> Json:
    found: Json = {}
    for name, value in row.items():
        whole, _, language = name.partition(".")
        if name == "more":
            found |= _loaded(place, value) or {}
        elif language:
            found.setdefault(whole, {})[language] = value
        elif name not in without:
            found[name] = value
    return found


def _trees(rows: Mapping[str, Sequence[tuple[Place, Row]]], places: dict[str, Place]) -> list[Json]:
    """The appendices; into *places* the row of each node, input and example, by the way to it."""
    trees: list[Json] = []
    nodes: dict[tuple[str, str], _Node] = {}
    for place, row in rows[NODES]:
        appendix, parent, code = (row.get(name, "") for name in ("appendix", "parent", "code"))
        says = _deep(place, row, ("appendix", "parent"))
        if not parent:
            node = _Node(says, f"appendices/{code}", f"appendices/{len(trees)}")
            trees.append(says)
        elif (appendix, parent) in nodes:
            above = nodes[appendix, parent]
            number = above.add("children", says)
            node = _Node(says, f"{above.named}/{code}", f"{above.counted}/children/{number}")
        else:
            raise InputRefused(_fault(place, ParentUnknown(parent=parent)))
        nodes[appendix, code] = node
        places[node.named] = places[node.counted] = place
    for name in (INPUTS, EXAMPLES):
        for place, row in rows[name]:
            known = nodes.get((row.get("appendix", ""), row.get("criterion", "")))
            if known is None:
                raise InputRefused(_fault(place, ParentUnknown(parent=row.get("criterion", ""))))
            said = _deep(place, row, ("appendix", "criterion"))
            if name == EXAMPLES:
                said |= {part: _loaded(place, row[part]) or {} for part in ("given", "among") if part in row}
            places[f"{known.counted}/{name}/{known.add(name, said)}"] = place
    return trees


def _by_block(rows: Sequence[tuple[Place, Row]], places: dict[str, Place]) -> dict[str, list[Json]]:
    """The classes; into *places* the row of each, and as that of its block the first one."""
    found: dict[str, list[Json]] = {}
    for place, row in rows:
        block = row.get("block", "")
        bands = found.setdefault(block, [])
        places.setdefault(f"classes/{block}", place)
        places[f"classes/{block}/{len(bands)}"] = place
        bands.append(_deep(place, row, ("block",)))
    return found


def _placed(path: Path, error: RulesetInvalid, places: Mapping[str, Place]) -> Fault:
    """*error* at the row of what it is about, or of the nearest around it."""
    way = UNIONS.sub(r"\1", str(error.facts.get("path", "")))
    while way and way not in places:
        way = way.rpartition("/")[0]
    return _fault(places[way], error) if way else Fault(path.name, error)
