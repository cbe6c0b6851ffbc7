"""Exact arithmetic: fractions inside, one rounding where a figure is published."""

from decimal import Decimal
from fractions import Fraction


def half_up(exact: Fraction, digits: int = 2) -> Decimal:
    """*exact* to *digits* decimals; a tie goes away from zero, so that a penalty is rounded as its bonus would be.

    Source: report 1101/QĐ-BNV prints 63,87 for 63,865 and 28,13 for 28,125.
    """
    whole = (abs(exact) * 10**digits + Fraction(1, 2)).__floor__()
    return Decimal(whole if exact >= 0 else -whole).scaleb(-digits)


def rational(text: str) -> Fraction:
    """The number that ``1/2``, ``0.8`` or ``3`` writes."""
    return Fraction(text)


def quotient(part: Fraction | int, whole: Fraction | int) -> Fraction:
    """*part* of *whole*, exactly."""
    return Fraction(part) / Fraction(whole)
