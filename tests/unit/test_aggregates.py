"""How parts make a whole: each aggregate, what it reads, what is shared, shown only or not published."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.scoring.engine.vector import column, plain, wholes
from shared.ruleset import Appendix, Ruleset, Totals, check_composition, every, half_up, parse, totals, tree_of
from shared.ruleset.bounds import bound
from shared.ruleset.errors import ClassesHaveHole, SharedInItself, SharedUnknown
from shared.ruleset.exact import half_up_root, scored
from shared.vocabulary import Json, Missing, NotApplicable, NotScored, Score, Scored
from tests.kit.campaigns import RULESET, leaf
from tests.kit.rules import told


def group(code: str, aggregate: Json | str, *children: Json, most: str = "100", **more: Any) -> Json:
    whole = {"code": code, "title": {"vi": code}, "max": most, "aggregate": aggregate}
    return {**whole, "children": list(children), **more}


def shared(code: str, of: str, most: str = "100") -> Json:
    return {"code": code, "title": {"vi": code}, "max": most, "of": of}


def worked_out(root: Json, scores: Mapping[str, str]) -> Totals:
    """What *root* comes to; ``-`` for what does not apply, ``0!`` for what is not scored."""
    tree = tree_of(parse(document(root)), root["code"], {})
    found = totals(tree, {code: said(text) for code, text in scores.items()})
    again = wholes(tree, {code: column([plain(said(text))], maximum(tree, code)) for code, text in scores.items()})
    assert {code: each.rows() for code, each in again.nodes.items()} == {
        code: [plain(each.score)] for code, each in found.nodes.items()
    }
    assert again.overall.rows() == [plain(found.overall.score)]
    return found


def maximum(tree: Appendix, code: str) -> int:
    [node] = [each for each in every(tree.children) if each.code == code]
    return int(node.max * 100)


def document(root: Json) -> Json:
    classes = {"thuoc": [{"code": "A", "label": {"vi": "A"}, "up_to": root["max"]}]}
    return {**RULESET, "appendices": [root], "classes": classes}


def said(text: str) -> Score:
    if text == "-":
        return NotApplicable()
    return NotScored(reason="late") if text == "0!" else scored(Fraction(text))


A, B, C = (leaf(code) for code in "abc")
THIRTY, SEVENTY = leaf("a", max="30"), leaf("b", max="70")
WEIGHTED = {"kind": "weighted_sum", "weights": {"a": "0.25", "b": "3/4"}}
EXACT = {"kind": "mean_of_applicable", "reads": "exact"}


@pytest.mark.parametrize(
    ("root", "scores", "total", "exact"),
    [
        (group("I", "mean_of_applicable", A, B, C), {"a": "10", "b": "20.01", "c": "-"}, "15.01", "3001/200"),
        (group("I", "sum", THIRTY, SEVENTY), {"a": "-", "b": "35"}, "50.00", "50"),
        (group("I", {"kind": "sum", "not_applicable": "zero"}, THIRTY, SEVENTY), {"a": "-", "b": "35"}, "35.00", "35"),
        (group("I", WEIGHTED, A, B), {"a": "10", "b": "20"}, "17.50", "35/2"),
        (group("I", WEIGHTED, A, B), {"a": "10", "b": "-"}, "10.00", "10"),
        (
            group("I", "percent_of_applicable_maximum", THIRTY, SEVENTY, leaf("c", max="5")),
            {"a": "20", "b": "-", "c": "0!"},
            "57.14",
            "400/7",
        ),
        (group("I", "geometric_mean", A, B), {"a": "50", "b": "2"}, "10.00", None),
        (group("I", "geometric_mean", A, B, C), {"a": "2", "b": "2", "c": "0.25"}, "1.00", None),
        (group("I", "geometric_mean", A, B), {"a": "0!", "b": "90"}, "0.00", None),
        (group("I", "geometric_mean", A, B, C, digits="1"), {"a": "2", "b": "3", "c": "3"}, "2.60", None),
        (group("I", "mean_of_applicable", A, B, digits="1"), {"a": "0", "b": "0.1"}, "0.10", "1/20"),
        (group("I", "mean_of_applicable", A, B, digits="0"), {"a": "0", "b": "0.98"}, "0.00", "49/100"),
        (group("I", "mean_of_applicable", A, {**B, "counts": "false"}), {"a": "10", "b": "99"}, "10.00", "10"),
    ],
)
def test_a_whole_is_made_of_its_parts(root: Json, scores: dict[str, str], total: str, exact: str | None) -> None:
    found = worked_out(root, scores).overall
    assert str(found.points) == total
    assert (None if found.unrounded is None else str(found.unrounded)) == exact


def test_what_is_read_exactly_is_rounded_once_in_the_end() -> None:
    inner = group("g", EXACT, A, B, C)
    scores = {"a": "0.01", "b": "0", "c": "0", "d": "0"}
    published = worked_out(group("I", "mean_of_applicable", inner, leaf("d")), scores)
    exactly = worked_out(group("I", EXACT, inner, leaf("d")), {**scores, "a": "1/3"})
    assert published.groups["g"].score == Scored(points=Decimal("0.00"), exact="1/300")
    assert published.overall.score == Scored(points=Decimal("0.00"))
    assert exactly.overall.unrounded == Fraction(1, 18)  # 1/3 of a point, not the 0.33 that is published


def test_a_group_that_is_shared_counts_in_each_of_its_wholes_and_is_worked_out_once() -> None:
    """Source: decision 922/QĐ-BTTTT, the foundation that counts in all three pillars."""
    first = group("p1", "sum", shared("p1.foundation", "foundation", "60"), leaf("a", max="40"))
    second = group("p2", "sum", leaf("b", max="40"), shared("p2.foundation", "foundation", "60"))
    root = group(
        "I",
        "mean_of_applicable",
        first,
        second,
        group("foundation", "sum", leaf("f", max="60"), most="60", counts="false"),
    )
    found = worked_out(root, {"a": "40", "b": "10", "f": "30"})
    assert [str(found.groups[code].points) for code in ("p1", "p2", "foundation")] == ["70.00", "40.00", "30.00"]
    assert str(found.overall.points) == "55.00"


def test_what_is_shared_may_share_in_turn() -> None:
    inner = group("h", "sum", leaf("x", max="60"), most="60", counts="false")
    outer = group("g", "sum", shared("g.h", "h", "60"), most="60", counts="false")
    root = group("I", "sum", shared("s", "g", "60"), leaf("a", max="40"), outer, inner)
    assert str(worked_out(root, {"x": "30", "a": "10"}).overall.points) == "40.00"


def two(first: Json, second: Json, *, at_least: str | None = None) -> Ruleset:
    """Two appendices whose nodes may be taken from each other."""
    band = {"code": "A", "label": {"vi": "A"}, "up_to": "100", **({"at_least": at_least} if at_least else {})}
    return parse({**RULESET, "appendices": [first, second], "classes": {"thuoc": [band]}})


FOUNDED = group("I", "mean_of_applicable", shared("s", "f"), group("g", "sum", group("f", "sum", leaf("x"))))
PLAIN = group("II", "mean_of_applicable", leaf("g"), leaf("h"))


def test_what_is_shared_is_not_taken_away_with_the_group_it_stands_in() -> None:
    with pytest.raises(SharedUnknown) as refusal:
        check_composition(two(FOUNDED, PLAIN), "I", {"g": "II"})
    assert refusal.value.facts["path"] == "appendices/I/s"


def test_what_is_shared_is_not_taken_to_where_it_does_not_stand() -> None:
    with pytest.raises(SharedUnknown) as refusal:
        check_composition(two(FOUNDED, PLAIN), "II", {"h": "I/s"})
    assert told(refusal.value) == {"path": "appendices/II/h", "of": "f"}


def test_a_group_that_is_taken_does_not_come_to_count_itself() -> None:
    """Each document is right by itself: in one f shares e, in the other e shares f."""
    first = group("I", "mean_of_applicable", group("e", "sum", leaf("x")), group("f", "sum", shared("s", "e")))
    second = group("II", "mean_of_applicable", group("e", "sum", shared("t", "f")), group("f", "sum", leaf("y")))
    with pytest.raises(SharedInItself):
        check_composition(two(first, second), "I", {"e": "II"})


def test_a_group_with_penalties_is_not_taken_to_where_the_total_falls_below_all_classes() -> None:
    fined, fine = ({"max": "50", "rule": {"kind": "manual.v1", "floor": floor}} for floor in ("-5", "0"))
    counted = {"kind": "sum", "not_applicable": "zero"}
    first = group("I", counted, leaf("g", **fined), leaf("h", **fine))
    second = group("II", counted, leaf("g", **fine), leaf("h", **fined))
    check_composition(two(first, second, at_least="-5"), "I", {"g": "II"})
    with pytest.raises(ClassesHaveHole) as refusal:
        check_composition(two(first, second, at_least="-5"), "I", {"h": "II"})
    assert told(refusal.value) == {"path": "classes/thuoc", "hole": "[-10.00, -5.00)", "label": "A"}


def test_what_does_not_apply_leaves_the_percentage_of_every_whole_above() -> None:
    """Source: catalogue C32; an index is points of what can be had, over all leaves."""
    left_out = {"kind": "sum", "not_applicable": "left_out"}
    inner = group("g", left_out, leaf("a", max="10"), leaf("b", max="30"), most="40")
    found = worked_out(
        group("I", "percent_of_applicable_maximum", inner, leaf("c", max="10")), {"a": "9", "b": "-", "c": "5"}
    )
    assert (str(found.groups["g"].points), found.groups["g"].most) == ("9.00", Fraction(10))
    assert str(found.overall.points) == "70.00"  # 14 of 20, not of 50


@pytest.mark.parametrize("not_applicable", ["zero", "scaled"])
def test_what_does_not_apply_leaves_the_maximum_as_it_is_where_it_is_not_left_out(not_applicable: str) -> None:
    counted = {"kind": "sum", "not_applicable": not_applicable}
    inner = group("g", counted, leaf("a", max="10"), leaf("b", max="30"), most="40")
    found = worked_out(
        group("I", "percent_of_applicable_maximum", inner, leaf("c", max="10")), {"a": "5", "b": "-", "c": "5"}
    )
    assert found.groups["g"].most is None
    assert str(found.overall.points) == {"zero": "20.00", "scaled": "50.00"}[not_applicable]  # 10 or 25 of 50


def test_nothing_of_nothing_is_nothing() -> None:
    collected = leaf("a", max="0", rule={"kind": "collect.v1", "inputs": ["n"]})
    collected["inputs"] = [{"name": "n", "title": {"vi": "n"}, "source": "unit"}]
    inner = [
        group("g", "percent_of_applicable_maximum", collected),
        group("h", {"kind": "weighted_sum", "weights": {"b": "1", "c": "1"}}, leaf("b", max="99"), leaf("c", max="1")),
        group("i", {"kind": "weighted_sum", "weights": {"d": "1", "e": "1"}}, {**collected, "code": "d"}, leaf("e")),
    ]
    found = worked_out(group("I", "mean_of_applicable", *inner), {"a": "0", "b": "-", "c": "-", "d": "0", "e": "-"})
    assert found.groups["g"].points == found.groups["i"].points == 0
    assert found.groups["h"].score == NotApplicable()


def test_a_part_that_is_missing_is_missed() -> None:
    tree = tree_of(parse(document(group("I", "sum", THIRTY, SEVENTY))), "I", {})
    assert totals(tree, {"a": said("1")}).overall.score == Missing()


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=5), st.integers(0, 4))
def test_a_root_is_rounded_half_up(hundredths: list[int], digits: int) -> None:
    degree, product = len(hundredths), Fraction(1)
    for each in hundredths:
        product *= Fraction(each, 100)
    root, half = Fraction(half_up_root(product, degree, digits)), Fraction(1, 2 * 10**digits)
    assert (root + half) ** degree > product
    assert root == 0 or (root - half) ** degree <= product


@given(st.fractions(0, 10**6), st.integers(1, 5))
def test_the_root_of_a_power_is_what_was_raised(value: Fraction, degree: int) -> None:
    assert half_up_root(value**degree, degree) == half_up(value)


def test_a_root_that_is_a_tie_goes_up() -> None:
    assert half_up_root(Fraction("1.005") ** 2, 2) == Decimal("1.01")
    assert half_up_root(Fraction("2.5") ** 3, 3, 0) == 3


def test_a_root_of_many_digits_is_exact() -> None:
    assert half_up_root(Fraction(10**17 + 1) ** 2, 2) == 10**17 + 1


def test_who_reads_exactly_falls_as_low_as_the_exact_figure_and_not_as_the_published_one() -> None:
    fined = leaf("a", max="11", rule={"kind": "manual.v1", "floor": "-1"})
    inner = group("g", "percent_of_applicable_maximum", fined)
    for reads, lowest in (("published", Fraction(-909, 100)), ("exact", Fraction(-100, 11))):
        root = Appendix.model_validate(group("I", {"kind": "mean_of_applicable", "reads": reads}, inner))
        assert bound(root, {}).exact.points == lowest
        assert bound(root, {}).points == Fraction(-909, 100)


@pytest.mark.parametrize(
    ("floor", "aggregate", "more", "published", "exact"),
    [
        ("-5", {"not_applicable": "zero"}, {}, ("-5", "-1/8"), ("-5", "-1/8")),
        ("-5", {"not_applicable": "left_out"}, {}, ("-5", "-1/2"), ("-5", "-1/2")),
        ("0", {"not_applicable": "left_out"}, {"digits": "0"}, ("0", "0"), ("0", "0")),
        ("-5", {"not_applicable": "left_out"}, {"digits": "1"}, ("-5", "-101/200"), ("-5", "-1/2")),
        ("-5", {"not_applicable": "left_out", "reads": "exact"}, {}, ("-5", "-1001/2000"), ("-5", "-1/2")),
        ("-1", {"kind": "percent_of_applicable_maximum"}, {"digits": "0"}, ("-10", "-1/4"), ("-10", "-1/4")),
        ("-1.01", {"not_applicable": "zero"}, {"digits": "1"}, ("-1", "-1/40"), ("-1.01", "-101/4000")),
        ("-0.01", {"not_applicable": "zero"}, {"published": "false", "digits": "0"}, *[("-0.01", "-1/4000")] * 2),
    ],
)
def test_how_low_a_whole_falls_in_points_and_of_what_applies(
    floor: str, aggregate: Json, more: Json, published: tuple[str, str], exact: tuple[str, str]
) -> None:
    """A penalty of ten points beside thirty others: what is left out leaves only its ten to be a share of."""
    fined = leaf("a", max="10", rule={"kind": "manual.v1", "floor": floor})
    root = group("I", {"kind": "sum", **aggregate}, fined, leaf("b", max="30"), most="40", **more)
    found = bound(Appendix.model_validate(root), {})
    assert (found.published.points, found.published.share) == tuple(map(Fraction, published))
    assert (found.exact.points, found.exact.share) == tuple(map(Fraction, exact))
