"""Which draft is the newest, and what became of runs that were approved."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias, assert_never

from services.appraisal.run.facts import RUN_FACTS, DraftTaken, PublicationTaken, RefusalTaken, RunFact, run_stream
from shared.contracts import PublicationRefused, ResultsPublished, StandingsDrafted
from shared.errors import Rejected
from shared.execute import Decider
from shared.facts import FactBook
from shared.vocabulary import Meta


class RunUnknown(Rejected, code="run.unknown"):
    """No draft of this digest was heard: nobody can have seen it."""


class StaleDraft(Rejected, code="run.stale_draft"):
    """A newer draft stands, or one is due: what would be judged is no longer what counts."""


@dataclass(frozen=True, slots=True)
class Runs:
    """All that was heard of runs, each in the order it was heard."""

    drafts: tuple[DraftTaken, ...] = ()
    publications: tuple[PublicationTaken, ...] = ()
    refusals: tuple[RefusalTaken, ...] = ()

    @property
    def newest(self) -> DraftTaken | None:
        """The draft with the greatest number."""
        return max(self.drafts, key=lambda draft: draft.draft, default=None)

    def must_be_newest(self, run: str) -> DraftTaken:
        """The newest draft, if *run* is its digest.

        Raises:
            RunUnknown, StaleDraft: See there.
        """
        newest = self.newest
        if newest is None or all(draft.run != run for draft in self.drafts):
            raise RunUnknown(run=run)
        if newest.run != run:
            raise StaleDraft(run=run, newest=newest.run)
        return newest


def evolve(runs: Runs, fact: RunFact) -> Runs:
    match fact:
        case DraftTaken():
            return replace(runs, drafts=(*runs.drafts, fact))
        case PublicationTaken():
            return replace(runs, publications=(*runs.publications, fact))
        case RefusalTaken():
            return replace(runs, refusals=(*runs.refusals, fact))
        case _:
            assert_never(fact)


Heard: TypeAlias = StandingsDrafted | ResultsPublished | PublicationRefused


def _hear(said: Heard, _runs: Runs, _meta: Meta) -> Sequence[RunFact]:
    match said:
        case StandingsDrafted():
            findings = tuple(each.id for each in said.summary.findings if each.severity == "reference")
            drafted = said.model_dump(include={"campaign", "run", "stage", "draft", "changes"})
            return [DraftTaken(**drafted, findings=findings)]
        case ResultsPublished():
            return [PublicationTaken(campaign=said.campaign, run=said.run, release=said.release)]
        case PublicationRefused():
            return [
                RefusalTaken(campaign=said.campaign, approved=said.approved, standing=said.standing, reason=said.reason)
            ]
        case _:
            assert_never(said)


HEARD: Decider[Heard, Runs, RunFact] = Decider(
    initial=Runs(),
    book=FactBook(RUN_FACTS),
    streams=lambda said: [run_stream(said.campaign)],
    decide=_hear,
    evolve=evolve,
)
