"""What was said, read back from a log, and in which order all of it can have been heard."""

from collections.abc import Iterator, Mapping, Sequence

from shared.audit.history import History
from shared.audit.wrong import EffectBeforeCause
from shared.contracts import CONTRACTS, Contract
from shared.envelope import Envelope
from shared.eventlog import Announcement, Row
from shared.facts import LogNewer


def type_of(row: Row) -> str:
    """Name of the contract that *row* says."""
    return Announcement.model_validate_json(row.announcement or b"").type


def message_of(row: Row) -> Contract:
    """What *row* says to the others.

    Raises:
        LogNewer: No such contract.
    """
    said = Announcement.model_validate_json(row.announcement or b"")
    if said.type not in CONTRACTS:
        raise LogNewer(type=said.type, row=f"{row.agency}@{row.position}")
    return CONTRACTS[said.type].model_validate(said.data)


def messages_of(history: History) -> Iterator[tuple[str, Contract]]:
    """Place and content of everything a service said, in order."""
    return ((history.place(row), message_of(row)) for row in history.said)


def in_causal_order(messages: Mapping[str, Sequence[Envelope]]) -> Iterator[Envelope]:
    """The *messages* of each publisher, none before what it rests on.

    Raises:
        EffectBeforeCause: There is no such order.
    """
    told = dict.fromkeys(messages, 0)
    while left := [name for name, each in messages.items() if told[name] < len(each)]:
        ready = [name for name in left if _known(messages[name][told[name]], told)]
        if not ready:
            message = messages[left[0]][told[left[0]]]
            raise EffectBeforeCause(message=message.id, cause=str(dict(message.after)))
        for name in ready:
            while told[name] < len(messages[name]) and _known(messages[name][told[name]], told):
                told[name] += 1
                yield messages[name][told[name] - 1]


def _known(message: Envelope, told: Mapping[str, int]) -> bool:
    return all(told.get(publisher, 0) >= sequence for publisher, sequence in message.after.items())
