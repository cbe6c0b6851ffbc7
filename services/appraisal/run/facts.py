"""What can have been heard of runs."""

from typing import TypeAlias

from shared.facts import Fact
from shared.vocabulary import Id, Sha256, Stage, stream


def run_stream(campaign: str) -> str:
    return stream(campaign, "run", "main")


class _OfRun(Fact):
    campaign: Id

    @property
    def stream(self) -> str:
        return run_stream(self.campaign)


class DraftTaken(_OfRun):
    """Scoring drafted the standings.

    Attributes:
        run: The run digest, by which it is reviewed and approved.
        stage: The latest stage that counts in it.
        draft: 1 for the campaign's first.
        findings: Ids of what the gate found against printed figures; the council takes note of each.
        changes: How many changes of the council count in it.
    """

    type = "draft_taken.v1"
    run: Sha256
    stage: Stage
    draft: int
    findings: tuple[str, ...]
    changes: int = 0


class PublicationTaken(_OfRun):
    """Scoring published a run."""

    type = "publication_taken.v1"
    run: Sha256
    release: int


class RefusalTaken(_OfRun):
    """Scoring refused to publish: what was approved is not what stands."""

    type = "refusal_taken.v1"
    approved: Sha256
    standing: Sha256 | None
    reason: str


RunFact: TypeAlias = DraftTaken | PublicationTaken | RefusalTaken
RUN_FACTS = (DraftTaken, PublicationTaken, RefusalTaken)
