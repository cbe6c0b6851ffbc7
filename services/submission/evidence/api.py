"""Evidence over HTTP: announced with its digest, sent in pieces that may be repeated, served to those who may."""

from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Header, Path, Request, Response
from fastapi.responses import StreamingResponse
from starlette.requests import ClientDisconnect

from services.submission.evidence.domain import (
    MOST_BYTES,
    START_BYTES,
    ContentIsNotItsType,
    FileUnknown,
    Upload,
    admit,
    admit_content,
    part_name,
)
from services.submission.evidence.tables import Uploads
from services.submission.wire import CAMPAIGN, MOST_BODY_BYTES, must_see, must_write_for
from shared.edge.asking import Edit, Piece, Question
from shared.edge.files import Files
from shared.edge.replies import Replies, replied
from shared.eventlog import EventLog
from shared.opening import HEARD, campaign_stream
from shared.vocabulary import Clock, Id, Sha256, Value

Digest = Annotated[Sha256, Path()]
FILE = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}  # or as uploaded
UploadOffset = Annotated[int, Header(ge=0)]


class Progress(Value):
    """How much of a file is there."""

    sha256: Sha256
    offset: int
    size_bytes: int
    finished: bool


def router(log: EventLog, uploads: Uploads, files: Files, replies: Replies, clock: Clock) -> APIRouter:
    """Routes of evidence files."""
    route = APIRouter(prefix=f"{CAMPAIGN}/sheets/{{unit}}/files", tags=["evidence"], max_body_size=MOST_BODY_BYTES)
    desk = _Desk(log, uploads, files, clock)

    @route.post("", status_code=201)
    async def begin(agency: Id, campaign: Id, unit: Id, body: Upload, ask: Edit) -> Progress:
        must_write_for(ask.caller, unit)
        announced = body.model_copy(update={"finished": False})

        async def note() -> Progress:
            return await desk.begin((agency, campaign, unit), announced, ask.caller.actor)

        return await replied(ask, replies, note, Progress)

    @route.head("/{sha256}/upload", status_code=200, response_class=Response)
    async def stands(agency: Id, campaign: Id, unit: Id, sha256: Digest, ask: Question) -> Response:
        must_write_for(ask.caller, unit)
        progress = await desk.progress((agency, campaign, unit), await desk.known((agency, campaign, unit), sha256))
        headers = {"upload-offset": str(progress.offset), "upload-length": str(progress.size_bytes)}
        return Response(headers={**headers, "cache-control": "no-store"})

    @route.patch("/{sha256}/upload", max_body_size=MOST_BYTES)
    async def add(
        agency: Id,
        campaign: Id,
        unit: Id,
        sha256: Digest,
        ask: Piece,
        upload_offset: UploadOffset,
        request: Request,
        response: Response,
    ) -> Progress:
        must_write_for(ask.caller, unit)

        async def take() -> Progress:
            return await desk.add((agency, campaign, unit), sha256, upload_offset, _received(request))

        progress = await replied(ask, replies, take, Progress)
        response.headers["upload-offset"] = str(progress.offset)
        return progress

    @route.get("/{sha256}", response_model=None, response_class=StreamingResponse, responses={200: {"content": FILE}})
    async def get_file(agency: Id, campaign: Id, unit: Id, sha256: Digest, ask: Question) -> Response:
        must_see(ask.caller, unit)
        upload = await desk.known((agency, campaign, unit), sha256)
        if not upload.finished or not await files.has(agency, sha256):
            raise FileUnknown(sha256=sha256)
        headers = {
            "content-disposition": f"attachment; filename*=UTF-8''{quote(upload.name, safe='')}",
            "content-length": str(upload.size_bytes),
            "x-content-type-options": "nosniff",  # a browser must not make a page of it
            "content-security-policy": "sandbox; default-src 'none'",
            "etag": f'"{sha256}"',
            "cache-control": "private, no-store",
        }
        return StreamingResponse(files.read(agency, sha256), media_type=upload.media_type, headers=headers)

    return route


async def _received(request: Request) -> AsyncIterator[bytes]:
    """The body as it comes; it ends where the connection breaks, and what came stays."""
    with suppress(ClientDisconnect):
        async for piece in request.stream():
            yield piece


class _Desk:
    """Where an upload is taken in."""

    def __init__(self, log: EventLog, uploads: Uploads, files: Files, clock: Clock) -> None:
        self._log, self._uploads, self._files, self._clock = log, uploads, files, clock

    async def begin(self, scope: tuple[str, str, str], announced: Upload, by: str) -> Progress:
        """Take note of a file; the same content announced again goes on where it was."""
        agency, campaign, unit = scope
        opened = HEARD.state(await self._log.read(agency, [campaign_stream(campaign)])).opened(campaign)
        opened.unit(unit)
        admit(announced)
        upload = await self._uploads.begin(scope, announced, by=by, at=self._clock())
        return await self.progress(scope, upload)

    async def known(self, scope: tuple[str, str, str], sha256: str) -> Upload:
        upload = await self._uploads.get(*scope, sha256)
        if upload is None:
            raise FileUnknown(sha256=sha256)
        return upload

    async def progress(self, scope: tuple[str, str, str], upload: Upload) -> Progress:
        agency, campaign, unit = scope
        part = part_name(campaign, unit, upload.sha256)
        offset = upload.size_bytes if upload.finished else await self._files.offset(agency, part)
        return Progress(sha256=upload.sha256, offset=offset, size_bytes=upload.size_bytes, finished=upload.finished)

    async def add(
        self, scope: tuple[str, str, str], sha256: str, offset: int, pieces: AsyncIterator[bytes]
    ) -> Progress:
        """Add a piece; the last one proves the whole and finishes it."""
        agency, campaign, unit = scope
        upload = await self.known(scope, sha256)
        part = part_name(campaign, unit, sha256)
        if upload.finished:
            return await self.progress(scope, upload)
        end = await self._files.add(agency, part, offset, pieces, size=upload.size_bytes)
        if end < upload.size_bytes:
            return await self.progress(scope, upload)
        try:
            admit_content(upload, await self._files.start(agency, part, START_BYTES))
        except ContentIsNotItsType:
            await self._files.drop(agency, part)
            raise
        await self._files.keep(agency, part, sha256)
        await self._uploads.finish(agency, campaign, unit, sha256)
        return await self.progress(scope, upload.model_copy(update={"finished": True}))
