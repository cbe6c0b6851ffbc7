"""A ranking as it stands, and as it would stand after some words more. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from services.scoring.engine import Ongoing, UnitInput
from services.scoring.score.domain import Scores
from shared.opening import OpenCampaign
from shared.ruleset import check
from shared.standing import Standing
from shared.vocabulary import Id, Points, Score, Stage, Value, Word

LAST: Stage = "council"
"""All that was said counts."""


class Supposed(Value):
    """A word that *stage* might say on one criterion."""

    unit: Id
    criterion: Id
    stage: Stage
    word: Word


class Place(Value):
    """Where a unit stands.

    Attributes:
        groups: Score of each node right below the root.
    """

    groups: dict[Id, Score]
    total: Points | None
    rank_overall: int | None
    rank_block: int | None
    class_code: str | None


class Effect(Value):
    """One unit that would stand elsewhere."""

    unit: Id
    block: Id
    before: Place
    after: Place


@dataclass(frozen=True, slots=True)
class Kept:
    """What is known of a campaign: its scores, and the run that they make.

    Attributes:
        position: Of the log, up to which they were read.
    """

    position: int
    scores: Scores
    run: Ongoing

    @classmethod
    def begun(cls, position: int, scores: Scores) -> "Kept":
        """Work the whole run out."""
        return cls(position, scores, Ongoing.begun(scores.campaign.ruleset, scores.inputs, LAST))

    def onward(self, position: int, scores: Scores) -> "Kept":
        """With *scores*, of a roster and ruleset that did not change."""
        moved = [unit for unit in scores.units if scores.units[unit] is not self.scores.units.get(unit)]
        return Kept(position, scores, self.run.heard(*map(scores.input, moved)))


def effects(opened: OpenCampaign, run: Ongoing, supposed: Sequence[Supposed]) -> list[Effect]:
    """The units that would stand elsewhere if all that is *supposed* were said, in the order of the roster.

    Raises:
        UnitUnknown, CriterionUnknown: Not there.
        WordDoesNotFit, InputsDoNotFit, InputWrong, PointsOutOfRange, InputOutOfRange: As `check`.
    """
    units: dict[str, UnitInput] = {}
    for each in supposed:
        check(opened.criterion(each.unit, each.criterion), each.word)
        unit = units.get(each.unit, run.units[each.unit])
        said = {**unit.words.get(each.stage, {}), each.criterion: each.word}
        units[each.unit] = replace(unit, words={**unit.words, each.stage: said})
    after = run.heard(*units.values()).standings
    pairs = zip(run.standings.units, after.units, strict=True)
    found = ((old, place(old), place(new)) for old, new in pairs)
    return [Effect(unit=old.unit, block=old.block, before=was, after=now) for old, was, now in found if was != now]


def place(standing: Standing) -> Place:
    """Where it stands."""
    return Place.model_validate(standing, from_attributes=True)
