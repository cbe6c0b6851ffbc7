"""Who may do what: the table of every route, and that the services keep to it. A route that it lacks fails."""

import json
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace

import asyncpg
import httpx2
import pytest

from deploy.agencies.year_file import Approve, Script
from deploy.auditor.reading import read_histories
from shared.contracts import SERVICES
from shared.edge.auth import ROLES
from shared.errors import Invalid
from shared.vocabulary import Json
from tests.kit.doors import HEALTH, OF_NOBODY, RESULTS, Asked, Book, Route, open_house, routes_of
from tests.kit.house import House
from tests.kit.servers import Server
from tests.kit.small_years import small_years
from tests.kit.world import token

pytestmark = pytest.mark.timeout(120)
PLAYED, OTHER = small_years()
AGENCY, CAMPAIGN = PLAYED.year.agency, PLAYED.year.campaign


def before_its_approval(script: Script) -> Script:
    """The same year, whose results wait for the head of the agency."""
    acts = tuple(act for act in script.year.acts if not isinstance(act, Approve))
    return script.model_copy(update={"year": script.year.model_copy(update={"acts": acts})})


RUNNING = before_its_approval(OTHER)

OPEN = {*RESULTS, *OF_NOBODY}
"""All that needs no token."""

EVERYBODY = frozenset({*ROLES, "no role"})
HEAD = frozenset({"unit_head"})
UNIT = HEAD | {"unit"}
OPERATOR = frozenset({"operator"})
INSIDERS = frozenset({"operator", "appraiser", "council", "approver", "auditor"})
S, A, C, R = (f"/{service}/v1/agencies/{{agency}}/campaigns/{{campaign}}" for service in SERVICES)
SHEET = f"{S}/sheets/{{unit}}"
PAGE = "/submission/_/{agency}/{campaign}/sheets/{unit}"
BENCH = "/appraisal/_/{agency}/{campaign}/{stage}"

CHANGES: Mapping[str, frozenset[str]] = {
    f"POST {S}": OPERATOR,
    f"POST {S}/amendments": OPERATOR,
    f"POST {S}/intake/closure": OPERATOR,
    f"POST {S}/destructions": OPERATOR,
    f"PUT {S}/references/{{reference}}": OPERATOR,
    f"DELETE {S}/references/{{reference}}": OPERATOR,
    f"POST {S}/usage/{{source}}/{{period}}": frozenset({"machine"}),
    f"PUT {SHEET}/draft/{{criterion}}": UNIT,
    f"DELETE {SHEET}/draft/{{criterion}}": UNIT,
    f"POST {SHEET}/files": UNIT,
    f"PATCH {SHEET}/files/{{sha256}}/upload": UNIT,
    f"POST {SHEET}/submission": HEAD,
    f"POST {SHEET}/withdrawal": HEAD,
    f"POST {SHEET}/confirmation": HEAD,
    f"POST {PAGE}/cells/{{criterion}}": UNIT,
    f"POST {PAGE}/submission": HEAD,
    f"POST {PAGE}/withdrawal": HEAD,
    f"POST {BENCH}/{{unit}}/criteria/{{criterion}}": frozenset({"appraiser"}),
    f"POST {BENCH}/{{unit}}/stands": frozenset({"appraiser"}),
    f"POST {BENCH}/closing": frozenset({"appraiser", "operator"}),
    f"POST {A}/bodies/{{body_name}}": OPERATOR,
    # … and a seat in the team, or in the council: rules of the domain, refused by their own names
    f"POST {A}/units/{{unit}}/criteria/{{criterion}}/verdicts": frozenset({"appraiser"}),
    f"POST {A}/rounds/{{stage}}/verdicts": frozenset({"appraiser"}),
    f"POST {A}/rounds/{{stage}}/stands": frozenset({"appraiser"}),
    f"POST {A}/rounds/{{stage}}/closing": frozenset({"appraiser", "operator"}),
    f"POST {A}/council/changes": frozenset({"council"}),
    f"POST {A}/council/reviews": frozenset({"council"}),
    f"POST {A}/approvals": frozenset({"approver"}),
    f"POST {C}/previews": INSIDERS,  # a question, too long for an address
    **{
        f"POST /{name}/v1/agencies/{{agency}}/stops/{{publisher}}/{act}": OPERATOR
        for name in SERVICES
        for act in ("retry", "skip")
    },
    **{f"POST /{name}/v1/agencies/{{agency}}/rewind": OPERATOR for name in SERVICES if name != "reporting"},
}
"""Who may change what; a unit's people for their own unit only."""

