"""What appraisal says that units are shown."""

from services.submission.confirmation.domain import (
    CONFIRMATION,
    ConfirmationCommand,
    ConfirmationFact,
    Hearing,
    HearRoundClosed,
    HearVerdict,
)
from shared.contracts import RoundClosed, ScoreAppraised
from shared.execute import Act

Heard = Act[ConfirmationCommand, Hearing, ConfirmationFact]


def on_score_appraised(said: ScoreAppraised) -> Heard:
    """Keep the verdict until its round is closed."""
    return Act(HearVerdict(said), CONFIRMATION)


def on_round_closed(said: RoundClosed) -> Heard:
    """From now on the unit sees the round's verdicts."""
    return Act(HearRoundClosed(said), CONFIRMATION)
