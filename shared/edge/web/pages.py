"""Pages: one layout, one style sheet, two languages, no script at all, nothing from elsewhere."""

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from shared.edge.asgi import STATUS
from shared.edge.asking import caller_of
from shared.edge.auth import AgencyUnknown, Caller, NotSignedIn
from shared.edge.sentences import sentence
from shared.edge.web import formats
from shared.edge.web.words import word
from shared.errors import IctIndexError, nearest
from shared.vocabulary import Localized

HERE: Final = Path(__file__).parent
STYLE: Final = (HERE / "page.css").read_bytes()
STYLE_URL: Final = f"/_/page.css?{hashlib.sha256(STYLE).hexdigest()[:12]}"
"""No agency can be called ``_``, so the style sheet is in nobody's way; the digest lets it be cached for ever."""
POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
HEADERS: Final = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cache-control": "no-cache",
}
LANGUAGE_COOKIE: Final = "lang"
YEAR_SECONDS: Final = 365 * 24 * 3600


def language_of(request: Request) -> str:
    """``en`` where the reader switched to it, else ``vi``; what the browser prefers does not count for pages."""
    asked = request.query_params.get("lang") or request.cookies.get(LANGUAGE_COOKIE) or "vi"
    return "en" if asked == "en" else "vi"


class Pages:
    """Renders the templates of one directory within the layout."""

    def __init__(self, templates: Path) -> None:
        self._environment = Environment(
            loader=FileSystemLoader([templates, HERE]),
            autoescape=select_autoescape(default=True),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def answer(self, request: Request, template: str, status: int = 200, **context: Any) -> Response:  # noqa: ANN401 - a template's own
        """A page; the language that was asked for is remembered."""
        language = language_of(request)
        speaking = _speaking(language)
        page = self._environment.get_template(template)
        text = page.render({**speaking, **_place(request, language), **context})
        response = HTMLResponse(text, status, headers={**HEADERS, "content-language": language, "vary": "cookie"})
        if request.query_params.get("lang") in {"vi", "en"}:
            response.set_cookie(LANGUAGE_COOKIE, language, max_age=YEAR_SECONDS, httponly=True, samesite="lax")
        return response

    def error(self, request: Request, error: IctIndexError) -> Response:
        """What went wrong, as a page."""
        status = nearest(STATUS, error)
        return self.answer(request, "error.html", status, said=sentence(error, language_of(request)), error=error.code)


def _speaking(language: str) -> Mapping[str, Any]:
    def localized(text: Localized) -> str:
        return text.to(language)

    def figure(value: Decimal | int) -> str:
        return formats.number(value, language)

    def day(value: date) -> str:
        return formats.date(value, language)

    def moment(value: datetime) -> str:
        return formats.moment(value, language)

    return {
        "t": partial(_word, language),
        "local": localized,
        "number": figure,
        "given": partial(formats.given, language=language),
        "signed": partial(formats.signed, language=language),
        "date": day,
        "moment": moment,
        "language": language,
    }


def _word(language: str, name: str, /, **facts: object) -> str:
    return word(name, language, **facts)


def _place(request: Request, language: str) -> Mapping[str, Any]:
    other = "vi" if language == "en" else "en"
    query = {**request.query_params, "lang": other}
    return {
        "style_url": STYLE_URL,
        "who": _who(request),
        "path": request.url.path,
        "other_language": other,
        "other_language_url": f"{request.url.path}?{urlencode(query)}",
    }


def _who(request: Request) -> Caller | None:
    """Whoever is signed in, where the app knows tokens."""
    if not hasattr(request.app.state, "tokens"):
        return None
    try:
        return caller_of(request)
    except (NotSignedIn, AgencyUnknown):
        return None


def style_sheet() -> APIRouter:
    """The route of the one style sheet."""
    router = APIRouter(include_in_schema=False)

    @router.get("/_/page.css")
    async def page_css() -> Response:
        headers = {"cache-control": f"public, max-age={YEAR_SECONDS}, immutable", "x-content-type-options": "nosniff"}
        return Response(STYLE, media_type="text/css", headers=headers)

    return router
