"""What the consistency gate found, in words: the same for pages and for the command line. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from shared.edge.web.formats import number
from shared.edge.web.words import WORDS, word
from shared.standing import Finding, RunSummary

KINDS = ("reference.differs", "reference.second_policy", "reference.follows", "reference.unknown")
"""In the order they are read: errors at the root, means by another policy, what follows, what is unclear."""


@dataclass(frozen=True, slots=True)
class Names:
    """What codes are called in *language*; a code that nobody named stands for itself."""

    language: str
    units: Mapping[str, str]
    blocks: Mapping[str, str]
    groups: Mapping[str, str]
    classes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Line:
    """One finding as people read it."""

    id: str
    place: str
    printed: str
    derived: str
    difference: str
    note: str


@dataclass(frozen=True, slots=True)
class Section:
    """Findings of one kind, in the order in which they were found."""

    kind: str
    title: str
    lines: tuple[Line, ...]


def sections(findings: Iterable[Finding], names: Names) -> Sequence[Section]:
    """Roots first, then what follows from them."""
    by_kind: dict[str, list[Finding]] = {kind: [] for kind in KINDS}
    for finding in findings:
        by_kind.setdefault(finding.kind, []).append(finding)
    return [
        Section(kind, _title(kind, names.language), tuple(_line(each, names) for each in found))
        for kind, found in by_kind.items()
        if found
    ]


def tally(summary: RunSummary, language: str) -> str:
    """How many printed figures were compared, and how many are equal; overall scores by themselves."""
    said = [word("findings.compared", language, compared=summary.compared, equal=summary.equal)]
    if summary.compared_totals:
        totals = {"compared": summary.compared_totals, "equal": summary.equal_totals}
        said.append(word("findings.totals", language, **totals))
    return " ".join(said)


def place(finding: Finding, names: Names) -> str:
    """Where a printed figure stands: table, row and column by their names."""
    if finding.table is None or finding.figure is None:
        return finding.id
    group, label = finding.group or "", finding.class_code or ""
    named = {"group": names.groups.get(group, group), "label": names.classes.get(label, label)}
    column = word(f"figure.{finding.figure}", names.language, **named)
    if finding.unit is not None:
        row = names.units.get(finding.unit, finding.unit)
        return word("findings.cell", names.language, table=finding.table, row=row, column=column)
    of = word("all_units", names.language)
    if finding.block is not None:
        of = names.blocks.get(finding.block, finding.block)
    return word("findings.figure", names.language, table=finding.table, of=of, column=column)


def note(finding: Finding, language: str) -> str:
    """Why it differs; of a mean, over how many units."""
    over, printed_over = finding.denominator, finding.printed_denominator
    if over is not None and printed_over is not None:
        printed, derived = as_printed(finding.printed, language), as_printed(finding.derived, language)
        # whoever divides by more units counts those where it does not apply as zero
        name = "note.counts_all" if printed_over > over else "note.counts_applying"
        return word(name, language, printed=printed, derived=derived, over=over, printed_over=printed_over)
    name = f"note.{finding.kind}"
    said = [word(name, language)] if name in WORDS else []
    if over is not None:
        said.append(word("note.over", language, count=over))
    return " ".join(said)


def as_printed(text: str | None, language: str) -> str:
    """A figure as all others are written; what is no number (a dash, a class) stays as it is."""
    if text is None:
        return "–"
    try:
        return number(Decimal(text), language)
    except InvalidOperation:
        return text


def _title(kind: str, language: str) -> str:
    name = f"findings.{kind}"
    return word(name if name in WORDS else "findings.other", language)


def _line(finding: Finding, names: Names) -> Line:
    figures = (finding.printed, finding.derived, finding.difference)
    printed, derived, difference = (as_printed(each, names.language) for each in figures)
    return Line(finding.id, place(finding, names), printed, derived, difference, note(finding, names.language))
