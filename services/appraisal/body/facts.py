"""What can have happened to a team or council."""

from typing import Literal, TypeAlias

from shared.campaign import Document, Member
from shared.facts import Fact
from shared.vocabulary import Id, stream

BodyName: TypeAlias = Literal["team", "council"]


def body_stream(campaign: str, body: BodyName) -> str:
    return stream(campaign, "body", body)


class BodyFormed(Fact):
    """A team or council was formed by a decision; the next one replaces it.

    Attributes:
        number: 1 for the first decision on this body.
    """

    type = "body_formed.v1"
    campaign: Id
    body: BodyName
    number: int
    decision: Document
    members: tuple[Member, ...]

    @property
    def stream(self) -> str:
        return body_stream(self.campaign, self.body)
