"""What the head of the agency can have done."""

from shared.campaign import Document
from shared.facts import Fact
from shared.vocabulary import Id, Sha256, Text, stream


def approval_stream(campaign: str) -> str:
    return stream(campaign, "approval", "main")


class ResultsSigned(Fact):
    """The head of the agency signed: the digest that was seen, the decision, and the signed file's SHA-256."""

    type = "results_signed.v1"
    campaign: Id
    run: Sha256
    decision: Document
    signer: Text
    file_sha256: Sha256

    @property
    def stream(self) -> str:
        return approval_stream(self.campaign)
