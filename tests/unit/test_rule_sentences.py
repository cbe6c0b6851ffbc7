"""Every kind of rule said in one sentence, for a civil servant."""

from fractions import Fraction
from typing import Any

import pytest

from shared.ruleset import rule_sentence
from shared.ruleset.rules.kind import points_text
from tests.kit.rule_cases import CASES
from tests.kit.rules import (
    BEST,
    CHOICE,
    DAYS,
    EACH,
    LEADER,
    LESS,
    MERITS,
    PER_ITEM,
    RATIO,
    RECORDS,
    SHARES,
    SUM,
    SURVEY,
    TABLE,
    TARGET,
    criterion,
    examples,
)

SENTENCES_SAID = [
    (
        {"kind": "yes_no.v1", "input": "plan"},
        "Kế hoạch: có 10,00 điểm, không 0 điểm.",
        "plan: yes 10.00 points, no 0 points.",
    ),
    (
        {"kind": "all_of.v1", "inputs": ["plan", "report"]},
        "10,00 điểm nếu đáp ứng đủ, thiếu một thì 0 điểm: Kế hoạch; Báo cáo.",
        "10.00 points where all of this holds, else 0 points: plan; report.",
    ),
    (
        CHOICE,
        "Trưởng ban: người đứng đầu 10,00; cấp phó 5,00; khác 0,00.",
        "who: the head 10.00; a deputy 5.00; others 0.00.",
    ),
    (
        TABLE,
        "Trưởng ban × grade: head × good: 10,00; head × poor: 4,00; other × good: 3,00; other × poor: -2,00.",
        "who × grade: head × good: 10.00; head × poor: 4.00; other × good: 3.00; other × poor: -2.00.",
    ),
    (
        SHARES,
        "Số máy đã cài / Tổng số máy (%) > 90: 10,00; ≥ 70: 5,00; còn lại: 0,00.",
        "a / b (%) > 90: 10.00; ≥ 70: 5.00; otherwise: 0.00.",
    ),
    (
        DAYS,
        "Ngày ban hành: số ngày sau 31/03/2025 > 30: 0,00; > 0: 5,00; còn lại: 10,00.",
        "when: days after 31/03/2025 > 30: 0.00; > 0: 5.00; otherwise: 10.00.",
    ),
    (
        LESS,
        "Số máy đã cài − Tổng số máy > 0: 0,00; ≥ 0: 5,00; còn lại: 10,00.",
        "a − b > 0: 0.00; ≥ 0: 5.00; otherwise: 10.00.",
    ),
    (
        {**RATIO, "full_at": "0.805"},
        "Điểm = 10,00 × Số máy đã cài / Tổng số máy / 80,5 %, không quá điểm tối đa; mẫu số bằng 0: 0 điểm.",
        "Points = 10.00 × a / b / 80.5 %, never above the maximum; a denominator of 0: 0 points.",
    ),
    (
        {**RATIO, "kind": "threshold_ratio.v1", "threshold": "0.805", "zero_denominator": "full"},
        "Số máy đã cài / Tổng số máy dưới 80,5 %: 0; từ đó 10,00 × tỷ lệ, không quá điểm tối đa; "
        "mẫu số bằng 0: điểm tối đa.",
        "a / b below 80.5 %: 0; from there 10.00 × the share, at most the maximum; a denominator of 0: the maximum.",
    ),
    (PER_ITEM, "Số máy đã cài: mỗi đơn vị tính 1,00 điểm, tối đa 10,00.", "a: 1.00 points each, at most 10.00."),
    (
        {"kind": "deduction.v1", "each": {"a": "0.5", "b": "3"}},
        "10,00 điểm, trừ theo số lần: Số máy đã cài −0,50; Tổng số máy −3,00; không dưới 0,00.",
        "10.00 points, less for each: a −0.50; b −3.00; never below 0.00.",
    ),
    (
        MERITS,
        "Số máy đã cài +2,00; c +1,00; Tổng số máy −1,50; d −0,50; trong khoảng -5,00 đến 10,00.",
        "a +2.00; c +1.00; b −1.50; d −0.50; between -5.00 and 10.00.",
    ),
    (
        RECORDS,
        "Điểm = 10,00 × trung bình Điểm từng hồ sơ (làm tròn 1 chữ số) / 2,00; không có hồ sơ thì không áp dụng.",
        "Points = 10.00 × mean of scores to 1 decimals / 2.00; without records not applicable.",
    ),
    (
        {**RECORDS, "digits": None},
        "Điểm = 10,00 × trung bình Điểm từng hồ sơ / 2,00; không có hồ sơ thì không áp dụng.",
        "Points = 10.00 × mean of scores / 2.00; without records not applicable.",
    ),
    (
        SURVEY,
        "Điểm = 10,00 × trung bình các câu trả lời / 2,00 (Số máy đã cài 2,00; Tổng số máy 1,00; c 0,00); "
        "không có thì không áp dụng.",
        "Points = 10.00 × mean of all answers / 2.00 (a 2.00; b 1.00; c 0.00); without answers not applicable.",
    ),
    (
        SUM,
        "Tổng các phần, 10,00 điểm. (1) kết nối: Điểm = 5,00 × Số máy đã cài / Tổng số máy, không quá điểm tối đa; "
        "mẫu số bằng 0: 0 điểm. (2) ứng dụng: c: mỗi đơn vị tính 1,00 điểm, tối đa 5,00.",
        "Sum of parts, 10.00 points. (1) connected: Points = 5.00 × a / b, never above the maximum; "
        "a denominator of 0: 0 points. (2) applications: c: 1.00 points each, at most 5.00.",
    ),
    (
        BEST,
        "Tính trường hợp cao nhất, tối đa 10,00. (1) trường hợp a: Điểm = 10,00 × Số máy đã cài / Tổng số máy, "
        "không quá điểm tối đa; mẫu số bằng 0: không áp dụng. (2) trường hợp b: Kế hoạch: có 5,00 điểm, không 0 điểm.",
        "The best case counts, at most 10.00. (1) case a: Points = 10.00 × a / b, never above the maximum; "
        "a denominator of 0: not applicable. (2) case b: plan: yes 5.00 points, no 0 points.",
    ),
    (
        {"kind": "relative.v1", "input": "a", "by": "min_max"},
        "Điểm = 10,00 × Số máy đã cài: (của mình − thấp nhất) / (cao nhất − thấp nhất).",
        "Points = 10.00 × a: (own − least) / (best − least).",
    ),
    (
        {"kind": "relative.v1", "input": "a"},
        "Điểm = 10,00 × Số máy đã cài / Số máy đã cài của đơn vị cao nhất.",
        "Points = 10.00 × a / the best unit's a.",
    ),
    (
        EACH,
        "Điểm = 10,00 × (Số máy đã cài / Tổng số máy) / (Số máy đã cài / Tổng số máy) của đơn vị cao nhất; "
        "mẫu số bằng 0: không áp dụng.",
        "Points = 10.00 × (a / b) / the best unit's (a / b); a denominator of 0: not applicable.",
    ),
    (
        LEADER,
        "Điểm = Số máy đã cài: đơn vị cao nhất 10,00, đơn vị khác 5,00 × của mình / cao nhất.",
        "Points = a: 10.00 for the best, 5.00 × own / best for the others.",
    ),
]


