"""Submission over ASGI, with everything it keeps in memory, or in a database and a directory."""

from collections.abc import Callable, Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Any

import httpx2
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from sqlalchemy.ext.asyncio import AsyncEngine

from services.submission.main import SERVICE, routes
from shared.contracts import Contract
from shared.edge.answers import LogAnswers
from shared.edge.asgi import create_app
from shared.edge.inbox import Inbox
from shared.edge.memory_log import MemoryLog
from shared.edge.service import Room
from shared.eventlog import EventLog
from shared.vocabulary import ClosedText, Json
from tests.kit.campaigns import CALENDAR, CAMPAIGN, RULESET, TEMPLATE, UNITS
from tests.kit.drafts import MemoryDrafts, MemoryFiles, MemoryReplies, MemoryUploads
from tests.kit.hearing import Publisher
from tests.kit.standing_app import StandingApp
from tests.kit.world import AGENCY, AT, clock, token, tokens

PREFIX = f"/submission/v1/agencies/{AGENCY}"
C = f"{PREFIX}/campaigns/{CAMPAIGN}"
OPERATOR = token("operator", "operator")
HEAD_A, CLERK_A = token("a.head", "unit_head", unit="a"), token("a.clerk", "unit", unit="a")
HEAD_B = token("b.head", "unit_head", unit="b")
APPRAISER, MACHINE = token("lead", "appraiser"), token("feed", "machine")
DOCUMENT = {"number": "12/KH-A", "date": "2020-10-30", "issuer": "Đơn vị A", "abstract": "Kế hoạch"}


def opening(**more: Any) -> Json:
    """The body that opens a small campaign."""
    body = {
        "title": {"vi": "Đánh giá", "en": "Assessment"},
        "period": "2020",
        "template": TEMPLATE.model_dump(mode="json"),
        "calendar": CALENDAR.model_dump(mode="json"),
        "blocks": [{"code": "thuoc", "title": {"vi": "Thuộc"}}, {"code": "truc_thuoc", "title": {"vi": "Trực thuộc"}}],
        "ruleset": RULESET,
        "enrolments": [unit.model_dump(mode="json") for unit in UNITS],
    }
    return {**body, **more}


def points(value: str, *, evidence: bool = True) -> Json:
    cell: Json = {"word": {"kind": "points", "points": value}}
    return {**cell, "evidence": [{"document": DOCUMENT}]} if evidence else cell


def _in_memory(port: Callable[[str], Any]) -> FastAPI:
    log = port("log")
    room = Room(clock=clock, log=log, ends=log)
    routers = routes(room, port("drafts"), port("uploads"), port("files"), port("replies"))
    return create_app(service="submission", routers=routers, log=log, ends=log, tokens=port("tokens"), clock=clock)


IN_MEMORY = StandingApp(_in_memory)


class Submission:
    """The service, and people who ask it."""

    def __init__(self, directory: Path, log: EventLog | None = None, engine: AsyncEngine | None = None) -> None:
        self.log = log or MemoryLog(clock)
        if engine:
            room = Room(clock=clock, log=self.log, ends=self.log, engine=engine, evidence_dir=directory)
            to: httpx2.AsyncBaseTransport = httpx2.ASGITransport(SERVICE.app(room, tokens(directory)))
        else:
            memory = {"drafts": MemoryDrafts(), "uploads": MemoryUploads(), "files": MemoryFiles()}
            to = IN_MEMORY.behind(log=self.log, tokens=tokens(directory), replies=MemoryReplies(), **memory)
        self._http = httpx2.AsyncClient(transport=to, base_url="http://ict.test")
        self._keys = count()
        self._appraisal = Publisher("appraisal")

    @classmethod
    def routes(cls) -> Sequence[tuple[str, str]]:
        """Method and path of every route of the service."""
        log = MemoryLog(clock)
        room = Room(clock=clock, log=log, ends=log)
        app = FastAPI()
        for router in routes(room, MemoryDrafts(), MemoryUploads(), MemoryFiles(), MemoryReplies()):
            app.include_router(router)
        every = [(method, each) for each in iter_route_contexts(app.routes) for method in sorted(each.methods or ())]
        return [(method, str(each.path_format)) for method, each in every if each.include_in_schema]

    async def ask(
        self,
        method: str,
        path: str,
        by: str,
        body: object = None,
        *,
        key: str | None = None,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
    ) -> httpx2.Response:
        """Ask for *path*, below the campaign unless it is a whole one."""
        said = {"authorization": f"Bearer {by}", "idempotency-key": key or f"key-{next(self._keys)}", **(headers or {})}
        url = path if path.startswith("/submission") else C + path
        return await self._http.request(method, url, json=body, headers=said, content=content)

    async def open(self, **more: Any) -> httpx2.Response:
        answer = await self.ask("POST", "", OPERATOR, opening(**more))
        assert answer.status_code == 201, answer.text
        return answer

    async def save(self, unit: str, criterion: str, cell: Json, by: str, etag: str | None = None) -> httpx2.Response:
        condition = {"if-match": f'"{etag}"'} if etag else {"if-none-match": "*"}
        return await self.ask("PUT", f"/sheets/{unit}/draft/{criterion}", by, cell, headers=condition)

    async def filled(self, unit: str, by: str) -> str:
        """Fill in a whole sheet; the digest it is shown with."""
        for criterion in ("g1", "g2"):
            answer = await self.save(unit, criterion, points("80.00"), by)
            assert answer.status_code == 200, answer.text
        shown = (await self.ask("GET", f"/sheets/{unit}/draft", by)).json()
        assert shown["complete"], shown
        return str(shown["digest"])

    async def hand_in(self, unit: str, by: str, **more: Any) -> httpx2.Response:
        body = {"certified": await self.filled(unit, by)}
        answer = await self.ask("POST", f"/sheets/{unit}/submission", by, body, **more)
        assert answer.status_code == 201, answer.text
        return answer

    async def hears(self, *contracts: Contract, texts: tuple[ClosedText, ...] = ()) -> None:
        """Take what appraisal says."""

        async def nobody(_request: object) -> None:
            pass

        inbox = Inbox("submission", LogAnswers(self.log, SERVICE.consumers), nobody)
        for contract in contracts:
            await inbox.take(self._appraisal.says(contract, at=AT, texts=texts))

    async def said(self, agency: str = AGENCY) -> list[str]:
        """Types of everything the service has announced, in order."""
        return [row.type for row in await self.log.announced(agency, 1, 1000)]
