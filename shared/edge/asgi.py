"""HTTP as this house speaks it: who asks, once or again, and every refusal as problem+json from one table."""

import asyncio
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Protocol

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import TypeAdapter
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.contracts import PUBLISHED
from shared.edge.auth import AgencyUnknown, Caller, NotSignedIn, Tokens
from shared.edge.openapi import Kinds, describe
from shared.edge.sentences import sentence
from shared.errors import (
    Corrupt,
    Forbidden,
    IctIndexError,
    Invalid,
    NotFound,
    Rejected,
    Stale,
    Unavailable,
    Unreadable,
    nearest,
)
from shared.eventlog import CLOCK_TOLERANCE, Append, EventLog, Mark
from shared.execute import Act, Answer, C, F, Once, S, execute
from shared.vocabulary import Clock, ClosedText, Id, Meta, digest


class BodyTooLarge(Invalid, code="request.body_too_large"):
    """More bytes than anybody needs to say this."""


STATUS: dict[type[IctIndexError], int] = {
    NotSignedIn: 401,
    BodyTooLarge: 413,
    Invalid: 422,
    Forbidden: 403,
    NotFound: 404,
    Rejected: 409,
    Stale: 412,
    Unavailable: 503,
    Unreadable: 400,
    Corrupt: 500,
}
"""The table for HTTP; the nearest ancestor of an error counts."""
RETRY_AFTER_SECONDS = "1"
LONGEST_WAIT_SECONDS = 8  # below any proxy's time-out
POLL_SECONDS, LONGEST_POLL_SECONDS = 0.02, 0.25
MOST_BODY_BYTES = 1024 * 1024  # of a route that does not say more
READING = frozenset({"GET", "HEAD"})
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


class Fault(Corrupt, code="request.fault"):
    """A mistake of ours, not of the caller; its trace is in the log."""


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


def problem(request: Request, error: IctIndexError) -> Response:
    """RFC 9457."""
    status = nearest(STATUS, error)
    content = {
        "type": f"urn:ictindex:{error.code}",
        "title": sentence(error, language_of(request)),
        "status": status,
        "facts": {name: str(fact) for name, fact in error.facts.items()},
    }
    headers = {"retry-after": RETRY_AFTER_SECONDS} if status == STATUS[Unavailable] else {}
    if status == STATUS[NotSignedIn]:
        headers["www-authenticate"] = "Bearer"
    return JSONResponse(content, status, headers=headers, media_type="application/problem+json")


async def question(request: Request) -> Ask:
    """Who asks to read something; waits for what ``ICT-After`` names.

    Raises:
        NotSignedIn, AgencyUnknown, AfterUnreadable, NotThereYet: See there.
    """
    caller = _caller(request)
    await _wait(request)
    meta = Meta(caller.actor, request.app.state.clock(), _story(request))
    return Ask(caller, meta, None, language_of(request))


async def command(request: Request) -> Ask:
    """Who asks to change something, and how to know the same request again.

    Raises:
        NotSignedIn, AgencyUnknown, KeyMissing, AfterUnreadable, NotThereYet: See there.
        EffectiveTimeUnreadable, EffectiveTimeInFuture: See there.
    """
    caller = _caller(request)
    key = request.headers.get("idempotency-key")
    if not key:
        raise KeyMissing
    await _wait(request)
    effective = request.headers.get("ict-effective-at")
    now = request.app.state.clock()
    at = now if effective is None else _moment(effective)
    if at > now + CLOCK_TOLERANCE:
        raise EffectiveTimeInFuture(at=at.isoformat())
    meta = Meta(
        caller.actor,
        at,
        _story(request) or digest([caller.agency, caller.actor, key])[:32],
        traceparent=_trace(request),
        carried=effective is not None,
    )
    return Ask(caller, meta, Once(key, await _asked(request, caller)), language_of(request))


async def _asked(request: Request, caller: Caller) -> str:
    """Digest of all that makes it the same request; the key in it keeps a short text from being guessed."""
    headers = [request.headers.get(name) for name in ("idempotency-key", "ict-effective-at", "if-match")]
    body = (await request.body()).decode("utf-8", "replace")
    return digest([caller.agency, request.method, request.url.path, request.url.query, *headers, body])


async def anybody(request: Request) -> str:
    """Language of a reader whom nobody needs to know; waits for what ``ICT-After`` names for people of the agency only.

    Anybody else could hold requests with it, and learn from the wait how far an agency has come.

    Raises:
        AfterUnreadable, NotThereYet: See there.
    """
    try:
        _caller(request)
    except (NotSignedIn, AgencyUnknown):
        return language_of(request)
    await _wait(request)
    return language_of(request)


