"""The format of an agency's own file: what it is called, who runs it, and its campaigns."""

from pathlib import Path
from typing import Annotated

from pydantic import ConfigDict, Field

from shared.edge.yaml_file import read_yaml
from shared.vocabulary import Id, Localized, Text, Value

AGENCY_FILE = "agency.yaml"


class Entry(Value):
    """A misspelt field is a mistake, not something to pass over."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Agency(Entry):
    """An agency.

    Attributes:
        agency: Its code, in every path.
        name: What it is called on pages.
        head: Who approves results.
        operator: Code of the unit that runs the campaigns.
        campaigns: Files of its campaigns, beside this one; the first is the main one.
        leaves: Files of campaigns at leaf level.
    """

    agency: Id
    name: Localized
    head: Localized
    operator: Id
    time_zone: Text
    campaigns: Annotated[tuple[str, ...], Field(min_length=1)]
    leaves: tuple[str, ...] = ()


def read_agency(directory: Path) -> Agency:
    """The agency whose files lie in *directory*.

    Raises:
        ValidationError: The file does not have this format.
        YamlUnreadable: It is not YAML.
    """
    return Agency.model_validate(read_yaml(directory / AGENCY_FILE))
