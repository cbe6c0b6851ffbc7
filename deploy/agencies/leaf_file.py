"""The format of a year at leaf level: another campaign, in which a year's group scores are made of their criteria."""

from pathlib import Path
from typing import Literal

from deploy.agencies.agency_file import Entry
from deploy.agencies.ruleset_file import read_ruleset_document
from deploy.agencies.year_file import Script, read_year
from shared.edge.yaml_file import read_yaml
from shared.ruleset import Ruleset, parse
from shared.vocabulary import Id, Localized, Points, Text


class Answers(Entry):
    """What a source says on criteria of one group, unit by unit.

    Attributes:
        group: Its code.
        file: By block, unit and name of an input, the answer; beside this file.
        unasked: Points of the group's criteria that have no input.
    """

    group: Id
    file: str
    unasked: Points


class Correction(Entry):
    """A verdict by which a group comes to a score that the answers do not give; *reason* names ``{points}``."""

    code: Id
    reason: Text


class LeafFile(Entry):
    """How a year is told criterion by criterion.

    Attributes:
        of: The year's file, beside this one; what is not said here is as there.
        ruleset: With the same groups, and criteria in them.
        reconstructed: In words, what no source prints.
        reports: Groups whose document comes as a file that lists what the unit says on each criterion.
        topics: Words by which a reason and the title of a criterion are known to speak of the same.
        reason: Of a verdict on a criterion, from the one on its group: ``{group}``, ``{before}``, ``{after}``,
            ``{reason}``.
        correction: None where every group's score follows from the answers.
    """

    format: Literal["leaves.v1"]
    of: str
    campaign: Id
    title: Localized
    ruleset: str
    reconstructed: tuple[Text, ...]
    reports: tuple[Id, ...] = ()
    topics: tuple[Text, ...] = ()
    reason: Text = "{reason}"
    answers: Answers | None = None
    correction: Correction | None = None


class Detail(Entry):
    """A year at leaf level with the files it names, read and checked.

    Attributes:
        known: By unit, what the source of the answers says, by name of input.
    """

    file: LeafFile
    script: Script
    ruleset: Ruleset
    known: dict[Id, dict[Id, Text]]


def read_detail(path: Path) -> Detail:
    """The year at leaf level in *path*, with the year and the files that it names.

    Raises:
        ValidationError: A file does not have this format.
        RulesetInvalid: A ruleset cannot be applied.
        YamlUnreadable: A file is not YAML.
    """
    file = LeafFile.model_validate(read_yaml(path))
    script = read_year(path.parent / file.of)
    known: dict[str, dict[str, str]] = {}
    if file.answers is not None:
        found = read_yaml(path.parent / file.answers.file)
        for block in script.roster.blocks:
            known |= found.get(block.code, {})
    return Detail(
        file=file, script=script, ruleset=parse(read_ruleset_document(path.parent / file.ruleset)[0]), known=known
    )
