"""What was published, and what was approved but could not be."""

from typing import TypeAlias

from shared.campaign import Document
from shared.contracts import RestsOn
from shared.facts import Fact
from shared.standing import RunSummary, Standing
from shared.vocabulary import Id, Sha256, Stage, Text, stream


def release_stream(campaign: str) -> str:
    """Where a campaign's releases lie."""
    return stream(campaign, "release", "main")


class _OfRelease(Fact):
    campaign: Id

    @property
    def stream(self) -> str:
        return release_stream(self.campaign)


class StandingPublished(_OfRelease):
    """One unit in a release; written before the RunPublished that counts it.

    Attributes:
        number: 1 for the first of the release.
    """

    type = "standing_published.v1"
    run: Sha256
    number: int
    standing: Standing


class RunPublished(_OfRelease):
    """The approved run was published.

    Attributes:
        release: 1 for the campaign's first; a later one supersedes the one before.
        stage: The latest stage that counts in it.
        digest: Over the standings before it, in order.
        rests_on: By publisher, how far it had been answered when the run was computed.
    """

    type = "results_published.v1"
    run: Sha256
    release: int
    supersedes: int | None
    stage: Stage
    decision: Document
    signer: Text
    file_sha256: Sha256
    count: int
    digest: Sha256
    summary: RunSummary
    rests_on: dict[Id, RestsOn]


class PublicationFailed(_OfRelease):
    """What was approved is not what stands: nothing was published.

    Attributes:
        standing: Digest of what stands; None where nothing can be computed.
        reason: ``not_drafted``, ``rounds_open``, ``inconsistent``, ``digest_differs`` or ``already_published``.
    """

    type = "publication_refused.v1"
    approved: Sha256
    standing: Sha256 | None
    reason: str


ReleaseFact: TypeAlias = StandingPublished | RunPublished | PublicationFailed
RELEASE_FACTS = (StandingPublished, RunPublished, PublicationFailed)
