"""Routes of pages: every refusal is a page too, and whoever is not signed in is asked to."""

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any
from urllib.parse import quote

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.responses import RedirectResponse

from shared.edge.auth import NotSignedIn
from shared.edge.web.pages import Pages
from shared.errors import IctIndexError, NotFound

SIGN_IN = "/identity/sign-in"


def page_route(pages: Pages) -> type[APIRoute]:
    """A kind of route that shows errors with *pages*."""

    class PageRoute(APIRoute):
        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            """The handler, with every error of ours shown to a person."""
            answer: Callable[[Request], Awaitable[Response]] = super().get_route_handler()

            async def shown(request: Request) -> Response:
                try:
                    return await answer(request)
                except NotSignedIn as refused:
                    return sent_to_sign_in(request) if request.method == "GET" else pages.error(request, refused)
                except IctIndexError as error:
                    return pages.error(request, error)
                except RequestValidationError:  # nothing can have such a name
                    return pages.error(request, NotFound(path=request.url.path))

            return shown

    return PageRoute


def sent_to_sign_in(request: Request) -> Response:
    """To the page where people sign in, and back here afterwards."""
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse(f"{SIGN_IN}?to={quote(here, safe='')}", 303)
