"""Releases as they are read, and who may read of a campaign before there is one."""

from services.scoring.release.facts import (
    RELEASE_FACTS,
    PublicationFailed,
    RunPublished,
    StandingPublished,
    release_stream,
)
from shared.campaign import Document
from shared.contracts import RestsOn
from shared.edge.auth import Caller, Role
from shared.errors import Forbidden, NotFound
from shared.eventlog import EventLog, Row
from shared.facts import FactBook
from shared.opening import HEARD, campaign_stream
from shared.standing import RunSummary, Standing
from shared.vocabulary import Instant, Stage, Value

INSIDERS: tuple[Role, ...] = ("operator", "appraiser", "council", "approver", "auditor")
BOOK = FactBook(RELEASE_FACTS)


class NotPublishedYet(Forbidden, code="release.not_published_yet"):
    """Units read scores and rankings once they are published, not before."""


class NothingPublished(NotFound, code="release.nothing_published"):
    """The campaign has no release yet."""


class Cause(Value):
    """The act behind a row.

    Attributes:
        message: ``publisher/agency@position`` of the announcement that was answered.
        chain: Its chain, so that this row commits to it.
    """

    message: str
    chain: str


class Said(Value):
    """Where a row stands in the log, and whose act it rests on.

    Attributes:
        effective_at: When it counts from; ``recorded_at`` is the server's.
    """

    position: int
    recorded_at: Instant
    effective_at: Instant
    actor: str
    cause: Cause | None


class Published(Said):
    """One release."""

    release: int
    supersedes: int | None
    run: str
    stage: Stage
    decision: Document
    signer: str
    file_sha256: str
    count: int
    digest: str
    summary: RunSummary
    rests_on: dict[str, RestsOn]


class PublishedRun(Published):
    """A release with all of its units."""

    standings: tuple[Standing, ...]


class NotPublished(Said):
    """An approval that led to no release."""

    approved: str
    standing: str | None
    reason: str


class Releases(Value):
    """Everything that approvals led to, in order."""

    published: tuple[Published, ...]
    refused: tuple[NotPublished, ...]


def said(row: Row) -> dict[str, object]:
    """What every answer tells of *row*; the fields of ``Said``."""
    content = row.content()
    message, _, chain = (content.causation or "").partition("#")
    return {
        "position": row.position,
        "recorded_at": row.recorded_at,
        "effective_at": content.effective_at,
        "actor": content.actor,
        "cause": Cause(message=message, chain=chain) if message else None,
    }


async def must_be_open(log: EventLog, agency: str, campaign: str) -> None:
    """Refuse to read about a campaign that nobody opened here.

    Raises:
        CampaignUnknown: See there.
    """
    HEARD.state(await log.read(agency, [campaign_stream(campaign)])).opened(campaign)


async def list_releases(log: EventLog, agency: str, campaign: str) -> Releases:
    """Releases of *campaign*, and approvals that were refused."""
    published, refused = [], []
    for row in await log.read(agency, [release_stream(campaign)]):
        fact = BOOK.of(row, row.content().data)
        if isinstance(fact, RunPublished):
            published.append(Published.model_validate({**fact.model_dump(), **said(row)}))
        elif isinstance(fact, PublicationFailed):
            refused.append(NotPublished.model_validate({**fact.model_dump(), **said(row)}))
    return Releases(published=tuple(published), refused=tuple(refused))


async def get_published(log: EventLog, agency: str, campaign: str) -> PublishedRun:
    """The newest release with its units.

    Raises:
        NothingPublished: There is none.
    """
    found: PublishedRun | None = None
    units: list[Standing] = []
    for row in await log.read(agency, [release_stream(campaign)]):
        fact = BOOK.of(row, row.content().data)
        if isinstance(fact, StandingPublished):
            units.append(fact.standing)
        elif isinstance(fact, RunPublished):
            found = PublishedRun.model_validate({**fact.model_dump(), **said(row), "standings": tuple(units)})
            units = []
    if found is None:
        raise NothingPublished(campaign=campaign)
    return found


async def admit(caller: Caller, log: EventLog, campaign: str) -> None:
    """Let in those who take part in the assessment.

    Raises:
        RoleMissing: Anybody else.
        CampaignUnknown: Nobody opened it here.
    """
    caller.must_be(*INSIDERS)
    await must_be_open(log, caller.agency, campaign)


async def get_last_release(caller: Caller, log: EventLog, campaign: str) -> Published | None:
    """None for those who take part in the assessment, who see everything; for a unit, what it may see up to.

    Raises:
        CampaignUnknown: Nobody opened it here.
        RoleMissing: Neither.
        NotPublishedYet: A unit, before the first release.
    """
    caller.must_be(*INSIDERS, "unit", "unit_head")
    await must_be_open(log, caller.agency, campaign)
    if caller.roles.intersection(INSIDERS):
        return None
    releases = await list_releases(log, caller.agency, campaign)
    if not releases.published:
        raise NotPublishedYet(campaign=campaign)
    return releases.published[-1]
