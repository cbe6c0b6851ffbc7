"""Evidence files over HTTP: sent in pieces, kept once, served to those who may."""

import hashlib
from pathlib import Path
from typing import Any

import httpx2
import pytest

from services.submission.evidence.domain import MOST_BYTES
from tests.kit.submission import APPRAISER, DOCUMENT, HEAD_A, HEAD_B, MACHINE, Submission, points
from tests.kit.world import token

PDF = b"%PDF-1.7\n" + b"k\xe1\xba\xbf ho\xe1\xba\xa1ch " * 1000
NAME = "Kế hoạch 12.pdf"


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def announced(content: bytes = PDF, name: str = NAME, media_type: str = "application/pdf") -> dict[str, object]:
    return {"name": name, "media_type": media_type, "size_bytes": len(content), "sha256": digest(content)}


@pytest.fixture
async def submission(tmp_path: Path) -> Submission:
    submission = Submission(tmp_path)
    await submission.open()
    return submission


async def add(
    submission: Submission, content: bytes, offset: int, of: bytes = PDF, by: str = HEAD_A
) -> httpx2.Response:
    path = f"/sheets/a/files/{digest(of)}/upload"
    return await submission.ask("PATCH", path, by, content=content, headers={"upload-offset": str(offset)})


async def uploaded(submission: Submission, content: bytes = PDF, media_type: str = "application/pdf") -> None:
    begun = await submission.ask("POST", "/sheets/a/files", HEAD_A, announced(content, media_type=media_type))
    assert begun.status_code == 201, begun.text
    answer = await add(submission, content, 0, of=content)
    assert answer.json()["finished"], answer.text


async def test_a_repeated_piece_is_answered_as_before(submission: Submission) -> None:
    once: dict[str, Any] = {"headers": {"upload-offset": "0"}, "content": PDF[:5000], "key": "piece 1"}
    path = f"/sheets/a/files/{digest(PDF)}/upload"
    assert (await submission.ask("POST", "/sheets/a/files", HEAD_A, announced())).status_code == 201
    first = await submission.ask("PATCH", path, HEAD_A, **once)
    again = await submission.ask("PATCH", path, HEAD_A, **once)
    assert (again.status_code, again.json()["offset"], again.headers["upload-offset"]) == (200, 5000, "5000")
    assert again.json() == first.json()
    other = await submission.ask("PATCH", path, HEAD_A, **{**once, "headers": {"upload-offset": "5000"}})
    assert (other.status_code, other.json()["type"]) == (422, "urn:ictindex:request.key_reused")


async def test_an_upload_goes_on_where_it_broke_off(submission: Submission) -> None:
    begun = await submission.ask("POST", "/sheets/a/files", HEAD_A, announced())
    assert begun.json() == {"sha256": digest(PDF), "offset": 0, "size_bytes": len(PDF), "finished": False}
    assert (await add(submission, PDF[:5000], 0)).headers["upload-offset"] == "5000"
    head = await submission.ask("HEAD", f"/sheets/a/files/{digest(PDF)}/upload", HEAD_A)
    assert (head.headers["upload-offset"], head.headers["upload-length"]) == ("5000", str(len(PDF)))
    repeated = await add(submission, PDF[:5000], 0)
    assert (repeated.status_code, repeated.json()["type"]) == (409, "urn:ictindex:file.offset_wrong")
    assert repeated.json()["facts"] == {"offset": "5000"}
    assert (await submission.ask("POST", "/sheets/a/files", HEAD_A, announced())).json()["offset"] == 5000
    done = await add(submission, PDF[5000:], 5000)
    assert done.json()["finished"] is True
    again = await add(submission, PDF[5000:], 5000)
    assert (again.status_code, again.json()["finished"]) == (200, True)


async def test_a_file_is_served_as_a_download_to_those_who_may_see_the_sheet(submission: Submission) -> None:
    await uploaded(submission)
    path = f"/sheets/a/files/{digest(PDF)}"
    for reader in (APPRAISER, token("op", "operator"), token("c", "council"), token("x", "auditor")):
        seen = await submission.ask("GET", path, reader)
        assert (seen.status_code, seen.content) == (200, PDF)
    answer = await submission.ask("GET", path, HEAD_A)
    assert (answer.status_code, answer.content) == (200, PDF)
    assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''K%E1%BA%BF")
    assert answer.headers["x-content-type-options"] == "nosniff"
    for stranger, status in ((HEAD_B, 403), (MACHINE, 403), (token("o", "operator", agency="ubdt"), 404)):
        assert (await submission.ask("GET", path, stranger)).status_code == status


