"""What a round hears from submission."""

from services.appraisal.round.domain import HEARD, Bench, BenchFact
from shared.contracts import SubmissionsClosed
from shared.execute import Act


def on_submissions_closed(said: SubmissionsClosed) -> Act[SubmissionsClosed, Bench, BenchFact]:
    """Sheets do not move any more: the first round may begin."""
    return Act(said, HEARD)
