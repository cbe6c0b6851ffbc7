"""What one agency has in one service, as it is stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from shared.eventlog import Head, Mark, Row
from shared.vocabulary import Json


@dataclass(frozen=True, slots=True)
class StoredText:
    """A closed text's row; without salt and text where *decision* had it destroyed."""

    salt: str | None
    text: str | None
    decision: str | None = None


@dataclass(frozen=True, slots=True)
class History:
    """One agency's log in one service, and what lies beside it.

    Attributes:
        rows: All rows, in order of position; none for a service without a log.
        ends: By publisher, the last number answered, as the head says.
        inbox: By publisher, every message answered, in order.
        texts: Closed texts by name.
    """

    service: str
    agency: str
    rows: Sequence[Row] = ()
    head: Head = field(default_factory=Head)
    ends: Mapping[str, int] = field(default_factory=dict)
    inbox: Mapping[str, Sequence[Mark]] = field(default_factory=dict)
    texts: Mapping[str, StoredText] = field(default_factory=dict)

    def place(self, row: Row) -> str:
        """A row's name, as messages and causes name it."""
        return f"{self.service}/{self.agency}@{row.position}"

    @property
    def said(self) -> Sequence[Row]:
        """The rows that say something to the others, in order."""
        return [row for row in self.rows if row.sequence is not None]


Histories: TypeAlias = Mapping[str, History]
"""All services' histories of one agency, by service."""


@dataclass(frozen=True, slots=True)
class Note:
    """Something that is in order and yet to be told, e.g. a text that a decision destroyed.

    Attributes:
        code: Of its sentence.
    """

    code: str
    facts: Json


@dataclass(frozen=True, slots=True)
class Looked:
    """A check found nothing wrong in *count* things."""

    count: int = 0
    notes: tuple[Note, ...] = ()

    def __add__(self, other: "Looked") -> "Looked":
        return Looked(self.count + other.count, self.notes + other.notes)
