"""Reading a YAML file without guessing: every scalar stays the text that stands there, so that 65.10 is not 65.1."""

from collections.abc import Hashable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from shared.errors import Unreadable


class YamlUnreadable(Unreadable, code="yaml.unreadable"):
    """The file is not YAML, or says one key twice."""


Lines: TypeAlias = Mapping[tuple[str, ...], int]
"""By the way from the root, keys and places counted from 0 alike: the line, counted from 1."""


class _Loader(yaml.CBaseLoader):  # libyaml's, ten times as fast; every wheel of PyYAML has it
    """Refuses what YAML readers pass over in silence: the second of two equal keys would win."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        mapping = super().construct_mapping(node, deep=deep)
        if len(mapping) != len(node.value):
            raise yaml.MarkedYAMLError(problem="a key is repeated", problem_mark=node.start_mark)
        return mapping


def read_yaml(path: Path) -> Any:  # noqa: ANN401 - a document of any shape
    """The document in *path*: dicts, lists and strings only.

    Raises:
        YamlUnreadable: It is not YAML, or not UTF-8; names file and line.
        OSError: There is no such file, or it may not be read.
    """
    return _read(path)[0]


def read_yaml_with_lines(path: Path) -> tuple[Any, Lines]:
    """As above, and where everything in it stands.

    Raises:
        YamlUnreadable, OSError: As above.
    """
    document, node = _read(path)
    lines: dict[tuple[str, ...], int] = {}
    if node is not None:
        _number(node, (), lines)
    return document, lines


def _read(path: Path) -> tuple[Any, yaml.Node | None]:
    try:
        loader = _Loader(path.read_text(encoding="utf-8"))
        try:
            node = loader.get_single_node()
            return None if node is None else loader.construct_document(node), node
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise YamlUnreadable(file=path.name, line=line, finding=error.problem or "") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise YamlUnreadable(file=path.name, line=1, finding=str(error)) from error


def line_of(path: str, document: object, lines: Lines) -> int:
    """The line of the node that *path* names: a key, a place in a list, or the ``code`` of an entry or a child.

    What is not found is passed over, so that the line is that of the nearest thing around it.
    """
    way: tuple[str, ...] = ()
    at: Any = document
    for part in path.split("/"):
        if isinstance(at, dict) and part not in at and isinstance(at.get("children"), list):
            found = _entry(at["children"], part)
            step: tuple[str, ...] = () if found is None else ("children", found)
        elif isinstance(at, list):
            found = _entry(at, part)
            step = () if found is None else (found,)
        else:
            step = (part,) if isinstance(at, dict) and part in at else ()
        for each in step:
            at = at[int(each)] if isinstance(at, list) else at[each]
        way += step
    return lines.get(way, 1)


def _entry(entries: list[Any], name: str) -> str | None:
    for place, entry in enumerate(entries):
        if name == str(place) or (isinstance(entry, dict) and entry.get("code") == name):
            return str(place)
    return None


def _number(node: yaml.Node, way: tuple[str, ...], lines: dict[tuple[str, ...], int]) -> None:
    lines[way] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            _number(value, (*way, str(key.value)), lines)
    elif isinstance(node, yaml.SequenceNode):
        for place, value in enumerate(node.value):
            _number(value, (*way, str(place)), lines)
