"""What can have happened to closed texts."""

from shared.campaign import Document
from shared.facts import Fact
from shared.vocabulary import Id, Sha256, stream


class TextsErased(Fact):
    """Closed texts were destroyed by a decision; their digests stay where they stand."""

    type = "texts_erased.v1"
    campaign: Id
    closed: tuple[Sha256, ...]
    decision: Document

    @property
    def stream(self) -> str:
        return stream(self.campaign, "texts", "main")
