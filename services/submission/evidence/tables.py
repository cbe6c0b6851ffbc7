"""Which unit uploaded which file: a unit may name and read its own, and whoever knows a digest has no right by that."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from services.submission.evidence.domain import FileNotUploaded, Upload
from shared.campaign import Evidence, unknown_file
from shared.edge.database import transaction


class Uploads(Protocol):
    """The table, by agency, campaign, unit and digest."""

    async def get(self, agency: str, campaign: str, unit: str, sha256: str) -> Upload | None:
        """The upload, finished or not."""
        ...

    async def begin(self, scope: tuple[str, str, str], upload: Upload, *, by: str, at: datetime) -> Upload:
        """Keep *upload* under (agency, campaign, unit), over one that is not finished; return what is there."""
        ...

    async def finish(self, agency: str, campaign: str, unit: str, sha256: str) -> None:
        """All of its bytes are kept."""
        ...

    async def finished(self, agency: str, campaign: str, unit: str) -> Mapping[str, Upload]:
        """The unit's files by digest."""
        ...


SCOPE = ("agency", "campaign", "unit")
UPLOAD = sa.table(
    "upload",
    *(sa.column(name, sa.Text()) for name in (*SCOPE, "sha256", "name", "media_type", "begun_by")),
    sa.column("size_bytes", sa.BigInteger()),
    sa.column("finished", sa.Boolean()),
    sa.column("begun_at", sa.DateTime(timezone=True)),
)  # fmt: skip


class TableUploads:
    """``Uploads`` in the service's schema."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def get(self, agency: str, campaign: str, unit: str, sha256: str) -> Upload | None:
        query = sa.select(UPLOAD).where(_of(agency, campaign, unit), UPLOAD.c.sha256 == sha256)
        async with transaction(self._engine) as connection:
            row = (await connection.execute(query)).mappings().one_or_none()
        return None if row is None else Upload.model_validate(dict(row))

    async def begin(self, scope: tuple[str, str, str], upload: Upload, *, by: str, at: datetime) -> Upload:
        names = dict(zip(SCOPE, scope, strict=True))
        row = {**names, **upload.model_dump(), "begun_by": by, "begun_at": at}
        announced = insert(UPLOAD).values(**row)
        anew = announced.on_conflict_do_update(
            index_elements=[*SCOPE, "sha256"],
            set_={name: row[name] for name in ("name", "media_type", "size_bytes", "begun_by", "begun_at")},
            where=sa.not_(UPLOAD.c.finished),  # a finished file keeps the name it was finished under
        )
        async with transaction(self._engine) as connection:
            await connection.execute(anew)
        return await self.get(*scope, upload.sha256) or upload

    async def finish(self, agency: str, campaign: str, unit: str, sha256: str) -> None:
        done = sa.update(UPLOAD).where(_of(agency, campaign, unit), UPLOAD.c.sha256 == sha256).values(finished=True)
        async with transaction(self._engine) as connection:
            await connection.execute(done)

    async def finished(self, agency: str, campaign: str, unit: str) -> Mapping[str, Upload]:
        query = sa.select(UPLOAD).where(_of(agency, campaign, unit), UPLOAD.c.finished)
        async with transaction(self._engine) as connection:
            rows = (await connection.execute(query)).mappings().all()
        return {row["sha256"]: Upload.model_validate(dict(row)) for row in rows}


def _of(agency: str, campaign: str, unit: str) -> sa.ColumnElement[bool]:
    return (UPLOAD.c.agency == agency) & (UPLOAD.c.campaign == campaign) & (UPLOAD.c.unit == unit)


async def attested(
    uploads: Uploads, scope: tuple[str, str, str], evidence: tuple[Evidence, ...]
) -> tuple[Evidence, ...]:
    """*evidence* with what the server knows of each file, instead of what the caller says of it.

    Raises:
        FileNotUploaded: A file that this unit did not upload.
    """
    known = await uploads.finished(*scope) if any(each.sha256 for each in evidence) else {}
    if (strange := unknown_file(evidence, known)) is not None:
        raise FileNotUploaded(sha256=strange)
    return tuple(each.attested(known) for each in evidence)
