"""What a ruleset refuses, what a word is worth, and how that is said."""

import copy
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from shared.edge.yaml_file import YamlUnreadable, read_yaml
from shared.errors import IctIndexError
from shared.ruleset import (
    Criterion,
    Input,
    NoSuchAppendix,
    OverrideDoesNotFit,
    cohort_of,
    digest,
    evaluate,
    explain,
    parse,
    peer_relative,
    sheet_of,
)
from shared.ruleset.errors import CohortUnknown, ShapeWrong
from shared.vocabulary import GivenInputs, GivenPoints, GivenState, NotApplicable, NotScored, Scored
from tests.kit.rules import told


def criterion(document: Any, code: str) -> Criterion:
    return sheet_of(parse(document), "I", {})[code]


def inputs(**values: str) -> GivenInputs:
    return GivenInputs(inputs={name: Decimal(value) for name, value in values.items()})


def points(value: str) -> GivenPoints:
    return GivenPoints(points=Decimal(value))


def test_a_ruleset_survives_its_own_canonical_form(example: Any) -> None:
    ruleset = parse(example)
    again = parse(ruleset.model_dump(mode="json"))
    assert again == ruleset
    assert digest(again) == digest(ruleset)


def test_the_digest_does_not_depend_on_how_the_document_is_laid_out(example: Any) -> None:
    shuffled = dict(reversed(list(copy.deepcopy(example).items())))
    shuffled["appendices"][0]["max"] = "100.00"
    assert digest(parse(shuffled)) == digest(parse(example))


def test_the_digest_changes_with_any_rule(example: Any) -> None:
    before = digest(parse(example))
    example["appendices"][0]["children"][1]["children"][0]["rule"]["tiers"][0]["at_least"] = "89.95"
    assert digest(parse(example)) != before


def test_a_score_written_as_a_float_is_refused(example: Any) -> None:
    example["appendices"][0]["max"] = 100.0
    with pytest.raises(ShapeWrong):
        parse(example)


@pytest.mark.parametrize(
    ("more", "additive"),
    [
        ({"unit": "văn bản"}, True),
        ({"type": "count"}, True),
        ({"unit": "%"}, False),
        ({"unit": "%/năm"}, False),
        ({"unit": "‰"}, False),
        ({"unit": "máy", "numerator": "số máy tính"}, False),
        ({"unit": "máy", "denominator": "số công chức"}, False),
        ({"type": "yes_no"}, False),
        ({"type": "choice"}, False),
        ({"type": "date"}, False),
        ({"type": "records"}, False),
    ],
)
def test_counts_and_amounts_add_up_and_rates_days_and_answers_do_not(more: Any, additive: bool) -> None:
    said = {"name": "x", "title": {"vi": "x"}, "source": "feed", "metric": "x_metric"}
    assert Input.model_validate({**said, **more}).additive is additive


def test_a_metric_does_not_add_up_where_an_input_of_any_appendix_does_not(example: Any) -> None:
    assert parse(example).not_additive == {"electronic_outgoing_rate"}
    leaf: Any = {"code": "x", "title": {"vi": "x"}, "max": "0", "counts": "false"}
    leaf["rule"] = {"kind": "collect.v1", "inputs": ["count", "rate", "other"]}
    said = {"title": {"vi": "x"}, "source": "feed"}
    leaf["inputs"] = [
        {"name": "count", "type": "count", "metric": "counted", **said},
        {"name": "rate", "unit": "%", "metric": "rated", **said},
        {"name": "other", "unit": "%", **said},
    ]
    example["appendices"][-1]["children"].append(leaf)
    assert parse(example).not_additive == {"electronic_outgoing_rate", "rated"}


def test_a_sheet_is_composed_of_groups_from_two_appendices(published: Any) -> None:
    ruleset = parse(published)
    own, composed = sheet_of(ruleset, "II", {}), sheet_of(ruleset, "II", {"g1": "I"})
    assert list(own) == list(composed) == ["g1", "g2", "g3", "g4", "g5", "g6"]
    assert composed["g1"] == sheet_of(ruleset, "I", {})["g1"] != own["g1"]
    assert composed["g2"] == own["g2"]


