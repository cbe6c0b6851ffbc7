"""What an examination finds: one sentence each, well or ill; an ill one says what helps."""

from dataclasses import dataclass, field

WELL, ILL = "well", "ill"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line.

    Attributes:
        what: What was looked at; its sentences are ``doctor.<what>.well`` and ``doctor.<what>.ill``.
        facts: What the sentence needs.
    """

    what: str
    well: bool
    facts: dict[str, object] = field(default_factory=dict)

    @property
    def code(self) -> str:
        """Of its sentence."""
        return f"doctor.{self.what}.{WELL if self.well else ILL}"
