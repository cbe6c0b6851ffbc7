"""A browser without a window: cookies, links and forms, and nothing that a page does not offer."""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode, urljoin

import httpx2

FORM = "application/x-www-form-urlencoded"


@dataclass
class FoundForm:
    """A form as it stands on a page."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[FoundForm] = []
        self._open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(FoundForm(said.get("action", ""), said.get("method", "get")))
            self._open = True
        elif tag == "input" and self._open and "name" in said and said.get("type") not in {"radio", "checkbox"}:
            self.forms[-1].fields[said["name"]] = said.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = False


class Browser:
    """One person's."""

    def __init__(self, base_url: str, verify: ssl.SSLContext | bool = True) -> None:
        self.client = httpx2.AsyncClient(base_url=base_url, follow_redirects=True, timeout=30, verify=verify)
        self.page: httpx2.Response | None = None

    @property
    def text(self) -> str:
        assert self.page is not None
        return self.page.text

    @property
    def status(self) -> int:
        assert self.page is not None
        return self.page.status_code

    @property
    def path(self) -> str:
        assert self.page is not None
        return self.page.url.path

    async def open(self, url: str) -> httpx2.Response:
        """A page, as if its address was typed."""
        self.page = await self.client.get(url, headers={"sec-fetch-mode": "navigate"})
        return self.page

    def form(self, action: str = "") -> FoundForm:
        """The first form of the page whose action ends so."""
        reader = _Reader()
        reader.feed(self.text)
        found = [each for each in reader.forms if each.action.endswith(action)]
        assert found, self.text
        return found[0]

    async def send(self, form: FoundForm, said: Mapping[str, str]) -> httpx2.Response:
        """A form, filled in."""
        assert self.page is not None
        url = urljoin(str(self.page.url), form.action or str(self.page.url))
        self.page = await self.client.post(
            url,
            content=urlencode({**form.fields, **said}),
            headers={"content-type": FORM, "sec-fetch-mode": "navigate"},
        )
        return self.page

    async def sign_in(self, login: str, password: str, to: str = "/identity/me") -> httpx2.Response:
        """From a page that asks for it, to where a password is enough."""
        await self.open(f"/identity/sign-in?to={to}")
        return await self.send(self.form(), {"login": login, "password": password})