READS: Mapping[str, frozenset[str]] = {
    "GET /submission/v1/agencies/{agency}/campaigns": EVERYBODY,
    f"GET {S}": EVERYBODY,
    f"GET {S}/ruleset": EVERYBODY,
    f"GET {S}/sheets": INSIDERS,
    f"GET {S}/references/{{reference}}": INSIDERS,
    f"GET {S}/usage/{{source}}/{{period}}": INSIDERS | {"machine"},
    f"GET {SHEET}/draft": UNIT,  # what is not handed in yet is for nobody else
    f"HEAD {SHEET}/files/{{sha256}}/upload": UNIT,
    f"GET {SHEET}/files/{{sha256}}": UNIT | INSIDERS,
    f"GET {SHEET}/versions": UNIT | INSIDERS,
    f"GET {SHEET}/versions/{{version}}": UNIT | INSIDERS,
    f"GET {SHEET}/verdicts": UNIT | INSIDERS,
    f"GET {SHEET}/confirmation": UNIT | INSIDERS,
    "GET /_/work": EVERYBODY,
    f"GET {BENCH}": INSIDERS,
    f"GET {BENCH}/{{unit}}": INSIDERS,
    f"GET {PAGE}": UNIT,
    f"GET {PAGE}/certification": HEAD,
    f"GET {PAGE}/receipts": UNIT,
    f"GET {A}/bodies": INSIDERS,
    f"GET {A}/rounds": INSIDERS,
    f"GET {A}/queue": INSIDERS,
    f"GET {A}/units/{{unit}}/criteria": UNIT | INSIDERS,
    f"GET {A}/council": INSIDERS,
    f"GET {A}/approvals": INSIDERS,
    f"GET {C}/units/{{unit}}/history": UNIT | INSIDERS,
    f"GET {C}/runs": INSIDERS,
    f"GET {C}/runs/{{digest}}": INSIDERS,
    f"GET {C}/standings": INSIDERS,
    f"GET {C}/published": UNIT | INSIDERS,
    f"GET {C}/releases": INSIDERS,
    f"GET {R}/progress": EVERYBODY,
    **{f"GET /{name}/v1/agencies/{{agency}}/stops": frozenset({"operator", "auditor"}) for name in SERVICES},
}
"""Who may read what; a unit's people of their own unit only, and of all units what is published."""

MAY = {**CHANGES, **READS}
PAGES = frozenset(name.split()[1] for name in MAY if "/v1/" not in name)
"""To be signed in is what whoever opens one is asked for."""
NOTHING = {"kind": "points", "points": "0"}
DECISION = {"number": "1/QĐ", "date": "2020-12-31", "issuer": "Bộ"}
UNASKED: Mapping[str, Json] = {
    f"POST {S}/amendments": {
        "amendment": {"kind": "extension", "submission_deadline_at": "2020-12-31T17:00:00+07:00"},
        "reason": "Bão",
    },
    f"POST {S}/destructions": {"closed": ["0" * 64], "decision": DECISION},
    f"PUT {S}/references/{{reference}}": {"title": {"vi": "Báo cáo"}, "document": DECISION, "figures": []},
    f"POST {A}/units/{{unit}}/criteria/{{criterion}}/verdicts": {"stage": "round1", "stands": True},
    f"POST {C}/previews": {"words": [{"unit": "x", "criterion": "x", "stage": "council", "word": NOTHING}]},
}
"""Bodies for what nobody does in the year that is played."""
MORE = {"reason": "thử", "sequence": 0}  # stops and rewinds each read their part
ROLE_REFUSALS = {"auth.role_missing", "auth.other_unit"}


