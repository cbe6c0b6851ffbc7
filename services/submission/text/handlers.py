"""Destroying a text touches two ports: the log with its closed texts, and the drafts that still hold it."""

from services.submission.sheet.tables import Drafts
from services.submission.text.domain import TEXT, DestroyText
from shared.campaign import Document
from shared.eventlog import Append, Destruction, EventLog
from shared.execute import Act, Answer, Once, execute
from shared.vocabulary import ClosedText, Meta


async def destroy_texts(
    scope: tuple[str, str],
    closed: tuple[str, ...],
    decision: Document,
    *,
    meta: Meta,
    once: Once | None,
    log: EventLog,
    drafts: Drafts,
) -> Answer:
    """Destroy *closed* in the log's side table and in every draft of the agency; a repeated request finishes both.

    The decision also stands for a text that was never kept here: whichever service keeps it hears of it.

    Raises:
        CampaignUnknown, TextDestroyedAlready: See ``domain.decide``.
    """
    agency, campaign = scope
    found = await log.texts(agency, closed)
    kept = frozenset(name for name, text in found.items() if isinstance(text, ClosedText))
    act = Act(DestroyText(campaign, closed, decision, kept, frozenset(found) - kept), TEXT)
    gone = tuple(Destruction(name, decision.number) for name in closed)
    answer = await execute(act, meta=meta, request=Append(agency, destroyed=gone), log=log, once=once)
    await drafts.destroy(agency, closed)
    return answer
