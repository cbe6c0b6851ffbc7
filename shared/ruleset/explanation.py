"""A rule in one sentence, a score in one sentence with its arithmetic: what a unit may ask, and an auditor does."""

from fractions import Fraction
from typing import assert_never

from shared.ruleset.evaluation import Cohort, calculated, exactly
from shared.ruleset.model import Criterion
from shared.ruleset.rules import concluded, decimal_text
from shared.vocabulary import GivenInputs, GivenPoints, GivenState, NotApplicable, Score, Scored, Word

# Source: report 1101/QĐ-BNV, part I.IV.2.c.
LEGAL_REASONS = {
    "insufficient_data": ("không đủ thông tin, số liệu", "not enough information or data"),
    "contradicts_reality": ("số liệu không đúng thực tế", "the figures differ from reality"),
    "no_evidence": ("không có tài liệu kiểm chứng", "there is no evidence"),
    "late": ("báo cáo gửi chậm", "the report came late"),
}


def rule_sentence(criterion: Criterion, language: str) -> str:
    """How *criterion* is scored, for somebody who reads no code."""
    titles = {declared.name: declared.title.to(language) for declared in criterion.inputs}
    return criterion.rule.sentence(Fraction(criterion.max), titles.__getitem__, language)


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
            if not isinstance(score, Scored):
                return "Mẫu số bằng 0: không áp dụng." if vietnamese else "The denominator is 0: not applicable."
            account = calculated(criterion, word).account(word.inputs, Fraction(criterion.max), cohort or {}, language)
            exact = exactly(criterion, word, cohort)
            return concluded(account, decimal_text(score.points, language), exact=exact == Fraction(score.points))
        case _:
            assert_never(word)
