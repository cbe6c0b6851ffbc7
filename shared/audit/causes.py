"""Did everything come after what it rests on?

Each row carries ``after``: how far its service had answered the others when it was written. Taken together these are
vector clocks, so that a row which rests on the future, or on something its service had not heard, shows.

Three rows name a message that was not heard: the stop at it, the operator's word that it shall be tried again, and
the request behind that word. A stop at a forged message, whatever kept that from being answered, names a chain that
stands in no log; that is told, not accused.
"""

from collections.abc import Mapping
from functools import cache

from shared.audit.history import Histories, History, Looked, Note
from shared.audit.stopping import ASIDE, RETRIED, STOPPED, lost_causes
from shared.audit.wrong import CauseUnknown, EffectBeforeCause
from shared.eventlog import Row
from shared.execute import RequestAnswered


def check_causes(histories: Histories) -> Looked:
    """Every row's cause, and every row's ``after``, against the logs they point into.

    Raises:
        CauseUnknown: It names a row that is not there, or has another chain.
        EffectBeforeCause: What it names had not been answered, or not been said.
    """
    return sum((_Causes(history, histories).check() for history in histories.values()), Looked())


class _Causes:
    """Walks one log, row by row, with an eye on the others."""

    def __init__(self, history: History, histories: Histories) -> None:
        self._history = history
        self._at = {name: {row.position: row for row in each.rows} for name, each in histories.items()}
        self._said = {name: {row.sequence: row for row in each.said} for name, each in histories.items()}
        self._answered = cache(_answered)
        self._before: Mapping[str, int] = {}
        self._own = 0  # announcements of this log before the row at hand
        self._retried: str | None = None  # cause of the row before, if that tried a message again
        self._forks: dict[str, Note] = {}  # by cause
        self._lost = lost_causes(history)

    def check(self) -> Looked:
        causes = 0
        for row in self._history.rows:
            after = self._answered(row)
            if after is None or any(after.get(name, 0) < count for name, count in self._before.items()):
                raise EffectBeforeCause(message=self._history.place(row), cause="after")
            for publisher, sequence in after.items():
                self._check_heard(row, publisher, sequence, after)
            causation = row.content().causation
            if causation is not None:
                self._check_cause(row, causation, after)
                causes += 1
            self._retried = causation if row.type == RETRIED else None
            self._before = after
            self._own += row.sequence is not None
        return Looked(causes, tuple(self._forks.values()))

    def _check_heard(self, row: Row, publisher: str, sequence: int, after: Mapping[str, int]) -> None:
        """What *row* has heard last of *publisher* was said, and rests on nothing unheard here."""
        heard = self._said.get(publisher, {}).get(sequence)
        earlier = None if heard is None else self._answered(heard)
        if publisher == self._history.service or earlier is None:
            raise EffectBeforeCause(message=self._history.place(row), cause=f"{publisher};sequence={sequence}")
        for name, count in earlier.items():
            known = self._own if name == self._history.service else after.get(name, 0)
            if count > known:
                raise EffectBeforeCause(message=self._history.place(row), cause=f"{name};sequence={count}")

    def _check_cause(self, row: Row, causation: str, after: Mapping[str, int]) -> None:
        place, _, chain = causation.partition("#")
        log, _, position = place.partition("@")
        publisher, _, agency = log.partition("/")
        cause = self._at.get(publisher, {}).get(int(position)) if position.isdecimal() else None
        if causation in self._lost:
            return
        if cause is None or agency != self._history.agency or cause.chain.hex() != chain:
            if row.type == STOPPED:
                facts = {"message": self._history.place(row), "cause": place, "chain": chain[:12]}
                self._forks.setdefault(causation, Note("audit.fork_stopped", facts))
            elif causation not in self._forks or row.type not in ASIDE:
                raise CauseUnknown(message=self._history.place(row), cause=causation)
            return
        if publisher == self._history.service:
            heard = cause.position < row.position
        else:
            heard = cause.sequence is not None and (
                self._waits(row, causation) or cause.sequence <= after.get(publisher, 0)
            )
        if not heard or row.content().effective_at < cause.content().effective_at:
            raise EffectBeforeCause(message=self._history.place(row), cause=place)

    def _waits(self, row: Row, causation: str) -> bool:
        """Whether *row* is about a message that could not be answered yet."""
        return row.type in {STOPPED, RETRIED} or (row.type == RequestAnswered.type and self._retried == causation)


def _answered(row: Row) -> Mapping[str, int] | None:
    """How far the others were answered; None where the column cannot be read."""
    try:
        return row.answered()
    except (ValueError, AttributeError):
        return None
