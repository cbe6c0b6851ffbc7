"""The document of a ruleset as a file says it, with the one that it begins with."""

from pathlib import Path
from typing import Any

from shared.edge.yaml_file import Lines, read_yaml_with_lines
from shared.ruleset import ImportFaulty, RulesetInvalid, digest, import_of, imported, parse
from shared.ruleset.importing import IMPORT


def read_ruleset_document(path: Path, *importers: Path) -> tuple[Any, Lines]:
    """The whole document, and where what stands in *path* itself stands.

    Args:
        path: The file.
        importers: Files that wait for it.

    Raises:
        YamlUnreadable: It is not YAML.
        OSError: It cannot be opened.
        ImportFaulty: What it begins with cannot be had, or is no ruleset that can be applied.
        ShapeWrong, ImportDiffers, AlterationUnknown: It does not fit what it begins with.
    """
    document, lines = read_yaml_with_lines(path)
    if not isinstance(document, dict) or IMPORT not in document:
        return document, lines
    begins = import_of(document)
    begun = (path.parent / begins.file).resolve()
    if begun in (path.resolve(), *importers):
        raise ImportFaulty(path=f"{IMPORT}/file", file=begins.file)
    try:
        base = parse(read_ruleset_document(begun, path.resolve(), *importers)[0])
    except (OSError, RulesetInvalid) as found:
        raise ImportFaulty(path=f"{IMPORT}/file", file=begins.file) from found
    return imported(document, base.model_dump(mode="json", exclude_none=True), digest(base)), lines
