"""Figures as they are printed: reading one, and telling whether two are equal."""

from decimal import Decimal, InvalidOperation

from shared.vocabulary import Missing, NotApplicable, NotScored, Score

DASH = "-"


def printed_score(score: Score) -> str | None:
    """How *score* is printed: a dash for not applicable, 0.00 for not scored, nothing for missing."""
    if isinstance(score, Missing):
        return None
    if isinstance(score, NotApplicable):
        return DASH
    return "0.00" if isinstance(score, NotScored) else str(score.points)


def same(printed: str, derived: str) -> bool:
    """Whether two figures are equal: as numbers where both are, else letter by letter. A dash is not zero."""
    left, right = number(printed), number(derived)
    return printed == derived if left is None or right is None else left == right


def number(text: str) -> Decimal | None:
    """*text* as an exact number; None where it is none."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def difference(printed: str, derived: str | None) -> str | None:
    """Derived minus printed; None where one of them is no number."""
    left, right = number(printed), None if derived is None else number(derived)
    return None if left is None or right is None else str(right - left)
