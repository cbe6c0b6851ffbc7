"""What a report that somebody else made claims of its own figures: each with the printed figures that it rests on."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, TypeAlias

from services.scoring.engine.figures import DASH, number
from services.scoring.engine.reference import Ties

Meaning: TypeAlias = Literal["not_applicable", "zero"]
"""What a dash stands for: left out of every mean, or nothing scored."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a figure is printed.

    Attributes:
        table: As the document calls it.
        sheet: Of the file; empty where the figure is said in the mapping.
        row: Counted from 1; 0 where there is none.
        column: Its heading.
        name: The unit, or whatever the row is called.
    """

    table: str
    sheet: str = ""
    row: int = 0
    column: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Printed:
    """One figure.

    Attributes:
        value: As printed, with a decimal point; ``-`` for a dash.
        dash: What a dash in its column means.
    """

    place: Place
    value: str
    dash: Meaning = "not_applicable"

    @property
    def points(self) -> Decimal | None:
        """As a number; None where it is a dash that does not apply, or no number."""
        return Decimal(0) if self.value == DASH and self.dash == "zero" else number(self.value)


Column: TypeAlias = Mapping[str, Printed]
"""Figures of one kind, by unit."""


@dataclass(frozen=True, slots=True)
class Repeated:
    """A figure that was printed before."""

    printed: Printed
    first: Printed


@dataclass(frozen=True, slots=True)
class Averaged:
    """A mean, of a row or of a column.

    Attributes:
        digits: Decimals it is published with.
        denominator: Where the report declares another one than its dashes give.
        unrounded: The report says that it is of what the parts were before they were rounded.
    """

    printed: Printed
    parts: tuple[Printed, ...]
    digits: int = 2
    denominator: int | None = None
    unrounded: bool = False


@dataclass(frozen=True, slots=True)
class Summed:
    """A sum; a dash adds nothing."""

    printed: Printed
    parts: tuple[Printed, ...]


@dataclass(frozen=True, slots=True)
class Ranked:
    """Ranks among the units of *of*; 1 is the most points.

    Attributes:
        unrounded: The report says that it ranks by what the points were before they were rounded: of equal points one
            may be better than the other.
    """

    printed: Column
    of: Column
    ties: Ties = "1224"
    unrounded: bool = False


@dataclass(frozen=True, slots=True)
class Moved:
    """Changes of rank: the earlier rank minus the rank, both among the units of their column."""

    printed: Column
    of: Column
    earlier: Column
    ties: Ties = "1224"
    unrounded: bool = False


@dataclass(frozen=True, slots=True)
class Balanced:
    """All changes of rank among the same units: without ties every rise is another's fall."""

    printed: tuple[Printed, ...]


@dataclass(frozen=True, slots=True)
class Band:
    """Scores from *at_least* (included) up to *below* (excluded) or *up_to* (included); without either to the end."""

    name: str
    at_least: Decimal
    below: Decimal | None = None
    up_to: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Scheme:
    """Classes that must leave no score from 0 to *most* without one, and none with two.

    Attributes:
        scores: What is told of a hole: those printed scores that fall into it.
    """

    place: Place
    bands: tuple[Band, ...]
    most: Decimal
    scores: tuple[Printed, ...] = ()


@dataclass(frozen=True, slots=True)
class Classed:
    """The class of a score."""

    printed: Printed
    of: Printed
    scheme: Scheme


@dataclass(frozen=True, slots=True)
class Counted:
    """How many of the scores are in the class called *name*."""

    printed: Printed
    name: str
    of: tuple[Printed, ...]
    scheme: Scheme


@dataclass(frozen=True, slots=True)
class Share:
    """A percentage with the two figures it rests on; *whole* is above zero."""

    printed: Printed
    part: Decimal
    whole: int


@dataclass(frozen=True, slots=True)
class Shares:
    """Percentages of one whole by themselves, their counts not printed; together they are all of it.

    Attributes:
        others: Wholes that they may be of instead, and what those are.
    """

    printed: tuple[Printed, ...]
    whole: int
    others: Mapping[int, str]


OfScores: TypeAlias = Repeated | Averaged | Summed | Ranked | Moved | Balanced
OfCounts: TypeAlias = Scheme | Classed | Counted | Share | Shares
Claim: TypeAlias = OfScores | OfCounts
