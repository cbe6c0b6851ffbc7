"""How a total came about, in words of both languages: what was added, divided and rounded, and what was left out."""

import pytest

from shared.ruleset import accounts, parse
from shared.vocabulary import Json, Missing
from tests.kit.campaigns import leaf
from tests.unit.test_aggregates import SEVENTY, THIRTY, A, B, C, document, group, said

NA = "Không áp dụng: không tính vào trung bình.", "Not applicable: in no mean."
SUM, ZERO, LEFT_OUT = ({"kind": "sum", "not_applicable": each} for each in ("scaled", "zero", "left_out"))
WEIGHTED = {"kind": "weighted_sum", "weights": {"a": "0.25", "b": "3/4"}}
THIRDS = {"kind": "weighted_sum", "weights": {"a": "1/3", "b": "2/3"}}
MEAN, EXACT = "mean_of_applicable", {"kind": "mean_of_applicable", "reads": "exact"}
PERCENT, ROOT = "percent_of_applicable_maximum", "geometric_mean"


@pytest.mark.parametrize(
    ("aggregate", "parts", "scores", "vi", "en"),
    [
        (MEAN, (A, B, C), "95 87.70 35", "(95,00 + 87,70 + 35,00) / 3 mục áp dụng ≈ 72,57",
         "(95.00 + 87.70 + 35.00) / 3 that apply ≈ 72.57"),
        (MEAN, (A, B, C), "95 - 35", "(95,00 + 35,00) / 2 mục áp dụng = 65,00",
         "(95.00 + 35.00) / 2 that apply = 65.00"),
        (MEAN, (A, B, C), "95 - -", "95,00 / 1 mục áp dụng = 95,00", "95.00 / 1 that apply = 95.00"),
        (MEAN, (A, B), "1/3 0!", "(0,33 + 0,00) / 2 mục áp dụng ≈ 0,17", "(0.33 + 0.00) / 2 that apply ≈ 0.17"),
        (EXACT, (A, B), "1/3 0!", "(1/3 + 0,00) / 2 mục áp dụng ≈ 0,17", "(1/3 + 0.00) / 2 that apply ≈ 0.17"),
        (EXACT, (A, B), "0.125 1", "(0,125 + 1,00) / 2 mục áp dụng ≈ 0,56", "(0.125 + 1.00) / 2 that apply ≈ 0.56"),
        (MEAN, (A, B), "- -", *NA),
        (MEAN, (A, B), "1 ?", "Còn mục chưa có điểm: chưa có tổng.", "A part has no score yet: there is no total."),
        (SUM, (THIRTY, SEVENTY), "20 35.5", "20,00 + 35,50 = 55,50", "20.00 + 35.50 = 55.50"),
        (SUM, (THIRTY, SEVENTY), "- 35", "35,00 / 70,00 × 100,00 = 50,00", "35.00 / 70.00 × 100.00 = 50.00"),
        (SUM, (THIRTY, leaf("b", max="30"), leaf("c", max="40")), "20 - -5",
         "(20,00 − 5,00) / 70,00 × 100,00 ≈ 21,43", "(20.00 − 5.00) / 70.00 × 100.00 ≈ 21.43"),
        (SUM, (THIRTY, SEVENTY), "-5 35", "-5,00 + 35,00 = 30,00", "-5.00 + 35.00 = 30.00"),
        (ZERO, (THIRTY, SEVENTY), "- 35", "35,00 = 35,00", "35.00 = 35.00"),
        (LEFT_OUT, (THIRTY, SEVENTY), "- 35", "35,00 = 35,00 trên 70,00", "35.00 = 35.00 of 70.00"),
        (LEFT_OUT, (THIRTY, SEVENTY), "1 35", "1,00 + 35,00 = 36,00", "1.00 + 35.00 = 36.00"),
        (WEIGHTED, (A, B), "10 20", "0,25 × 10,00 + 0,75 × 20,00 = 17,50", "0.25 × 10.00 + 0.75 × 20.00 = 17.50"),
        (WEIGHTED, (A, B), "10 -", "(0,25 × 10,00) / 25,00 × 100,00 = 10,00",
         "(0.25 × 10.00) / 25.00 × 100.00 = 10.00"),
        (THIRDS, (A, B), "-10 20", "-1/3 × 10,00 + 2/3 × 20,00 = 10,00", "-1/3 × 10.00 + 2/3 × 20.00 = 10.00"),
        (PERCENT, (THIRTY, SEVENTY, leaf("c", max="5")), "20 - 0!", "(20,00 + 0,00) / 35,00 × 100 ≈ 57,14",
         "(20.00 + 0.00) / 35.00 × 100 ≈ 57.14"),
        (ROOT, (A, B, C), "2 2 0.25", "căn bậc 3 của (2,00 × 2,00 × 0,25) = 1,00",
         "root of degree 3 of (2.00 × 2.00 × 0.25) = 1.00"),
        (ROOT, (A, B, C), "2 3 -", "căn bậc 2 của (2,00 × 3,00) ≈ 2,45", "root of degree 2 of (2.00 × 3.00) ≈ 2.45"),
    ],
)  # fmt: skip
def test_a_total_is_accounted_for(
    aggregate: Json | str, parts: tuple[Json, ...], scores: str, vi: str, en: str
) -> None:
    floored = [{**part, "rule": {"kind": "manual.v1", "floor": f"-{part['max']}"}} for part in parts]
    (tree,) = parse(document(group("I", aggregate, *(parts if aggregate == ROOT else floored)))).appendices
    codes = [part["code"] for part in parts]
    values = {code: Missing() if text == "?" else said(text) for code, text in zip(codes, scores.split(), strict=True)}
    told = [accounts(tree, values, language)[-1] for language in ("vi", "en")]
    assert [each.explained for each in told] == [vi, en]
    assert told[0].node == "I"


def test_groups_are_accounted_for_before_their_whole_and_what_only_stands_there_is_in_none() -> None:
    inner = group("g", "sum", THIRTY, SEVENTY, digits="0")
    (tree,) = parse(document(group("I", MEAN, inner, C, {**leaf("d"), "counts": "false"}))).appendices
    found = accounts(
        tree, {code: said(text) for code, text in zip("abcd", ("9.25", "20", "50", "7"), strict=True)}, "vi"
    )
    assert [(each.node, each.explained) for each in found] == [
        ("g", "9,25 + 20,00 ≈ 29,00"),
        ("I", "(29,00 + 50,00) / 2 mục áp dụng = 39,50"),
    ]


def test_nothing_of_nothing_is_left_as_it_is() -> None:
    """Only what is collected applies: there is no maximum to scale it by."""
    number = {"name": "n", "title": {"vi": "Số"}, "type": "count", "source": "unit"}
    collected = leaf("a", max="0", inputs=[number], rule={"kind": "collect.v1", "inputs": ["n"]})
    (tree,) = parse(document(group("I", SUM, collected, leaf("b")))).appendices
    told = accounts(tree, {"a": said("0"), "b": said("-")}, "vi")[-1]
    assert told.explained == "0,00 = 0,00"
