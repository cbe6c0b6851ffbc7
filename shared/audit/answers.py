"""Was everything that was said answered, once, by everybody?"""

from collections.abc import Sequence

from shared.audit.history import Histories, History, Looked
from shared.audit.wrong import AnsweredOtherwise, HeadBroken, NotAnswered
from shared.eventlog import Mark, Row


def check_answers(histories: Histories) -> Looked:
    """Every announcement against the inbox of every other service: same number, chain and position, none twice.

    Raises:
        NotAnswered, AnsweredOtherwise: At the first message that was not answered so.
        HeadBroken: A head says it has heard more or less than the inbox holds.
    """
    looked = Looked()
    for publisher in histories.values():
        for consumer in histories.values():
            if consumer is not publisher:
                looked += _check(publisher, consumer)
    return looked


def _check(publisher: History, consumer: History) -> Looked:
    said, answered = publisher.said, consumer.inbox.get(publisher.service, ())
    for row, mark in zip(said, answered, strict=False):
        if mark != Mark(row.sequence or 0, row.chain.hex(), row.position):
            raise AnsweredOtherwise(
                consumer=consumer.service, message=publisher.place(row), sequence=mark.sequence, chain=mark.chain[:12]
            )
    if len(answered) > len(said):
        mark = answered[len(said)]
        message = f"{publisher.service}/{publisher.agency}@{mark.position}"
        raise AnsweredOtherwise(
            consumer=consumer.service, message=message, sequence=mark.sequence, chain=mark.chain[:12]
        )
    if len(answered) < len(said):
        raise _unanswered(publisher, consumer, said[len(answered) :])
    if consumer.ends.get(publisher.service, 0) != len(answered):
        raise HeadBroken(
            service=consumer.service,
            agency=consumer.agency,
            column=f"ends.{publisher.service}",
            head=consumer.ends.get(publisher.service, 0),
            last=len(answered),
        )
    return Looked(len(said))


def _unanswered(publisher: History, consumer: History, rest: Sequence[Row]) -> NotAnswered:
    return NotAnswered(consumer=consumer.service, message=publisher.place(rest[0]), count=len(rest))
