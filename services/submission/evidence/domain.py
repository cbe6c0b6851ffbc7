"""Which files are taken, and how they are named. Pure."""

from typing import Annotated

from pydantic import Field

from shared.errors import Invalid, NotFound
from shared.vocabulary import Sha256, Text, Value, digest

MOST_BYTES = 50 * 1024 * 1024  # a scanned report of some hundred pages; longer ones come in volumes
START_BYTES = 4096  # what a type is told by


class MediaTypeNotTaken(Invalid, code="file.media_type_not_taken"):
    """Not a kind of file that is taken as evidence."""


class ContentIsNotItsType(Invalid, code="file.content_is_not_its_type"):
    """The bytes are not what the declared type says."""


class FileTooLarge(Invalid, code="file.too_large"):
    """Above the limit."""


class FileUnknown(NotFound, code="file.unknown"):
    """The unit has no such file."""


class FileNotUploaded(Invalid, code="file.not_uploaded"):
    """Evidence names a file that the unit has not uploaded."""


class Upload(Value):
    """A file of a unit, uploaded or on its way.

    Attributes:
        sha256: Of the whole content, said before the first byte: names the file and proves it whole.
        finished: All of it is there, with that digest.
    """

    sha256: Sha256
    name: Annotated[Text, Field(min_length=1, max_length=255)]
    media_type: Annotated[str, Field(max_length=100)]
    size_bytes: Annotated[int, Field(ge=1)]
    finished: bool = False


_ZIP = (b"PK\x03\x04",)
_OLE = (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",)
_OFFICE = "application/vnd.openxmlformats-officedocument"
_OPEN = "application/vnd.oasis.opendocument"
STARTS: dict[str, tuple[bytes, ...]] = {
    "application/pdf": (b"%PDF-",),
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/tiff": (b"II*\x00", b"MM\x00*"),
    "application/msword": _OLE,
    "application/vnd.ms-excel": _OLE,
    f"{_OFFICE}.wordprocessingml.document": _ZIP,
    f"{_OFFICE}.spreadsheetml.sheet": _ZIP,
    f"{_OFFICE}.presentationml.presentation": _ZIP,
    f"{_OPEN}.text": _ZIP,
    f"{_OPEN}.spreadsheet": _ZIP,
}
"""Taken types, and the bytes that each begins with."""
TEXTS = ("text/plain", "text/csv")


def admit(upload: Upload) -> None:
    """Refuse a file before its first byte.

    Raises:
        MediaTypeNotTaken, FileTooLarge: See there.
    """
    if upload.media_type not in STARTS and upload.media_type not in TEXTS:
        raise MediaTypeNotTaken(media_type=upload.media_type)
    if upload.size_bytes > MOST_BYTES:
        raise FileTooLarge(size_bytes=upload.size_bytes, most=MOST_BYTES)


def admit_content(upload: Upload, start: bytes) -> None:
    """Refuse bytes that are not what was declared; *start* is the first `START_BYTES` of them.

    Raises:
        ContentIsNotItsType: See there.
    """
    if upload.media_type in TEXTS:
        fits = b"\x00" not in start and _is_text(start)
    else:
        fits = start.startswith(STARTS[upload.media_type])
    if not fits:
        raise ContentIsNotItsType(name=upload.name, media_type=upload.media_type)


def _is_text(start: bytes) -> bool:
    """UTF-8, but for a character that the end of *start* may cut in two."""
    try:
        start.decode()
    except UnicodeDecodeError as found:
        return len(start) == START_BYTES and found.start >= START_BYTES - 3
    return True


def part_name(campaign: str, unit: str, sha256: str) -> str:
    """Name of an unfinished upload; a digest, since ids may hold any separator a file name may."""
    return digest([campaign, unit, sha256])
