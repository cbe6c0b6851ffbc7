"""What the player tells whoever watches."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from shared.vocabulary import Localized


@dataclass(frozen=True, slots=True)
class ActDone:
    """One of the file's acts is done, or was refused as it must be.

    Attributes:
        position: Message that shows it, e.g. ``appraisal/bnv@12``; None where nothing was written.
    """

    campaign: str
    number: int
    count: int
    kind: str
    position: str | None
    refused: bool = False


@dataclass(frozen=True, slots=True)
class StepDone:
    """A step of the process is done; *position* is the row of the log that proves it."""

    campaign: str
    number: int
    title: Localized
    position: str


Event: TypeAlias = ActDone | StepDone
Watch: TypeAlias = Callable[[Event], None]
