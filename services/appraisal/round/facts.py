"""What can have happened to a round."""

from typing import TypeAlias

from shared.campaign import RoundStage
from shared.facts import Fact
from shared.vocabulary import Id, Sha256, stream


def round_stream(campaign: str, stage: RoundStage) -> str:
    return stream(campaign, "round", stage)


class IntakeEnded(Fact):
    """No sheet is taken any more: the first round may begin."""

    type = "intake_ended.v1"
    campaign: Id
    handed_in: tuple[Id, ...]
    missing: tuple[Id, ...]

    @property
    def stream(self) -> str:
        return round_stream(self.campaign, "round1")


class RoundEnded(Fact):
    """Every criterion of every unit has its verdict; none is given any more in this round.

    Attributes:
        count: How many verdicts count.
        digest: Over (unit, criterion, word) of each, ordered by unit and criterion.
    """

    type = "round_ended.v1"
    campaign: Id
    stage: RoundStage
    count: int
    digest: Sha256

    @property
    def stream(self) -> str:
        return round_stream(self.campaign, self.stage)


RoundFact: TypeAlias = IntakeEnded | RoundEnded
ROUND_FACTS = (IntakeEnded, RoundEnded)
