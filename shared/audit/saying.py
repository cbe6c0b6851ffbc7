"""Was the truth told? What stands in a log as said, against what the fact beside it leads to."""

from collections.abc import Callable

from shared.audit.history import Histories, History, Looked
from shared.audit.wrong import SaidOtherwise
from shared.contracts import CONTRACTS, OF_LOGS, PUBLISHED, Contract
from shared.errors import Corrupt
from shared.eventlog import Announcement, Row

Announce = Callable[[str, Row], Contract | None]
"""What a service says about the fact in a row of its log."""


def check_saying(histories: Histories, announce: Announce) -> Looked:
    """Every announcement against its contract and its fact; and no fact kept silent.

    Raises:
        SaidOtherwise: At the first row where they differ.
        LogNewer: At a fact of a later release, of which this one cannot tell what is said about it.
    """
    return sum((_check(history, announce) for history in histories.values()), Looked())


def _check(history: History, announce: Announce) -> Looked:
    for row in history.rows:
        place = history.place(row)
        try:
            meant = announce(history.service, row)
        except Corrupt as unreadable:
            raise SaidOtherwise(message=place, part="fact") from unreadable
        if part := _difference(history.service, row, meant):
            raise SaidOtherwise(message=place, part=part)
    return Looked(len(history.said))


def _difference(service: str, row: Row, meant: Contract | None) -> str | None:
    """Name of the first part that differs."""
    if row.announcement is None or meant is None:
        return "announcement" if (row.announcement is None) is not (meant is None) else None
    try:
        said = Announcement.model_validate_json(row.announcement)
        contract = CONTRACTS[said.type]
        told = contract.model_validate(said.data)
    except (ValueError, KeyError):
        return "contract"
    if contract not in (*PUBLISHED[service], *OF_LOGS) or contract is not type(meant):
        return "type"
    if said.subject != told.subject:
        return "subject"
    return "data" if told != meant else None
