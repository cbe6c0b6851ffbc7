"""From a document to a ruleset that can be applied: everything about it is checked here, nothing later."""

from collections.abc import Sequence

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from shared.ruleset.checking import findings
from shared.ruleset.errors import RulesetInvalid, ShapeWrong
from shared.ruleset.model import Ruleset
from shared.vocabulary import digest as digest_of


def parse(document: object) -> Ruleset:
    """The ruleset in *document*: dicts, lists and strings, as a YAML or JSON reader gives them.

    Raises:
        RulesetInvalid: The first finding: which node, what is wrong, and how to cure it.
    """
    ruleset, found = examined(document)
    if ruleset is None or found:
        raise found[0]
    return ruleset


def examined(document: object) -> tuple[Ruleset | None, Sequence[RulesetInvalid]]:
    """The ruleset in *document*, or None where its form is wrong; and everything that is wrong with it."""
    try:
        ruleset = Ruleset.model_validate(document)
    except ValidationError as error:
        return None, [
            ShapeWrong(path="/".join(map(str, each["loc"])), finding=each["msg"])
            for each in error.errors()
            if not _follows(each, error.errors())
        ]
    return ruleset, list(findings(ruleset))


def _follows(one: ErrorDetails, found: Sequence[ErrorDetails]) -> bool:
    """Whether a list is too short only because something in it is wrong."""
    place = one["loc"]
    inside = any(len(each["loc"]) > len(place) and each["loc"][: len(place)] == place for each in found)
    return one["type"] == "too_short" and inside


def digest(ruleset: Ruleset) -> str:
    """SHA-256 of the canonical JSON: equal rulesets have equal digests, however their documents were laid out."""
    return digest_of(ruleset.model_dump(mode="json"))
