"""Asking the services of a run over HTTP, as somebody of an agency."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx2

from deploy.standalone.running import Running
from shared.errors import Corrupt, Rejected, Unavailable
from shared.vocabulary import Json

TIMEOUT_SECONDS = 30.0
SOMEBODY = "ictindex-cli"
NOT_FOUND, FAILED = 404, 500


class ServerUnreachable(Unavailable, code="inquiry.server_unreachable"):
    """Nobody answers at that address."""


class InquiryRefused(Rejected, code="inquiry.refused"):
    """The server refused, and says why."""


class ServerFailed(Corrupt, code="inquiry.server_failed"):
    """The server met what it was not made for, such as data of another release."""


@dataclass(frozen=True, slots=True)
class Inquiry:
    """Somebody of one agency who asks."""

    client: httpx2.AsyncClient
    running: Running
    agency: str

    async def get(self, path: str, roles: Sequence[str] = (), **parameters: str) -> Json:
        """The answer's JSON.

        Raises:
            ServerUnreachable, InquiryRefused: See there.
        """
        return self._read(await self._send("GET", path, roles, params=parameters))

    async def find(self, path: str) -> Json | None:
        """What is open to everybody; None where it is not there."""
        answer = await self._send("GET", path, ())
        return None if answer.status_code == NOT_FOUND else self._read(answer)

    async def post(self, path: str, roles: Sequence[str], body: Json, key: str) -> None:
        """Change something; with the same *key* it is the same request.

        Raises:
            ServerUnreachable, InquiryRefused: See there.
        """
        self._read(await self._send("POST", path, roles, json=body, headers={"idempotency-key": key}))

    async def _send(self, method: str, path: str, roles: Sequence[str], **more: object) -> httpx2.Response:
        headers = dict(more.pop("headers", None) or {})  # type: ignore[call-overload]
        if roles:
            headers["authorization"] = f"Bearer {self.running.token(SOMEBODY, self.agency, roles, hours=1)}"
        try:
            return await self.client.request(method, path, headers=headers, **more)  # type: ignore[arg-type] # httpx's
        except httpx2.TransportError as lost:
            raise ServerUnreachable(url=self.running.base_url, reason=str(lost)) from lost

    def _read(self, answer: httpx2.Response) -> Json:
        body = _object(answer)
        title = body.get("title", answer.text[:200])
        if answer.status_code == FAILED:
            raise ServerFailed(title=title, logs=self.running.home.logs)
        if answer.is_error:
            raise InquiryRefused(status=answer.status_code, title=title)
        return body


def _object(answer: httpx2.Response) -> Json:
    """What is said in JSON by name; nothing where a proxy speaks, or where there is nothing to say (``null``)."""
    try:
        found = answer.json()
    except ValueError:
        return {}
    return dict(found) if isinstance(found, dict) else {}


@asynccontextmanager
async def asking(running: Running, language: str) -> AsyncIterator[httpx2.AsyncClient]:
    """A client of the run's proxy that is answered in *language*."""
    headers = {"accept-language": language}
    async with httpx2.AsyncClient(base_url=running.base_url, headers=headers, timeout=TIMEOUT_SECONDS) as client:
        yield client
