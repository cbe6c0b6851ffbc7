"""How messages become results. Standings of a run that nobody published go when a release comes."""

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.reporting.result.domain import ReleaseDiffers, ReleaseIncomplete
from services.reporting.result.tables import drafts, releases, standings
from shared.contracts import ResultsPublished, StandingsDrafted, UnitStanding
from shared.edge.rows import put
from shared.envelope import Envelope
from shared.vocabulary import digest


async def project_unit_standing(connection: AsyncConnection, message: Envelope, said: UnitStanding) -> None:
    """Keep a unit's standing; whether it may be shown is for a release to say."""
    # As it was said, not as today's contract reads it: the release names it by its digest.
    standing = message.data()["standing"]
    row = {"run": said.run, "unit": said.unit, "number": said.number, "standing": standing}
    await connection.execute(put(standings, agency=message.agency, campaign=said.campaign, **row))


async def project_standings_drafted(connection: AsyncConnection, message: Envelope, said: StandingsDrafted) -> None:
    """A draft is counted, not shown."""
    row = {"draft": said.draft, "run": said.run, "stage": said.stage, "findings": len(said.summary.findings)}
    where = {"agency": message.agency, "campaign": said.campaign}
    await connection.execute(put(drafts, **where, **row, message=message.id, at=message.time))


async def project_results_published(connection: AsyncConnection, message: Envelope, said: ResultsPublished) -> None:
    """A release, with the standings of its run; other runs that were never published are forgotten.

    Raises:
        ReleaseIncomplete: Fewer or more standings were said than it counts.
        ReleaseDiffers: They are not those it names.
    """
    here = (standings.c.agency == message.agency) & (standings.c.campaign == said.campaign)
    of_run = select(standings.c.standing).where(here & (standings.c.run == said.run)).order_by(standings.c.number)
    found = (await connection.scalars(of_run)).all()
    if len(found) != said.count:
        raise ReleaseIncomplete(campaign=said.campaign, release=said.release, counted=said.count, found=len(found))
    if digest(list(found)) != said.digest:
        raise ReleaseDiffers(campaign=said.campaign, release=said.release)
    row = {name: each for name, each in message.data().items() if name in releases.columns}
    row |= {"agency": message.agency, "message": message.id, "position": message.position, "at": message.time}
    await connection.execute(put(releases, **row))
    published = select(releases.c.run).where(
        (releases.c.agency == message.agency) & (releases.c.campaign == said.campaign)
    )
    await connection.execute(delete(standings).where(here & standings.c.run.not_in(published)))
