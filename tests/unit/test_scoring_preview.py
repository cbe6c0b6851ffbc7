"""What a word that nobody said yet would change, from the facts that scoring has."""

import pytest

from services.scoring.preview.domain import Kept, Supposed, effects
from services.scoring.score.domain import SCORE, Scores, TakeSheet, TakeVerdict
from shared.opening import CriterionUnknown, UnitUnknown
from shared.ruleset import PointsOutOfRange
from shared.vocabulary import Meta, Stage
from tests.kit.campaigns import CAMPAIGN, opened
from tests.kit.hearing import points
from tests.kit.world import META


def heard(scores: Scores, *commands: TakeSheet | TakeVerdict, meta: Meta = META) -> Scores:
    for command in commands:
        for fact in SCORE.decide(command, scores, meta):
            scores = SCORE.evolve(scores, fact)
    return scores


def sheet(unit: str, *values: str) -> TakeSheet:
    return TakeSheet(CAMPAIGN, unit, 1, {f"g{place}": points(value) for place, value in enumerate(values, start=1)})


def supposed(unit: str, criterion: str, value: str, stage: Stage = "round1") -> Supposed:
    return Supposed(unit=unit, criterion=criterion, stage=stage, word=points(value))


@pytest.fixture
def scores() -> Scores:
    sheets = sheet("a", "70", "80"), sheet("b", "60", "60"), sheet("c", "50", "50", "50")
    return heard(SCORE.fold(opened()), *sheets)


def changes(kept: Kept, *words: Supposed) -> list[tuple[str, str | None, int | None, str | None]]:
    found = effects(kept.scores.campaign.opened(CAMPAIGN), kept.run, words)
    return [(each.unit, str(each.after.total), each.after.rank_block, each.after.class_code) for each in found]


def test_units_that_would_stand_elsewhere_are_named_with_their_place(scores: Scores) -> None:
    kept = Kept.begun(1, scores)
    assert changes(kept, supposed("b", "g1", "100")) == [("a", "75.00", 2, "A"), ("b", "80.00", 1, "A")]
    assert changes(kept, supposed("b", "g1", "61")) == [("b", "60.50", 2, "B")]
    assert changes(kept, supposed("b", "g1", "100"), supposed("b", "g2", "20")) == [("b", "60.00", 2, "B")]
    assert changes(kept, supposed("b", "g1", "60")) == []


def test_what_was_heard_since_is_taken_in(scores: Scores) -> None:
    kept = Kept.begun(1, scores)
    later = heard(scores, TakeVerdict(CAMPAIGN, "a", "g1", "round1", 1, points("10")))
    onward = kept.onward(2, later)
    assert (onward.position, onward.run.standings) == (2, Kept.begun(2, later).run.standings)
    assert changes(onward, supposed("a", "g1", "40")) == [("a", "60.00", 1, "B"), ("c", "50.00", 1, "B")]


@pytest.mark.parametrize(
    ("word", "error"),
    [
        (supposed("z", "g1", "1"), UnitUnknown),
        (supposed("a", "g3", "1"), CriterionUnknown),
        (supposed("a", "g1", "101"), PointsOutOfRange),
    ],
)
def test_a_word_that_may_not_be_said_is_refused(scores: Scores, word: Supposed, error: type[Exception]) -> None:
    kept = Kept.begun(1, scores)
    with pytest.raises(error):
        effects(kept.scores.campaign.opened(CAMPAIGN), kept.run, [word])
