"""What goes into a run: units, and what was said on each of their criteria, stage by stage."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from shared.campaign import Enrolment
from shared.ruleset import Criterion, completed
from shared.vocabulary import STAGES, Stage, Word


@dataclass(frozen=True, slots=True)
class UnitInput:
    """One unit of the roster.

    Attributes:
        taken: By the code of a node, where it is taken from instead; see `tree_of`.
        words: By stage and criterion; a stage that does not count (a campaign without self-score) is left out.
        earlier: Published score of an earlier campaign; None where there is none.
        ranked: Whether it is compared with others; else it has no rank and no class, and is in no mean.
    """

    unit: str
    block: str
    appendix: str
    taken: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[Stage, Mapping[str, Word]] = field(default_factory=dict)
    earlier: Decimal | None = None
    ranked: bool = True

    @classmethod
    def of(cls, enrolled: Enrolment, words: Mapping[Stage, Mapping[str, Word]]) -> "UnitInput":
        """A unit as it stands on a campaign's roster, with what was said on it."""
        return cls(
            unit=enrolled.unit,
            block=enrolled.block,
            appendix=enrolled.appendix,
            taken=enrolled.taken,
            words=words,
            earlier=enrolled.earlier.score if enrolled.earlier else None,
            ranked=enrolled.unranked is None,
        )

    @property
    def spoke(self) -> bool:
        """Whether anything was said of it at any stage."""
        return any(self.words.values())


def stages_until(last: Stage) -> tuple[Stage, ...]:
    """The stages up to *last*, included, in order of precedence."""
    return STAGES[: STAGES.index(last) + 1]


def full_word(unit: UnitInput, criterion: Criterion, last: Stage, said: Word | None = None) -> Word | None:
    """The same, with what stands in registers by then; None where something of it is missing.

    A word *said* on the criterion takes the place of the one that stands there.
    """

    def word_of(code: str) -> Word | None:
        return said if said is not None and code == criterion.code else standing_word(unit, code, last)

    return completed(criterion, word_of)


def standing_word(unit: UnitInput, criterion: str, last: Stage) -> Word | None:
    """The word of the latest stage, up to *last*, that spoke on *criterion*; None where none did."""
    for stage in reversed(stages_until(last)):
        word = unit.words.get(stage, {}).get(criterion)
        if word is not None:
            return word
    return None
