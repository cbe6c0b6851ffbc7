"""A score in one sentence, with its arithmetic: what a unit may ask, and an auditor does."""

from decimal import Decimal
from fractions import Fraction
from typing import assert_never

from shared.ruleset.evaluation import Cohort, calculated, ratio
from shared.ruleset.exact import half_up
from shared.ruleset.model import Criterion, Ratio, Tiers
from shared.vocabulary import GivenInputs, GivenPoints, GivenState, NotApplicable, Score, Scored, Word

# Source: report 1101/QĐ-BNV, part I.IV.2.c.
LEGAL_REASONS = {
    "insufficient_data": ("không đủ thông tin, số liệu", "not enough information or data"),
    "contradicts_reality": ("số liệu không đúng thực tế", "the figures differ from reality"),
    "no_evidence": ("không có tài liệu kiểm chứng", "there is no evidence"),
    "late": ("báo cáo gửi chậm", "the report came late"),
}


def explain(criterion: Criterion, word: Word, score: Score, language: str, cohort: Cohort | None = None) -> str:
    """How *word* came to *score*: Vietnamese with a decimal comma, or English (``en``) with a point.

    Args:
        criterion: What was spoken on.
        word: What was said.
        score: What `evaluate` made of it, with the same *cohort*.
        language: ``vi`` or ``en``.
        cohort: As for `evaluate`.
    """
    vietnamese = language != "en"
    match word:
        case GivenState():
            if isinstance(word.score, NotApplicable):
                return "Không áp dụng: không tính vào trung bình." if vietnamese else "Not applicable: in no mean."
            reason = LEGAL_REASONS[word.score.reason][0 if vietnamese else 1]
            return f"Không được tính điểm: {reason}." if vietnamese else f"Not scored: {reason}."
        case GivenPoints():
            points, most = decimal_text(word.points, language), decimal_text(criterion.max, language)
            return f"Chấm {points} trên {most} điểm." if vietnamese else f"Given {points} of {most} points."
        case GivenInputs():
            if isinstance(score, NotApplicable):
                return "Mẫu số bằng 0: không áp dụng." if vietnamese else "The denominator is 0: not applicable."
            return _arithmetic(criterion, word, score, language, cohort)
        case _:
            assert_never(word)


def decimal_text(value: Decimal, language: str) -> str:
    """*value* as people write it: no trailing zeros added or removed, decimal comma except in English."""
    text = format(value, "f")
    return text if language == "en" else text.replace(".", ",")


def _arithmetic(criterion: Criterion, word: GivenInputs, score: Score, language: str, cohort: Cohort | None) -> str:
    points = decimal_text(score.points, language) if isinstance(score, Scored) else "-"
    rule = calculated(criterion, word)
    if isinstance(rule, Tiers):
        value = word.inputs[rule.input]
        tier = next(tier for tier in rule.tiers if value >= tier.at_least)
        shown, border = _plain(value, language), _plain(tier.at_least, language)
        return f"{shown} ≥ {border} → {points}"
    part, whole = ratio(rule, word.inputs, cohort)
    if whole == 0:
        return f"{_plain(part, language)}/0 → {points}"
    quotient = Fraction(part) / Fraction(whole)
    share = min(quotient, Fraction(1))
    most = decimal_text(criterion.max, language)
    # Four places of the share are two of the percentage: enough to be read, and exact or said to be not.
    factor, percent = half_up(share, 4), half_up(quotient * 100)
    exact = Fraction(factor) == share
    written = _plain(factor, language) if exact else f"{_plain(part, language)}/{_plain(whole, language)}"
    same = "=" if Fraction(percent) == quotient * 100 else "≈"
    best = (
        "" if isinstance(rule, Ratio) else (" (so với đơn vị cao nhất)" if language != "en" else " (of the best unit)")
    )
    equals = "=" if isinstance(score, Scored) and Fraction(score.points) == share * Fraction(criterion.max) else "≈"
    return (
        f"{_plain(part, language)}/{_plain(whole, language)} {same} {_plain(percent, language)} %{best}"
        f" → {most} × {written} {equals} {points}"
    )


def _plain(value: Decimal, language: str) -> str:
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text if language == "en" else text.replace(".", ",")
