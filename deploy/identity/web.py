"""The pages of signing in, and the proxy's question whose cookie this is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from secrets import token_urlsafe
from typing import Any, Final
from urllib.parse import urlsplit

import segno
from authlib.oauth2 import OAuth2Error
from fastapi import APIRouter, Request, Response
from starlette.responses import JSONResponse, RedirectResponse

from deploy.identity import client
from deploy.identity.accounts import Accounts, Person, new_second_factor, second_factor_url
from deploy.identity.client import SignIns
from deploy.identity.errors import CodeWrong, PasswordsDiffer, PasswordTooShort, SignInExpired, SignInRefused
from deploy.identity.provider import Client, Provider
from deploy.identity.rules import ABSOLUTE, SHORTEST_PASSWORD, TOKEN
from deploy.identity.sessions import Session, Sessions
from deploy.identity.tokens import Signer
from shared.edge.auth import NotSignedIn
from shared.edge.forms import CSRF, Form, FormForged, form_of
from shared.edge.sentences import sentence
from shared.edge.web.pages import Pages, language_of
from shared.edge.web.routes import page_route
from shared.errors import IctIndexError
from shared.vocabulary import Clock

PAGES: Final = Pages(Path(__file__).parent / "templates")
COOKIE: Final = "ict_session"
BEGUN_COOKIE: Final = "ict_begun"
BASE: Final = "/identity"
PROVIDER: Final = f"{BASE}/provider"
HALF_LIVES: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Half:
    """Somebody whose password was right and whose second factor is asked for; *secret* where they have none yet."""

    person: Person
    said: Mapping[str, str]
    secret: str | None = field(repr=False)
    at: datetime


@dataclass(frozen=True, slots=True)
class Door:
    """All that the pages are wired to.

    Attributes:
        page_url: As people reach the installation, without a slash at the end.
        inner_url: As this process reaches itself.
        provider: The built-in one.
    """

    page_url: str
    inner_url: str
    accounts: Accounts
    sessions: Sessions
    signer: Signer
    provider: Provider
    sign_ins: SignIns
    clock: Clock
    halves: dict[str, Half] = field(default_factory=dict)

    @property
    def secure(self) -> bool:
        """Whether cookies go over TLS alone."""
        return self.page_url.startswith("https:")

    @property
    def built_in(self) -> client.Provider:
        """The built-in provider, as any other."""
        own, inner = self.provider, f"{self.inner_url}{PROVIDER}"
        browser = f"{self.page_url}{PROVIDER}/authorize"
        return client.Provider(own.issuer, own.client.id, own.client.secret, browser, f"{inner}/token", f"{inner}/jwks")

    async def session_of(self, request: Request) -> Session:
        """Whose browser it is.

        Raises:
            NotSignedIn: See there.
        """
        found = await self.sessions.find(request.cookies.get(COOKIE, ""))
        if found is None:
            raise NotSignedIn
        return found

    async def form(self, request: Request) -> tuple[Session, Form]:
        """Whose browser it is, and what it says in a form of this session.

        Raises:
            NotSignedIn, FormForged: See there.
        """
        session, form = await self.session_of(request), await form_of(request)
        if form.get(CSRF) != session.csrf:
            raise FormForged
        return session, form

    def token(self, session: Session) -> str:
        """What services know the person by, for some minutes."""
        membership = session.membership
        return self.signer.token(
            actor=session.person.id,
            agency=membership.agency,
            roles=membership.roles,
            unit=membership.unit,
            now=int(self.clock().timestamp()),
            seconds=int(TOKEN.total_seconds()),
            name=session.person.name,
            csrf=session.csrf,
        )

    def half(self, half: Half) -> str:
        """A name for somebody half signed in."""
        young = {name: each for name, each in self.halves.items() if each.at > half.at - HALF_LIVES}
        name = token_urlsafe(24)
        self.halves.clear()
        self.halves.update({**young, name: half})
        return name

    def with_cookie(self, answer: Response, cookie: str) -> Response:
        """*answer*, which leaves the browser signed in."""
        seconds = int(ABSOLUTE.total_seconds())
        answer.set_cookie(COOKIE, cookie, max_age=seconds, httponly=True, samesite="lax", secure=self.secure)
        return answer


def made(page_url: str, inner_url: str, accounts: Accounts, sessions: Sessions, signer: Signer, clock: Clock) -> Door:
    """A door with a provider of its own."""
    callback = f"{page_url}{BASE}/callback"
    provider = Provider(f"{page_url}{PROVIDER}", Client(callback), clock)
    return Door(page_url, inner_url, accounts, sessions, signer, provider, SignIns(callback, clock), clock)


def routes(door: Door) -> APIRouter:
    """Every route of the identity process."""
    router = APIRouter(route_class=page_route(PAGES), include_in_schema=False)
    _door_routes(router, door)
    _sign_in_routes(router, door)
    _provider_routes(router, door)
    _login_routes(router, door)
    _account_routes(router, door)
    _invitation_routes(router, door)
    return router


def _door_routes(router: APIRouter, door: Door) -> None:
    @router.get(f"{BASE}/door")
    async def asked_by_proxy(request: Request) -> Response:
        """Caddy's ``forward_auth``: the token of the session in a header, or nothing; a page's cookie is renewed."""
        cookie = request.cookies.get(COOKIE, "")
        session = await door.sessions.find(cookie) if cookie else None
        if session is None:
            return Response(status_code=200)
        if session.stale and _opens_a_page(request):
            new = await door.sessions.renew(session, cookie)
            if new is not None:
                again = RedirectResponse(_local(request.headers.get("x-forwarded-uri", "/")), 307)
                return door.with_cookie(again, new)
        return Response(status_code=200, headers={"authorization": f"Bearer {door.token(session)}"})


def _sign_in_routes(router: APIRouter, door: Door) -> None:
    @router.get(f"{BASE}/sign-in")
    async def sign_in(request: Request, to: str = "/") -> Response:
        here = urlsplit(door.page_url)
        if request.headers.get("host") != here.netloc:  # cookies are of one name only
            return RedirectResponse(f"{door.page_url}{request.url.path}?{request.url.query}", 303)
        url, browser = door.sign_ins.begin(door.built_in, _local(to))
        answer = RedirectResponse(url, 303)
        answer.set_cookie(
            BEGUN_COOKIE, browser, max_age=1200, path=BASE, httponly=True, samesite="lax", secure=door.secure
        )
        return answer

    @router.get(f"{BASE}/callback")
    async def callback(request: Request) -> Response:
        said, browser = dict(request.query_params), request.cookies.get(BEGUN_COOKIE, "")
        provider, claims, to = await door.sign_ins.finish(said, browser)
        person = await door.accounts.find(str(claims[provider.claim]))
        cookie = await door.sessions.open(person, request.headers.get("user-agent", ""))
        answer = RedirectResponse(to, 303)
        answer.delete_cookie(BEGUN_COOKIE, path=BASE)
        return door.with_cookie(answer, cookie)

    @router.post(f"{BASE}/sign-out")
    async def sign_out(request: Request) -> Response:
        session, _ = await door.form(request)
        await door.sessions.end(session.person.id, session.number, by=session.person.id)
        answer = RedirectResponse("/", 303)
        answer.delete_cookie(COOKIE)
        return answer


def _provider_routes(router: APIRouter, door: Door) -> None:
    @router.get(f"{PROVIDER}/.well-known/openid-configuration")
    async def described() -> Response:
        return JSONResponse(door.provider.described(f"{door.page_url}{PROVIDER}"))

    @router.get(f"{PROVIDER}/jwks")
    async def keys() -> Response:
        return JSONResponse(door.provider.key_set)

    @router.post(f"{PROVIDER}/token")
    async def token(request: Request) -> Response:
        form = await form_of(request)
        return door.provider.token({name: form.get(name) for name in form.names()}, request.headers)


def _login_routes(router: APIRouter, door: Door) -> None:
    @router.get(f"{PROVIDER}/authorize")
    async def login_page(request: Request) -> Response:
        _admitted(door, dict(request.query_params))
        return PAGES.answer(request, "sign_in.html", refused=None, login="")

    @router.post(f"{PROVIDER}/authorize")
    async def login(request: Request) -> Response:
        said, form = dict(request.query_params), await form_of(request)
        _admitted(door, said)
        try:
            person = await door.accounts.check(form.get("login"), form.as_typed("password"))
        except SignInRefused as refused:
            told = {"refused": sentence(refused, language_of(request)), "login": form.get("login")}
            return PAGES.answer(request, "sign_in.html", 403, **told)
        if not (person.has_second_factor or person.needs_second_factor):
            return door.provider.signed_in(said, person)
        secret = None if person.has_second_factor else new_second_factor()
        return _code_page(request, door, Half(person, said, secret, door.clock()))

    @router.post(f"{PROVIDER}/code")
    async def code(request: Request) -> Response:
        form = await form_of(request)
        half = door.halves.pop(form.get("half"), None)
        if half is None or half.at <= door.clock() - HALF_LIVES:
            raise SignInExpired
        try:
            await door.accounts.check_code(half.person.id, form.get("code").replace(" ", ""), secret=half.secret)
        except CodeWrong as refused:
            return _code_page(request, door, half, refused)
        return door.provider.signed_in(half.said, half.person)


def _account_routes(router: APIRouter, door: Door) -> None:
    @router.get(f"{BASE}/me")
    async def me(request: Request) -> Response:
        return await _me(request, door, await door.session_of(request))

    @router.post(f"{BASE}/membership")
    async def switch(request: Request) -> Response:
        session, form = await door.form(request)
        number = int(form.get("number")) if form.get("number").isascii() and form.get("number").isdigit() else -1
        cookie = await door.sessions.switch(session, number, request.cookies[COOKIE])
        return door.with_cookie(RedirectResponse("/", 303), cookie)

    @router.post(f"{BASE}/sessions/end")
    async def end(request: Request) -> Response:
        session, form = await door.form(request)
        if form.get("number") == "others":
            await door.sessions.end_others(session)
        elif form.get("number").isascii() and form.get("number").isdigit():
            await door.sessions.end(session.person.id, int(form.get("number")), by=session.person.id)
        return RedirectResponse(f"{BASE}/me", 303)

    @router.post(f"{BASE}/password")
    async def password(request: Request) -> Response:
        session, form = await door.form(request)
        try:
            await door.accounts.check(session.person.login, form.as_typed("password"))
            await door.accounts.set_password(session.person.id, _typed_twice(form), by=session.person.id)
        except (SignInRefused, PasswordTooShort, PasswordsDiffer) as refused:
            return await _me(request, door, session, refused)
        await door.sessions.end_others(session)
        return await _me(request, door, session, changed=True)


def _invitation_routes(router: APIRouter, door: Door) -> None:
    @router.get(f"{BASE}/invitation/{{word}}")
    async def invited(request: Request, word: str) -> Response:
        return _invitation_page(request, await door.accounts.invited(word))

    @router.post(f"{BASE}/invitation/{{word}}")
    async def accept(request: Request, word: str) -> Response:
        form, person = await form_of(request), await door.accounts.invited(word)
        try:
            await door.accounts.accept(word, _typed_twice(form))
        except (PasswordTooShort, PasswordsDiffer) as refused:
            return _invitation_page(request, person, refused)
        return RedirectResponse(f"{BASE}/sign-in", 303)


def _invitation_page(request: Request, person: Person, refused: IctIndexError | None = None) -> Response:
    told = {
        "person": person,
        "least": SHORTEST_PASSWORD,
        "refused": refused and sentence(refused, language_of(request)),
    }
    return PAGES.answer(request, "invitation.html", 422 if refused else 200, **told)


def _code_page(request: Request, door: Door, half: Half, refused: IctIndexError | None = None) -> Response:
    url = half.secret and second_factor_url(half.secret, half.person.login)
    told: dict[str, Any] = {
        "half": door.half(half),
        "secret": half.secret,
        "picture": url and segno.make(url, error="m").svg_data_uri(scale=5, border=4),
        "refused": refused and sentence(refused, language_of(request)),
    }
    return PAGES.answer(request, "code.html", 403 if refused else 200, **told)


async def _me(
    request: Request, door: Door, session: Session, refused: IctIndexError | None = None, *, changed: bool = False
) -> Response:
    told = {
        "session": session,
        "memberships": session.person.today(door.clock().date()),
        "sessions": await door.sessions.of(session.person.id),
        "least": SHORTEST_PASSWORD,
        "refused": refused and sentence(refused, language_of(request)),
        "changed": changed,
    }
    return PAGES.answer(request, "me.html", 422 if refused else 200, **told)


def _typed_twice(form: Form) -> str:
    if form.as_typed("new") != form.as_typed("again"):
        raise PasswordsDiffer
    return form.as_typed("new")


def _admitted(door: Door, said: Mapping[str, str]) -> None:
    try:
        door.provider.asked(said)
    except OAuth2Error as refused:  # a link that somebody kept, or made
        raise SignInExpired from refused


def _opens_a_page(request: Request) -> bool:
    return request.headers.get("x-forwarded-method") == "GET" and request.headers.get("sec-fetch-mode") == "navigate"


def _local(to: str) -> str:
    """*to* where it is a place on this installation, else its front page: nobody is led elsewhere."""
    plain = to.startswith("/") and not to.startswith(("//", "/\\")) and to.isprintable() and "\\" not in to
    return to if plain else "/"
