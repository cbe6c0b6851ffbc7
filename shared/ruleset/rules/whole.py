"""Rules that look something up: judged as a whole, yes or no, one of several options, a table of two keys."""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field

from shared.ruleset.rules.kind import NUMERIC, Calculated, Fault, Given, InputType, Kind, Peers, Worth, points_text
from shared.vocabulary import Id, Localized, Points

YES = "yes"
ANSWERS = {"yes": ("Có", "yes"), "no": ("Không", "no")}


class Manual(Kind):
    """Appraised as a whole: people say the points.

    Attributes:
        floor: The fewest they may say; below zero where people may take points away.
    """

    kind: Literal["manual.v1"]
    floor: Points = Decimal("0.00")

    @property
    def least(self) -> Fraction:
        """See `Kind`."""
        return Fraction(self.floor)

    def sentence(self, most: Fraction, title: Callable[[str], str], language: str) -> str:
        """See `Kind`."""
        del title
        least, greatest = points_text(self.least, language), points_text(most, language)
        if language == "en":
            return f"Appraised as a whole, from {least} to {greatest} points."
        return f"Chấm trực tiếp, từ {least} đến {greatest} điểm."


class Collect(Calculated):
    """Collected, not scored: what other criteria read, or what is only published.

    Attributes:
        inputs: What is said there.
    """

    kind: Literal["collect.v1"]
    inputs: Annotated[tuple[Id, ...], Field(min_length=1)]

    @property
    def needs(self) -> Mapping[str, tuple[InputType, ...]]:
        """See `Kind`."""
        return dict.fromkeys(self.inputs, (*NUMERIC, "yes_no", "date", "records"))

    def worth(self, given: Given, most: Fraction, peers: Peers) -> Fraction | None:
        """Nothing, whatever is said."""
        del given, most, peers
        return Fraction(0)

    def faults(self, most: Fraction) -> Iterator[Fault]:
        """See `Kind`."""
        if most:
            yield Fault("ruleset.collected_not_scored", {"max": most})

    def sentence(self, most: Fraction, title: Callable[[str], str], language: str) -> str:
        """See `Kind`."""
        del most
        names = ", ".join(map(title, self.inputs))
        return f"Collected, not scored: {names}." if language == "en" else f"Thu thập, không tính điểm: {names}."

    def account(self, given: Given, most: Fraction, peers: Peers, language: str) -> str:
        """See `Kind`."""
        del given, most, peers
        return "Collected →" if language == "en" else "Thu thập →"


class YesNo(Calculated):
    """Yes is worth the maximum, no is worth nothing."""

    kind: Literal["yes_no.v1"]
    input: Id

    @property
    def needs(self) -> Mapping[str, tuple[InputType, ...]]:
        """See `Kind`."""
        return {self.input: ("yes_no",)}

    def worth(self, given: Given, most: Fraction, peers: Peers) -> Fraction | None:
        """See `Kind`."""
        del peers
        return most if given[self.input] == YES else Fraction(0)

    def sentence(self, most: Fraction, title: Callable[[str], str], language: str) -> str:
        """See `Kind`."""
        points, asked = points_text(most, language), title(self.input)
        if language == "en":
            return f"{asked}: yes {points} points, no 0 points."
        return f"{asked}: có {points} điểm, không 0 điểm."

    def account(self, given: Given, most: Fraction, peers: Peers, language: str) -> str:
        """See `Kind`."""
        del most, peers
        return f"{_answer(given, self.input, language)} →"


class AllOf(Calculated):
    """The maximum where every answer is yes, else nothing."""

    kind: Literal["all_of.v1"]
    inputs: Annotated[tuple[Id, ...], Field(min_length=2)]

    @property
    def needs(self) -> Mapping[str, tuple[InputType, ...]]:
        """See `Kind`."""
        return dict.fromkeys(self.inputs, ("yes_no",))

    def worth(self, given: Given, most: Fraction, peers: Peers) -> Fraction | None:
        """See `Kind`."""
        del peers
        return most if all(given[name] == YES for name in self.inputs) else Fraction(0)

    def sentence(self, most: Fraction, title: Callable[[str], str], language: str) -> str:
        """See `Kind`."""
        points, asked = points_text(most, language), "; ".join(map(title, self.inputs))
        if language == "en":
            return f"{points} points where all of this holds, else 0 points: {asked}."
        return f"{points} điểm nếu đáp ứng đủ, thiếu một thì 0 điểm: {asked}."

    def account(self, given: Given, most: Fraction, peers: Peers, language: str) -> str:
        """See `Kind`."""
        del most, peers
        count = sum(given[name] == YES for name in self.inputs)
        if language == "en":
            return f"{count} of {len(self.inputs)} conditions hold →"
        return f"đáp ứng {count} trên {len(self.inputs)} điều kiện →"


