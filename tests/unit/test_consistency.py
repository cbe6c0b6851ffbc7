"""Each kind of claim a report makes: one that follows, one that does not, and what is told of it."""

from decimal import Decimal

import pytest

from services.scoring.engine.claims import (
    Averaged,
    Balanced,
    Band,
    Claim,
    Classed,
    Column,
    Counted,
    Meaning,
    Moved,
    Place,
    Printed,
    Ranked,
    Repeated,
    Scheme,
    Share,
    Shares,
    Summed,
)
from services.scoring.engine.classes import holes, overlaps, reached
from services.scoring.engine.consistency import Contradiction, check
from services.scoring.engine.percentages import apportioned, counts, decimals, share
from shared.ruleset import half_up

HERE = Place("Bảng 1", "bang-1", 2, "Điểm", "a")


def printed(value: str, *, row: int = 2, column: str = "Điểm", dash: Meaning = "not_applicable") -> Printed:
    return Printed(Place("Bảng 1", "bang-1", row, column, f"đơn vị {row}"), value, dash)


def parts(*values: str, dash: Meaning = "not_applicable") -> tuple[Printed, ...]:
    return tuple(printed(value, row=row, dash=dash) for row, value in enumerate(values, start=3))


def column(**values: str) -> Column:
    return {unit: printed(value, row=row, column=unit) for row, (unit, value) in enumerate(values.items(), start=3)}


def found(*claims: Claim) -> tuple[str, str, str | None, int | None, int | None]:
    """The one contradiction of *claims*."""
    [one] = check(claims).contradictions
    return one.kind.removeprefix("consistency."), one.printed, one.derived, one.denominator, one.printed_denominator


def facts(*claims: Claim) -> dict[str, object]:
    [one] = check(claims).contradictions
    return dict(one.facts or {})


def follows(*claims: Claim) -> bool:
    return check(claims).contradictions == ()


SCHEME = Scheme(
    HERE,
    (Band("A", Decimal(65)), Band("B", Decimal(50), below=Decimal(65)), Band("C", Decimal(0), below=Decimal(50))),
    Decimal(100),
)


def test_a_mean_is_half_up_and_told_with_its_denominator() -> None:
    assert follows(Averaged(printed("28.13"), parts("28.12", "28.13")))  # 28.125, a tie
    assert follows(Averaged(printed("28.1"), parts("28.12", "28.13"), digits=1))
    assert found(Averaged(printed("28.12"), parts("28.12", "28.13"))) == ("mean_rounded", "28.12", "28.13", 2, None)
    assert found(Averaged(printed("28.11"), parts("28.12", "28.13"))) == ("mean", "28.11", "28.13", 2, None)


def test_the_declared_denominator_counts_whatever_the_dashes_mean() -> None:
    three = parts("90", "60", "-")
    assert follows(Averaged(printed("30.00"), three, denominator=5))
    assert found(Averaged(printed("75.00"), three, denominator=5)) == ("mean", "75.00", "30.00", 5, None)


def test_a_mean_that_only_another_reading_of_the_dash_gives_is_told_with_both_denominators() -> None:
    values = ("90", "60", "75", "-", "-")
    assert follows(Averaged(printed("75.00"), parts(*values)))
    assert follows(Averaged(printed("45.00"), parts(*values, dash="zero")))
    assert found(Averaged(printed("45.00"), parts(*values))) == ("counts_dash", "45.00", "75.00", 3, 5)
    assert found(Averaged(printed("56.25"), parts(*values))) == ("counts_dash", "56.25", "75.00", 3, 4)
    assert found(Averaged(printed("75.00"), parts(*values, dash="zero"))) == ("leaves_dash_out", "75.00", "45.00", 5, 3)


@pytest.mark.parametrize(("dash", "derived", "over", "other"), [
    ("not_applicable", "75.00", 2, {"other": "50.00", "other_over": 3}),
    ("zero", "50.00", 3, {"other": "75.00", "other_over": 2}),
])  # fmt: skip
def test_a_mean_that_no_reading_gives_is_told_with_the_other_one(
    dash: Meaning, derived: str, over: int, other: dict[str, object]
) -> None:
    claim = Averaged(printed("61.00"), parts("90", "60", "-", dash=dash))
    assert found(claim) == ("mean_either", "61.00", derived, over, None)
    assert facts(claim) == other


def test_a_mean_of_nothing_is_a_dash() -> None:
    assert follows(Averaged(printed("-"), parts("-", "-")))
    assert found(Averaged(printed("5.00"), parts("-", "-"))) == ("mean_either", "5.00", "-", 0, None)
    assert found(Averaged(printed("0.00"), parts("-", "-"))) == ("counts_dash", "0.00", "-", 0, 1)


