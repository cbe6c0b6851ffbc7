"""What a sheet and a sheet taken back lead to; verdicts are heard in ``run``, because some of them start one."""

from services.scoring.score.domain import SCORE, ScoreCommand, Scores, ScoresFact, TakeBack, TakeSheet
from shared.contracts import SubmissionReceived, SubmissionWithdrawn
from shared.execute import Act


def on_submission_received(said: SubmissionReceived) -> Act[ScoreCommand, Scores, ScoresFact]:
    """The unit's own words open the history."""
    words = {criterion: line.word for criterion, line in said.lines.items()}
    explanations = {criterion: line.explanation for criterion, line in said.lines.items() if line.explanation}
    return Act(TakeSheet(said.campaign, said.unit, said.version, words, explanations), SCORE)


def on_submission_withdrawn(said: SubmissionWithdrawn) -> Act[ScoreCommand, Scores, ScoresFact]:
    """The unit's own words are missing again."""
    return Act(TakeBack(said.campaign, said.unit, said.version, said.reason), SCORE)
