"""A campaign and its progress as its agency may know them: no score, no name, no reason stands here. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from shared.campaign import Block, Document, Enrolment, Opening, Proof, Step
from shared.opening import UnitUnknown
from shared.ruleset import Node, Ruleset, tree_of
from shared.vocabulary import Json, Localized, canonical

LONGEST_FIELD: Final = 200
"""Of what a step asks for: an id, a number, a stage; texts are longer."""


@dataclass(frozen=True, slots=True)
class Campaign:
    """A campaign with its roster and rules, as they stand now."""

    agency: str
    name: str
    opening: Opening
    ruleset: Ruleset
    units: Mapping[str, Enrolment]

    @property
    def agency_name(self) -> Localized:
        """What the agency is called; its code where the opening did not say it."""
        return self.opening.agency or Localized(vi=self.agency)

    def unit(self, unit: str) -> Enrolment:
        """The unit's entry on the roster.

        Raises:
            UnitUnknown: It is not there.
        """
        if unit not in self.units:
            raise UnitUnknown(unit=unit)
        return self.units[unit]

    def block(self, code: str) -> Block:
        """The block called *code*; one that nobody titled is called by its code."""
        titled = (block for block in self.opening.blocks if block.code == code)
        return next(titled, Block(code=code, title=Localized(vi=code)))

    def groups(self, unit: str | None = None) -> Mapping[str, Localized]:
        """Titles of the first level, by code: of one unit's sheet, or of all, in the longest appendix's order."""
        longest = sorted(self.ruleset.appendices, key=lambda each: -len(each.children))
        nodes = list(self.tree(unit)) if unit else [node for each in longest for node in each.children]
        found: dict[str, Localized] = {}
        for node in nodes:
            found.setdefault(node.code, node.title)
        return found

    def tree(self, unit: str) -> Sequence[Node]:
        """The unit's sheet: the groups of its appendix, some perhaps taken from another one."""
        enrolled = self.unit(unit)
        return tree_of(self.ruleset, enrolled.appendix, enrolled.taken).children

    def class_label(self, block: str, code: str | None) -> Localized | None:
        """What a class is called in a block."""
        bands = self.ruleset.classes.get(block, ())
        return next((band.label for band in bands if band.code == code), Localized(vi=code) if code else None)


@dataclass(frozen=True, slots=True)
class Said:
    """A message that may prove a step.

    Attributes:
        fields: Its top-level fields that are no lists or objects, as text.
        message: ``submission/bnv@12``.
    """

    contract: str
    fields: Mapping[str, str]
    message: str
    position: int
    at: datetime

    def proves(self, proof: Proof) -> bool:
        """Whether it is of the contract asked for, with the fields asked for."""
        named = proof.contract in {self.contract, self.contract.partition(".")[0]}
        return named and proof.where.items() <= self.fields.items()


@dataclass(frozen=True, slots=True)
class StepProgress:
    """A step of the template, and the message that shows that it was done; None where none does yet."""

    step: Step
    said: Said | None


def steps(opening: Opening, said: Sequence[Said]) -> tuple[StepProgress, ...]:
    """Each step with the last message that proves it."""

    def last(proof: Proof | None) -> Said | None:
        proving = [each for each in said if proof is not None and each.proves(proof)]
        return max(proving, key=lambda each: each.position, default=None)

    return tuple(StepProgress(step, last(step.proof)) for step in opening.template.steps)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet that was handed in; *reason* of a withdrawal is closed text."""

    unit: str
    version: int
    late: bool
    criteria: int
    documents: int
    message: str
    at: datetime
    withdrawn_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RoundOver:
    """A closed round."""

    stage: str
    verdicts: int
    message: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Meeting:
    """What the council decided about a draft."""

    meeting: int
    outcome: str
    acknowledged: tuple[str, ...]
    message: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Reference:
    """A report whose printed figures were compared."""

    reference: str
    title: Localized
    document: Document
    figures: int


@dataclass(frozen=True, slots=True)
class Closure:
    """No sheet is taken any more."""

    handed_in: tuple[str, ...]
    missing: tuple[str, ...]
    message: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a campaign has come.

    Attributes:
        stopped: Publishers whose messages are not answered until an operator acts.
    """

    steps: tuple[StepProgress, ...]
    sheets: tuple[Sheet, ...]
    rounds: tuple[RoundOver, ...]
    meetings: tuple[Meeting, ...]
    references: tuple[Reference, ...]
    closure: Closure | None
    stopped: tuple[str, ...]

    @property
    def done(self) -> int:
        """How many steps were done."""
        return sum(step.said is not None for step in self.steps)

    @property
    def standing_sheets(self) -> Mapping[str, Sheet]:
        """The latest sheet of each unit that was not withdrawn."""
        return {sheet.unit: sheet for sheet in self.sheets if sheet.withdrawn_at is None}

    def acknowledged(self, finding: str) -> int | None:
        """Number of the meeting that took note of *finding*."""
        return next((each.meeting for each in self.meetings if finding in each.acknowledged), None)


def fields_of(said: Json) -> dict[str, str]:
    """What a step may ask for of a message: its top-level fields that are short, as text."""
    plain = {name: value for name, value in said.items() if isinstance(value, str | int)}
    texts = {name: value if isinstance(value, str) else canonical(value).decode() for name, value in plain.items()}
    return {name: text for name, text in texts.items() if len(text) <= LONGEST_FIELD}


def contracts_of(opening: Opening) -> set[str]:
    """Contracts that the steps ask for, with their version or without it as the template names them."""
    return {step.proof.contract for step in opening.template.steps if step.proof}
