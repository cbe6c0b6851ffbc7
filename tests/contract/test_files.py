"""The promises of ``Files``, for every implementation."""

import fcntl
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import BinaryIO

import pytest

from shared.edge.files import DiskFiles, FileLost, Files, HashWrong, OffsetWrong, UploadBusy, UploadTooLong
from shared.edge.trouble import DiskFull
from tests.kit.drafts import MemoryFiles

CONTENT = b"evidence " * 1000
SHA256 = hashlib.sha256(CONTENT).hexdigest()
PART = "0" * 64


async def pieces(*each: bytes) -> AsyncIterator[bytes]:
    for piece in each:
        yield piece


async def content_of(files: Files, agency: str, sha256: str) -> bytes:
    return b"".join([piece async for piece in files.read(agency, sha256)])


@pytest.fixture(params=["disk", "memory"])
def files(request: pytest.FixtureRequest, tmp_path: Path) -> Files:
    return DiskFiles(tmp_path) if request.param == "disk" else MemoryFiles()


async def keep(files: Files, agency: str = "bnv", part: str = PART) -> None:
    await files.add(agency, part, 0, pieces(CONTENT), size=len(CONTENT))
    await files.keep(agency, part, SHA256)


async def test_pieces_are_added_at_the_end_and_nowhere_else(files: Files) -> None:
    assert await files.offset("bnv", PART) == 0
    assert await files.add("bnv", PART, 0, pieces(CONTENT[:10], CONTENT[10:20]), size=len(CONTENT)) == 20
    for wrong in (0, 19, 21):
        with pytest.raises(OffsetWrong) as found:
            await files.add("bnv", PART, wrong, pieces(b"x"), size=len(CONTENT))
        assert found.value.facts == {"offset": 20}
    assert await files.offset("bnv", PART) == 20
    assert await files.start("bnv", PART, 5) == CONTENT[:5]


async def test_what_came_before_the_connection_broke_stays(files: Files) -> None:
    async def breaking() -> AsyncIterator[bytes]:
        yield CONTENT[:100]
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await files.add("bnv", PART, 0, breaking(), size=len(CONTENT))
    assert await files.offset("bnv", PART) == 100


async def test_more_than_was_announced_is_not_taken(files: Files) -> None:
    with pytest.raises(UploadTooLong):
        await files.add("bnv", PART, 0, pieces(CONTENT, b"x"), size=len(CONTENT))
    with pytest.raises(UploadTooLong):
        await files.add("bnv", PART, len(CONTENT), pieces(), size=len(CONTENT) - 1)


async def test_what_is_kept_has_its_digest(files: Files) -> None:
    await files.add("bnv", PART, 0, pieces(b"something else"), size=100)
    with pytest.raises(HashWrong):
        await files.keep("bnv", PART, SHA256)
    assert not await files.has("bnv", SHA256)
    assert await files.offset("bnv", PART) == 0
    await keep(files)
    assert await files.has("bnv", SHA256)
    assert await content_of(files, "bnv", SHA256) == CONTENT


async def test_keeping_again_after_a_crash_changes_nothing(files: Files) -> None:
    await keep(files)
    await files.keep("bnv", PART, SHA256)
    assert await content_of(files, "bnv", SHA256) == CONTENT


async def test_the_same_content_twice_is_one_file(files: Files) -> None:
    await keep(files)
    await keep(files, part="1" * 64)
    assert await content_of(files, "bnv", SHA256) == CONTENT


async def test_agencies_share_nothing(files: Files) -> None:
    await keep(files)
    assert not await files.has("ubdt", SHA256)
    with pytest.raises(FileLost):
        await content_of(files, "ubdt", SHA256)


async def test_a_dropped_upload_begins_anew(files: Files) -> None:
    await files.add("bnv", PART, 0, pieces(b"x"), size=10)
    await files.drop("bnv", PART)
    await files.drop("bnv", PART)
    assert await files.offset("bnv", PART) == 0


async def test_on_disk_one_content_is_one_file_below_its_agency(tmp_path: Path) -> None:
    files = DiskFiles(tmp_path)
    await keep(files)
    await keep(files, part="1" * 64)
    kept = [path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file()]  # noqa: ASYNC240 - a test
    assert kept == [Path("bnv/sha256") / SHA256[:2] / SHA256]


async def test_on_disk_no_room_is_called_that(tmp_path: Path) -> None:
    """A device of the kernel that is always full."""
    parts = tmp_path / "bnv" / "parts"
    parts.mkdir(parents=True)
    (parts / PART).symlink_to("/dev/full")
    with pytest.raises(DiskFull):
        await DiskFiles(tmp_path).add("bnv", PART, 0, pieces(CONTENT[:100]), size=100)


async def test_on_disk_two_requests_do_not_add_to_one_upload_at_once(tmp_path: Path) -> None:
    files = DiskFiles(tmp_path)

    async def meanwhile() -> AsyncIterator[bytes]:
        with pytest.raises(UploadBusy):
            await files.add("bnv", PART, 0, pieces(b"x"), size=10)
        yield b"y"

    assert await files.add("bnv", PART, 0, meanwhile(), size=10) == 1


async def test_on_disk_what_is_kept_does_not_change_under_whoever_was_adding_to_its_upload(tmp_path: Path) -> None:
    files = DiskFiles(tmp_path)
    await files.add("bnv", PART, 0, pieces(CONTENT), size=len(CONTENT) + 1)

    async def meanwhile() -> AsyncIterator[bytes]:
        with pytest.raises(UploadBusy):
            await files.keep("bnv", PART, SHA256)
        yield b"x"

    await files.add("bnv", PART, len(CONTENT), meanwhile(), size=len(CONTENT) + 1)
    assert not await files.has("bnv", SHA256)
    with pytest.raises(HashWrong):
        await files.keep("bnv", PART, SHA256)


async def test_on_disk_whoever_opened_an_upload_before_it_was_kept_adds_nothing_to_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = DiskFiles(tmp_path)
    await files.add("bnv", PART, 0, pieces(CONTENT), size=len(CONTENT) + 1)
    lock = fcntl.flock

    def kept_just_before(file: BinaryIO, operation: int) -> None:
        (parts := tmp_path / "bnv/parts" / PART).replace(parts.with_name("kept"))
        lock(file, operation)

    monkeypatch.setattr(fcntl, "flock", kept_just_before)
    with pytest.raises(UploadBusy):
        await files.add("bnv", PART, len(CONTENT), pieces(b"x"), size=len(CONTENT) + 1)
    assert (tmp_path / "bnv/parts/kept").read_bytes() == CONTENT