def test_one_mark_with_two_meanings_is_told_where_a_total_rests_on_it() -> None:
    left_out, zero = printed("-", column="g4"), printed("-", column="g5", dash="zero")
    total = Averaged(printed("50.00"), (printed("90"), printed("60"), left_out, zero))
    assert found(total) == ("dash_twofold", "50.00", "75.00", 2, 3)
    assert facts(total) == {"columns": "g5"}
    everywhere_zero = Averaged(printed("50.00"), (printed("90"), printed("60"), zero))
    assert follows(everywhere_zero)  # nowhere does it mean anything else
    assert follows(Averaged(printed("50.00"), (printed("90"), printed("60"), left_out, zero), denominator=3))
    nothing_lost = Averaged(printed("0.00"), (printed("0"), left_out, zero))
    assert follows(nothing_lost)


def test_a_mean_that_rounding_may_explain_is_told_so_unless_it_is_declared() -> None:
    three = parts("33.33", "33.33", "66.67")  # 33.33 + 33.33 + 66.67: 44.44; of 100/3, 100/3, 200/3 too
    assert follows(Averaged(printed("44.44"), three))
    assert found(Averaged(printed("44.45"), three)) == ("mean_rounded", "44.45", "44.44", 3, None)
    assert follows(Averaged(printed("44.45"), three, unrounded=True))
    assert found(Averaged(printed("44.46"), three, unrounded=True)) == ("mean", "44.46", "44.44", 3, None)
    dropped = parts("33.3", "33.33", "66.67")  # 33.30, of a spreadsheet
    assert found(Averaged(printed("44.46"), dropped)) == ("mean", "44.46", "44.43", 3, None)
    assert found(Averaged(printed("-"), three, unrounded=True)) == ("mean", "-", "44.44", 3, None)


def test_equal_points_may_have_different_ranks_where_they_were_rounded_after_ranking() -> None:
    of, before = column(a="80", b="80", c="60"), column(a="70", b="60", c="60")
    ranked = Ranked(column(a="2", b="1", c="3"), of)
    assert found(ranked) == ("rank", "2", "1", 3, None)
    assert follows(Ranked(ranked.printed, of, unrounded=True), Ranked(ranked.printed, of, "1223", unrounded=True))
    assert found(Ranked(column(c="2"), of, unrounded=True)) == ("rank", "2", "3", 3, None)
    assert follows(Moved(column(a="-1", b="2", c="0"), of, before, unrounded=True))
    assert found(Moved(column(b="3"), of, before, unrounded=True)) == ("change", "3", "0", 3, None)


def test_a_sum_adds_nothing_for_a_dash() -> None:
    assert follows(Summed(printed("20"), parts("4", "15", "1", "-")))
    assert found(Summed(printed("21"), parts("4", "15", "1"))) == ("sum", "21", "20", None, None)


def test_a_figure_that_is_printed_twice_is_recomputed_once_and_told_with_both_places() -> None:
    first, again = printed("61.00", row=4), printed("61.00", row=9)
    [one] = check([Repeated(again, first), Averaged(again, parts("90", "60"))]).contradictions
    assert (one.place.row, [place.row for place in one.also]) == (9, [4])
    assert found(Repeated(printed("61.01"), first)) == ("repeated", "61.01", "61.00", None, None)


def test_ranks_go_by_the_printed_points_and_share_ties() -> None:
    of = column(a="70", b="80", c="80", d="60", e="-")
    right = {"a": "3", "b": "1", "c": "1", "d": "4", "e": "-"}
    assert follows(Ranked(column(**right), of))
    assert follows(Ranked(column(**{**right, "a": "2", "d": "3"}), of, "1223"))
    assert found(Ranked(column(**{**right, "d": "3"}), of)) == ("rank", "3", "4", 4, None)
    assert facts(Ranked(column(**{**right, "d": "3"}), of)) == {"points": "60"}
    assert found(Ranked(column(nobody="5"), of)) == ("rank", "5", "-", 4, None)


def test_changes_of_rank_are_the_earlier_rank_minus_the_rank() -> None:
    now, before = column(a="70", b="80", c="60"), column(a="80", b="70", c="-")
    assert follows(Moved(column(a="-1", b="1", c="-"), now, before))
    assert found(Moved(column(a="1", b="1"), now, before)) == ("change", "1", "-1", 2, None)


@pytest.mark.parametrize(("values", "kind", "total"), [
    (("5", "-3", "-1"), "changes_rise", "1"),
    (("5", "-6", "-"), "changes_fall", "-1"),
    (("1.5", "-1"), "changes_rise", "0.5"),
])  # fmt: skip
def test_changes_of_rank_come_to_nothing(values: tuple[str, ...], kind: str, total: str) -> None:
    assert follows(Balanced(parts("5", "-3", "-2")))
    assert found(Balanced(parts(*values))) == (kind, total, "0", None, None)
    assert check([Balanced(parts(*values))]).follow == 0


def test_a_class_is_the_band_that_the_points_reach() -> None:
    assert follows(Classed(printed("A"), printed("65"), SCHEME), Classed(printed("-"), printed("-"), SCHEME))
    assert found(Classed(printed("A"), printed("64.99"), SCHEME))[:3] == ("class", "A", "B")
    assert found(Classed(printed("A"), printed("-"), SCHEME))[:3] == ("class_none", "A", "-")


