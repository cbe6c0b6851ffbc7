"""Was everything that was said answered, once, by everybody?"""

from collections.abc import Mapping

from shared.audit.history import Histories, History, Looked, Note
from shared.audit.stopping import WENT_BACK, losses, lost_numbers
from shared.audit.wrong import AnsweredOtherwise, HeadBroken, LossUnfounded, NotAnswered
from shared.eventlog import Mark


def check_answers(histories: Histories, due: Mapping[str, int] | None = None) -> Looked:
    """Every announcement against the inbox of every other service: same number, chain and position, none twice.

    Args:
        histories: As of one moment.
        due: By publisher, the last announcement that must be answered by now; later ones may be on their way. All of
            them where nothing is said about it.

    Raises:
        NotAnswered, AnsweredOtherwise: At the first message that was not answered so.
        LossUnfounded: A service accepts a loss that its publisher does not tell of.
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
    lost = lost_numbers(consumer, publisher.service)
    _check_losses(publisher, consumer)
    for row, mark in zip(said, answered, strict=False):
        if mark.sequence not in lost and mark != Mark(row.sequence or 0, row.chain.hex(), row.position):
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
    who = {"consumer": consumer.service, "publisher": publisher.service}
    on_its_way = len(said) - len(answered)
    notes = [Note("audit.on_its_way", {**who, "count": on_its_way})] if on_its_way else []
    for each in losses(consumer):
        if each.publisher == publisher.service:
            facts = {**who, "message": consumer.place(each.row), "first": each.first, "last": each.last}
            notes.append(Note("audit.messages_lost", facts))
    return Looked(len(answered) - len(lost), tuple(notes))


def _check_losses(publisher: History, consumer: History) -> None:
    """What a service accepts as lost, its publisher says it has lost."""
    for each in losses(consumer):
        if each.publisher != publisher.service:
            continue
        row = publisher.said[each.until - 1] if each.until <= len(publisher.said) else None
        if row is None or row.type != WENT_BACK or row.content().data["first"] != each.first:
            raise LossUnfounded(message=consumer.place(each.row), publisher=publisher.service)
