"""Was everything that was said answered, once, by everybody?"""

from collections.abc import Mapping

from shared.audit.history import Histories, History, Looked, Note
from shared.audit.wrong import AnsweredOtherwise, HeadBroken, NotAnswered
from shared.eventlog import Mark


def check_answers(histories: Histories, due: Mapping[str, int] | None = None) -> Looked:
    """Every announcement against the inbox of every other service: same number, chain and position, none twice.

    Args:
        histories: As of one moment.
        due: By publisher, the last announcement that must be answered by now; later ones may be on their way. All of
            them where nothing is said about it.

    Raises:
        NotAnswered, AnsweredOtherwise: At the first message that was not answered so.
        HeadBroken: A head says it has heard more or less than the inbox holds.
    """
    looked = Looked()
    for publisher in histories.values():
        for consumer in histories.values():
            if consumer is not publisher:
                last = len(publisher.said) if due is None else due.get(publisher.service, 0)
                looked += _check(publisher, consumer, last)
    return looked


def _check(publisher: History, consumer: History, due: int) -> Looked:
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
    if missing := said[len(answered) : due]:
        raise NotAnswered(consumer=consumer.service, message=publisher.place(missing[0]), count=len(missing))
    if consumer.ends.get(publisher.service, 0) != len(answered):
        raise HeadBroken(
            service=consumer.service,
            agency=consumer.agency,
            column=f"ends.{publisher.service}",
            head=consumer.ends.get(publisher.service, 0),
            last=len(answered),
        )
    on_its_way = len(said) - len(answered)
    facts = {"consumer": consumer.service, "publisher": publisher.service, "count": on_its_way}
    return Looked(len(answered), (Note("audit.on_its_way", facts),) if on_its_way else ())
