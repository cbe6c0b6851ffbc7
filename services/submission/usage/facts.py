"""What can have happened to the figures of one source."""

from shared.campaign import UsageRow
from shared.facts import Fact
from shared.vocabulary import Id, stream


def usage_stream(campaign: str, source: str) -> str:
    return stream(campaign, "usage", source)


class UsagePushed(Fact):
    """One month of measured figures, whole; a later revision replaces it.

    Attributes:
        period: Month as ``YYYY-MM``.
        revision: 1 for the first push of this source and period.
        machine: Who pushed it.
    """

    type = "usage_pushed.v1"
    campaign: Id
    source: Id
    period: str
    revision: int
    rows: tuple[UsageRow, ...]
    machine: Id | None = None

    @property
    def stream(self) -> str:
        return usage_stream(self.campaign, self.source)
