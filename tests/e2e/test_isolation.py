"""Nothing of one agency is visible to another, and nothing of one campaign in an answer about another.

What an answer must not hold is taken from the logs, not from the answers: every word, digest, position and figure that
stands in one campaign's rows and in no row of the other.
"""

import asyncio
import html
import json
import re
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import asyncpg
import pytest

from deploy.agencies.year_file import Script
from deploy.auditor.reading import LOGS, read_histories
from shared.edge.auth import ROLES
from shared.edge.web.words import WORDS
from tests.kit.doors import OF_NOBODY, OF_WHOEVER_ASKS, RESULTS, Book, Route, open_house, routes_of
from tests.kit.house import House, spoken_for
from tests.kit.servers import Server
from tests.kit.small_years import only, small_years
from tests.kit.year_files import full_year

pytestmark = pytest.mark.timeout(120)
LONG, _ = small_years()
PORTAL = full_year("bnv/year-2020-portal")
SHORT = only(full_year("ubdt/year-2020"), "vu-khtc", "vu-tong-hop")
AGAIN = SHORT.model_copy(update={"year": SHORT.year.model_copy(update={"campaign": "2020-again"})})
YEARS = (LONG, PORTAL, SHORT, AGAIN)
OURS, THEIRS = SHORT.year.agency, LONG.year.agency
AT_ONCE = 8
ONE_TIME = re.compile(r'name="key" value="[^"]+"')
"""What makes a form another one each time it is shown."""


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer, and who was given it."""

    path: str
    who: str
    status: int
    text: str
    headers: str

    @property
    def key(self) -> tuple[str, str]:
        return self.path, self.who


@dataclass(frozen=True)
class World:
    """All years, played; and what the other agency could read while it was alone.

    Attributes:
        alone: Answers by path and reader.
    """

    home: House
    routes: Sequence[Route]
    book: Book
    alone: Mapping[tuple[str, str], Shown]
    runs: Sequence[str]

    def values(self, *scripts: Script) -> dict[str, list[str]]:
        return values_of(self.book, [self.runs[YEARS.index(script)] for script in scripts], *scripts)


def values_of(book: Book, runs: Sequence[str], *scripts: Script) -> dict[str, list[str]]:
    """What fills the paths of these years; a name that no request of theirs had gets a value that fits nothing."""
    found: dict[str, list[str]] = {"version": ["1"], "publisher": list(LOGS), "digest": list(runs)}
    for script in scripts:
        for name, values in book.values(script.year.agency, script.year.campaign).items():
            found[name] = list(dict.fromkeys([*found.get(name, ()), *values]))
    return {"reference": ["none"], "source": ["none"], "period": ["2020-10"], "sha256": ["0" * 64], **found}


def few(paths: Iterable[str], most: int = 4) -> list[str]:
    """The first and the last of them."""
    each = list(paths)
    return list(dict.fromkeys([*each[: most // 2], *each[-most // 2 :]]))


async def walk(
    home: House, routes: Iterable[Route], agency: str, values: Mapping[str, Sequence[str]]
) -> dict[tuple[str, str], Shown]:
    """Everything that can be read on *routes*: with every role of *agency*, as a unit's head, or as anybody."""
    gate, found = asyncio.Semaphore(AT_ONCE), dict[tuple[str, str], Shown]()

    async def ask(method: str, path: str, who: str, token: str | None) -> None:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        async with gate:
            answer = await home.client.request(method, path, headers=headers)
        text = ONE_TIME.sub("", answer.text)
        shown = Shown(f"{method} {path}", who, answer.status_code, text, str(dict(answer.headers)))
        found[shown.key] = shown

    async with asyncio.TaskGroup() as group:
        for route in routes:
            if route.changes or route.path in OF_NOBODY:
                continue
            for path in route.filled({**values, "agency": [agency]}):
                unit = (route.read(route.method, path) or {}).get("unit")
                if route.path in RESULTS:
                    group.create_task(ask(route.method, path, "anybody", None))
                    continue
                group.create_task(ask(route.method, path, "all roles", spoken_for("any", agency, ROLES, unit=unit)))
                head = spoken_for("head", agency, ["unit_head"], unit=unit)
                group.create_task(ask(route.method, path, "unit head", head))
    return found


async def runs_of(home: House, *scripts: Script) -> list[str]:
    return [await home.published(script) for script in scripts]


