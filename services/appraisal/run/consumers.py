"""What is heard from scoring; the standings of single units are not needed here."""

from services.appraisal.run.domain import HEARD, Heard, Runs
from services.appraisal.run.facts import RunFact
from shared.contracts import PublicationRefused, ResultsPublished, StandingsDrafted
from shared.execute import Act


def on_standings_drafted(said: StandingsDrafted) -> Act[Heard, Runs, RunFact]:
    """A draft that the council may review."""
    return Act(said, HEARD)


def on_results_published(said: ResultsPublished) -> Act[Heard, Runs, RunFact]:
    """What was approved is out."""
    return Act(said, HEARD)


def on_publication_refused(said: PublicationRefused) -> Act[Heard, Runs, RunFact]:
    """What was approved was not what stood: the approver may act again."""
    return Act(said, HEARD)
