"""What a unit is shown of its own draft is what scoring will make of its sheet."""

from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.submission.sheet.domain import SHEET
from services.submission.sheet.queries import show_draft
from services.submission.sheet.tables import Cell
from shared.ruleset import parse, totals, tree_of
from shared.vocabulary import GivenPoints, GivenState, NotApplicable, Score, Scored, Word
from tests.kit.campaigns import CAMPAIGN, RULESET, appendix, enrolled, leaf, opened

CODES = ("g1", "g2.1", "g2.2", "g3.1", "g3.2")


def group(code: str, aggregate: str, *children: dict[str, Any]) -> dict[str, Any]:
    whole = {"code": code, "title": {"vi": code}, "max": "100", "aggregate": aggregate}
    return {**whole, "children": list(children)}


TREE = appendix(
    "I",
    leaf("g1"),
    group("g2", "sum", leaf("g2.1", max="30"), leaf("g2.2", max="70")),
    group("g3", "mean_of_applicable", leaf("g3.1"), leaf("g3.2")),
)
DOCUMENT = {**RULESET, "appendices": [TREE]}
CAMPAIGN_OPEN = SHEET.fold(opened((enrolled("a"),), ruleset=DOCUMENT)).campaign.opened(CAMPAIGN)
SAID = st.one_of(
    st.none(),
    st.just(GivenState(score=NotApplicable())),
    st.decimals(0, 30, places=2).map(lambda points: GivenPoints(points=points)),
)


def score(word: Word) -> Score:
    match word:
        case GivenPoints():
            return Scored(points=Decimal(word.points))
        case GivenState():
            return word.score
        case _:
            raise AssertionError(word)


@given(st.fixed_dictionaries(dict.fromkeys(CODES, SAID)))
def test_own_totals_are_scorings(said: dict[str, Word | None]) -> None:
    words = {code: word for code, word in said.items() if word is not None}
    shown = show_draft(CAMPAIGN_OPEN, "a", {code: Cell(word=word) for code, word in words.items()})
    expected = totals(tree_of(parse(DOCUMENT), "I", {}), {code: score(word) for code, word in words.items()})
    assert shown.total == expected.overall.score
    assert dict(shown.groups) == {code: total.score for code, total in expected.groups.items()}
