"""Is a log whole, and unchanged since it was written?"""

from shared.audit.history import Histories, History, Looked
from shared.audit.wrong import HeadBroken, RowBroken
from shared.eventlog import ChainBroken, Head, Verification


def check_chains(histories: Histories) -> Looked:
    """Every chain, number and stream version, from the first row to the head.

    Raises:
        RowBroken, HeadBroken: At the first place that does not fit.
    """
    return sum((_check(history) for history in histories.values()), Looked())


def _check(history: History) -> Looked:
    verification = Verification()
    for row in history.rows:
        try:
            verification.check(row)
        except ChainBroken as broken:
            column = broken.facts["column"]
            position = broken.facts["position"]
            place = f"{history.service}/{history.agency}@{position}"
            raise RowBroken(message=place, column=column) from broken
    last = _columns(verification.head)
    for column, head in _columns(history.head).items():
        if head != last[column]:
            raise HeadBroken(
                service=history.service, agency=history.agency, column=column, head=head, last=last[column]
            )
    return Looked(len(history.rows))


def _columns(head: Head) -> dict[str, object]:
    return {
        "position": head.position,
        "sequence": head.sequence,
        "chain": head.chain.hex(),
        "recorded_at": head.recorded_at and head.recorded_at.isoformat(),
    }
