"""What a decision destroyed."""

from services.submission.text.facts import TextsErased, texts_stream
from shared.eventlog import EventLog
from shared.facts import FactBook

BOOK = FactBook((TextsErased,))


async def get_erased(log: EventLog, agency: str, campaign: str, until: int) -> TextsErased:
    """The last destruction up to position *until*, where there is one."""
    rows = await log.read(agency, [texts_stream(campaign)])
    return next(BOOK.of(row, row.content().data) for row in reversed(rows) if row.position <= until)