@dataclass(frozen=True)
class World:
    """A year that is published, and another agency's that waits for its approval."""

    home: House
    routes: Sequence[Route]
    book: Book
    run: str

    def request(self, route: Route) -> Asked:
        """One that the route reads: as somebody sent it, or one that is made up."""
        asked = next(
            (each for each in self.book.asked if each.route == route and each.values["agency"] == AGENCY), None
        )
        if asked:
            return asked
        values = {"publisher": ["scoring"], "reference": ["none"], "version": ["1"], "digest": [self.run]}
        values |= self.book.values(AGENCY, CAMPAIGN)
        path = next(route.filled(values))
        if route.changes and route.path in PAGES:
            form = {"content-type": "application/x-www-form-urlencoded"}
            return Asked(route, route.read(route.method, path) or {}, httpx2.URL(path), b"key=a", form)
        content = b"" if not route.changes else json.dumps(UNASKED.get(str(route), MORE)).encode()
        headers = {"content-type": "application/json", "if-match": '"none"'}
        return Asked(route, route.read(route.method, path) or {}, httpx2.URL(path), content, headers)

    async def ask(self, asked: Asked, key: str, **headers: str) -> httpx2.Response:
        every = {**asked.headers, "idempotency-key": key, **headers}
        return await self.home.client.request(asked.route.method, str(asked.url), content=asked.content, headers=every)


async def _unwritten(_request: httpx2.Request) -> None:
    """What the tests ask is no example for other tests."""


