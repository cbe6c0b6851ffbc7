"""The kernel's facts about messages that were not answered as usual, by name: an auditor reads rows, not services."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from shared.audit.history import History
from shared.eventlog import Row
from shared.execute import RequestAnswered

REFUSED = "message_refused.v1"
STOPPED, RETRIED, SKIPPED = "publisher_stopped.v1", "publisher_retried.v1", "message_skipped.v1"
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
