"""What can have been measured."""

from typing import TypeAlias

from shared.campaign import UsageRow
from shared.facts import Fact
from shared.vocabulary import Id, stream


def usage_stream(campaign: str, source: str) -> str:
    return stream(campaign, "usage", source)


def sources_stream(campaign: str) -> str:
    """Where a reader finds which sources there are: a log knows streams by name only."""
    return stream(campaign, "sources", "main")


class SourceListed(Fact):
    """A source reported for the first time."""

    type = "source_listed.v1"
    campaign: Id
    source: Id

    @property
    def stream(self) -> str:
        return sources_stream(self.campaign)


class UsageTaken(Fact):
    """One month of one source; a later revision replaces it as a whole."""

    type = "usage_taken.v1"
    campaign: Id
    source: Id
    period: str
    revision: int
    rows: tuple[UsageRow, ...]

    @property
    def stream(self) -> str:
        return usage_stream(self.campaign, self.source)


UsageFact: TypeAlias = SourceListed | UsageTaken
USAGE_FACTS = (SourceListed, UsageTaken)
