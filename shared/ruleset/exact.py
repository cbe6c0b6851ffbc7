"""Exact arithmetic: fractions inside, one rounding where a figure is published."""

from decimal import Decimal
from fractions import Fraction


def half_up(exact: Fraction, digits: int = 2) -> Decimal:
    """*exact* (not negative) to *digits* decimals; a tie goes up.

    Source: report 1101/QĐ-BNV prints 63,87 for 63,865 and 28,13 for 28,125.
    """
    whole = (exact * 10**digits + Fraction(1, 2)).__floor__()
    return Decimal(whole).scaleb(-digits)
