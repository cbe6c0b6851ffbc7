"""What a dossier hears from submission."""

from services.appraisal.dossier.domain import HEARD, Dossier, Heard
from services.appraisal.dossier.facts import DossierFact
from shared.contracts import FiguresConfirmed, SubmissionReceived, SubmissionWithdrawn
from shared.execute import Act


def on_submission_received(said: SubmissionReceived) -> Act[Heard, Dossier, DossierFact]:
    """The sheet that will be judged."""
    return Act(said, HEARD)


def on_submission_withdrawn(said: SubmissionWithdrawn) -> Act[Heard, Dossier, DossierFact]:
    """Nothing stands until the next sheet."""
    return Act(said, HEARD)


def on_figures_confirmed(said: FiguresConfirmed) -> Act[Heard, Dossier, DossierFact]:
    """What the unit says to the first round: the second may begin with it."""
    return Act(said, HEARD)