@pytest.fixture(scope="module")
async def world(migrated: Server, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with open_house(migrated, "who_may", tmp_path_factory.mktemp("who_may")) as home:
        routes = routes_of(home)
        book = Book(routes)
        home.door.before = book.before
        await home.play(PLAYED, RUNNING)
        home.door.before = _unwritten
        yield World(home, routes, book, await home.published(PLAYED))


def test_the_table_names_every_route_and_no_other(world: World) -> None:
    closed = {str(route) for route in world.routes if route.path not in OPEN}
    assert closed == set(MAY)
    assert {route.path for route in world.routes if not route.changes} >= OPEN
    assert {str(route) for route in world.routes if route.changes} == set(CHANGES)


async def test_without_a_token_nothing_is_open_but_published_results_and_health(world: World) -> None:
    expired, forged = (
        token("x", *ROLES, agency=AGENCY, seconds=-3600),
        token("x", *ROLES, agency=AGENCY)[:-8] + "AAAAAAAA",
    )
    for route in world.routes:
        asked = world.request(route)
        if route.path in OPEN:
            answer = await world.ask(asked, "open")
            assert answer.status_code == 200, f"{asked.url}: {answer.text}"
            continue
        for sent in ({}, {"authorization": f"Bearer {expired}"}, {"authorization": f"Bearer {forged}"}):
            answer = await world.ask(asked, "nobody", **sent)
            if route.path in PAGES and not route.changes:
                assert answer.headers["location"].startswith("/identity/sign-in?to="), route
                continue
            assert answer.status_code == 401, f"{route}: {answer.status_code} {answer.text}"
            assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("role", [*ROLES, "no role"])
async def test_each_role_may_what_the_table_says(world: World, role: str) -> None:
    wrong = []
    for route in world.routes:
        if route.path in OPEN:
            continue
        asked, may = world.request(route), role in MAY[str(route)]
        roles = [role] if role in ROLES else []
        mine = token("somebody", *roles, agency=AGENCY, unit=asked.values.get("unit"))
        answer = await world.ask(asked, f"{route} {role}", authorization=f"Bearer {mine}")
        if _refused(answer) == may:
            wrong.append(f"{route}: {answer.status_code} {answer.text[:300]}")
        assert not may or _understood(answer), f"{route}: {answer.status_code} {answer.text}"
    assert wrong == []


@pytest.mark.parametrize("role", ["unit", "unit_head"])
async def test_a_unit_acts_and_reads_for_itself_only(world: World, role: str) -> None:
    looked = 0
    for route in world.routes:
        if "unit" not in route.names or route.path in OPEN or role not in MAY[str(route)]:
            continue
        asked = world.request(route)
        for unit in ("ban-tgcp", None):
            other = token("somebody", role, agency=AGENCY, unit=unit)
            answer = await world.ask(asked, f"{route} {role} {unit}", authorization=f"Bearer {other}")
            assert _refused(answer), f"{route}: {answer.status_code} {answer.text}"
            looked += 1
    assert looked > 15


def _refused(answer: httpx2.Response) -> bool:
    """For want of a role or of the unit, and nothing else; a HEAD has no body to say so."""
    if answer.status_code != 403:
        return False
    if answer.headers.get("content-type", "").startswith("text/html"):
        return any(f"<code>{refusal}</code>" in answer.text for refusal in ROLE_REFUSALS)
    return not answer.content or answer.json()["type"].removeprefix("urn:ictindex:") in ROLE_REFUSALS


def _understood(answer: httpx2.Response) -> bool:
    """It came past the reading of the request: a refusal there would say nothing about who may."""
    return answer.status_code < 500 and f'"urn:ictindex:{Invalid.code}"' not in answer.text


async def test_what_a_stranger_sends_is_not_even_read(world: World) -> None:
    for route in world.routes:
        if route.changes:
            asked = world.request(route)
            broken = replace(asked, content=b'{"', headers={**asked.headers, "content-type": "application/json"})
            answer = await world.ask(broken, "stranger")
            assert answer.status_code == 401, f"{route}: {answer.status_code} {answer.text}"


async def test_before_publication_no_public_route_tells_how_far_the_campaign_is(world: World) -> None:
    agency, campaign = RUNNING.year.agency, RUNNING.year.campaign
    mine = {"authorization": f"Bearer {token('x', agency=agency)}"}
    progress = (
        await world.home.client.get(f"{R.format(agency=agency, campaign=campaign)}/progress", headers=mine)
    ).text
    positions = set(re.findall(r"[a-z]+/[\w.-]+@\d+", progress))
    assert len(positions) > 3
    for path in ("/", f"/{agency}/{campaign}"):
        shown = (await world.home.client.get(path)).text
        told = shown[shown.index("Đang thực hiện") :] if path == "/" else shown
        assert "Kết quả chưa được công bố." in told
        assert not re.findall(r"[a-z]+/[\w.-]+@\d+|\d+/\d+ (?:bước|đơn vị)", told)


async def test_before_publication_no_public_route_shows_a_score(world: World) -> None:
    figures = await _figures(world, RUNNING)
    assert len(figures) > 10
    agency, campaign = RUNNING.year.agency, RUNNING.year.campaign
    values = {"agency": [agency], "campaign": [campaign], "unit": list(RUNNING.year.units)}
    for route in world.routes:
        if route.path not in OPEN or route.path in HEALTH:
            continue
        for path in route.filled(values):
            answer = await world.home.client.get(path)
            page_of_its_name = route.path == "/{agency}/{campaign}"
            assert answer.status_code == (404 if route.path in RESULTS and not page_of_its_name else 200), path
            if route.path in RESULTS:
                assert not _shown(answer) & figures, path
    published = await world.home.client.get(f"/{AGENCY}/{CAMPAIGN}")
    assert len(_shown(published) & await _figures(world, PLAYED)) > 10  # so it would be seen


async def test_before_publication_a_unit_gets_no_score_from_scoring(world: World) -> None:
    agency, unit = RUNNING.year.agency, next(iter(RUNNING.year.units))
    values = {"agency": [agency], "campaign": [RUNNING.year.campaign], "unit": [unit], "digest": ["0" * 64]}
    head = token("somebody", "unit", "unit_head", agency=agency, unit=unit)
    for route in world.routes:
        if route.path.startswith(C) and not route.changes:
            answer = await world.home.client.get(*route.filled(values), headers={"authorization": f"Bearer {head}"})
            assert answer.status_code == 403, route


def _shown(answer: httpx2.Response) -> set[str]:
    """Every figure of an answer, with a point."""
    found = re.findall(r"(?<![\w,.])\d+[,.]\d+(?![\w,.])", answer.text)
    return {figure.replace(",", ".") for figure in found}


async def _figures(world: World, script: Script) -> set[str]:
    """Every score that scoring has of a campaign."""
    connection = await asyncpg.connect(world.home.server.dsn("auditor", world.home.database))
    history = (await read_histories(connection, script.year.agency))["scoring"]
    await connection.close()
    rows = [row.record.decode() for row in history.rows if re.search("/(score|run)/", row.stream)]
    return set(re.findall(r'"(\d+\.\d+)"', " ".join(rows)))
