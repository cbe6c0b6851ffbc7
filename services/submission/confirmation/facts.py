"""What a unit is shown of the rounds, and what it answered."""

from shared.campaign import Contest, Evidence, RoundStage
from shared.facts import Fact
from shared.vocabulary import Closed, Id, Stage, Word, stream


def verdicts_stream(campaign: str, unit: str) -> str:
    return stream(campaign, "verdicts", unit)


def rounds_stream(campaign: str) -> str:
    return stream(campaign, "rounds", "main")


def confirmation_stream(campaign: str, unit: str) -> str:
    return stream(campaign, "confirmation", unit)


class VerdictHeard(Fact):
    """The appraisers spoke on one criterion; the unit sees it once the round is closed."""

    type = "verdict_heard.v1"
    campaign: Id
    unit: Id
    criterion: Id
    stage: Stage
    before: Word | None
    after: Word
    reason_code: str | None = None
    reason: Closed | None = None
    evidence: tuple[Evidence, ...] = ()

    @property
    def stream(self) -> str:
        return verdicts_stream(self.campaign, self.unit)


class RoundEnded(Fact):
    """A round is over: its verdicts may be shown."""

    type = "round_ended.v1"
    campaign: Id
    stage: RoundStage

    @property
    def stream(self) -> str:
        return rounds_stream(self.campaign)


class RoundAnswered(Fact):
    """The unit accepted or contested every verdict of the first round."""

    type = "round_answered.v1"
    campaign: Id
    unit: Id
    accepted: tuple[Id, ...]
    contested: dict[Id, Contest]

    @property
    def stream(self) -> str:
        return confirmation_stream(self.campaign, self.unit)
