"""What a form says on a criterion: a word and the documents behind it, for a unit's sheet and an appraiser's desk."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from pydantic import ValidationError

from shared.campaign import Document, Evidence
from shared.edge.forms import Form
from shared.edge.web.formats import read_day, read_number
from shared.errors import Invalid
from shared.ruleset import Criterion, Input
from shared.ruleset.rules import Manual
from shared.vocabulary import GivenInputs, GivenPoints, GivenState, InputValue, NotApplicable, NotScored, Word

APPLIES, NOT_APPLICABLE = "yes", "no"
DOCUMENT: Final = ("number", "date", "issuer", "abstract")


class ValueImpossible(Invalid, code="form.value_impossible"):
    """No such value can be said: too many decimals, too large, an option or a reason that there is not."""


class DocumentIncomplete(Invalid, code="form.document_incomplete"):
    """A document has number, date and issuer."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A criterion as a form asks for it."""

    criterion: Criterion

    @property
    def by_points(self) -> bool:
        """Whether points are said outright."""
        return isinstance(self.criterion.rule, Manual)

    @property
    def own(self) -> Sequence[Input]:
        """The inputs that are said here, and in no register."""
        return [each for each in self.criterion.inputs if each.name in self.criterion.own]

    def options(self, declared: Input) -> Sequence[str]:
        """What may be chosen, where the input is a choice."""
        return self.criterion.rule.choices.get(declared.name, ())

    def word(self, form: Form) -> Word | None:
        """What *form* says; None where it says nothing.

        ``applies`` is ``yes``, ``no``, or the legal reason for which it is not scored.

        Raises:
            NumberUnreadable, DayUnreadable, ValueImpossible: See there.
        """
        with _possible():
            return self._word(form)

    def _word(self, form: Form) -> Word | None:
        applies = form.get("applies")
        if applies == NOT_APPLICABLE:
            return GivenState(score=NotApplicable())
        if applies not in {"", APPLIES}:
            return GivenState(score=NotScored.model_validate({"reason": applies, "state": "not_scored"}))
        if self.by_points:
            return GivenPoints(points=read_number(form.get("points"))) if form.get("points") else None
        inputs = {
            each.name: _value(each, form.get(f"input.{each.name}"))
            for each in self.criterion.inputs
            if form.get(f"input.{each.name}")
        }
        return GivenInputs(inputs=inputs) if inputs else None


def documents(form: Form) -> tuple[Evidence, ...]:
    """The documents that *form* names: ``doc.0.number`` and so on; one whose number is empty is left out.

    Raises:
        DocumentIncomplete, DayUnreadable, ValueImpossible: See there.
    """
    numbers = sorted({int(name.split(".")[1]) for name in form.names() if _of_document(name)})
    with _possible():
        return tuple(_document(form, f"doc.{each}.") for each in numbers if form.get(f"doc.{each}.number"))


@contextmanager
def _possible() -> Iterator[None]:
    """What our own types refuse was said by a person: name it."""
    try:
        yield
    except ValidationError as refused:
        raise ValueImpossible(value=str(refused.errors()[0]["input"])[:60]) from refused


def _value(declared: Input, text: str) -> InputValue:
    match declared.type:
        case "number" | "count":
            return read_number(text)
        case "date":
            return read_day(text)
        case "records":
            return tuple(read_number(each) for each in text.replace("\n", ";").split(";") if each.strip())
        case _:
            return text


def _of_document(name: str) -> bool:
    parts = name.split(".")
    return len(parts) == 3 and parts[0] == "doc" and parts[1].isascii() and parts[1].isdigit()  # noqa: PLR2004 - doc.0.number


def _document(form: Form, prefix: str) -> Evidence:
    said = {name: form.get(prefix + name) for name in DOCUMENT}
    if not (said["date"] and said["issuer"]):
        raise DocumentIncomplete(number=said["number"][:60])
    document = Document(**{**said, "date": read_day(said["date"])})
    file, shows = form.get(f"{prefix}sha256"), form.get(f"{prefix}shows")
    return Evidence(document=document, shows=shows or None, sha256=file or None)