def test_a_node_of_any_depth_may_be_taken_from_under_another_code(published: Any) -> None:
    ruleset = parse(published)
    composed = sheet_of(ruleset, "II", {"g1": "I/g2"})
    assert list(composed) == ["g1", "g2", "g3", "g4", "g5", "g6"]
    assert composed["g1"].title == sheet_of(ruleset, "I", {})["g2"].title
    first, second = published["appendices"]
    second["children"][0] = {**second, "code": "whole", "children": second["children"][:1]}
    deep = sheet_of(parse(published), "II", {"g1": "I"})
    assert next(iter(deep)) == "g1"
    assert deep["g1"] == sheet_of(parse(published), "I", {})["g1"]
    assert first["code"] == "I"


@pytest.mark.parametrize(
    ("overrides", "error", "facts"),
    [
        ({"g3": "I"}, OverrideDoesNotFit, {"node": "g3", "source": "I"}),
        ({"g7": "I"}, OverrideDoesNotFit, {"node": "g7", "source": "I"}),
        ({"g1": "II"}, OverrideDoesNotFit, {"node": "g1", "source": "II"}),
        ({"g1": "III"}, NoSuchAppendix, {"appendix": "III"}),
        ({"g1": "III/g1"}, NoSuchAppendix, {"appendix": "III"}),
        ({"g2": "I", "g1": "I/g9"}, OverrideDoesNotFit, {"node": "g1", "source": "I/g9"}),
    ],
)
def test_a_composition_that_is_not_in_the_ruleset_is_refused(
    published: Any, overrides: dict[str, str], error: type[IctIndexError], facts: dict[str, str]
) -> None:
    with pytest.raises(error) as refusal:
        sheet_of(parse(published), "II", overrides)
    assert told(refusal.value) == facts


def test_a_node_with_another_maximum_is_not_taken(published: Any) -> None:
    """It would have another weight than the unit's own appendix gives it."""
    title = {"vi": "Nhóm"}
    half = {"code": "g9", "title": title, "max": "50", "rule": {"kind": "manual.v1"}}
    published["appendices"][0]["children"].append(
        {"code": "halves", "title": title, "max": "100", "aggregate": "sum", "children": [half, {**half, "code": "g8"}]}
    )
    with pytest.raises(OverrideDoesNotFit):
        sheet_of(parse(published), "II", {"g1": "I/g9"})
    assert "g8" in sheet_of(parse(published), "II", {"g1": "I/halves"})


def test_a_group_from_another_appendix_may_not_bring_a_code_that_the_sheet_has_already(published: Any) -> None:
    first, second = published["appendices"]
    first["children"][:2] = [{**first, "code": "g1", "children": [second["children"][1]]}]  # g2 lies below g1 here
    with pytest.raises(OverrideDoesNotFit) as refusal:
        sheet_of(parse(published), "II", {"g1": "I", "g3": "I/g4"})
    assert told(refusal.value) == {"node": "g1, g3", "source": "I, I/g4"}


@pytest.mark.parametrize(
    ("code", "word", "expected"),
    [
        pytest.param("g1.1", inputs(machines="9", staff="12"), "15.00", id="a ratio"),
        pytest.param("g1.1", inputs(machines="15", staff="12"), "20.00", id="a ratio above one gives the maximum"),
        pytest.param("g1.1", inputs(machines="1", staff="1600"), "0.01", id="0.0125"),
        pytest.param("g1.1", inputs(machines="3", staff="1600"), "0.04", id="0.0375"),
        pytest.param("g1.1", inputs(machines="1", staff="4000"), "0.01", id="a tie, 0.005, goes up"),
        pytest.param("g1.1", inputs(machines="5", staff="0"), "0.00", id="a zero denominator that counts as zero"),
        pytest.param("g2.1", inputs(electronic="90"), "20.00", id="a border belongs to the upper tier"),
        pytest.param("g2.1", inputs(electronic="89.999999"), "10.00", id="just below it"),
        pytest.param("g2.1", inputs(electronic="0"), "0.00", id="the lowest tier"),
    ],
)
def test_inputs_become_points_exactly(example: Any, code: str, word: GivenInputs, expected: str) -> None:
    score = evaluate(criterion(example, code), word)
    assert isinstance(score, Scored)
    assert str(score.points) == expected


