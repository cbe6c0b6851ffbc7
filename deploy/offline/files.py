"""The YAML files of an offline run: ruleset, units, reference; checked, or refused with every fault that is known."""

from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from deploy.agencies.year_file import Reference, Roster
from deploy.offline.faults import Fault, FieldMalformed, FileUnreachable, InputRefused
from services.submission.campaign.domain import check_roster
from shared.edge.yaml_file import YamlUnreadable, read_yaml
from shared.errors import IctIndexError
from shared.ruleset import Ruleset, parse
from shared.standing import PrintedFigure

Model = TypeVar("Model", bound=BaseModel)


def read_ruleset(path: Path) -> Ruleset:
    """The ruleset in *path*.

    Raises:
        InputRefused: The file cannot be read, or the ruleset cannot be applied.
    """
    document = _document(path)
    try:
        return parse(document)
    except IctIndexError as found:
        raise InputRefused(Fault(path.name, found)) from found


def read_roster(path: Path, ruleset: Ruleset) -> Roster:
    """The units in *path*, as a campaign by *ruleset* would take them.

    Raises:
        InputRefused: The file cannot be read, or no campaign could be opened with it.
    """
    roster = _model(path, Roster)
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
    figures: list[PrintedFigure] = []
    faults: list[Fault] = []
    for number, figure in enumerate(_model(path, Reference).figures):
        try:
            figures.append(PrintedFigure.model_validate(figure))
        except ValidationError as found:
            faults += _faults(path, found, "figures", str(number))
    if faults:
        raise InputRefused(*faults)
    return tuple(figures)


def _model(path: Path, kind: type[Model]) -> Model:
    document = _document(path)
    try:
        return kind.model_validate(document)
    except ValidationError as found:
        raise InputRefused(*_faults(path, found)) from found


def _faults(path: Path, found: ValidationError, *under: str) -> list[Fault]:
    return [
        Fault(path.name, FieldMalformed(finding=each["msg"]), field="/".join([*under, *map(str, each["loc"])]) or None)
        for each in found.errors()
    ]


def _document(path: Path) -> Any:  # noqa: ANN401 - a document of any shape
    try:
        return read_yaml(path)
    except YamlUnreadable as found:
        raise InputRefused(Fault(path.name, found)) from found
    except OSError as found:
        raise InputRefused(Fault(str(path), FileUnreachable(why=found.strerror))) from found
