"""What can have happened to the list of an agency's campaigns; a campaign's own facts are the kernel's."""

from shared.facts import Fact
from shared.vocabulary import Id, Localized, Text

INDEX_STREAM = "index/campaigns"


class CampaignListed(Fact):
    """An agency opened a campaign: its name stands in the list, so that it can be found."""

    type = "campaign_listed.v1"
    campaign: Id
    title: Localized
    period: Text
    retrospective: bool

    @property
    def stream(self) -> str:
        """One an agency. Nobody expects its version: a campaign's own stream says whether it is new."""
        return INDEX_STREAM
