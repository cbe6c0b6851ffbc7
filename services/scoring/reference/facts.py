"""References as they were heard."""

from typing import TypeAlias

from shared.campaign import Document
from shared.facts import Fact
from shared.standing import PrintedFigure
from shared.vocabulary import Id, Localized, stream


def reference_stream(campaign: str) -> str:
    """Where a campaign's references lie: one stream for all, because every draft compares all of them."""
    return stream(campaign, "reference", "main")


class _OfReference(Fact):
    campaign: Id
    reference: Id

    @property
    def stream(self) -> str:
        return reference_stream(self.campaign)


class ReferenceKept(_OfReference):
    """The printed figures of a report."""

    type = "reference_kept.v1"
    title: Localized
    document: Document
    figures: tuple[PrintedFigure, ...]


class ReferenceDropped(_OfReference):
    """It was entered by mistake."""

    type = "reference_dropped.v1"


ReferenceFact: TypeAlias = ReferenceKept | ReferenceDropped
REFERENCE_FACTS = (ReferenceKept, ReferenceDropped)
