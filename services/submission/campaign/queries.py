"""What stands in the log about campaigns."""

from services.submission.campaign.facts import INDEX_STREAM, CampaignListed
from services.submission.sheet.domain import SHEET, Desk
from services.submission.sheet.facts import intake_stream
from shared.eventlog import EventLog
from shared.facts import FactBook
from shared.opening import OpenCampaign, campaign_stream

BOOK: FactBook[CampaignListed] = FactBook((CampaignListed,))


async def list_campaigns(log: EventLog, agency: str) -> list[CampaignListed]:
    """Every campaign of the agency, in the order they were opened."""
    return [BOOK.of(row, row.content().data) for row in await log.read(agency, [INDEX_STREAM])]


async def get_campaign(log: EventLog, agency: str, campaign: str) -> tuple[OpenCampaign, Desk]:
    """The campaign as it is now.

    Raises:
        CampaignUnknown: Nobody opened it.
    """
    desk = SHEET.state(await log.read(agency, [campaign_stream(campaign), intake_stream(campaign)]))
    return desk.campaign.opened(campaign), desk
