"""What a page shows, section by section, and where a program finds the same: held against JSON and CSV by its tokens.

A token is what no reader may be shown otherwise: a figure with decimals, a date, a moment, a position, a digest, the
number of a document. Words differ between a page and JSON; tokens do not.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from html.parser import HTMLParser
from typing import Any

from shared.edge.web import formats
from shared.vocabulary import Json

TOKEN = re.compile(
    r"[a-z]+/[\w.-]+@\d+|[0-9a-f]{64}|\d\d/\d\d/\d{4}(?: \d\d:\d\d \(GMT\+7\))?|−?\d+,\d+|\d+/[\w-]*[^\W\d][\w-]*"
)
HEAD = "head"
"""Of what stands on a page before its first section."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where the things of a section stand: names of the JSON answer, and tables (``unit``: the unit's own)."""

    json: tuple[str, ...]
    csv: tuple[str, ...] = ()


DECIDED = Source(("decision", "signer", "file_sha256", "run", "position", "published_at"), ("decision",))
STEPS = Source(("steps",), ("steps",))
RANKS = ("rank_overall", "change_overall", "rank_block", "change_block")
STANDING = ("total", *RANKS, "block_title", "class_label", "earlier", "earlier_label", "late")
OF_CAMPAIGN: Mapping[str, Source] = {
    HEAD: Source(("agency_name", "title", "period", "retrospective", "stopped", "release", "decision"), ("decision",)),
    "ranking": Source(("units", "groups", "max", "earlier_edition"), ("ranking",)),
    "chart": Source(("units",), ("ranking",)),
    "blocks": Source(("units", "blocks", "groups"), ("ranking",)),
    "means": Source(("summary", "blocks"), ("means",)),
    "classes": Source(("summary", "classes"), ("classes",)),
    "decision": DECIDED,
    "findings": Source(("summary", "references", "meetings"), ("findings", "references")),
    "steps": STEPS,
    "sheets": Source(("sheets", "rounds", "enrolled"), ("sheets", "rounds")),
    "download": Source(()),
}
OF_UNIT: Mapping[str, Source] = {
    HEAD: Source(("name", "agency_name", "title", "period", "retrospective", "stopped")),
    "result": Source((*STANDING, "earlier_edition", "decision", "signer"), ("ranking", "decision")),
    "groups": Source(("groups", "sheet_groups", "applicable_groups", "unrounded"), ("unit",)),
    "totals": Source(("totals", "total"), ("unit",)),
    "lineage": Source(("criteria", *DECIDED.json), ("unit",)),
    "steps": STEPS,
    "download": Source(()),
}


class Sections(HTMLParser):
    """The text of each section of a page, seen or read aloud; and its tables, as rows of what is seen."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: dict[str, str] = {}
        self.tables: dict[str, list[list[str]]] = {}
        self._main = self._hidden = False
        self._section, self._row = HEAD, list[str]()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self._main |= tag == "main"
        if self._section in self.texts:
            self.texts[self._section] += " "  # no token runs from one element into the next
        self._hidden |= tag == "span" and named.get("class") == "hidden"
        match tag:
            case "section":
                self._section = str(named["aria-labelledby"])
            case "caption":
                self.tables[str(named["id"]).removesuffix("-caption")] = []
            case "tr":
                self._row = []
                list(self.tables.values())[-1].append(self._row)
            case "td" | "th":
                self._row.append("")
            case _:
                pass

    def handle_endtag(self, tag: str) -> None:
        self._main &= tag != "main"
        self._hidden &= tag != "span"
        self._section = "after" if tag == "section" else self._section

    def handle_data(self, data: str) -> None:
        if self._main and (data.strip() or self._section in self.texts):
            self.texts[self._section] = self.texts.get(self._section, "") + data
        if self._row and not self._hidden:
            self._row[-1] += data.strip()


def tokens(text: str) -> set[str]:
    return set(TOKEN.findall(text))


def as_shown(value: Any) -> Iterator[str]:
    """Every token in *value*, of JSON or of a table, as a page in Vietnamese writes it."""
    match value:
        case dict():
            for each in value.values():
                yield from as_shown(each)
        case list():
            for each in value:
                yield from as_shown(each)
        case str() if re.fullmatch(r"-?\d+[.,]\d+", value):
            yield formats.number(Decimal(value.replace(",", ".")))
        case str() if re.fullmatch(r"\d{4}-\d\d-\d\d", value):
            yield formats.date(date.fromisoformat(value))
        case str() if re.fullmatch(r"\d{4}-\d\d-\d\dT.*", value):
            yield formats.moment(datetime.fromisoformat(value))
        case str():
            yield from tokens(value)
        case _:
            pass


def rows_of(table: bytes | str) -> list[dict[str, str]]:
    """The lines of a CSV in Vietnamese, by its headings."""
    text = table.decode() if isinstance(table, bytes) else table
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=";"))


def lacking(
    page: str, sources: Mapping[str, Source], answer: Json, tables: Mapping[str, list[dict[str, str]]]
) -> dict[str, Iterable[str]]:
    """What a program cannot have: sections that nobody placed, names the answer lacks, tokens that stand nowhere."""
    shown = Sections(page).texts
    found: dict[str, Iterable[str]] = {}
    for section in shown.keys() ^ sources.keys():
        found[section] = ["is shown" if section in shown else "is gone"]
    for section in shown.keys() & sources.keys():
        source = sources[section]
        told = {token for name in source.json for token in as_shown(answer.get(name))}
        in_tables = {token for name in source.csv for token in as_shown(tables[name])}
        wanted = tokens(shown[section])
        gaps = {name for name in source.json if name not in answer}
        gaps |= {f"json: {token}" for token in wanted - told}
        gaps |= {f"csv: {token}" for token in wanted - in_tables} if source.csv else set()
        if gaps:
            found[section] = sorted(gaps)
    return found
