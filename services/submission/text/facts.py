"""What can have happened to closed texts."""

from shared.campaign import Document
from shared.facts import Fact
from shared.vocabulary import Id, Sha256, stream


def texts_stream(campaign: str) -> str:
    return stream(campaign, "texts", "main")


class TextsErased(Fact):
    """Closed texts were destroyed by a decision; their digests stay where they stand.

    Attributes:
        elsewhere: Those of them that no text was kept of here; another service may keep one.
    """

    type = "texts_erased.v1"
    campaign: Id
    closed: tuple[Sha256, ...]
    decision: Document
    elsewhere: tuple[Sha256, ...] = ()

    @property
    def stream(self) -> str:
        return texts_stream(self.campaign)
