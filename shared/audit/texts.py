"""Are the closed texts those that the facts mean, and the destroyed ones gone?"""

import json
import re
from collections.abc import Mapping, Sequence

from shared.audit.history import Histories, History, Looked, Note, StoredText
from shared.audit.messages import message_of, type_of
from shared.audit.wrong import TextMissing, TextOtherwise, TextRemains
from shared.contracts import TextDestroyed
from shared.envelope import closed_names
from shared.eventlog import Row
from shared.vocabulary import SALT, ClosedText


def check_texts(histories: Histories) -> Looked:
    """Every closed text that a fact or an announcement names, in every service that keeps it.

    Raises:
        TextMissing, TextOtherwise, TextRemains: At the first text that is not as it must be.
    """
    destroyed = {
        name: stored.decision
        for history in histories.values()
        for name, stored in history.texts.items()
        if stored.decision is not None
    }
    notes = tuple(
        Note("audit.text_destroyed", {"text": name[:12], "decision": decision}) for name, decision in destroyed.items()
    )
    looked = Looked(notes=notes)
    for history in histories.values():
        unheard = {name for each in histories.values() for name in _untold(each, history)}
        looked += _check(history, {name: each for name, each in destroyed.items() if name not in unheard})
    return looked


def _untold(publisher: History, consumer: History) -> Sequence[str]:
    """The texts whose destruction *publisher* has said, on its way to *consumer*."""
    if publisher.service == consumer.service:
        return ()
    unanswered = publisher.said[len(consumer.inbox.get(publisher.service, ())) :]
    said = [message_of(row) for row in unanswered if type_of(row) == TextDestroyed.type]
    return [name for each in said if isinstance(each, TextDestroyed) for name in each.closed]


def _check(history: History, destroyed: Mapping[str, str]) -> Looked:
    for name, stored in history.texts.items():
        if stored.decision is None and name in destroyed:
            raise TextRemains(service=history.service, text=name[:12], decision=destroyed[name])
        if stored.decision is None and not (re.fullmatch(SALT, stored.salt or "") and _digest(stored) == name):
            raise TextOtherwise(service=history.service, agency=history.agency, text=name[:12])
    for row in history.rows:
        for name in sorted(_named(row) - history.texts.keys()):
            raise TextMissing(message=history.place(row), text=name[:12])
    return Looked(len(history.texts))


def _digest(stored: StoredText) -> str:
    # Not validated: what a validator would put right is what must be found.
    return ClosedText.model_construct(salt=stored.salt or "", text=stored.text or "").closed.closed


def _named(row: Row) -> set[str]:
    said = json.loads(row.announcement)["data"] if row.announcement else {}
    return closed_names(row.content().data) | closed_names(said)
