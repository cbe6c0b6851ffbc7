"""Which files are taken as evidence, told by what they say they are and by their first bytes."""

import pytest

from services.submission.evidence.domain import (
    MOST_BYTES,
    START_BYTES,
    STARTS,
    ContentIsNotItsType,
    FileTooLarge,
    MediaTypeNotTaken,
    Upload,
    admit,
    admit_content,
    part_name,
)


def upload(media_type: str, size_bytes: int = 1) -> Upload:
    return Upload(sha256="0" * 64, name="bao-cao", media_type=media_type, size_bytes=size_bytes)


@pytest.mark.parametrize("media_type", [*STARTS, "text/plain", "text/csv"])
def test_a_taken_type_is_admitted_up_to_the_limit(media_type: str) -> None:
    admit(upload(media_type, MOST_BYTES))
    with pytest.raises(FileTooLarge):
        admit(upload(media_type, MOST_BYTES + 1))


@pytest.mark.parametrize("media_type", ["application/zip", "text/html", "application/x-msdownload", ""])
def test_another_type_is_refused_before_its_first_byte(media_type: str) -> None:
    with pytest.raises(MediaTypeNotTaken):
        admit(upload(media_type))


@pytest.mark.parametrize(
    ("media_type", "start"), [(each, start) for each, starts in STARTS.items() for start in starts]
)
def test_a_type_is_told_by_how_its_bytes_begin(media_type: str, start: bytes) -> None:
    admit_content(upload(media_type), start + b"and more")
    with pytest.raises(ContentIsNotItsType):
        admit_content(upload(media_type), b"MZ" + start)


@pytest.mark.parametrize(
    ("start", "fits"),
    [
        ("Kế hoạch số 12".encode(), True),
        (b"", True),
        (b"a\x00b", False),
        (b"\xff\xfea", False),
        ("ế".encode()[:2], False),  # a short text that ends in the middle of a letter was not written so
        (b"x" * (START_BYTES - 2) + "ế".encode()[:2], True),
        (b"x" * (START_BYTES - 4) + b"\xe1\xbaxx", False),
    ],
    ids=["letters", "nothing", "a zero byte", "UTF-16", "cut and short", "cut by the limit", "no letter within"],
)
def test_a_text_is_utf_8_but_for_a_letter_that_the_limit_cuts_in_two(start: bytes, fits: bool) -> None:
    if fits:
        admit_content(upload("text/plain"), start)
    else:
        with pytest.raises(ContentIsNotItsType):
            admit_content(upload("text/plain"), start)


def test_no_two_uploads_share_a_name_whatever_their_ids_hold() -> None:
    names = {part_name("c/1", "a", "0"), part_name("c", "1/a", "0"), part_name("c", "1", "a/0")}
    assert len(names) == 3
    assert all(len(name) == 64 for name in names)
