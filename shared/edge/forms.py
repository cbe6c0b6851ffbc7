"""What a page's form says, and whether it is ours: a browser sends its cookie along with anybody's form."""

import hmac
from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.types import Message, Receive

from shared.errors import Forbidden, Invalid

CSRF: Final = "csrf"
CSRF_HEADER: Final = "x-csrf-token"
MOST_FORM_BYTES: Final = 1024 * 1024
MOST_FIELDS: Final = 5000
URLENCODED: Final = "application/x-www-form-urlencoded"


class BodyTooLarge(Invalid, code="request.body_too_large"):
    """More bytes than anybody needs to say this."""


class FormForged(Forbidden, code="request.form_forged"):
    """The form is not of this session: another site's, or of a page that was opened before signing in anew."""


class FormUnreadable(Invalid, code="request.form_unreadable"):
    """No form as browsers send it."""


class Form:
    """Fields by name; what was not sent is empty."""

    def __init__(self, fields: Mapping[str, Sequence[str]]) -> None:
        self._fields = fields

    def __contains__(self, name: object) -> bool:
        return name in self._fields

    def get(self, name: str) -> str:
        """What was said under *name*, without blanks around it; line ends as everywhere else."""
        return next(iter(self._fields.get(name, ())), "").replace("\r\n", "\n").strip()

    def every(self, name: str) -> Sequence[str]:
        """All that was said under *name*."""
        return self._fields.get(name, ())

    def as_typed(self, name: str) -> str:
        """As ``get``, with blanks: a password may begin with one."""
        return next(iter(self._fields.get(name, ())), "")

    def names(self) -> Sequence[str]:
        """All names, in the order in which they came."""
        return tuple(self._fields)


def read(body: bytes) -> Form:
    """The form in *body*.

    Raises:
        FormUnreadable: See there.
    """
    try:
        return Form(parse_qs(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS))
    except ValueError as found:
        raise FormUnreadable from found


async def form_of(request: Request) -> Form:
    """The form that *request* carries.

    Raises:
        FormUnreadable, BodyTooLarge: See there.
    """
    if not _is_form(request):
        raise FormUnreadable
    return read(await _body(request))


async def unforged(request: Request, expected: str | None) -> Receive:
    """Admit a change only with the token of its session, in a header or in the form; returns what to read it from.

    Args:
        request: Of which nothing was read.
        expected: The session's; None where no browser sent the caller's token by itself.

    Raises:
        FormForged, BodyTooLarge: See there.
    """
    if expected is None or _same(request.headers.get(CSRF_HEADER, ""), expected):
        return request.receive
    if not _is_form(request):
        raise FormForged
    body = await _body(request)
    try:
        said = read(body).get(CSRF)
    except FormUnreadable as found:
        raise FormForged from found
    if not _same(said, expected):
        raise FormForged
    return _again(body, request.receive)


def _is_form(request: Request) -> bool:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower() == URLENCODED


async def _body(request: Request) -> bytes:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MOST_FORM_BYTES:
            raise BodyTooLarge
    return body


def _again(body: bytes, then: Receive) -> Receive:
    """What was read, once more; then whatever comes after it."""
    told = False

    async def receive() -> Message:
        nonlocal told
        if told:
            return await then()
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


def _same(said: str, expected: str) -> bool:
    return hmac.compare_digest(said.encode(), expected.encode())