@pytest.fixture(scope="module")
async def world(migrated: Server, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """One agency's year alone; then three more campaigns at once, two of another agency and one of its own."""
    async with open_house(migrated, "isolation", tmp_path_factory.mktemp("isolation")) as home:
        routes = routes_of(home)
        book = Book(routes)
        home.door.before = book.before
        await home.play(SHORT)
        alone = await walk(home, routes, OURS, values_of(book, await runs_of(home, SHORT), SHORT))
        await home.play(LONG, PORTAL, AGAIN)
        yield World(home, routes, book, alone, await runs_of(home, *YEARS))


@dataclass(frozen=True)
class Secrets:
    """What would give a campaign away: *texts* are those that people read."""

    words: frozenset[str]
    texts: frozenset[str]


@dataclass(frozen=True)
class Kept:
    """What stands in the rows of one campaign, in all logs, and in the closed texts that they name."""

    words: frozenset[str]
    positions: frozenset[str]

    def only_here(self, other: "Kept") -> Secrets:
        """What is not the *other* campaign's too, nor a word of every page."""
        everywhere = "\n".join([*other.words, *(text for pair in WORDS.values() for text in pair)])
        only = {word for word in self.words - other.words if _telling(word) and word not in everywhere}
        return Secrets(self.positions.union(only), frozenset(word for word in only if not word.isascii()))


def _telling(word: str) -> bool:
    """No bare code word (``round1``, ``scored``) and no small number: those are everybody's."""
    return len(word) >= 5 and not re.fullmatch(r"[a-z_]+\d?|\d+", word)


def leaves(value: Any) -> Iterator[str]:
    """Every string of a JSON value, keys too."""
    match value:
        case str():
            yield value
            if value.startswith("{"):  # a part of a ruleset
                yield from leaves(json.loads(value))
        case dict():
            for name, each in value.items():
                yield name
                yield from leaves(each)
        case list():
            for each in value:
                yield from leaves(each)
        case _:
            pass


async def kept(world: World, *scripts: Script) -> list[Kept]:
    server = world.home.server
    connection = await asyncpg.connect(server.dsn("auditor", world.home.database))
    agencies = {script.year.agency for script in scripts}
    read = {agency: await read_histories(connection, agency) for agency in agencies}
    await connection.close()
    found = []
    for script in scripts:
        words, positions = set[str](), set[str]()
        for service in LOGS:
            history = read[script.year.agency][service]
            for row in history.rows:
                if row.stream.startswith(f"{script.year.campaign}/"):
                    here = {*leaves(json.loads(row.record)), row.chain.hex()}
                    here |= {text for name in here & history.texts.keys() if (text := history.texts[name].text)}
                    words |= here
                    positions.add(f"{service}/{script.year.agency}@{row.position}")
        found.append(Kept(frozenset(words), frozenset(positions)))
    return found


def given_away(shown: Shown, secrets: Secrets) -> frozenset[str]:
    """What of *secrets* stands in an answer: as a value of its own in JSON, as a part of the text elsewhere."""
    if shown.status >= 400:
        return frozenset()  # it repeats what was asked, and nothing else: see the first test
    whole = f"{shown.headers} {shown.text}"
    words = {*re.findall(r"[0-9a-f]{32,}", whole), *re.findall(r"[a-z]+/[\w.-]+@\d+", whole)}
    if "json" in shown.headers.partition("content-type")[2][:40]:
        return secrets.words & {*words, *leaves(json.loads(shown.text))}
    words |= {figure.replace(",", ".") for figure in re.findall(r"(?<![\w,])-?\d+,\d+(?!\w)", whole)}
    return secrets.words & words | {text for text in secrets.texts if html.escape(text) in whole}


def leaks(answers: Iterable[Shown], secrets: Secrets) -> dict[tuple[str, str], frozenset[str]]:
    return {shown.key: found for shown in answers if (found := given_away(shown, secrets))}


async def heads(world: World, agency: str) -> list[object]:
    return [await world.home.processes[name].room.own_log.head(agency) for name in LOGS]


async def test_every_route_of_one_agency_is_not_there_for_people_of_the_other(world: World) -> None:
    """The same refusal whether the thing exists or not, for reading and changing, with real bodies."""
    before, asked = await heads(world, THEIRS), 0
    tokens = [spoken_for("any", OURS, roles, unit="vu-khtc") for roles in (*((role,) for role in ROLES), ROLES)]
    for route in world.routes:
        if "agency" not in route.names or route.path in RESULTS:
            known = "{agency}" in route.path or route.path in {*OF_NOBODY, *OF_WHOEVER_ASKS}
            assert known, f"{route}: whose is it?"
            continue
        sent = next((each for each in world.book.asked if each.route == route), None)
        for path in few(route.filled(world.values(LONG, PORTAL) | {"agency": [THEIRS]})):
            for token in tokens:
                headers = {
                    **(sent.headers if sent else {}),
                    "authorization": f"Bearer {token}",
                    "idempotency-key": path,
                }
                content = sent.content if sent else None
                answer = await world.home.client.request(route.method, path, headers=headers, content=content)
                assert answer.status_code == 404, f"{route.method} {path}: {answer.status_code} {answer.text}"
                if answer.headers["content-type"].startswith("text/html"):
                    assert "<code>auth.agency_unknown</code>" in answer.text
                elif route.method != "HEAD":
                    assert answer.json()["type"] == "urn:ictindex:auth.agency_unknown"
                    assert answer.json()["facts"] == {"agency": THEIRS}
                assert "ict-position" not in answer.headers
                asked += 1
    assert asked > 500
    assert await heads(world, THEIRS) == before


async def test_an_agency_reads_the_same_whether_or_not_there_is_another(world: World) -> None:
    """To the byte: what people of one agency read of their campaign does not change when others work."""
    again = await walk(world.home, world.routes, OURS, values_of(world.book, [world.runs[YEARS.index(SHORT)]], SHORT))
    lists = {f"GET /submission/v1/agencies/{OURS}/campaigns", "GET /_/work"}  # its own second campaign stands there now
    changed = {key for key, shown in world.alone.items() if again[key] != shown and shown.path not in lists}
    assert changed == set()
    assert len([shown for shown in again.values() if shown.status == 200]) > 50


@pytest.mark.parametrize("asking", YEARS, ids=lambda script: f"{script.year.agency}/{script.year.campaign}")
async def test_no_answer_about_one_campaign_holds_what_only_another_has(world: World, asking: Script) -> None:
    """Also not where codes, versions, files, runs of the other campaigns are asked for below one's own."""
    mine, *others = await kept(world, asking, *(script for script in YEARS if script is not asking))
    own, every = world.values(asking), world.values(*YEARS)
    values = {name: own[name] + [each for each in every[name] if each not in own[name]][:2] for name in every}
    values["campaign"] = own["campaign"]
    routes = [route for route in world.routes if "{campaign}" in route.path]
    answers = await walk(world.home, routes, asking.year.agency, values)
    for other in others:
        secrets = other.only_here(mine)
        assert len(secrets.words) > 50
        assert leaks(answers.values(), secrets) == {}


@pytest.mark.parametrize("agency", [OURS, THEIRS])
async def test_what_is_not_about_one_campaign_holds_nothing_of_another_agency(world: World, agency: str) -> None:
    mine = [script for script in YEARS if script.year.agency == agency]
    theirs = [script for script in YEARS if script.year.agency != agency]
    known = Kept(frozenset().union(*(each.words for each in await kept(world, *mine))), frozenset())
    routes = [route for route in world.routes if "{campaign}" not in route.path]
    answers = await walk(world.home, routes, agency, world.values(*YEARS))
    assert len(answers) > 4
    for other in await kept(world, *theirs):
        assert leaks(answers.values(), other.only_here(known)) == {}


async def test_nobody_is_made_to_wait_for_a_position_of_another_agency(world: World) -> None:
    """Else the answer would tell how far it is."""
    after = {"ict-after": f"submission/{THEIRS}@1000000;sequence=1000000"}
    headers = {"authorization": f"Bearer {spoken_for('any', OURS, ROLES)}", **after}
    for service in LOGS:
        answer = await world.home.client.get(f"/{service}/v1/agencies/{OURS}/stops", headers=headers)
        assert answer.status_code == 200


async def test_the_watch_would_see_a_leak(world: World) -> None:
    """Shown to the wrong campaign, each year's own answers give it away."""
    long, portal, short = await kept(world, LONG, PORTAL, SHORT)
    for script, own, other in ((LONG, long, short), (SHORT, short, long), (PORTAL, portal, long)):
        routes = [route for route in world.routes if "{campaign}" in route.path]
        answers = await walk(world.home, routes, script.year.agency, world.values(script))
        found = leaks(answers.values(), own.only_here(other))
        given = {path.split("/campaigns/")[-1].split("/")[1] for path, _ in found if path.count("/") > 6}
        assert {"sheets", "runs", "standings", "published", "releases", "rounds", "approvals", "results"} <= given
        assert any(path.endswith(".csv") for path, _ in found)
