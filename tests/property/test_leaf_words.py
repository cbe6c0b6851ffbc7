"""Any score that words on criteria can come to is come to exactly; any other is refused."""

from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.agencies.leaf_group import GroupOutOfReach, GroupSaid, told
from deploy.agencies.leaf_words import Part, answers, best, hundredths, said_points, words_for
from shared.ruleset import Criterion, check
from shared.ruleset.rules import Manual
from shared.vocabulary import GivenPoints, Stage, Word

MOST = 40  # hundredths of one criterion, so that every sum can be tried


def criterion(code: str, most: int, worths: tuple[int, ...] | None, floor: int = 0) -> Criterion:
    """Judged as a whole, or one of several options that are worth so much."""
    rule = {"kind": "manual.v1", "floor": _text(floor)}
    inputs: list[object] = []
    if worths is not None:
        options = [
            {"code": f"o{place}", "title": {"vi": "x"}, "points": _text(worth)}
            for place, worth in enumerate((most, *worths))
        ]
        rule = {"kind": "choice.v1", "input": "which", "options": options}  # type: ignore[dict-item]
        inputs = [{"name": "which", "title": {"vi": "x"}, "type": "choice", "source": "unit"}]
    return Criterion.model_validate(
        {"code": code, "title": {"vi": code}, "max": _text(most), "rule": rule, "inputs": inputs}
    )


def _text(value: int) -> str:
    return str(Decimal(value).scaleb(-2))


@st.composite
def groups(draw: st.DrawFn) -> list[Criterion]:
    found = []
    for place in range(draw(st.integers(1, 5))):
        most = draw(st.integers(1, MOST))
        worths = draw(st.none() | st.lists(st.integers(0, most), min_size=1, max_size=2).map(tuple))
        floor = draw(st.sampled_from([0, 0, -5])) if worths is None else 0
        found.append(criterion(f"c{place}", most, worths, floor))
    return found


def reachable(criteria: list[Criterion]) -> set[int]:
    """Every sum, by trying."""
    judged = [each for each in criteria if isinstance(each.rule, Manual)]
    others = [[worth for worth, _ in answers(each)] for each in criteria if not isinstance(each.rule, Manual)]
    least = sum(int(each.rule.floor * 100) for each in judged if isinstance(each.rule, Manual))
    most = sum(int(each.max * 100) for each in judged)
    return {sum(values) + rest for values in product(*others) for rest in range(least, most + 1)}


def counted(criteria: list[Criterion], words: dict[str, Word]) -> int:
    assert words.keys() == {each.code for each in criteria}
    for each in criteria:
        check(each, words[each.code])
    return sum(hundredths(each, words[each.code]) or 0 for each in criteria)


@given(groups(), st.data())
def test_a_sum_is_hit_where_it_can_be_and_refused_where_it_cannot(
    criteria: list[Criterion], data: st.DataObject
) -> None:
    target = data.draw(st.integers(-30, MOST * 5 + 10))
    start: dict[str, Word] = {}
    for each in criteria:
        if isinstance(each.rule, Manual):
            start[each.code] = said_points(data.draw(st.integers(0, int(each.max * 100))))
        else:
            start[each.code] = data.draw(st.sampled_from([word for _, word in answers(each)]))
    bounds = {each.code: sorted(data.draw(st.tuples(*[st.integers(0, int(each.max * 100))] * 2))) for each in criteria}
    parts = [Part(each, start[each.code], *bounds[each.code]) for each in criteria]
    words = words_for(parts, target)
    assert (words is not None) == (target in reachable(criteria))
    if words is not None:
        assert counted(criteria, words) == target
        if counted(criteria, start) == target and all(
            low <= _of(each, start) <= high for each, (low, high) in zip(criteria, bounds.values(), strict=True)
        ):
            assert words == start


def _of(criterion: Criterion, words: dict[str, Word]) -> int:
    return hundredths(criterion, words[criterion.code]) or 0


STORY: tuple[Stage, ...] = ("self", "round1", "round2", "council")


@given(groups(), st.data())
def test_a_group_comes_to_its_score_at_every_stage(criteria: list[Criterion], data: st.DataObject) -> None:
    stages = STORY[: data.draw(st.integers(1, 4))]
    targets = {stage: data.draw(st.integers(0, MOST * 5)) for stage in stages}
    said = GroupSaid("unit", {stage: said_points(target) for stage, target in targets.items()})
    if not set(targets.values()) <= reachable(criteria):
        with pytest.raises(GroupOutOfReach):
            told(criteria, said, {})
        return
    found = told(criteria, said, {})
    standing: dict[str, Word] = {}
    for stage, target in targets.items():
        standing |= found.by_stage[stage]
        assert counted(criteria, standing) == target
    assert found.corrected == ()


@given(groups(), st.data())
def test_what_is_known_is_said_in_the_end_wherever_it_gives_the_score(
    criteria: list[Criterion], data: st.DataObject
) -> None:
    known: dict[str, Word] = {}
    for each in criteria:
        if isinstance(each.rule, Manual):
            known[each.code] = GivenPoints(points=data.draw(st.integers(0, int(each.max * 100)).map(_text)))
        else:
            known[each.code] = data.draw(st.sampled_from([word for _, word in answers(each)]))
    in_the_end = counted(criteria, known)
    full = counted(criteria, {each.code: best(each) for each in criteria})
    said = GroupSaid("unit", {"self": said_points(full), "round1": said_points(in_the_end)})
    found = told(criteria, said, known)
    assert {**found.by_stage["self"], **found.by_stage["round1"]} == known
    assert found.corrected == ()
