"""Submission's rows and files in memory: the same promises as the tables and the disk."""

import hashlib
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime

from services.submission.evidence.domain import Upload
from services.submission.sheet.tables import Cell, CellChanged
from shared.edge.files import FileLost, HashWrong, OffsetWrong, UploadTooLong
from shared.edge.replies import KEPT_FOR, Reply

Key = tuple[str, str, str, str]


class MemoryDrafts:
    """``Drafts`` in a dictionary."""

    def __init__(self) -> None:
        self._cells: dict[Key, Cell] = {}

    async def cells(self, agency: str, campaign: str, unit: str) -> Mapping[str, Cell]:
        scope = (agency, campaign, unit)
        return {key[3]: cell for key, cell in sorted(self._cells.items(), key=lambda each: each[0]) if key[:3] == scope}

    async def save(self, key: Key, cell: Cell, *, if_match: str | None, by: str, at: datetime) -> Cell:
        assert by
        assert at.tzinfo
        self._cells[key] = cell.over(self._cells.get(key), if_match)
        return self._cells[key]

    async def remove(self, key: Key, *, if_match: str) -> None:
        before = self._cells.get(key)
        if before is not None and before.etag != if_match:
            raise CellChanged
        self._cells.pop(key, None)

    async def destroy(self, agency: str, closed: Sequence[str]) -> None:
        for key, cell in self._cells.items():
            if key[0] == agency and cell.explanation and cell.explanation.closed.closed in closed:
                self._cells[key] = cell.model_copy(update={"explanation": None})


class MemoryUploads:
    """``Uploads`` in a dictionary."""

    def __init__(self) -> None:
        self._rows: dict[Key, Upload] = {}

    async def get(self, agency: str, campaign: str, unit: str, sha256: str) -> Upload | None:
        return self._rows.get((agency, campaign, unit, sha256))

    async def begin(self, scope: tuple[str, str, str], upload: Upload, *, by: str, at: datetime) -> Upload:
        assert by
        assert at.tzinfo
        key = (*scope, upload.sha256)
        before = self._rows.get(key)
        self._rows[key] = before if before and before.finished else upload
        return self._rows[key]

    async def finish(self, agency: str, campaign: str, unit: str, sha256: str) -> None:
        key = (agency, campaign, unit, sha256)
        self._rows[key] = self._rows[key].model_copy(update={"finished": True})

    async def finished(self, agency: str, campaign: str, unit: str) -> Mapping[str, Upload]:
        scope = (agency, campaign, unit)
        return {key[3]: upload for key, upload in self._rows.items() if key[:3] == scope and upload.finished}


class MemoryReplies:
    """``Replies`` in a dictionary."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, str], tuple[datetime, Reply]] = {}

    async def get(self, agency: str, key: str) -> Reply | None:
        _, reply = self._rows.get((agency, key), (None, None))
        return reply

    async def keep(self, agency: str, reply: Reply, at: datetime) -> None:
        old = [key for key, (given, _) in self._rows.items() if key[0] == agency and given < at - KEPT_FOR]
        for key in old:
            del self._rows[key]
        self._rows.setdefault((agency, reply.key), (at, reply))


class MemoryFiles:
    """``Files`` in dictionaries."""

    def __init__(self) -> None:
        self._parts: defaultdict[tuple[str, str], bytes] = defaultdict(bytes)
        self._kept: dict[tuple[str, str], bytes] = {}

    async def offset(self, agency: str, part: str) -> int:
        return len(self._parts[agency, part])

    async def add(self, agency: str, part: str, offset: int, pieces: AsyncIterator[bytes], *, size: int) -> int:
        if offset != len(self._parts[agency, part]):
            raise OffsetWrong(offset=len(self._parts[agency, part]))
        if offset > size:
            raise UploadTooLong(size=size)
        async for piece in pieces:
            if len(self._parts[agency, part]) + len(piece) > size:
                raise UploadTooLong(size=size)
            self._parts[agency, part] += piece
        return len(self._parts[agency, part])

    async def start(self, agency: str, part: str, count: int) -> bytes:
        return self._parts[agency, part][:count]

    async def keep(self, agency: str, part: str, sha256: str) -> None:
        if (agency, part) not in self._parts and (agency, sha256) in self._kept:
            return
        content = self._parts.pop((agency, part), b"")
        if hashlib.sha256(content).hexdigest() != sha256:
            raise HashWrong(expected=sha256)
        self._kept[agency, sha256] = content

    async def drop(self, agency: str, part: str) -> None:
        self._parts.pop((agency, part), None)

    async def has(self, agency: str, sha256: str) -> bool:
        return (agency, sha256) in self._kept

    async def read(self, agency: str, sha256: str) -> AsyncIterator[bytes]:
        if (agency, sha256) not in self._kept:
            raise FileLost(sha256=sha256)
        yield self._kept[agency, sha256]