async def test_knowing_a_digest_gives_no_right_to_the_file(submission: Submission) -> None:
    await uploaded(submission)
    assert (await submission.ask("GET", f"/sheets/b/files/{digest(PDF)}", HEAD_B)).status_code == 404
    evidence = [{"document": DOCUMENT, "sha256": digest(PDF)}]
    named = await submission.save("b", "g1", {**points("1.00"), "evidence": evidence}, HEAD_B)
    assert (named.status_code, named.json()["type"]) == (422, "urn:ictindex:file.not_uploaded")


async def test_evidence_says_of_a_file_what_the_server_knows_of_it(submission: Submission) -> None:
    await uploaded(submission)
    evidence = [{"document": DOCUMENT, "sha256": digest(PDF), "name": "other.exe", "size_bytes": 1}]
    saved = await submission.save("a", "g1", {**points("1.00"), "evidence": evidence}, HEAD_A)
    assert saved.status_code == 200, saved.text
    cell = (await submission.ask("GET", "/sheets/a/draft", HEAD_A)).json()["cells"]["g1"]
    [shown] = cell["evidence"]
    assert (shown["name"], shown["media_type"], shown["size_bytes"]) == (NAME, "application/pdf", len(PDF))


async def test_a_file_that_is_not_finished_is_neither_served_nor_named(submission: Submission) -> None:
    await submission.ask("POST", "/sheets/a/files", HEAD_A, announced())
    await add(submission, PDF[:10], 0)
    assert (await submission.ask("GET", f"/sheets/a/files/{digest(PDF)}", HEAD_A)).status_code == 404
    evidence = [{"document": DOCUMENT, "sha256": digest(PDF)}]
    named = await submission.save("a", "g1", {**points("1.00"), "evidence": evidence}, HEAD_A)
    assert named.json()["type"] == "urn:ictindex:file.not_uploaded"


async def test_content_with_another_digest_is_refused_and_begins_anew(submission: Submission) -> None:
    await submission.ask("POST", "/sheets/a/files", HEAD_A, announced())
    wrong = PDF[:-1] + b"?"
    refused = await add(submission, wrong, 0)
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:ictindex:file.hash_wrong")
    assert (await add(submission, PDF, 0)).json()["finished"] is True


async def test_more_bytes_than_announced_are_refused(submission: Submission) -> None:
    await submission.ask("POST", "/sheets/a/files", HEAD_A, announced())
    refused = await add(submission, PDF + b"more", 0)
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:ictindex:file.upload_too_long")


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"MZ\x90\x00 a program", "application/pdf"),
        (b"<html><script>", "image/png"),
        (b"text\x00with a zero", "text/plain"),
        (b"\xff\xfe not UTF-8", "text/csv"),
        (b"%PDF-1.7", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ],
)
async def test_content_that_is_not_what_it_says_is_refused(
    submission: Submission, content: bytes, media_type: str
) -> None:
    await submission.ask("POST", "/sheets/a/files", HEAD_A, announced(content, media_type=media_type))
    refused = await add(submission, content, 0, of=content)
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:ictindex:file.content_is_not_its_type")


async def test_a_short_text_is_taken_as_it_is(submission: Submission) -> None:
    await uploaded(submission, "Số máy;12\n".encode(), "text/csv")


async def test_text_that_is_cut_in_the_middle_of_a_letter_is_still_text(submission: Submission) -> None:
    await uploaded(submission, b"x" * 4095 + "ế".encode() * 10, "text/plain")


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"media_type": "application/x-msdownload"}, "file.media_type_not_taken"),
        ({"media_type": "text/html"}, "file.media_type_not_taken"),
        ({"size_bytes": MOST_BYTES + 1}, "file.too_large"),
        ({"size_bytes": 0}, "invalid"),
        ({"sha256": "../../etc/passwd"}, "invalid"),
    ],
)
async def test_a_file_that_is_not_taken_is_refused_before_its_first_byte(
    submission: Submission, more: dict[str, object], code: str
) -> None:
    refused = await submission.ask("POST", "/sheets/a/files", HEAD_A, {**announced(), **more})
    assert (refused.status_code, refused.json()["type"]) == (422, f"urn:ictindex:{code}")


async def test_only_the_unit_uploads_for_itself(submission: Submission) -> None:
    await submission.ask("POST", "/sheets/a/files", HEAD_A, announced())
    assert (await submission.ask("POST", "/sheets/a/files", HEAD_B, announced())).status_code == 403
    assert (await add(submission, PDF, 0, by=HEAD_B)).status_code == 403
    assert (await add(submission, PDF, 0, by=APPRAISER)).status_code == 403
    assert (
        await submission.ask("POST", "/sheets/z/files", token("z", "unit", unit="z"), announced())
    ).status_code == 404


async def test_a_piece_may_be_larger_than_any_other_body(submission: Submission) -> None:
    await uploaded(submission, b"%PDF-1.7 " + b"x" * 9_000_000)
