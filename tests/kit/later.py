"""A later release, side by side with this one: it writes a fact that this one does not know."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from shared.eventlog import Append, EventLog, Row
from shared.execute import Act, Decider
from shared.facts import FactBook
from tests.kit.bus import keep
from tests.kit.world import Noted, noted


def later(decider: Decider[Any, Any, Any]) -> Decider[Any, Any, Any]:
    """*decider* as the later release has it: it knows ``Noted``, which changes nothing."""
    return replace(
        decider,
        book=FactBook((*decider.book.types, Noted), decider.book.upcasters),
        evolve=lambda state, fact: state if isinstance(fact, Noted) else decider.evolve(state, fact),
    )


def keep_of_later_release(said: Any) -> Act[Any, Any, Any]:
    """What a message leads to in ``tests.kit.bus``, in the later release."""
    act = keep(said)
    return Act(act.command, later(act.decider))


async def written_later(log: EventLog, agency: str, stream: str) -> Row:
    """The row that a process of the later release adds to *stream*."""
    version = len(await log.read(agency, [stream]))
    rows: Sequence[Row] = await log.append(Append(agency, {stream: version}, (noted(stream),)))
    return rows[0]
