"""What can have happened to a reference document."""

from shared.campaign import Document
from shared.facts import Fact
from shared.standing import PrintedFigure
from shared.vocabulary import Id, Localized, stream


def reference_stream(campaign: str, reference: str) -> str:
    return stream(campaign, "reference", reference)


class _OfReference(Fact):
    campaign: Id
    reference: Id

    @property
    def stream(self) -> str:
        return reference_stream(self.campaign, self.reference)


class FiguresNoted(_OfReference):
    """Printed figures were entered, in place of any entered before."""

    type = "figures_noted.v1"
    title: Localized
    document: Document
    figures: tuple[PrintedFigure, ...]


class FiguresStruck(_OfReference):
    """They were entered by mistake."""

    type = "figures_struck.v1"
