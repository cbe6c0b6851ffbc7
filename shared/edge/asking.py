"""Who asks over HTTP, after what, and how to know the same request again: what every route depends on."""

import asyncio
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Annotated, Protocol

from fastapi import Depends, FastAPI, Request
from pydantic import TypeAdapter

from shared.contracts import PUBLISHED
from shared.edge.auth import AgencyUnknown, Caller, NotSignedIn, Tokens
from shared.edge.news import rings
from shared.errors import Invalid, Unavailable
from shared.eventlog import CLOCK_TOLERANCE, Mark
from shared.execute import Once
from shared.vocabulary import ClosedText, Id, Meta, digest

LONGEST_WAIT_SECONDS = 8  # below any proxy's time-out
POLL_SECONDS, LONGEST_POLL_SECONDS = 0.02, 0.25
TRACE = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")  # Source: W3C Trace Context, 3.2.2
AN_ID: TypeAdapter[str] = TypeAdapter(Id)


class KeyMissing(Invalid, code="request.key_missing"):
    """A command over HTTP needs a key, so that it can be sent again."""


class EffectiveTimeUnreadable(Invalid, code="request.effective_time_unreadable"):
    """``ICT-Effective-At`` is no time with a zone."""


class EffectiveTimeInFuture(Invalid, code="request.effective_time_in_future"):
    """``ICT-Effective-At`` has not come yet: everybody after it would have to name a later time still."""


class AfterUnreadable(Invalid, code="request.after_unreadable"):
    """``ICT-After`` is no list of positions as ``ICT-Position`` says them."""


class NotThereYet(Unavailable, code="request.not_there_yet"):
    """What the caller wrote has not been heard here yet; ask again."""


class Ends(Protocol):
    """How far a service has come: its own log, and what it has answered of the others (a log is one)."""

    async def ends(self, agency: str) -> Mapping[str, Mark]:
        """Last inbox row of every publisher."""
        ...


@dataclass(frozen=True, slots=True)
class Ask:
    """One request of one caller."""

    caller: Caller
    meta: Meta
    once: Once | None
    language: str

    def close(self, text: str) -> ClosedText:
        """*text* under a new salt, to stand beside the log and not in it."""
        return ClosedText(salt=secrets.token_hex(16), text=text)


def language_of(request: Request) -> str:
    """``en`` where the reader asks for it (``?lang=en``, a cookie, Accept-Language), else ``vi``."""
    asked = (
        request.query_params.get("lang") or request.cookies.get("lang") or request.headers.get("accept-language", "")
    )
    return "en" if asked.lower().startswith("en") else "vi"


async def question(request: Request) -> Ask:
    """Who asks to read something; waits for what ``ICT-After`` names.

    Raises:
        NotSignedIn, AgencyUnknown, AfterUnreadable, NotThereYet: See there.
    """
    caller = caller_of(request)
    await _wait(request)
    meta = Meta(caller.actor, request.app.state.clock(), story_of(request))
    return Ask(caller, meta, None, language_of(request))


async def command(request: Request) -> Ask:
    """Who asks to change something, and how to know the same request again.

    Raises:
        NotSignedIn, AgencyUnknown, KeyMissing, AfterUnreadable, NotThereYet: See there.
        EffectiveTimeUnreadable, EffectiveTimeInFuture: See there.
    """
    return await commanded(request, _key(request), await request.body(), request.headers.get("ict-effective-at"))


async def commanded(request: Request, key: str, body: bytes, effective: str | None) -> Ask:
    """As ``command``, for whoever carries key and effective time in the body, as forms do.

    Raises:
        NotSignedIn, AgencyUnknown, KeyMissing, AfterUnreadable, NotThereYet: See there.
        EffectiveTimeUnreadable, EffectiveTimeInFuture: See there.
    """
    if not key:
        raise KeyMissing
    caller = caller_of(request)
    await _wait(request)
    now = request.app.state.clock()
    at = now if effective is None else _moment(effective)
    if at > now + CLOCK_TOLERANCE:
        raise EffectiveTimeInFuture(at=at.isoformat())
    meta = Meta(
        caller.actor,
        at,
        story_of(request) or digest([caller.agency, caller.actor, key])[:32],
        traceparent=_trace(request),
        carried=effective is not None,
    )
    return Ask(caller, meta, Once(key, _asked(request, caller, body)), language_of(request))


