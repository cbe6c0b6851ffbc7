"""Drafts of a campaign's ranking."""

from typing import TypeAlias

from shared.facts import Fact
from shared.standing import Finding, RunSummary, Standing
from shared.vocabulary import Id, Sha256, Stage, stream


def run_stream(campaign: str) -> str:
    """Where a campaign's drafts lie."""
    return stream(campaign, "run", "main")


class _OfRun(Fact):
    campaign: Id

    @property
    def stream(self) -> str:
        return run_stream(self.campaign)


class StandingComputed(_OfRun):
    """One unit in a draft; written before the RunDrafted that counts it.

    Attributes:
        number: 1 for the first of the draft.
    """

    type = "standing_computed.v1"
    run: Sha256
    number: int
    standing: Standing


class RunDrafted(_OfRun):
    """A run over all units.

    Attributes:
        run: The run digest; it covers no findings, so that a reference never changes it.
        stage: The latest stage that counts.
        draft: 1 for the campaign's first.
        digest: Over the standings before it, in order.
        changes: How many words of the council count.
    """

    type = "run_drafted.v1"
    run: Sha256
    stage: Stage
    draft: int
    count: int
    digest: Sha256
    summary: RunSummary
    changes: int = 0


class RunRefused(_OfRun):
    """A run contradicts itself, or a score is missing: nothing is drafted."""

    type = "run_refused.v1"
    stage: Stage
    findings: tuple[Finding, ...]


RunFact: TypeAlias = StandingComputed | RunDrafted | RunRefused
RUN_FACTS = (StandingComputed, RunDrafted, RunRefused)