def test_a_zero_denominator_may_mean_not_applicable(example: Any) -> None:
    assert evaluate(criterion(example, "g2.3"), inputs(online="0", procedures="0")) == NotApplicable()


def test_a_relative_criterion_looks_at_the_best_unit(example: Any) -> None:
    relative = criterion(example, "g2.2")
    words = [inputs(files_each="51"), inputs(files_each="34"), GivenState(score=NotApplicable()), None]
    cohort = cohort_of(relative, words)
    assert peer_relative(relative)
    assert not peer_relative(criterion(example, "g1.1"))
    assert evaluate(relative, inputs(files_each="34"), cohort) == Scored(points=Decimal("13.33"), exact="40/3")
    assert evaluate(relative, inputs(files_each="0"), {"best": Fraction(0), "least": Fraction(0)}) == Scored(
        points=Decimal("0.00")
    )
    with pytest.raises(CohortUnknown):
        evaluate(relative, inputs(files_each="34"))


@pytest.mark.parametrize("score", [NotApplicable(), NotScored(reason="late")])
def test_a_state_passes_through_and_is_not_zero(example: Any, score: NotApplicable | NotScored) -> None:
    assert evaluate(criterion(example, "g1.1"), GivenState(score=score)) == score


@pytest.mark.parametrize(
    ("code", "word", "vietnamese", "english"),
    [
        (
            "g1.1",
            inputs(machines="9", staff="12"),
            "9/12 = 75 % → 20,00 × 0,75 = 15,00",
            "9/12 = 75 % → 20.00 × 0.75 = 15.00",
        ),
        (
            "g1.1",
            inputs(machines="2", staff="3"),
            "2/3 ≈ 66,67 % → 20,00 × 2/3 ≈ 13,33",
            "2/3 ≈ 66.67 % → 20.00 × 2/3 ≈ 13.33",
        ),
        ("g1.1", inputs(machines="5", staff="0"), "5/0 → 0,00", "5/0 → 0.00"),
        ("g2.1", inputs(electronic="91.5"), "91,5 ≥ 90 → 20,00", "91.5 ≥ 90 → 20.00"),
        (
            "g2.2",
            inputs(files_each="34"),
            "34/51 ≈ 66,67 % (so với đơn vị cao nhất) → 20,00 × 34/51 ≈ 13,33",
            "34/51 ≈ 66.67 % (of the best unit) → 20.00 × 34/51 ≈ 13.33",
        ),
        (
            "g2.3",
            inputs(online="0", procedures="0"),
            "Mẫu số bằng 0: không áp dụng.",
            "The denominator is 0: not applicable.",
        ),
        (
            "g2.3",
            GivenState(score=NotScored(reason="no_evidence")),
            "Không được tính điểm: không có tài liệu kiểm chứng.",
            "Not scored: there is no evidence.",
        ),
        (
            "g2.3",
            GivenState(score=NotApplicable()),
            "Không áp dụng: không tính vào trung bình.",
            "Not applicable: in no mean.",
        ),
    ],
)
def test_a_score_is_explained_with_its_arithmetic(
    example: Any, code: str, word: GivenInputs | GivenState, vietnamese: str, english: str
) -> None:
    leaf, cohort = criterion(example, code), {"best": Fraction(51), "least": Fraction(0)}
    score = evaluate(leaf, word, cohort)
    assert explain(leaf, word, score, "vi", cohort) == vietnamese
    assert explain(leaf, word, score, "en", cohort) == english


def test_a_yaml_file_keeps_numbers_as_they_are_written(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("score: 65.10\ndate: 2020-11-09\n", encoding="utf-8")
    assert read_yaml(path) == {"score": "65.10", "date": "2020-11-09"}


@pytest.mark.parametrize("text", ["a: 1\nb: 2\na: 3\n", "a: [1\n"])
def test_a_yaml_file_that_cannot_be_read_is_named_with_its_line(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(YamlUnreadable) as refusal:
        read_yaml(path)
    assert refusal.value.facts["file"] == "a.yaml"