async def edit(request: Request) -> Ask:
    """Who asks to change a row that is no fact, under a key too; ``shared.edge.replies`` answers a repetition.

    Raises:
        NotSignedIn, AgencyUnknown, KeyMissing, AfterUnreadable, NotThereYet: See there.
    """
    ask = await question(request)
    return replace(ask, once=Once(_key(request), _asked(request, ask.caller, await request.body())))


async def piece(request: Request) -> Ask:
    """As ``edit``, for a body that is read as it comes: path, offset and length say which piece of which file it is.

    Raises:
        NotSignedIn, AgencyUnknown, KeyMissing, AfterUnreadable, NotThereYet: See there.
    """
    ask, length = await question(request), request.headers.get("content-length", "")
    return replace(ask, once=Once(_key(request), _asked(request, ask.caller, length.encode())))


def _key(request: Request) -> str:
    key = request.headers.get("idempotency-key")
    if not key:
        raise KeyMissing
    return key


SAME = ("idempotency-key", "ict-effective-at", "if-match", "if-none-match", "upload-offset")


def _asked(request: Request, caller: Caller, body: bytes) -> str:
    """Digest of all that makes it the same request; the key in it keeps a short text from being guessed."""
    headers = [request.headers.get(name) for name in SAME]
    text = body.decode("utf-8", "replace")
    return digest([caller.agency, request.method, request.url.path, request.url.query, *headers, text])


async def anybody(request: Request) -> str:
    """Language of a reader whom nobody needs to know; waits for what ``ICT-After`` names for people of the agency only.

    Anybody else could hold requests with it, and learn from the wait how far an agency has come.

    Raises:
        AfterUnreadable, NotThereYet: See there.
    """
    try:
        caller_of(request)
    except (NotSignedIn, AgencyUnknown):
        return language_of(request)
    await _wait(request)
    return language_of(request)


Question = Annotated[Ask, Depends(question)]
Command = Annotated[Ask, Depends(command)]
Edit = Annotated[Ask, Depends(edit)]
Piece = Annotated[Ask, Depends(piece)]
Reader = Annotated[str, Depends(anybody)]


def story_of(request: Request) -> str:
    """The caller's own name for what this belongs to; empty where it is none."""
    return an_id(request.headers.get("x-correlation-id"))


def an_id(text: str | None) -> str:
    """*text* where it is an id, else nothing: what anybody may send is not repeated."""
    try:
        return AN_ID.validate_python(text or "")
    except ValueError:
        return ""


def _trace(request: Request) -> str | None:
    trace = request.headers.get("traceparent", "")
    return trace if TRACE.fullmatch(trace) else None


def caller_of(request: Request) -> Caller:
    """Whom the token names, if the path is of their agency.

    Raises:
        NotSignedIn, AgencyUnknown: See there.
    """
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise NotSignedIn
    tokens: Tokens = request.app.state.tokens
    caller = tokens.caller(token.strip())
    agency = request.path_params.get("agency", caller.agency)
    if agency != caller.agency:
        raise AgencyUnknown(agency=agency)
    return caller


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError) as found:
        raise EffectiveTimeUnreadable(text=text[:40]) from found
    raise EffectiveTimeUnreadable(text=text[:40])


async def _wait(request: Request) -> None:
    """Wait until every position in ``ICT-After`` is known here.

    A position looks like ``submission/bnv@12;sequence=7``: this service's own log must hold 12, any other service must
    have answered announcement 7.
    """
    agency = request.path_params.get("agency")
    for each in filter(None, (part.strip() for part in request.headers.get("ict-after", "").split(","))):
        try:
            place, _, said = each.partition(";sequence=")
            log, _, position = place.partition("@")
            publisher, _, of = log.partition("/")
            wanted = int(said), int(position)
        except ValueError as found:
            raise AfterUnreadable(text=each[:80]) from found
        if not PUBLISHED.get(publisher):
            raise AfterUnreadable(text=each[:80])
        if of == agency:
            await _reached(request.app, of, publisher, *wanted)


async def _reached(app: FastAPI, agency: str, publisher: str, sequence: int, position: int) -> None:
    deadline, pause = asyncio.get_running_loop().time() + app.state.patience_seconds, POLL_SECONDS
    while True:
        news = app.state.news.next()
        if publisher == app.state.service:
            there = (await app.state.log.head(agency)).position >= position
        else:
            ends: Ends = app.state.ends
            there = (await ends.ends(agency)).get(publisher, Mark()).sequence >= sequence
        if there:
            return
        if asyncio.get_running_loop().time() > deadline:
            raise NotThereYet(publisher=publisher)
        await rings(news, pause)
        pause = min(2 * pause, LONGEST_POLL_SECONDS)
