"""Where a campaign stands, and what in it waits for somebody. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from services.reporting.campaign.domain import Campaign, Progress

Phase: TypeAlias = Literal["intake", "round1", "confirmation", "round2", "council", "approval", "published"]
ACCEPTED = "accepted"


@dataclass(frozen=True, slots=True)
class Task:
    """One thing that waits.

    Attributes:
        what: The name of its words.
        url: Where it is done.
        until: When it must be done by; None where nobody said.
    """

    what: str
    url: str
    until: datetime | None = None


def phase(campaign: Campaign, progress: Progress, *, published: bool) -> Phase:
    """What the campaign waits for now."""
    template, over = campaign.opening.template, {each.stage for each in progress.rounds}
    if published:
        return "published"
    if progress.closure is None:
        return "intake"
    if "round1" not in over:
        return "round1"
    if template.last_round not in over:
        return "confirmation" if template.confirmation else "round2"
    if template.council and all(each.outcome != ACCEPTED for each in progress.meetings):
        return "council"
    return "approval"


def tasks(
    campaign: Campaign, progress: Progress, now: Phase, roles: Collection[str], unit: str | None
) -> tuple[Task, ...]:
    """What waits for somebody with *roles*, of *unit* where they belong to one."""
    return (*_bench(campaign, now, roles), *_sheet(campaign, progress, now, roles, unit))


def _bench(campaign: Campaign, now: Phase, roles: Collection[str]) -> tuple[Task, ...]:
    stages = {"round1": "round1", "confirmation": "round2", "round2": "round2"}
    if "appraiser" not in roles or now not in stages:
        return ()
    return (Task("work.bench", f"/appraisal/_/{campaign.agency}/{campaign.name}/{stages[now]}"),)


def _sheet(
    campaign: Campaign, progress: Progress, now: Phase, roles: Collection[str], unit: str | None
) -> tuple[Task, ...]:
    if unit is None or unit not in campaign.units or not {"unit", "unit_head"}.intersection(roles):
        return ()
    url = f"/submission/_/{campaign.agency}/{campaign.name}/sheets/{unit}"
    if unit in progress.standing_sheets:
        return (Task("work.sheet.again", f"{url}/receipts"),)
    return (Task("work.sheet", url, campaign.opening.calendar.submission_deadline_at),) if now == "intake" else ()
