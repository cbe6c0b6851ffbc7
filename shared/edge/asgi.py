"""HTTP as this house speaks it: who asks, once or again, and every refusal as problem+json from one table."""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.edge.asking import (
    LONGEST_WAIT_SECONDS,
    Ask,
    Ends,
    anybody,
    caller_of,
    command,
    edit,
    language_of,
    piece,
    question,
)
from shared.edge.auth import NotSignedIn, Tokens
from shared.edge.forms import BodyTooLarge, FormForged, unforged
from shared.edge.news import News
from shared.edge.openapi import Kinds, describe
from shared.edge.sentences import said, sentence
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
from shared.eventlog import Append, EventLog
from shared.execute import Act, Answer, C, F, S, execute
from shared.vocabulary import Clock, ClosedText

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
MOST_BODY_BYTES = 1024 * 1024  # of a route that does not say more
READING = frozenset({"GET", "HEAD"})


class Fault(Corrupt, code="request.fault"):
    """A mistake of ours, not of the caller; its trace is in the log."""


def problem(request: Request, error: IctIndexError) -> Response:
    """RFC 9457."""
    status, language = nearest(STATUS, error), language_of(request)
    content = {
        "type": f"urn:ictindex:{error.code}",
        "title": sentence(error, language),
        "status": status,
        "facts": {name: str(fact) for name, fact in said(error.facts, language).items()},
    }
    headers = {"retry-after": RETRY_AFTER_SECONDS} if status == STATUS[Unavailable] else {}
    if status == STATUS[NotSignedIn]:
        headers["www-authenticate"] = "Bearer"
    return JSONResponse(content, status, headers=headers, media_type="application/problem+json")


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
        exception_handlers=dict.fromkeys((IctIndexError, RequestValidationError, HTTPException, Exception), answered),
        docs_url=None,  # its page would load scripts from elsewhere; openapi.json is served
        redoc_url=None,
        openapi_url=f"/{service}/v1/openapi.json",
        **{"max_body_size": MOST_BODY_BYTES, **more},
    )
    app.state.service, app.state.log, app.state.ends = service, log, ends
    app.state.tokens, app.state.clock = tokens, clock
    app.state.patience_seconds, app.state.news = LONGEST_WAIT_SECONDS, News()
    app.add_middleware(_SignedInFirst)
    for router in routers:
        app.include_router(router)
    return app


class _App(FastAPI):
    """Says that a body is too large as it says everything else; the framework would do so in plain text."""

    def openapi(self) -> dict[str, Any]:
        document = super().openapi()
        describe(document, self.routes, Kinds(question, command, (edit, piece), anybody))
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
            request = Request(scope, receive)
            try:
                # no path is matched yet: whose agency it is, the route's own dependency asks
                receive = await unforged(request, caller_of(request).csrf)
            except (NotSignedIn, FormForged, BodyTooLarge, Unavailable) as refused:
                await problem(request, refused)(scope, receive, send)
                return
        await self._app(scope, receive, send)


async def answered(request: Request, error: Any) -> Response:  # noqa: ANN401 - four kinds, told apart here
    """Every error of an app, from the table."""
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
