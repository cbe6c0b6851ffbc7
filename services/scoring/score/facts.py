"""The score history: every word of every stage and every score another unit moved. Cause and actor stand in the row."""

from typing import TypeAlias

from shared.facts import Fact
from shared.vocabulary import Closed, Id, Points, Score, Stage, Word, stream

WITHDRAWN = "withdrawn"
"""Reason code of the rows of a sheet taken back."""


def score_stream(campaign: str, unit: str) -> str:
    """Where a unit's score history lies."""
    return stream(campaign, "score", unit)


class _OfUnit(Fact):
    campaign: Id
    unit: Id

    @property
    def stream(self) -> str:
        return score_stream(self.campaign, self.unit)


class _Change(_OfUnit):
    """What stood and what stands now.

    Attributes:
        before, after: Score of the criterion: that of the latest stage that spoke.
        group: The group right below the root that the criterion counts in.
        total_before, total_after: Two decimals; None while the total does not exist.
    """

    criterion: Id
    stage: Stage
    before: Score
    after: Score
    group: Id
    group_before: Score
    group_after: Score
    total_before: Points | None
    total_after: Points | None

    @property
    def changed(self) -> bool:
        """Whether another score stands now."""
        return self.before != self.after


class ScoreGiven(_Change):
    """A stage gave its word on one criterion, the same as stood before or another.

    Attributes:
        sheet: Version of the sheet it is about; 0 where the unit handed in none.
        word: What was said; None where the unit took its sheet back, or its new sheet leaves the criterion out.
        given: What the word is worth; it stands unless a later stage has spoken.
        reason: The unit's explanation, or why a verdict differs.
    """

    type = "score_given.v1"
    sheet: int
    word: Word | None
    given: Score
    reason_code: str | None = None
    reason: Closed | None = None


class ScoreMoved(_Change):
    """A word said elsewhere moved this score: another unit's on the same criterion, or the unit's own on a register.

    Attributes:
        stage: Whose word stands here; the mover's where none does.
        cohort: The unit that moved it.
    """

    type = "score_moved.v1"
    cohort: Id


class SheetKept(_OfUnit):
    """What a sheet says where units claim no points themselves: not scored, and in no history.

    Attributes:
        words: Empty where the unit took its sheet back.
    """

    type = "sheet_kept.v1"
    version: int
    words: dict[Id, Word]


ScoreFact: TypeAlias = ScoreGiven | ScoreMoved | SheetKept
SCORE_FACTS = (ScoreGiven, ScoreMoved, SheetKept)
