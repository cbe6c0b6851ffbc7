"""Reading a YAML file without guessing: every scalar stays the text that stands there, so that 65.10 is not 65.1."""

from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml

from shared.errors import Unreadable


class YamlUnreadable(Unreadable, code="yaml.unreadable"):
    """The file is not YAML, or says one key twice."""


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
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 - BaseLoader makes text only
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise YamlUnreadable(file=path.name, line=line, finding=error.problem or "") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise YamlUnreadable(file=path.name, line=1, finding=str(error)) from error
