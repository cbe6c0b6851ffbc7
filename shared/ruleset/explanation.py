"""A rule in one sentence, a score and a total with their arithmetic: what a unit may ask, and an auditor does."""

from collections.abc import Mapping
from fractions import Fraction
from math import prod
from typing import assert_never

from shared.ruleset.evaluation import Cohort, calculated, exactly
from shared.ruleset.model import Appendix, Criterion, Group, every
from shared.ruleset.rules import concluded, decimal_text
from shared.ruleset.rules.kind import points_text
from shared.ruleset.totals import Total, aggregate, counted_in, totals
from shared.vocabulary import (
    GivenInputs,
    GivenPoints,
    GivenState,
    Id,
    Localized,
    Missing,
    NotApplicable,
    Points,
    Score,
    Scored,
    Text,
    Value,
    Word,
)

# Source: report 1101/QĐ-BNV, part I.IV.2.c.
LEGAL_REASONS = {
    "insufficient_data": ("không đủ thông tin, số liệu", "not enough information or data"),
    "contradicts_reality": ("số liệu không đúng thực tế", "the figures differ from reality"),
    "no_evidence": ("không có tài liệu kiểm chứng", "there is no evidence"),
    "late": ("báo cáo gửi chậm", "the report came late"),
}
NOT_APPLICABLE = ("Không áp dụng: không tính vào trung bình.", "Not applicable: in no mean.")


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
                return NOT_APPLICABLE[not vietnamese]
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


class Account(Value):
    """What a group, or the whole sheet, comes to.

    Attributes:
        node: Its code.
        explained: Its arithmetic in a sentence.
    """

    node: Id
    title: Localized
    max: Points
    score: Score
    explained: Text


def accounts(tree: Appendix, scores: Mapping[str, Score], language: str) -> tuple[Account, ...]:
    """How *scores* come to the total of each group in the order of the document, and at last of *tree* itself."""
    found = totals(tree, scores).nodes
    wholes: list[Appendix | Group] = [node for node in every(tree.children) if isinstance(node, Group)]
    return tuple(
        Account(
            node=whole.code,
            title=whole.title,
            max=whole.max,
            score=aggregate(whole, found).score,
            explained=explain_total(whole, found, language),
        )
        for whole in (*wholes, tree)
    )


def explain_total(whole: Appendix | Group, parts: Mapping[str, Total], language: str) -> str:
    """How *parts*, by code, came to the total of *whole*; languages as for `explain`."""
    total, vietnamese = aggregate(whole, parts), language != "en"
    if isinstance(total.score, Missing):
        return "Còn mục chưa có điểm: chưa có tổng." if vietnamese else "A part has no score yet: there is no total."
    if not isinstance(total.score, Scored):
        return NOT_APPLICABLE[not vietnamese]
    counted = counted_in(whole, parts)
    points = Fraction(total.score.points)
    root = total.unrounded is None and points ** len(counted) == prod(part.points for part in counted)
    account = whole.aggregate.account(counted, Fraction(whole.max), language)
    told = concluded(account, decimal_text(total.score.points, language), exact=root or points == total.unrounded)
    if total.most is None:
        return told
    return f"{told} {'trên' if vietnamese else 'of'} {points_text(total.most, language)}"
