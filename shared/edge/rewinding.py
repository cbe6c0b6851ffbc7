"""An operator has a service say everything again from some announcement on; that it was ordered, and why, is a fact."""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.execute import Decider
from shared.facts import Fact, FactBook
from shared.vocabulary import Closed, Meta

STREAM = "rewound/relay"


class RewindOrdered(Fact):
    """The relay says again from *sequence* on, even where the topic is ahead of its log."""

    type = "rewind_ordered.v1"
    sequence: int
    reason: Closed

    @property
    def stream(self) -> str:
        """One a log: a service has one relay."""
        return STREAM


@dataclass(frozen=True, slots=True)
class OrderRewind:
    """Say again from *sequence* on; 0 and 1 both mean everything."""

    sequence: int
    reason: Closed


def _decide(command: OrderRewind, _state: None, _meta: Meta) -> Sequence[RewindOrdered]:
    return [RewindOrdered(sequence=command.sequence, reason=command.reason)]


REWINDING: Decider[OrderRewind, None, RewindOrdered] = Decider(
    initial=None,
    book=FactBook((RewindOrdered,)),
    streams=lambda _command: [STREAM],
    decide=_decide,
    evolve=lambda _state, _fact: None,
)
