"""The mapping of a report: what each column, row and cell of its tables claims to be. A small YAML file beside it."""

import re
from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from services.scoring.engine.claims import Meaning
from services.scoring.engine.reference import Ties
from shared.vocabulary import Number, Text

DASHES = ("-", "–", "—")
Whole = Annotated[int, Field(gt=0)]
Digits = Annotated[int, Field(ge=0, le=6)]
ADDRESS = re.compile(r"[A-Z]{1,2}[1-9][0-9]{0,4}")
Address = Annotated[str, Field(pattern=r"^[A-Z]{1,2}[1-9]\d{0,4}$")]
"""Of a cell as spreadsheets write it, ``C7``; in CSV the lines are the rows and the first column is ``A``."""
Addresses = Annotated[str, Field(pattern=r"^[A-Z]{1,2}[1-9]\d{0,4}(:[A-Z]{1,2}[1-9]\d{0,4})?$")]
"""Of a cell, or of a range, ``B2:B5``."""
Amount = Annotated[str, Field(pattern=r"^([A-Z]{1,2}[1-9]\d{0,4}|\d+(\.\d+)?)$")]
"""A number, or the cell of the same sheet that holds it."""
Precision: TypeAlias = Literal["published", "unrounded"]
Scope: TypeAlias = Literal["table", "block"]


class _Declared(BaseModel):
    """Nothing in it is passed over: a field that is misspelt is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class UnitColumn(_Declared):
    """Names or codes of units; a row without is no unit's."""

    kind: Literal["unit"]
    column: Text


class BlockColumn(_Declared):
    """The block of each unit, where the table holds several."""

    kind: Literal["block"]
    column: Text


class ScoreColumn(_Declared):
    """A figure that rests on no other printed one: a group's score, a self-score, an earlier score."""

    kind: Literal["score"]
    column: Text
    figure: Text
    dash: Meaning = "not_applicable"


class MeanColumn(_Declared):
    """The mean of other figures of the same unit, wherever those are printed."""

    kind: Literal["mean"]
    column: Text
    figure: Text
    of: Annotated[tuple[Text, ...], Field(min_length=1)]
    dash: Meaning = "not_applicable"
    digits: Digits = 2


class SumColumn(_Declared):
    """The sum of other figures of the same unit."""

    kind: Literal["sum"]
    column: Text
    figure: Text
    of: Annotated[tuple[Text, ...], Field(min_length=1)]
    dash: Meaning = "not_applicable"


class RankColumn(_Declared):
    """The rank by a figure, among the units of the table or of the unit's block in it."""

    kind: Literal["rank"]
    column: Text
    of: Text
    among: Scope = "table"


class ClassColumn(_Declared):
    """The class by a figure, as the unit's block has them under ``classes``."""

    kind: Literal["class"]
    column: Text
    of: Text


class ChangeColumn(_Declared):
    """By how many ranks a unit moved up.

    Attributes:
        of, earlier: The figures by which both ranks are; without them all that is known of the column is that it comes
            to nothing.
    """

    kind: Literal["change"]
    column: Text
    of: Text | None = None
    earlier: Text | None = None
    among: Scope = "table"


ColumnOf = Annotated[
    UnitColumn | BlockColumn | ScoreColumn | MeanColumn | SumColumn | RankColumn | ClassColumn | ChangeColumn,
    Field(discriminator="kind"),
]


class Footer(_Declared):
    """A row that sums the units above it up, in every column of figures that has something there.

    Attributes:
        row: What stands at its beginning.
        dash: What a dash counts as here, where that is not what it means in the column.
        denominator: Of a mean, where it is declared.
    """

    kind: Literal["mean", "sum"]
    row: Text
    dash: Meaning | None = None
    denominator: Whole | None = None
    digits: Digits = 2


class TableOf(_Declared):
    """One table.

    Attributes:
        table: As the document calls it.
        sheet: Of the workbook; of a directory the CSV file ``<sheet>.csv``.
        header: The row of the headings.
        block: Of all its units.
    """

    table: Text
    sheet: Text
    header: Whole = 1
    block: Text | None = None
    columns: Annotated[tuple[ColumnOf, ...], Field(min_length=1)]
    footers: tuple[Footer, ...] = ()


class _Cell(_Declared):
    sheet: Text
    at: Address
    table: Text | None = None


class MeanCell(_Cell):
    """The mean of a figure over the units of a block, or over all."""

    kind: Literal["mean"]
    of: Text
    block: Text | None = None
    dash: Meaning | None = None
    denominator: Whole | None = None
    digits: Digits = 2


class CountCell(_Cell):
    """How many units of a block are in a class."""

    kind: Literal["class_count"]
    of: Text
    block: Text
    name: Annotated[Text, Field(alias="class")]


class ShareCell(_Cell):
    """A percentage of two figures."""

    kind: Literal["share"]
    part: Amount
    whole: Amount


class _Cells(_Declared):
    sheet: Text
    at: Addresses
    table: Text | None = None
    whole: Amount


class ShareCells(_Cells):
    """All percentages of one whole.

    Attributes:
        others: Wholes they may be of by mistake, and what those are.
    """

    kind: Literal["shares"]
    others: dict[Whole, Text] = {}


class CountCells(_Cells):
    """All counts of one whole."""

    kind: Literal["counts"]


CellOf = Annotated[MeanCell | CountCell | ShareCell | ShareCells | CountCells, Field(discriminator="kind")]


class BandOf(_Declared):
    """Scores of one class, as printed: ``below`` is excluded, ``up_to`` included."""

    name: Annotated[Text, Field(alias="class")]
    at_least: Number
    below: Number | None = None
    up_to: Number | None = None


class SchemeOf(_Declared):
    """The classes of a block, or of all units.

    Attributes:
        table: Where they are printed.
        max: The greatest score there can be.
        of: Figures that would be classed: those that fall into a hole are told.
    """

    table: Text
    block: Text | None = None
    max: Number
    of: tuple[Text, ...] = ()
    bands: Annotated[tuple[BandOf, ...], Field(min_length=1)]


class ReportMapping(_Declared):
    """What the figures of one report claim to be.

    Attributes:
        source: The document; told, not used.
        dashes: What is printed where there is no figure.
        rank_on: Ranks compare what is published, or what was before rounding.
        mean_of: Means are of what is published, or of what was before rounding: then they may be off by that.
        units: By code, every spelling of a unit's name; without it a name is its own code.
    """

    source: Text
    dashes: tuple[Text, ...] = DASHES
    ties: Ties = "1224"
    rank_on: Precision = "published"
    mean_of: Precision = "published"
    units: dict[Text, tuple[Text, ...]] = {}
    tables: tuple[TableOf, ...] = ()
    cells: tuple[CellOf, ...] = ()
    classes: tuple[SchemeOf, ...] = ()
