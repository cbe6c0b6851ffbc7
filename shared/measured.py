"""What the rows of a push come to: figures of whole units, and the exact sums of what their parts have. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from shared.campaign import UsageRow

DIGITS = 6  # decimals of a row's value


@dataclass(frozen=True, slots=True)
class Measured:
    """One figure of one unit.

    Attributes:
        value: As it was pushed for the whole unit; of parts their sum, with no zeros at its end.
        parts: What each part has, in order of their codes; none where the figure is the whole unit's.
    """

    value: str
    parts: Mapping[str, str] = field(default_factory=dict)


def measured(rows: Iterable[UsageRow]) -> dict[tuple[str, str], Measured]:
    """The figures that *rows* of one push come to, by unit and metric; the only place where parts are added up.

    A unit has for a metric one row or rows of parts, and each part once, in any order.
    """
    wholes: dict[tuple[str, str], Measured] = {}
    parts: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for row in rows:
        if row.part is None:
            wholes[row.unit, row.metric] = Measured(row.value)
        else:
            parts[row.unit, row.metric][row.part] = row.value
    return wholes | {key: Measured(_sum(of.values()), dict(sorted(of.items()))) for key, of in parts.items()}


def _sum(values: Iterable[str]) -> str:
    millionths = sum(int(Fraction(value) * 10**DIGITS) for value in values)
    whole, rest = divmod(abs(millionths), 10**DIGITS)
    return f"{'-' if millionths < 0 else ''}{whole}.{rest:0{DIGITS}}".rstrip("0").rstrip(".")
