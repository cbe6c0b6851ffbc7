"""What the council can have done."""

from typing import Literal, TypeAlias

from shared.campaign import Recusal
from shared.facts import Fact
from shared.vocabulary import Closed, Id, Sha256, stream


def council_stream(campaign: str) -> str:
    return stream(campaign, "council", "main")


class _OfCouncil(Fact):
    campaign: Id

    @property
    def stream(self) -> str:
        return council_stream(self.campaign)


class ChangeMinuted(_OfCouncil):
    """The council changed a score; the verdict itself lies in the unit's dossier.

    Attributes:
        draft: The newest draft that was heard by then (0: none): the one the council had before it.
    """

    type = "change_minuted.v1"
    unit: Id
    criterion: Id
    draft: int


class DraftReviewed(_OfCouncil):
    """The council reviewed a draft, named by its digest; *recused* took no part for their own units."""

    type = "draft_reviewed.v1"
    meeting: int
    run: Sha256
    draft: int
    outcome: Literal["sent_back", "accepted"]
    comments: Closed | None = None
    acknowledged: tuple[str, ...] = ()
    present: tuple[Id, ...] = ()
    recused: tuple[Recusal, ...] = ()


CouncilFact: TypeAlias = ChangeMinuted | DraftReviewed
COUNCIL_FACTS = (ChangeMinuted, DraftReviewed)
