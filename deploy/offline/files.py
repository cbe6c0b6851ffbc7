"""The YAML files of offline commands (ruleset, units, reference, mapping): checked, or refused with every fault."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from deploy.agencies.ruleset_file import read_ruleset_document
from deploy.agencies.year_file import Reference, Roster
from deploy.offline.faults import Fault, FieldMalformed, FileUnreachable, InputRefused
from deploy.offline.mapping import ReportMapping
from services.submission.campaign.domain import check_roster
from shared.edge.yaml_file import Lines, YamlUnreadable, line_of, read_yaml_with_lines
from shared.errors import IctIndexError
from shared.ruleset import Ruleset, RulesetInvalid, examined
from shared.standing import PrintedFigure

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class _Document:
    """What a file says, and where."""

    file: str
    says: Any
    lines: Lines

    def fault(self, error: IctIndexError, *way: str) -> Fault:
        """*error* at the node to which *way* leads."""
        path = "/".join(way)
        return Fault(self.file, error, line_of(path, self.says, self.lines), field=path or None)

    def faults(self, found: ValidationError, *under: str) -> list[Fault]:
        """Each field that does not have the form, in what stands *under* that way."""
        return [
            self.fault(FieldMalformed(finding=each["msg"]), *under, *map(str, each["loc"])) for each in found.errors()
        ]


def read_ruleset(path: Path) -> Ruleset:
    """The ruleset in *path*.

    Raises:
        InputRefused: The file cannot be read, or the ruleset cannot be applied.
    """
    own = _document(path)
    try:
        document = _Document(path.name, *read_ruleset_document(path))
    except RulesetInvalid as differs:
        raise InputRefused(own.fault(differs, *str(differs.facts["path"]).split("/"))) from differs
    ruleset, found = examined(document.says)
    if ruleset is None or found:
        lines = [line_of(str(each.facts["path"]), document.says, document.lines) for each in found]
        raise InputRefused(*(Fault(path.name, each, line) for each, line in zip(found, lines, strict=True)))
    return ruleset


def read_roster(path: Path, ruleset: Ruleset) -> Roster:
    """The units in *path*, as a campaign by *ruleset* would take them.

    Raises:
        InputRefused: The file cannot be read, or no campaign could be opened with it.
    """
    roster = _model(_document(path), Roster)
    try:
        check_roster(roster.units, roster.blocks, ruleset)
    except IctIndexError as found:
        raise InputRefused(Fault(path.name, found)) from found
    return roster


def read_figures(path: Path) -> tuple[PrintedFigure, ...]:
    """The printed figures in *path*.

    Raises:
        InputRefused: The file cannot be read.
    """
    document = _document(path)
    figures: list[PrintedFigure] = []
    faults: list[Fault] = []
    for number, figure in enumerate(_model(document, Reference).figures):
        try:
            figures.append(PrintedFigure.model_validate(figure))
        except ValidationError as found:
            faults += document.faults(found, "figures", str(number))
    if faults:
        raise InputRefused(*faults)
    return tuple(figures)


def read_mapping(path: Path) -> ReportMapping:
    """What the figures of a report claim to be, by *path*.

    Raises:
        InputRefused: The file cannot be read.
    """
    return _model(_document(path), ReportMapping)


def _model(document: _Document, kind: type[Model]) -> Model:
    try:
        return kind.model_validate(document.says)
    except ValidationError as found:
        raise InputRefused(*document.faults(found)) from found


def _document(path: Path) -> _Document:
    try:
        return _Document(path.name, *read_yaml_with_lines(path))
    except YamlUnreadable as found:
        raise InputRefused(Fault(path.name, found)) from found
    except OSError as found:
        raise InputRefused(Fault(str(path), FileUnreachable(why=found.strerror))) from found
