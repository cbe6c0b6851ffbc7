"""Each HTTP request as a unit of work: one line in the log, one figure, one span; nothing in them names a person."""

import time
from collections.abc import Callable

import structlog
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.edge.asking import an_id, story_of
from shared.edge.tracing import Tracing

Told = Callable[[str, str, int, float], None]
QUIET = frozenset({"/livez", "/readyz", "/metrics"})
"""Asked every few seconds by machines: measured, not logged."""
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""Any other word is told as ``OTHER``: a stranger's inventions must not become figures without end."""
FAILED = 500
logger = structlog.get_logger()


class Watched:
    """Tells method, route, status and seconds of every request, and logs them with the agency.

    The route is its pattern (``…/units/{unit}/history``): which unit or criterion is asked for is nobody's business.
    """

    def __init__(self, app: ASGIApp, told: Told, tracing: Tracing) -> None:
        self._app, self._told, self._tracing = app, told, tracing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request, began = Request(scope), time.perf_counter()
        with self._tracing.request(request.method, request.headers.get("traceparent")) as span:
            if span.traceparent is not None:  # what follows is below our span, where spans are kept
                MutableHeaders(scope=scope)["traceparent"] = span.traceparent

            async def say(message: Message) -> None:
                if message["type"] == "http.response.start":
                    span.status = message["status"]
                await send(message)

            span.status = FAILED
            try:
                await self._app(scope, receive, say)
            finally:
                span.route = getattr(scope.get("route"), "path", "none")
                self._tell(request, span.route, span.status, time.perf_counter() - began)

    def _tell(self, request: Request, route: str, status: int, seconds: float) -> None:
        method = request.method if request.method in METHODS else "OTHER"
        self._told(method, route, status, seconds)
        if route in QUIET:
            return
        named = {"agency": an_id(request.scope.get("path_params", {}).get("agency")), "correlation": story_of(request)}
        log = logger.warning if status >= FAILED else logger.info
        log(
            "request_answered",
            method=method,
            route=route,
            status=status,
            milliseconds=round(seconds * 1000, 1),
            **{name: value for name, value in named.items() if value},
        )
