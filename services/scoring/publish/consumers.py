"""What an approval leads to."""

from services.scoring.publish.domain import PUBLISH, Publish, Releases, ReleasesFact
from shared.contracts import ResultsApproved
from shared.execute import Act


def on_results_approved(said: ResultsApproved) -> Act[Publish, Releases, ReleasesFact]:
    """The run that was signed is published, or it is said why not."""
    return Act(Publish(said.campaign, said.run, said.decision, said.signer, said.file_sha256), PUBLISH)
