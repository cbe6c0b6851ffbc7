"""What the player tells whoever watches."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from deploy.agencies.year_file import Person
from shared.vocabulary import Localized


@dataclass(frozen=True, slots=True)
class ActDone:
    """One of the file's acts is done, or was refused as the file says.

    Attributes:
        position: Message that shows it, e.g. ``appraisal/bnv@12``; None where nothing was written.
    """

    campaign: str
    number: int
    count: int
    kind: str
    position: str | None


@dataclass(frozen=True, slots=True)
class ActRefusedRightly:
    """What *who* asked for was refused, as the file says it must be; *code* and *sentence* say why."""

    campaign: str
    kind: str
    who: Person
    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class StepDone:
    """A step of the process is done; *position* is the row of the log that proves it."""

    campaign: str
    number: int
    title: Localized
    position: str


Event: TypeAlias = ActDone | ActRefusedRightly | StepDone
Watch: TypeAlias = Callable[[Event], None]