Question = Annotated[Ask, Depends(question)]
Command = Annotated[Ask, Depends(command)]
Reader = Annotated[str, Depends(anybody)]


def _story(request: Request) -> str:
    try:
        return AN_ID.validate_python(request.headers.get("x-correlation-id", ""))
    except ValueError:
        return ""


def _trace(request: Request) -> str | None:
    trace = request.headers.get("traceparent", "")
    return trace if TRACE.fullmatch(trace) else None


def _caller(request: Request) -> Caller:
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
        if publisher == app.state.service:
            there = (await app.state.log.head(agency)).position >= position
        else:
            ends: Ends = app.state.ends
            there = (await ends.ends(agency)).get(publisher, Mark()).sequence >= sequence
        if there:
            return
        if asyncio.get_running_loop().time() > deadline:
            raise NotThereYet(publisher=publisher)
        await asyncio.sleep(pause)
        pause = min(2 * pause, LONGEST_POLL_SECONDS)


async def carry_out(
    ask: Ask,
    act: Act[C, S, F],
    *,
    log: EventLog,
    request: Request,
    response: Response,
    texts: Sequence[ClosedText] = (),
) -> Answer:
    """Carry out a person's *act* in the agency of the caller, and say in ``ICT-Position`` where it shows.

    Raises:
        Rejected, Stale, Unavailable: See ``execute``.
    """
    agency = ask.caller.agency
    answer = await execute(act, meta=ask.meta, request=Append(agency, texts=tuple(texts)), log=log, once=ask.once)
    head = await log.head(agency)
    response.headers["ict-position"] = (
        f"{request.app.state.service}/{agency}@{answer.position};sequence={head.sequence}"
    )
    return answer


def create_app(
    *,
    service: str,
    routers: Sequence[APIRouter],
    log: EventLog | None,
    ends: Ends,
    tokens: Tokens,
    clock: Clock,
    **more: Any,  # noqa: ANN401 - FastAPI's own arguments
) -> FastAPI:
    """An app that answers every error from the table.

    *log* is the service's own (None for a service without one); *ends* is what it has answered of the others, for
    ``ICT-After``.
    """
    app = _App(
        title=service,
        exception_handlers=dict.fromkeys((IctIndexError, RequestValidationError, HTTPException, Exception), _answer),
        docs_url=None,  # its page would load scripts from elsewhere; openapi.json is served
        redoc_url=None,
        openapi_url=f"/{service}/v1/openapi.json",
        **{"max_body_size": MOST_BODY_BYTES, **more},
    )
    app.state.service, app.state.log, app.state.ends = service, log, ends
    app.state.tokens, app.state.clock = tokens, clock
    app.state.patience_seconds = LONGEST_WAIT_SECONDS
    app.add_middleware(_SignedInFirst)
    for router in routers:
        app.include_router(router)
    return app


class _App(FastAPI):
    """Says that a body is too large as it says everything else; the framework would do so in plain text."""

    def openapi(self) -> dict[str, Any]:
        document = super().openapi()
        describe(document, self.routes, Kinds(question, command, anybody))
        return document

    def build_middleware_stack(self) -> ASGIApp:
        inner = super().build_middleware_stack()

        async def said(scope: Scope, receive: Receive, send: Send) -> None:
            refused = False

            async def say(message: Message) -> None:
                nonlocal refused
                if message["type"] == "http.response.start" and message["status"] == STATUS[BodyTooLarge]:
                    refused = True
                    await problem(Request(scope), BodyTooLarge())(scope, receive, send)
                elif not refused:
                    await send(message)

            await inner(scope, receive, say)

        return said


class _SignedInFirst:
    """Nothing can be changed without a token, so none of a stranger's body is read, and no mistake in it is named."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] not in READING:
            request = Request(scope)
            try:
                _caller(request)  # no path is matched yet: whose agency it is, the route's own dependency asks
            except NotSignedIn as refused:
                await problem(request, refused)(scope, receive, send)
                return
        await self._app(scope, receive, send)


async def _answer(request: Request, error: Any) -> Response:  # noqa: ANN401 - four kinds, told apart here
    match error:
        case RequestValidationError():
            found = {".".join(map(str, each["loc"])): each["msg"] for each in error.errors()}
            return problem(request, Invalid(**found))
        case HTTPException():
            kind = {404: NotFound, 413: BodyTooLarge}.get(error.status_code, Invalid)
            return problem(request, kind(path=request.url.path))
        case IctIndexError():
            return problem(request, error)
        case _:  # the server logs it, with its trace
            return problem(request, Fault())
