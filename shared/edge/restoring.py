"""A log that went back to an older one: the numbers it had given since are never given again."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from shared.contracts import AnnouncementLost, Contract, LogRestored
from shared.execute import Decider
from shared.facts import Fact, FactBook
from shared.vocabulary import Closed, Meta

STREAM = "restored/log"


class _OfRestoring(Fact):
    @property
    def stream(self) -> str:
        """One a log."""
        return STREAM


class NumberSpent(_OfRestoring):
    """A number under which something had been said before; said again, it says nothing."""

    type = "number_spent.v1"
    number: int


class WentBack(_OfRestoring):
    """What had been said under the numbers *first* to *last* is lost; whoever heard it has accepted that."""

    type = "went_back.v1"
    first: int
    last: int
    reason: Closed


RestoringFact: TypeAlias = NumberSpent | WentBack


@dataclass(frozen=True, slots=True)
class AcceptLoss:
    """Others have heard the numbers *first* to *last*, and this log does not know them any more."""

    first: int
    last: int
    reason: Closed


def _decide(command: AcceptLoss, _state: None, _meta: Meta) -> Sequence[RestoringFact]:
    spent = [NumberSpent(number=number) for number in range(command.first, command.last + 1)]
    return [*spent, WentBack(first=command.first, last=command.last, reason=command.reason)]


def announce(fact: RestoringFact) -> Contract:
    """What the other services are told."""
    if isinstance(fact, NumberSpent):
        return AnnouncementLost()
    return LogRestored(first=fact.first, last=fact.last, reason=fact.reason)


RESTORING: Decider[AcceptLoss, None, RestoringFact] = Decider(
    initial=None,
    book=FactBook((NumberSpent, WentBack)),
    streams=lambda _command: [STREAM],
    decide=_decide,
    evolve=lambda _state, _fact: None,
    announce=announce,
)
"""How a restored log goes on."""
