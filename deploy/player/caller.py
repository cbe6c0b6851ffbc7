"""One agency's people over HTTP: tokens, keys, effective times, and the order of what they do."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import httpx2

from deploy.agencies.year_file import Person
from shared.errors import Corrupt, Rejected, Unavailable
from shared.vocabulary import Json

PATIENCE_SECONDS = 120.0
"""A service that starts again needs seconds, one whose broker died up to a minute; twice that is a fault."""
LONGEST_PAUSE_SECONDS = 2.0
TIME_PAST = "request.time_before_history"
"""The code of the refusal to go back in the time of a retrospective campaign."""


class ActRefused(Rejected, code="player.act_refused"):
    """The system refused what the file says was done."""


class ActAllowed(Corrupt, code="player.act_allowed"):
    """The system did what it had to refuse."""


class RefusedOtherwise(Corrupt, code="player.refused_otherwise"):
    """What had to be refused was refused for another reason."""


class ServerSilent(Unavailable, code="player.server_silent"):
    """No answer for longer than any start takes."""


class Token(Protocol):
    """Who makes tokens."""

    def __call__(self, actor: str, agency: str, roles: Sequence[str], *, unit: str | None = None) -> str:
        """A token for *actor*."""
        ...


@dataclass(frozen=True, slots=True)
class Sent:
    """A request that changes something.

    Attributes:
        key: The same for the same act of the same file, whenever it is played.
        at: Effective time; None where the server's own counts.
    """

    method: str
    path: str
    body: Json
    key: str
    at: datetime | None
    headers: Mapping[str, str] | None = None


class Caller:
    """Speaks to the services as the people of one agency."""

    def __init__(
        self, client: httpx2.AsyncClient, agency: str, token: Token, patience_seconds: float = PATIENCE_SECONDS
    ) -> None:
        self._client, self._agency, self._token = client, agency, token
        self.patience_seconds = patience_seconds
        self._tokens: dict[str, str] = {}
        self._after: dict[str, tuple[int, str]] = {}

    def _after_others(self, path: str) -> str:
        """What must be known where the next request goes; a service knows what it said itself."""
        here = path.split("/")[1]
        return ",".join(text for service, (_, text) in self._after.items() if service != here)

    def note(self, position: str) -> None:
        """Remember a position as ``ICT-Position`` says it: later requests come after it."""
        place, _, _ = position.partition(";")
        log, _, number = place.partition("@")
        service = log.partition("/")[0]
        if int(number) >= self._after.get(service, (0, ""))[0]:
            self._after[service] = (int(number), position)

    async def change(self, who: Person, sent: Sent) -> tuple[Json, str | None]:
        """Do it; the answer's body and the message that shows it.

        Raises:
            ActRefused: The system refused.
            ServerSilent: See there.
        """
        answer = await self._sent(who, sent)
        if answer.is_error:
            raise refusal(sent.path, answer)
        position = answer.headers.get("ict-position")
        if position is not None:
            self.note(position)
        return _body(answer), position and position.partition(";")[0]

    async def refused(self, who: Person, sent: Sent, code: str) -> str | None:
        """See it refused for the reason *code*; the sentence that says so.

        None where its time is past, since the year was played beyond it before: then it was seen refused, and a
        refusal leaves no trace by which to tell.

        Raises:
            ActAllowed: It was done.
            ActRefused: The server failed, which is no refusal.
            RefusedOtherwise: The reason is another one.
        """
        answer = await self._sent(who, sent)
        if not answer.is_error:
            raise ActAllowed(path=sent.path, actor=who.id)
        if answer.is_server_error:
            raise refusal(sent.path, answer)
        found = refusal(sent.path, answer)
        if found.facts["refusal"] == TIME_PAST:
            return None
        if found.facts["refusal"] != code:
            raise RefusedOtherwise(path=sent.path, actor=who.id, expected=code, found=found.facts["refusal"])
        return str(found.facts["title"])

    async def ask(self, who: Person, path: str, **parameters: str) -> Json:
        """Read something, when everything done so far is known there.

        Raises:
            ActRefused: It is not there, or not for *who*.
            ServerSilent: See there.
        """
        answer = await self.send(who, "GET", path, params=parameters)
        if answer.is_error:
            raise refusal(path, answer)
        return _body(answer)

    async def send(self, who: Person, method: str, path: str, **more: Any) -> httpx2.Response:  # noqa: ANN401 - httpx's own
        """One request, sent again while the server asks for patience.

        Raises:
            ServerSilent: It never stopped asking.
        """
        headers = {**(more.pop("headers", None) or {}), "authorization": f"Bearer {self._token_of(who)}"}
        after = self._after_others(path)
        if after:
            headers["ict-after"] = after
        deadline = asyncio.get_running_loop().time() + self.patience_seconds
        while True:
            try:
                answer = await self._client.request(method, path, headers=headers, **more)
            except httpx2.TransportError as lost:
                reason, pause = str(lost) or type(lost).__name__, LONGEST_PAUSE_SECONDS / 4
            else:
                if answer.status_code not in {502, 503, 504}:
                    return answer
                reason = str(_body(answer).get("title", answer.status_code))
                pause = min(float(answer.headers.get("retry-after", 1)), LONGEST_PAUSE_SECONDS)
            if asyncio.get_running_loop().time() >= deadline:
                raise ServerSilent(path=path, reason=reason)
            await asyncio.sleep(pause)

    async def _sent(self, who: Person, sent: Sent) -> httpx2.Response:
        headers = {"idempotency-key": sent.key, **(sent.headers or {})}
        if sent.at is not None:
            headers["ict-effective-at"] = sent.at.isoformat()
        return await self.send(who, sent.method, sent.path, json=sent.body, headers=headers)

    def _token_of(self, who: Person) -> str:
        if who.id not in self._tokens:
            self._tokens[who.id] = self._token(who.id, self._agency, who.roles, unit=who.unit)
        return self._tokens[who.id]


def _body(answer: httpx2.Response) -> Json:
    try:
        found = answer.json()
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {"items": found}


def refusal(path: str, answer: httpx2.Response) -> ActRefused:
    """What *answer* says of why it was refused."""
    body = _body(answer)
    code = str(body.get("type", answer.status_code)).removeprefix("urn:ictindex:")
    return ActRefused(path=path, status=answer.status_code, refusal=code, title=body.get("title", answer.text[:300]))
