"""The kernel's facts about messages that were not answered as usual, by name: an auditor reads rows, not services."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from shared.audit.history import History
from shared.eventlog import Row
from shared.execute import RequestAnswered

REFUSED = "message_refused.v1"
STOPPED, RETRIED, SKIPPED = "publisher_stopped.v1", "publisher_retried.v1", "message_skipped.v1"
LOST, SPENT, WENT_BACK = "messages_lost.v1", "number_spent.v1", "went_back.v1"
OF_ITSELF = frozenset({LOST, SPENT, WENT_BACK, "rewind_ordered.v1"})
"""What an operator has a service do that nobody had said."""
ASIDE = frozenset({STOPPED, RETRIED, SKIPPED, RequestAnswered.type})
"""They may name a message as their cause without being an answer to it."""


def passed_over(history: History) -> set[str]:
    """Causes that name the messages which the service refused, or which an operator had it skip."""
    return {str(row.content().causation) for row in history.rows if row.type in {REFUSED, SKIPPED}}


def by_cause(history: History) -> Mapping[str, Sequence[Row]]:
    """The rows that name each cause, in order."""
    found = defaultdict[str, list[Row]](list)
    for row in history.rows:
        causation = row.content().causation
        if causation is not None:
            found[causation].append(row)
    return found


@dataclass(frozen=True, slots=True)
class Loss:
    """What a service accepted: its answers to *first* … *last* stay, and numbers up to *until* were passed over.

    Attributes:
        row: That says so.
    """

    publisher: str
    first: int
    last: int
    until: int
    row: Row


def losses(history: History) -> Iterator[Loss]:
    """All that the service accepted, in order."""
    for row in history.rows:
        if row.type == LOST:
            data = row.content().data
            yield Loss(data["publisher"], data["first"], data["last"], data["until"], row)


def lost_numbers(history: History, publisher: str) -> set[int]:
    """The publisher's numbers of which the service answered other messages than its log knows now, or none."""
    return {n for each in losses(history) if each.publisher == publisher for n in range(each.first, each.until)}


def lost_causes(history: History) -> set[str]:
    """The messages that were answered, and are lost, as causes name them."""
    marks = (
        (each.publisher, history.inbox.get(each.publisher, ())[number - 1])
        for each in losses(history)
        for number in range(each.first, each.last + 1)
    )
    return {f"{publisher}/{history.agency}@{mark.position}#{mark.chain}" for publisher, mark in marks}
