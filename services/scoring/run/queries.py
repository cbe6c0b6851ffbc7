"""Drafts as they are read: straight from the log, never from a copy."""

from services.scoring.release.queries import Said, said
from services.scoring.run.facts import RUN_FACTS, RunDrafted, RunRefused, StandingComputed, run_stream
from shared.errors import NotFound
from shared.eventlog import EventLog
from shared.facts import FactBook
from shared.standing import Finding, RunSummary, Standing
from shared.vocabulary import Stage, Value

BOOK = FactBook(RUN_FACTS)


class RunUnknown(NotFound, code="standings.run_unknown"):
    """No draft of the campaign has this digest."""


class NothingDrafted(NotFound, code="standings.nothing_drafted"):
    """The campaign has no draft yet."""


class Draft(Said):
    """A draft without its units."""

    draft: int
    run: str
    stage: Stage
    count: int
    digest: str
    summary: RunSummary


class DraftedRun(Draft):
    """A draft with its units, in the order of the roster."""

    standings: tuple[Standing, ...]


class Refused(Said):
    """A run that contradicted itself."""

    stage: Stage
    findings: tuple[Finding, ...]


class Runs(Value):
    """Everything that was computed of a campaign, in order."""

    drafts: tuple[Draft, ...]
    refused: tuple[Refused, ...]


async def list_runs(log: EventLog, agency: str, campaign: str) -> Runs:
    """Drafts of *campaign* with their findings, and runs that were refused."""
    drafts, refused = [], []
    for row in await log.read(agency, [run_stream(campaign)]):
        fact = BOOK.of(row, row.content().data)
        if isinstance(fact, RunDrafted):
            drafts.append(Draft.model_validate({**fact.model_dump(), **said(row)}))
        elif isinstance(fact, RunRefused):
            refused.append(Refused.model_validate({**fact.model_dump(), **said(row)}))
    return Runs(drafts=tuple(drafts), refused=tuple(refused))


async def get_run(log: EventLog, agency: str, campaign: str, digest: str | None = None) -> DraftedRun:
    """The newest draft with that *digest*, or the newest of all.

    Raises:
        RunUnknown, NothingDrafted: There is none.
    """
    found: DraftedRun | None = None
    units: list[Standing] = []
    for row in await log.read(agency, [run_stream(campaign)]):
        fact = BOOK.of(row, row.content().data)
        if isinstance(fact, StandingComputed):
            units.append(fact.standing)
        elif isinstance(fact, RunDrafted):
            if digest in {None, fact.run}:
                found = DraftedRun.model_validate({**fact.model_dump(), **said(row), "standings": tuple(units)})
            units = []
    if found is None:
        raise NothingDrafted(campaign=campaign) if digest is None else RunUnknown(campaign=campaign, run=digest)
    return found
