"""Files under the SHA-256 of their content: taken in pieces, kept once, never changed.

Promises every implementation keeps, proved for each by ``tests/contract/test_files.py``:

1. A piece is added only at the end of what is there; a repeated or early one is refused with where the end is.
2. What is kept under a digest has that digest, and is durable once ``keep`` returns.
3. The same content kept twice is one file. Nothing that was kept changes.
4. Agencies share nothing.
"""

import asyncio
import contextlib
import fcntl
import hashlib
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from io import BufferedRandom
from pathlib import Path
from typing import Literal, Protocol

from shared.edge.trouble import unavailable
from shared.errors import Corrupt, Invalid, Rejected, Unavailable

PIECE_BYTES = 1024 * 1024


class OffsetWrong(Rejected, code="file.offset_wrong"):
    """The piece does not begin where the upload ends; facts name where that is."""


class UploadTooLong(Invalid, code="file.upload_too_long"):
    """More bytes came than were announced."""


class HashWrong(Invalid, code="file.hash_wrong"):
    """The whole content does not have the digest it was announced under; the upload begins anew."""


class UploadBusy(Unavailable, code="file.upload_busy"):
    """Another request is adding to this upload, or keeps it."""


class StoreUnavailable(Unavailable, code="file.store_unavailable"):
    """The disk does not take or give bytes."""


class FileLost(Corrupt, code="file.lost"):
    """A file that was kept is not there."""


class Files(Protocol):
    """The port; a *part* is an unfinished upload's name."""

    async def offset(self, agency: str, part: str) -> int:
        """How many bytes of the upload are there."""
        ...

    async def add(self, agency: str, part: str, offset: int, pieces: AsyncIterator[bytes], *, size: int) -> int:
        """Add *pieces* at *offset*; return the new end. What came before a broken connection stays.

        Raises:
            OffsetWrong, UploadTooLong, UploadBusy, StoreUnavailable, DiskFull: See there.
        """
        ...

    async def start(self, agency: str, part: str, count: int) -> bytes:
        """Its first *count* bytes."""
        ...

    async def keep(self, agency: str, part: str, sha256: str) -> None:
        """Turn the upload into a file, unless it is kept already.

        Raises:
            HashWrong: The upload is dropped.
            UploadBusy, StoreUnavailable, DiskFull: See there.
        """
        ...

    async def drop(self, agency: str, part: str) -> None:
        """Forget the upload."""
        ...

    async def has(self, agency: str, sha256: str) -> bool:
        """Whether such a file is kept."""
        ...

    def read(self, agency: str, sha256: str) -> AsyncIterator[bytes]:
        """Its bytes.

        Raises:
            FileLost: It is not there.
        """
        ...


class DiskFiles:
    """``Files`` in a directory: ``<agency>/sha256/ab/<digest>``, uploads in ``<agency>/parts``.

    Names are safe as they come: agencies are ids, digests and parts are hex.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    async def offset(self, agency: str, part: str) -> int:
        return await asyncio.to_thread(_size, self._part(agency, part))

    async def add(self, agency: str, part: str, offset: int, pieces: AsyncIterator[bytes], *, size: int) -> int:
        path = self._part(agency, part)
        with _store():
            path.parent.mkdir(parents=True, exist_ok=True)
        with _alone(path, "a+b") as file:
            end = file.seek(0, os.SEEK_END)
            if end != offset:
                raise OffsetWrong(offset=end)
            if end > size:  # announced anew with a smaller size
                raise UploadTooLong(size=size)
            try:
                async for piece in pieces:
                    if end + len(piece) > size:
                        raise UploadTooLong(size=size)
                    end += await asyncio.to_thread(_written, file, piece)
            finally:  # also when the connection breaks: what came counts
                await asyncio.to_thread(_to_disk, file)
        return end

    async def start(self, agency: str, part: str, count: int) -> bytes:
        return await asyncio.to_thread(_first, self._part(agency, part), count)

    async def keep(self, agency: str, part: str, sha256: str) -> None:
        await asyncio.to_thread(self._keep, agency, part, sha256)

    async def drop(self, agency: str, part: str) -> None:
        await asyncio.to_thread(self._part(agency, part).unlink, missing_ok=True)

    async def has(self, agency: str, sha256: str) -> bool:
        return await asyncio.to_thread(self.path(agency, sha256).is_file)

    async def read(self, agency: str, sha256: str) -> AsyncIterator[bytes]:
        try:
            with await asyncio.to_thread(self.path(agency, sha256).open, "rb") as file:
                while piece := await asyncio.to_thread(file.read, PIECE_BYTES):
                    yield piece
        except OSError as found:
            raise FileLost(sha256=sha256) from found

    def path(self, agency: str, sha256: str) -> Path:
        """Where the file lies, for backup and for whoever hashes it again."""
        return self._directory / agency / "sha256" / sha256[:2] / sha256

    def _part(self, agency: str, part: str) -> Path:
        return self._directory / agency / "parts" / part

    def _keep(self, agency: str, part: str, sha256: str) -> None:
        source, kept = self._part(agency, part), self.path(agency, sha256)
        with _store():
            if kept.is_file() and not source.exists():
                return
        with _alone(source, "r+b") as file, _store():  # nobody adds between hashing and moving
            found = hashlib.file_digest(file, "sha256").hexdigest()
            if found != sha256:
                source.unlink()
                raise HashWrong(expected=sha256, found=found)
            kept.parent.mkdir(parents=True, exist_ok=True)
            if kept.is_file():
                source.unlink()
            else:
                source.replace(kept)
            for directory in (kept.parent, kept.parent.parent, kept.parent.parent.parent, source.parent):
                _sync_directory(directory)


@contextmanager
def _alone(path: Path, mode: Literal["a+b", "r+b"]) -> Iterator[BufferedRandom]:
    """The upload's file, open, for one request at a time."""
    with _store(), contextlib.ExitStack() as held:
        file = held.enter_context(path.open(mode))
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as found:
            raise UploadBusy from found
        if not _still(path, file):  # kept or dropped between opening and locking: it is no upload any more
            raise UploadBusy
        opened = held.pop_all()
    try:  # outside of the store: what the caller's pieces raise is not the disk's
        yield file
    finally:
        with _store():  # closing writes what is left, for which there may be no room
            opened.close()


@contextmanager
def _store() -> Iterator[None]:
    """The disk's errors as ours."""
    try:
        yield
    except OSError as found:
        raise unavailable(found, StoreUnavailable) from found


def _still(path: Path, file: BufferedRandom) -> bool:
    """Whether *path* is the open *file*."""
    try:
        return os.path.samestat(path.stat(), os.fstat(file.fileno()))
    except FileNotFoundError:
        return False


def _written(file: BufferedRandom, piece: bytes) -> int:
    with _store():
        return file.write(piece)


def _to_disk(file: BufferedRandom) -> None:
    with _store():
        file.flush()
        os.fsync(file.fileno())


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _first(path: Path, count: int) -> bytes:
    with path.open("rb") as file:
        return file.read(count)


def _sync_directory(path: Path) -> None:
    """A rename is durable once its directory is."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