class Option(Worth):
    """One answer that may be chosen, and what it is worth."""

    code: Id
    title: Localized


class Choice(Calculated):
    """Points by which of several options was chosen."""

    kind: Literal["choice.v1"]
    input: Id
    options: Annotated[tuple[Option, ...], Field(min_length=2)]

    @property
    def needs(self) -> Mapping[str, tuple[InputType, ...]]:
        """See `Kind`."""
        return {self.input: ("choice",)}

    @property
    def choices(self) -> Mapping[str, tuple[str, ...]]:
        """See `Kind`."""
        return {self.input: tuple(each.code for each in self.options)}

    @property
    def least(self) -> Fraction:
        """See `Kind`."""
        return min((Fraction(each.points) for each in self.options if each.points is not None), default=Fraction(0))

    def worth(self, given: Given, most: Fraction, peers: Peers) -> Fraction | None:
        """See `Kind`."""
        del peers
        return self._chosen(given).of(most)

    def faults(self, most: Fraction) -> Iterator[Fault]:
        """See `Kind`."""
        seen: set[str] = set()
        for each in self.options:
            if each.code in seen:
                yield Fault("ruleset.code_repeated", {"repeated": each.code})
            seen.add(each.code)
            yield from above(each, most)

    def sentence(self, most: Fraction, title: Callable[[str], str], language: str) -> str:
        """See `Kind`."""
        worth = "; ".join(f"{each.title.to(language)} {points_text(each.of(most), language)}" for each in self.options)
        return f"{title(self.input)}: {worth}."

    def account(self, given: Given, most: Fraction, peers: Peers, language: str) -> str:
        """See `Kind`."""
        del most, peers
        return f"{self._chosen(given).title.to(language)} →"

    def _chosen(self, given: Given) -> Option:
        return next(each for each in self.options if each.code == given[self.input])


class Table(Calculated):
    """Points by two choices together, each row and column of the table in full.

    Attributes:
        rows, columns: Names of the two inputs.
        cells: By option of the first and option of the second.
    """

    kind: Literal["table.v1"]
    rows: Id
    columns: Id
    cells: Annotated[dict[Id, Annotated[dict[Id, Points], Field(min_length=1)]], Field(min_length=1)]

    @property
    def needs(self) -> Mapping[str, tuple[InputType, ...]]:
        """See `Kind`."""
        return dict.fromkeys((self.rows, self.columns), ("choice",))

    @property
    def choices(self) -> Mapping[str, tuple[str, ...]]:
        """See `Kind`."""
        return {self.rows: tuple(self.cells), self.columns: tuple(next(iter(self.cells.values())))}

    @property
    def least(self) -> Fraction:
        """See `Kind`."""
        return Fraction(min(points for row in self.cells.values() for points in row.values()))

    def worth(self, given: Given, most: Fraction, peers: Peers) -> Fraction | None:
        """See `Kind`."""
        del most, peers
        return Fraction(self.cells[str(given[self.rows])][str(given[self.columns])])

    def faults(self, most: Fraction) -> Iterator[Fault]:
        """See `Kind`."""
        columns = {name for row in self.cells.values() for name in row}
        for name, row in self.cells.items():
            for gone in sorted(columns - row.keys()):
                yield Fault("ruleset.table_has_hole", {"row": name, "column": gone})
            for points in row.values():
                if points > most:
                    yield Fault("ruleset.worth_above_maximum", {"points": points, "max": most})

    def sentence(self, most: Fraction, title: Callable[[str], str], language: str) -> str:
        """See `Kind`."""
        del most
        found = "; ".join(
            f"{row} × {column}: {points_text(Fraction(points), language)}"
            for row, cells in self.cells.items()
            for column, points in cells.items()
        )
        return f"{title(self.rows)} × {title(self.columns)}: {found}."

    def account(self, given: Given, most: Fraction, peers: Peers, language: str) -> str:
        """See `Kind`."""
        del most, peers, language
        return f"{given[self.rows]} × {given[self.columns]} →"


def above(worth: Worth, most: Fraction) -> Iterator[Fault]:
    """A fault where *worth* is more than the maximum."""
    if worth.of(most) > most:
        yield Fault("ruleset.worth_above_maximum", {"points": worth.of(most), "max": most})


def _answer(given: Given, name: str, language: str) -> str:
    return ANSWERS[str(given[name])][language == "en"]
