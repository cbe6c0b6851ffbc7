"""What starts a run, and the verdicts, of which only the council's do."""

from services.scoring.run.domain import (
    RUN,
    ChangeByCouncil,
    CloseRound,
    DropReference,
    KeepReference,
    RunCommand,
    Runs,
    RunsFact,
)
from services.scoring.score.domain import SCORE, ScoreCommand, Scores, ScoresFact, TakeVerdict
from shared.contracts import ReferenceEntered, ReferenceRemoved, RoundClosed, ScoreAppraised
from shared.execute import Act


def on_score_appraised(said: ScoreAppraised) -> Act[ScoreCommand, Scores, ScoresFact] | Act[RunCommand, Runs, RunsFact]:
    """A verdict; the council's also starts a run, because no round closes behind it."""
    verdict = TakeVerdict(
        campaign=said.campaign,
        unit=said.unit,
        criterion=said.criterion,
        stage=said.stage,
        sheet=said.sheet,
        word=said.after,
        reason_code=said.reason_code,
        reason=said.reason,
    )
    return Act(ChangeByCouncil(verdict), RUN) if said.stage == "council" else Act(verdict, SCORE)


def on_round_closed(said: RoundClosed) -> Act[RunCommand, Runs, RunsFact]:
    """A closed round starts a run."""
    return Act(CloseRound(said.campaign, said.stage, said.count, said.digest), RUN)


def on_reference_entered(said: ReferenceEntered) -> Act[RunCommand, Runs, RunsFact]:
    """Printed figures are compared with the newest draft, and with those to come."""
    return Act(KeepReference(said.campaign, said.reference, said.title, said.document, said.figures), RUN)


def on_reference_removed(said: ReferenceRemoved) -> Act[RunCommand, Runs, RunsFact]:
    """Drafted again without its findings; the run digest stays."""
    return Act(DropReference(said.campaign, said.reference), RUN)
