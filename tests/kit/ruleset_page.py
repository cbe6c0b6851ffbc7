"""The page on how to write a ruleset, block by block."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from shared.edge.yaml_file import read_yaml
from tests.kit.campaigns import POLICIES

PAGE = Path(__file__).parents[2] / "docs" / "writing-a-ruleset.md"
FENCE = re.compile(r"^```(?P<info>yaml[^\n]*)\n(?P<text>.*?)^```\n(?P<said>(?:^>[^\n]*\n)*)", re.MULTILINE | re.DOTALL)
WHOLE, REST = 100, 1000
"""What a ruleset around a part of one, or around some nodes, has in points."""


@dataclass(frozen=True, slots=True)
class Block:
    """A block of YAML and what is quoted right below it.

    Attributes:
        line: Where it stands in the page.
        refused: Whether it is shown as a mistake.
        said: Quoted lines.
    """

    line: int
    refused: bool
    text: str
    said: tuple[str, ...]


def blocks(page: str) -> Iterator[Block]:
    """Every fenced block of YAML in *page*, in order."""
    for found in FENCE.finditer(page):
        said = tuple(line for each in found["said"].splitlines() if (line := each.removeprefix(">").strip()))
        line = page.count("\n", 0, found.start()) + 1
        yield Block(line, found["info"].strip() == "yaml refused", found["text"], said)


def ruleset_around(text: str, place: Path) -> Any:
    """The ruleset in *text*; one made around it where it is only a part, or nodes of one. *place* is a file to use."""
    place.write_text(text, encoding="utf-8")
    document = read_yaml(place)
    if isinstance(document, list):
        taken = sum(Decimal(node["max"]) for node in document if node.get("counts") != "false")
        rest = {"code": "con-lai", "title": {"vi": "Còn lại"}, "max": str(REST - taken), "rule": {"kind": "manual.v1"}}
        return _around([*document, rest], REST)
    if "id" in document:
        return document
    whole = {"code": "tat-ca", "title": {"vi": "Tất cả"}, "max": str(WHOLE), "rule": {"kind": "manual.v1"}}
    return _around([whole], WHOLE) | document


def _around(children: list[Any], most: int) -> dict[str, Any]:
    return {
        "id": "quanh",
        "edition": "1",
        "title": {"vi": "Bộ tiêu chí"},
        "ground": "1/QĐ-UBND",
        "policies": POLICIES,
        "classes": {"so": [{"code": "A", "label": {"vi": "Loại A"}, "up_to": str(most)}]},
        "appendices": [
            {"code": "I", "title": {"vi": "Phụ lục I"}, "max": str(most), "aggregate": "sum", "children": children}
        ],
    }
