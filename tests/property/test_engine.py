"""Laws of the engine, for every roster."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.scoring.engine import Standings, UnitInput, examine, half_up, run_digest, standings
from shared.ruleset import Ruleset, cohort_of, evaluate, parse, peer_relative, sheet_of
from shared.vocabulary import GivenInputs, GivenPoints, GivenState, NotApplicable, NotScored, Scored, Stage, Word

GROUPS = ("g1", "g2", "g3")
LEAF = {"title": {"vi": "Tiêu chí"}, "max": "100"}
RULES: Ruleset = parse(
    {
        "id": "laws",
        "edition": "1",
        "title": {"vi": "Luật"},
        "ground": "Thử",
        "appendices": [
            {
                "code": "I",
                "title": {"vi": "I"},
                "max": "100",
                "aggregate": "mean_of_applicable",
                "children": [
                    {**LEAF, "code": "g1", "rule": {"kind": "manual.v1"}},
                    {**LEAF, "code": "g2", "rule": {"kind": "manual.v1"}},
                    {
                        **LEAF,
                        "code": "g3",
                        "inputs": [{"name": "x", "title": {"vi": "x"}, "unit": "x", "source": "unit"}],
                        "rule": {"kind": "relative.v1", "input": "x"},
                        "examples": [{"given": {"x": "1"}, "among": [{"x": "2"}], "gives": "50"}],
                    },
                ],
            }
        ],
        "classes": {
            block: [
                {"code": "A", "label": {"vi": "A"}, "at_least": "65", "up_to": "100"},
                {"code": "B", "label": {"vi": "B"}, "at_least": "0", "below": "65"},
            ]
            for block in ("b", "c")
        },
        "policies": {
            "ties": "1224",
            "rank_on": "published",
            "rounding": {"mode": "half_up", "digits": "2"},
            "block_mean": "of_published",
            "group_mean": "over_applicable",
            "late": "flagged",
            "no_evidence": "refused",
            "no_sheet": "unranked",
        },
    }
)

hundredths = st.integers(0, 10_000).map(lambda whole: Decimal(whole).scaleb(-2))
states = st.sampled_from([GivenState(score=NotApplicable()), GivenState(score=NotScored(reason="late"))])
manual = st.one_of(hundredths.map(lambda points: GivenPoints(points=points)), states)
relative = st.one_of(st.integers(0, 50).map(lambda x: GivenInputs(inputs={"x": Decimal(x)})), states)


def words(draw: st.DrawFn) -> dict[str, Word]:
    return {"g1": draw(manual), "g2": draw(manual), "g3": draw(relative)}


@st.composite
def rosters(draw: st.DrawFn) -> list[UnitInput]:
    size = draw(st.integers(1, 8))
    units = []
    for number in range(size):
        said: dict[Stage, dict[str, Word]] = {"self": words(draw)}
        if draw(st.booleans()):
            said["round1"] = {code: word for code, word in words(draw).items() if draw(st.booleans())}
        earlier = draw(st.none() | hundredths)
        units.append(UnitInput(f"u{number}", draw(st.sampled_from(["b", "c"])), "I", {}, said, earlier))
    return units


def run_of(units: list[UnitInput]) -> Standings:
    return standings(RULES, units, "council")


@given(rosters(), st.randoms(use_true_random=False))
def test_the_order_of_enrolment_changes_nothing(units: list[UnitInput], chance: Any) -> None:
    shuffled = list(units)
    chance.shuffle(shuffled)
    run, other = run_of(units), run_of(shuffled)
    assert {one.unit: one for one in run.units} == {one.unit: one for one in other.units}
    assert run.overall == other.overall
    assert run_digest(RULES, units, run) == run_digest(RULES, shuffled, other)


@given(rosters())
def test_the_gate_recomputes_every_run_and_agrees(units: list[UnitInput]) -> None:
    assert examine(RULES, units, run_of(units)) == ()


@given(rosters())
def test_a_rank_is_one_more_than_the_number_of_better_units(units: list[UnitInput]) -> None:
    ranked = [one for one in run_of(units).units if one.total is not None]
    for one in ranked:
        better = [other for other in ranked if (other.total or 0) > (one.total or 0)]
        assert one.rank_overall == 1 + len(better)
    assert (min((one.rank_overall or 0 for one in ranked), default=1)) == 1


@given(rosters())
def test_changes_add_up_to_nothing_where_nobody_came_or_went_and_nobody_ties(units: list[UnitInput]) -> None:
    run = run_of(units)
    for block in {one.block for one in run.units}:
        members = [one for one in run.units if one.block == block]
        totals, earlier = [one.total for one in members], [one.earlier for one in members]
        complete = None not in totals and None not in earlier
        if complete and len(set(totals)) == len(set(earlier)) == len(members):
            assert sum(one.change_block or 0 for one in members) == 0


@given(rosters(), st.sampled_from(GROUPS))
def test_not_applicable_is_not_zero(units: list[UnitInput], group: str) -> None:
    def with_state(state: NotApplicable | NotScored) -> Standings:
        first = units[0]
        said: dict[Stage, dict[str, Word]] = {"self": {**first.words["self"], group: GivenState(score=state)}}
        return run_of([UnitInput(first.unit, first.block, "I", {}, said, first.earlier), *units[1:]])

    left_out, zero = with_state(NotApplicable()).units[0], with_state(NotScored(reason="late")).units[0]
    assert left_out.applicable_groups == zero.applicable_groups - 1
    if left_out.total:
        assert zero.total is not None
        assert zero.total < left_out.total or left_out.total <= Decimal("0.01")


@given(rosters())
def test_every_total_lies_between_its_groups(units: list[UnitInput]) -> None:
    for one in run_of(units).units:
        counted = [
            getattr(score, "points", Decimal(0)) for score in one.groups.values() if score.state != "not_applicable"
        ]
        assert (one.total is None) == (not counted)
        if one.total is not None:
            assert min(counted) <= one.total <= max(counted)


@given(st.integers(0, 10**12), st.integers(1, 10**6))
def test_rounding_is_half_up_and_agrees_with_decimal(top: int, bottom: int) -> None:
    exact = Fraction(top, bottom)
    with localcontext(prec=60):
        assert half_up(exact) == (Decimal(top) / Decimal(bottom)).quantize(Decimal("0.01"), ROUND_HALF_UP)


counts = st.decimals(min_value=0, max_value=10**6, places=3)


@given(counts, counts, counts)
def test_a_calculated_score_never_leaves_its_scale_and_never_falls_with_a_better_input(
    less: Decimal, more: Decimal, best: Decimal
) -> None:
    less, more = sorted((less, more))
    (criterion,) = [leaf for leaf in sheet_of(RULES, "I", {}).values() if peer_relative(leaf)]
    words = [GivenInputs(inputs={"x": value}) for value in (less, more, best)]
    cohort = cohort_of(criterion, words)
    worse, better = (evaluate(criterion, word, cohort) for word in words[:2])
    assert isinstance(worse, Scored)
    assert isinstance(better, Scored)
    assert 0 <= worse.points <= better.points <= criterion.max


def _values(found: object) -> Iterable[object]:
    if isinstance(found, dict):
        for value in found.values():
            yield from _values(value)
    elif isinstance(found, list | tuple):
        for value in found:
            yield from _values(value)
    else:
        yield found


@given(rosters())
def test_no_float_ever_appears(units: list[UnitInput]) -> None:
    run = run_of(units)
    for part in (*run.units, *run.blocks, run.overall):
        assert not any(isinstance(value, float) for value in _values(part.model_dump()))
        assert not any(isinstance(value, float) for value in _values(part.model_dump(mode="json")))
