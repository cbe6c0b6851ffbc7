"""One criterion's history: who said what, when and why. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from shared.campaign import Evidence
from shared.vocabulary import Word

ORDER = ("self", "round1", "reply", "round2", "council")
"""Of the stages, with the unit's answer where it belongs."""
BY: Final[Mapping[str, str]] = {
    "self": "unit", "round1": "team", "reply": "unit", "round2": "team", "council": "council",
}  # fmt: skip
"""Who speaks at a stage. Which person it was is not public, and not kept here (ADR 0006)."""


@dataclass(frozen=True, slots=True)
class Said:
    """One act on one criterion.

    Attributes:
        stage: A stage, or ``reply``.
        version: Of the sheet that it is, or judges.
        word: None for a reply.
        answer: ``accepted`` or ``contested``, for a reply only.
        reason: The closed text, or None; *destroyed* names the decision by which it was destroyed.
        message: ``appraisal/bnv@31``.
    """

    criterion: str
    stage: str
    version: int | None
    word: Word | None
    before: Word | None
    answer: str | None
    reason_code: str | None
    reason: str | None
    destroyed: str | None
    evidence: tuple[Evidence, ...]
    at: datetime
    message: str
    position: int

    @property
    def by(self) -> str:
        """Who said it: ``unit``, ``team`` or ``council``."""
        return BY[self.stage]

    @property
    def changed(self) -> bool:
        """Whether a verdict differs from what stood before."""
        return self.before is not None and self.before != self.word


def in_order(said: list[Said]) -> list[Said]:
    """As the process goes: by stage, then as it was said."""
    return sorted(said, key=lambda each: (ORDER.index(each.stage), each.position))
