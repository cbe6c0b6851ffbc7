"""Is a log whole, and unchanged since it was written?"""

from shared.audit.history import Histories, History, Looked
from shared.audit.wrong import HeadBroken, RowBroken
from shared.eventlog import ChainBroken, Verification


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
    found = {
        "position": (history.head.position, verification.position),
        "sequence": (history.head.sequence, verification.sequence),
        "chain": (history.head.chain.hex(), verification.chain.hex()),
    }
    for column, (head, last) in found.items():
        if head != last:
            raise HeadBroken(service=history.service, agency=history.agency, column=column, head=head, last=last)
    return Looked(len(history.rows))
