"""Reads what was published, and nothing else."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.reporting.result.domain import NotPublished, Release
from services.reporting.result.tables import releases, standings
from shared.campaign import Document
from shared.standing import RunSummary, Standing


async def get_release(connection: AsyncConnection, agency: str, campaign: str, number: int | None = None) -> Release:
    """Release *number*, or the newest one.

    Raises:
        NotPublished: There is none (of that number).
    """
    here = (releases.c.agency == agency) & (releases.c.campaign == campaign)
    rows = list(await connection.execute(select(releases).where(here).order_by(releases.c.release)))
    row = next((row for row in reversed(rows) if number is None or row.release == number), None)
    if row is None:
        raise NotPublished(campaign=campaign)
    of_run = (standings.c.agency == agency) & (standings.c.campaign == campaign) & (standings.c.run == row.run)
    found = await connection.scalars(select(standings.c.standing).where(of_run).order_by(standings.c.number))
    return Release(
        number=row.release,
        supersedes=row.supersedes,
        newest=rows[-1].release,
        run=row.run,
        decision=Document.model_validate(row.decision),
        signer=row.signer,
        file_sha256=row.file_sha256,
        summary=RunSummary.model_validate(row.summary),
        standings=tuple(Standing.model_validate(standing) for standing in found),
        message=row.message,
        at=row.at,
    )


async def list_published(connection: AsyncConnection) -> set[tuple[str, str]]:
    """Agency and campaign of everything that was published."""
    rows = await connection.execute(select(releases.c.agency, releases.c.campaign).distinct())
    return {(row.agency, row.campaign) for row in rows}
