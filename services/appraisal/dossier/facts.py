"""What can have happened to a unit's dossier: heard from submission, or said here."""

from typing import TypeAlias

from shared.campaign import Contest, Evidence, SheetLine
from shared.facts import Fact
from shared.vocabulary import Closed, Id, Stage, Word, stream


def dossier_stream(campaign: str, unit: str) -> str:
    return stream(campaign, "appraisal", unit)


class _OfDossier(Fact):
    campaign: Id
    unit: Id

    @property
    def stream(self) -> str:
        return dossier_stream(self.campaign, self.unit)


class SheetTaken(_OfDossier):
    """The unit handed in its sheet for the *version*-th time."""

    type = "sheet_taken.v1"
    version: int
    lines: dict[Id, SheetLine]
    late: bool


class SheetTakenBack(_OfDossier):
    """The unit withdrew that version; nothing stands until it hands in another."""

    type = "sheet_taken_back.v1"
    version: int
    reason: Closed


class AnswerTaken(_OfDossier):
    """The unit accepted or contested the first round, criterion by criterion."""

    type = "answer_taken.v1"
    accepted: tuple[Id, ...]
    contested: dict[Id, Contest]


class VerdictGiven(_OfDossier):
    """A word on one criterion by the team or the council; a later one of the same stage replaces it.

    Attributes:
        sheet: Version of the sheet that was judged; 0 where the unit handed in none.
        before: The word that stood; None where nobody had spoken.
        stands: True where it was said without a word of its own.
    """

    type = "verdict_given.v1"
    criterion: Id
    stage: Stage
    sheet: int
    before: Word | None
    after: Word
    stands: bool
    reason_code: str | None = None
    reason: Closed | None = None
    evidence: tuple[Evidence, ...] = ()


DossierFact: TypeAlias = SheetTaken | SheetTakenBack | AnswerTaken | VerdictGiven
DOSSIER_FACTS = (SheetTaken, SheetTakenBack, AnswerTaken, VerdictGiven)
