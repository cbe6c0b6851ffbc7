"""What a source has pushed, and what each revision changed."""

from typing import Annotated

from pydantic import Field

from services.submission.usage.domain import USAGE, Change, Figures, Sum, changes, sums
from services.submission.usage.facts import usage_stream
from shared.campaign import UsageRow
from shared.eventlog import EventLog
from shared.facts import FactBook
from shared.opening import campaign_stream
from shared.vocabulary import Instant, Value

BOOK = FactBook(USAGE.book.types)
Sums = Annotated[tuple[Sum, ...], Field(exclude_if=lambda found: not found)]


class Revision(Value):
    """One push of a month.

    Attributes:
        changes: Against the revision before; the first adds everything.
        sums: The figures that are added up from parts; left out where none is. What each part has stands in *rows*.
    """

    revision: int
    pushed_at: Instant
    pushed_by: str
    rows: tuple[UsageRow, ...]
    changes: tuple[Change, ...]
    sums: Sums = ()


async def get_figures(log: EventLog, agency: str, campaign: str, source: str) -> Figures:
    """Everything the source has pushed.

    Raises:
        CampaignUnknown: Nobody opened it.
    """
    figures = USAGE.state(await log.read(agency, [campaign_stream(campaign), usage_stream(campaign, source)]))
    figures.campaign.opened(campaign)
    return figures


async def list_revisions(
    log: EventLog, agency: str, campaign: str, source: str, period: str, until: int | None = None
) -> list[Revision]:
    """Every revision of a month, in order; those up to position *until* where it is given."""
    await get_figures(log, agency, campaign, source)
    rows = await log.read(agency, [usage_stream(campaign, source)])
    revisions: list[Revision] = []
    for row in rows:
        record = row.content()
        if record.data["period"] != period or (until is not None and row.position > until):
            continue
        figures = tuple(UsageRow.model_validate(each) for each in record.data["rows"])
        before = revisions[-1].rows if revisions else ()
        revisions.append(
            Revision(
                revision=record.data["revision"],
                pushed_at=record.effective_at,
                pushed_by=record.actor,
                rows=figures,
                changes=changes(before, figures),
                sums=sums(figures),
            )
        )
    return revisions