def test_units_of_a_class_are_counted_by_their_points() -> None:
    of = (*parts("70", "65", "49", "-"), printed("200"))
    narrow = Scheme(HERE, (Band("A", Decimal(65), up_to=Decimal(100)),), Decimal(100))
    assert follows(Counted(printed("2"), "A", of, narrow))
    claim = Counted(printed("3"), "A", of, narrow)
    assert found(claim)[:3] == ("class_count", "3", "2")
    assert facts(claim) == {"name": "A", "count": 5}


def test_classes_without_hole_and_overlap_are_in_order() -> None:
    assert follows(SCHEME)
    assert check([SCHEME]).figures == 0


def test_holes_are_told_with_the_scores_that_fall_into_them() -> None:
    top = Band("A", Decimal(65), below=Decimal(80))
    scheme = Scheme(HERE, (top, *SCHEME.bands[1:]), Decimal(100), parts("80", "79.99", "-", "100"))
    [one] = check([scheme]).contradictions
    assert (one.kind, one.printed) == ("consistency.hole_with_scores", "[80, 100]")
    assert (one.facts or {})["scores"] == (("đơn vị 3", "Điểm", "80"), ("đơn vị 6", "Điểm", "100"))
    assert found(Scheme(HERE, SCHEME.bands[:2], Decimal(100)))[:2] == ("hole", "[0, 50)")


def test_a_score_on_an_edge_that_is_included_is_in_no_hole() -> None:
    bands = (Band("A", Decimal(65), up_to=Decimal(80)), Band("B", Decimal(0), below=Decimal(60)))
    low, high = holes(bands, Decimal(100))
    assert (low.text, high.text) == ("[60, 65)", "(80, 100]")
    assert [high.has(Decimal(each)) for each in ("80", "80.01", "100", "100.01")] == [False, True, True, False]
    assert [low.has(Decimal(each)) for each in ("59.99", "60", "65")] == [False, True, False]
    assert reached(bands, Decimal(62)) is None
    assert list(overlaps(bands, Decimal(100))) == []


def test_two_classes_of_one_score_overlap() -> None:
    bands = (Band("A", Decimal(65)), Band("B", Decimal(0), up_to=Decimal(65)))
    assert found(Scheme(HERE, bands, Decimal(100)))[:2] == ("overlap", "65")
    assert facts(Scheme(HERE, bands, Decimal(100))) == {"first": "B", "second": "A"}


def test_a_share_is_held_at_its_own_decimals() -> None:
    assert follows(Share(printed("93"), Decimal(120), 129), Share(printed("93.02"), Decimal(120), 129))
    assert found(Share(printed("93.1"), Decimal(120), 129)) == ("share", "93.1", "93.02", 129, None)
    assert found(Share(printed("75"), Decimal(120), 129)) == ("share_of_other", "75", "93.02", 129, 160)
    assert found(Share(printed("0"), Decimal(120), 129)) == ("share", "0", "93.02", 129, None)


def test_shares_by_themselves_must_come_from_counts_of_the_whole() -> None:
    both = {23: "cả hai"}
    assert follows(Shares(parts("20", "60", "20", "0"), 5, both))
    assert found(Shares(parts("9", "39", "48", "4"), 18, both)) == ("shares_of_other", "9% 48% 4%", None, 18, 23)
    assert found(Shares(parts("9", "39", "48", "4"), 18, {})) == ("shares", "9% 48% 4%", None, 18, None)
    assert found(Shares(parts("41", "59"), 18, {}))[:2] == ("shares", "41% 59%")
    claim = Shares(parts("9", "39", "48", "4"), 18, both)
    assert (check([claim]).figures, check([claim]).follow) == (4, 1)


def test_shares_that_are_possible_each_but_not_together_are_told_at_the_column() -> None:
    claim = Shares(parts("50", "39"), 18, {})
    [one] = check([claim]).contradictions
    assert (one.kind, one.place.row, one.printed) == ("consistency.shares_sum", 0, "50% 39%")
    [single] = check([Shares(parts("100", "1"), 18, {})]).contradictions
    assert (single.kind, single.place.row) == ("consistency.shares", 4)


def test_counts_behind_a_percentage() -> None:
    assert [list(counts(each, 18)) for each in ("39", "48", "0", "100", "101")] == [[7], [], [0], [18], []]
    assert list(counts("50", 1000)) == list(range(495, 505))
    assert len(counts("50", 10**15)) == 10**13
    for whole in range(1, 60):
        for printed_share in ("0", "4", "33.3", "50", "99.95", "100"):
            digits = decimals(printed_share)
            hits = [k for k in range(whole + 1) if half_up(share(k, whole), digits) == Decimal(printed_share)]
            assert list(counts(printed_share, whole)) == hits
    assert apportioned(["50", "50"], 1000) == (504, 496)
    assert apportioned(["50", "10"], 1000) is None


def test_contradictions_come_in_the_order_of_the_claims() -> None:
    claims: list[Claim] = [Summed(printed("1"), parts("2")), Averaged(printed("1"), parts("2"))]
    checked = check(claims)
    assert [each.kind for each in checked.contradictions] == ["consistency.sum", "consistency.mean"]
    assert all(isinstance(each, Contradiction) for each in checked.contradictions)
    assert (checked.figures, checked.follow) == (2, 0)