@pytest.mark.parametrize(("rule", "vi", "en"), SENTENCES_SAID)
def test_a_rule_is_said_in_one_sentence(rule: dict[str, Any], vi: str, en: str) -> None:
    leaf = criterion(rule, *examples(CASES, rule))
    assert rule_sentence(leaf, "vi") == vi
    assert rule_sentence(leaf, "en") == en


@pytest.mark.parametrize(
    ("points", "vi", "en"), [("5", "5,00", "5.00"), ("1/8", "0,125", "0.125"), ("10/3", "10/3", "10/3")]
)
def test_points_that_are_finer_than_two_decimals_are_said_exactly(points: str, vi: str, en: str) -> None:
    assert (points_text(Fraction(points), "vi"), points_text(Fraction(points), "en")) == (vi, en)


def test_the_target_and_the_whole_are_said_too() -> None:
    leaf = criterion(TARGET, *examples(CASES, TARGET))
    assert rule_sentence(leaf, "vi") == (
        "Số máy đã cài / Tổng số máy: chưa đạt chỉ tiêu 5,00 × tỷ lệ đạt; vượt thì 5,00 cộng 5,00 × mức vượt / mức "
        "vượt cao nhất, cao nhất 10,00; không giao chỉ tiêu 10,00 × kết quả / kết quả cao nhất của nhóm này."
    )
    assert rule_sentence(leaf, "en") == (
        "a / b: below the target 5.00 × the share; beyond it 5.00 and 5.00 × excess / greatest excess, 10.00 for the "
        "greatest; without a target 10.00 × own / best of those without one."
    )
    whole = criterion({"kind": "manual.v1", "floor": "-5"})
    assert rule_sentence(whole, "vi") == "Chấm trực tiếp, từ -5,00 đến 10,00 điểm."
    assert rule_sentence(whole, "en") == "Appraised as a whole, from -5.00 to 10.00 points."
    collected = criterion({"kind": "collect.v1", "inputs": ["a", "b"]}, most="0")
    assert rule_sentence(collected, "vi") == "Thu thập, không tính điểm: Số máy đã cài, Tổng số máy."
    assert rule_sentence(collected, "en") == "Collected, not scored: a, b."
