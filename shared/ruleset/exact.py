"""Exact arithmetic: fractions inside, one rounding where a figure is published."""

from decimal import Decimal
from fractions import Fraction

from shared.vocabulary import Scored


def half_up(exact: Fraction, digits: int = 2) -> Decimal:
    """*exact* to *digits* decimals; a tie goes away from zero, so that a penalty is rounded as its bonus would be.

    Source: report 1101/QĐ-BNV prints 63,87 for 63,865 and 28,13 for 28,125.
    """
    # In whole numbers, since every score of every total comes by here.
    whole = (2 * abs(exact.numerator) * 10**digits + exact.denominator) // (2 * exact.denominator)
    return Decimal(whole if exact >= 0 else -whole).scaleb(-digits)


def scored(exact: Fraction, digits: int = 2) -> Scored:
    """*exact* points, rounded once; with the exact figure beside them where that is another."""
    return scored_as(half_up(exact, digits), exact)


def scored_as(points: Decimal, exact: Fraction | None) -> Scored:
    """*points* as published, with the *exact* figure where there is one and it is another."""
    return Scored(points=points, exact=None if exact is None or exact == Fraction(points) else str(exact))


def rational(text: str) -> Fraction:
    """The number that ``1/2``, ``0.8`` or ``3`` writes."""
    return Fraction(text)


def quotient(part: Fraction | int, whole: Fraction | int) -> Fraction:
    """*part* of *whole*, exactly."""
    return Fraction(part) / Fraction(whole)


def half_up_root(product: Fraction, degree: int, digits: int = 2) -> Decimal:
    """The *degree*-th root of *product* (not negative) to *digits* decimals; a tie goes up.

    By whole numbers only: k is right where (2k - 1) / (2 x 10^digits) is not above the root and (2k + 1) / … is.
    """
    scale = (2 * 10**digits) ** degree

    def reaches(k: int) -> bool:
        return bool((2 * k - 1) ** degree * product.denominator <= product.numerator * scale)

    low, high = 0, 1
    while reaches(high):
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if reaches(middle) else (low, middle)
    return Decimal(low).scaleb(-digits)
