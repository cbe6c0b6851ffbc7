"""What stands on a unit's criteria: the word of the latest stage that spoke."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias, assert_never

from services.appraisal.dossier.facts import (
    DOSSIER_FACTS,
    AnswerTaken,
    DossierFact,
    SheetTaken,
    SheetTakenBack,
    VerdictGiven,
    dossier_stream,
)
from shared.campaign import Contest, Evidence, SheetLine
from shared.contracts import FiguresConfirmed, SubmissionReceived, SubmissionWithdrawn
from shared.envelope import DestroyedText
from shared.eventlog import Texts
from shared.execute import Decider
from shared.facts import FactBook
from shared.vocabulary import STAGES, Closed, Meta, Stage, Text, Value, Word


class Told(Value):
    """A closed text as it is shown: the text, or the decision that destroyed it."""

    text: Text | None = None
    destroyed_by: Text | None = None


def told(texts: Texts, closed: Closed | None) -> Told | None:
    """What stands behind *closed*; None where nothing was closed."""
    if closed is None:
        return None
    found = texts.get(closed.closed)
    if found is None:
        return Told()
    return Told(destroyed_by=found.decision) if isinstance(found, DestroyedText) else Told(text=found.text)


@dataclass(frozen=True, slots=True)
class Dossier:
    """One unit's dossier.

    Attributes:
        sheet: The sheet that stands; None before the first one, and after a withdrawal.
        verdicts: By stage and criterion, the latest of each.
        files: Every file that the unit ever handed in with a sheet or an answer, by SHA-256.
    """

    sheet: SheetTaken | None = None
    answer: AnswerTaken | None = None
    verdicts: Mapping[Stage, Mapping[str, VerdictGiven]] = field(default_factory=dict)
    files: Mapping[str, Evidence] = field(default_factory=dict)

    @property
    def version(self) -> int:
        """Version of the sheet that stands; 0 where there is none."""
        return self.sheet.version if self.sheet else 0

    def said(self, stage: Stage, criterion: str) -> Word | None:
        """What was said at *stage* itself; None where nothing was."""
        if stage == "self":
            line = self.sheet.lines.get(criterion) if self.sheet else None
            return line.word if line else None
        verdict = self.verdicts.get(stage, {}).get(criterion)
        return verdict.after if verdict else None

    def standing(self, criterion: str, until: Stage = "council") -> Word | None:
        """The word of the latest stage up to *until* that spoke; None where nobody did."""
        stages = STAGES[: STAGES.index(until) + 1]
        words = (self.said(stage, criterion) for stage in reversed(stages))
        return next((word for word in words if word is not None), None)


def evolve(dossier: Dossier, fact: DossierFact) -> Dossier:
    match fact:
        case SheetTaken():
            return _with_files(replace(dossier, sheet=fact), fact.lines.values())
        case SheetTakenBack():
            return replace(dossier, sheet=None)
        case AnswerTaken():
            return _with_files(replace(dossier, answer=fact), fact.contested.values())
        case VerdictGiven():
            of_stage = {**dossier.verdicts.get(fact.stage, {}), fact.criterion: fact}
            return replace(dossier, verdicts={**dossier.verdicts, fact.stage: of_stage})
        case _:
            assert_never(fact)


def _with_files(dossier: Dossier, handed_in: Iterable[SheetLine | Contest]) -> Dossier:
    named = {each.sha256: each for line in handed_in for each in line.evidence if each.sha256}
    return replace(dossier, files={**dossier.files, **named})


Heard: TypeAlias = SubmissionReceived | SubmissionWithdrawn | FiguresConfirmed


def _hear(said: Heard, _dossier: Dossier, _meta: Meta) -> Sequence[DossierFact]:
    match said:
        case SubmissionReceived():
            sheet = SheetTaken(
                campaign=said.campaign, unit=said.unit, version=said.version, lines=said.lines, late=said.late
            )
            return [sheet]
        case SubmissionWithdrawn():
            return [SheetTakenBack(campaign=said.campaign, unit=said.unit, version=said.version, reason=said.reason)]
        case FiguresConfirmed():
            return [
                AnswerTaken(campaign=said.campaign, unit=said.unit, accepted=said.accepted, contested=said.contested)
            ]
        case _:
            assert_never(said)


HEARD: Decider[Heard, Dossier, DossierFact] = Decider(
    initial=Dossier(),
    book=FactBook(DOSSIER_FACTS),
    streams=lambda said: [dossier_stream(said.campaign, said.unit)],
    decide=_hear,
    evolve=evolve,
)
