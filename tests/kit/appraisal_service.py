"""Appraisal as a client meets it: over HTTP, and told things by the other services."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import httpx2
from fastapi import FastAPI

from services.appraisal.main import SERVICE
from shared.campaign import UsageRow
from shared.contracts import (
    CampaignOpened,
    Contract,
    FiguresConfirmed,
    RulesetPart,
    StandingsDrafted,
    SubmissionReceived,
    SubmissionsClosed,
    UnitEnrolled,
    UsageReported,
)
from shared.edge.service import Room
from shared.eventlog import Append, EventLog, Heard, Mark
from shared.execute import execute
from shared.standing import BlockSummary, Finding, Mean, RunSummary
from shared.vocabulary import ClosedText, Meta, Word, canonical, digest
from tests.kit.appraisal import CAMPAIGN, DECLARED, ENROLLED, FULL, RULESET, UNITS, opening, sheet
from tests.kit.standing_app import StandingApp
from tests.kit.world import AGENCY, AT, clock, token, tokens

PATH = f"/appraisal/v1/agencies/{AGENCY}/campaigns/{CAMPAIGN}"
DECISION = {"number": "964/QĐ", "date": "2020-11-13", "issuer": "Bộ"}
TEAM = [
    {"actor": "to-truong", "role": "lead", "home_unit": "trung-tam", "name": "Trần Lan"},
    {"actor": "to-vien", "role": "member", "home_unit": "vu-a"},
]
COUNCIL = [{"actor": "chu-tich", "role": "chair"}, {"actor": "uy-vien", "role": "member", "home_unit": "vu-a"}]
HOME = {"to-truong": "trung-tam", "to-vien": "vu-a", "uy-vien": "vu-a"}
ROLES = {
    "van-hanh": "operator",
    "to-truong": "appraiser",
    "to-vien": "appraiser",
    "chu-tich": "council",
    "uy-vien": "council",
    "bo-truong": "approver",
    "kiem-tra": "auditor",
}


def drafted(
    campaign: str, run: str, draft: int, stage: Any = "round2", finding: str | None = "ref.total", changes: int = 0
) -> StandingsDrafted:
    """A draft as scoring says it, with one finding about a printed figure."""
    found = Finding(id=finding or "-", severity="reference", kind="reference.differs", table="Bảng 1", figure="total")
    none = Mean(mean=None, denominator=0)
    summary = RunSummary(
        blocks=(),
        overall=BlockSummary(block=None, total=none, self_total=none, earlier=none),
        findings=(found,) if finding else (),
    )
    return StandingsDrafted(
        campaign=campaign, run=run, stage=stage, draft=draft, count=3, digest=run, summary=summary, changes=changes
    )


def _over(port: Callable[[str], Any]) -> FastAPI:
    return SERVICE.app(Room(clock=clock, log=port("log"), ends=port("log")), port("tokens"))


APPRAISAL = StandingApp(_over)


@dataclass
class World:
    """The service, its log, and whoever calls it."""

    log: EventLog
    directory: Path
    keys: Any = field(default_factory=count)
    said: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        to = APPRAISAL.behind(log=self.log, tokens=tokens(self.directory))
        self.client = httpx2.AsyncClient(transport=to, base_url="http://appraisal")

    async def hear(self, said: Contract, publisher: str = "submission", texts: tuple[ClosedText, ...] = ()) -> None:
        """Answer a message as the inbox does."""
        self.said[publisher] += 1
        heard = Heard(publisher, Mark(self.said[publisher], digest(self.said[publisher]), self.said[publisher]))
        meta = Meta(publisher, AT, "story", f"{publisher}/{AGENCY}@1#0")
        request = Append(AGENCY, heard=heard, texts=texts)
        await execute(SERVICE.consumers[said.type](said), meta=meta, request=request, log=self.log)

    def headers(self, actor: str, key: str | None = None) -> dict[str, str]:
        role = ROLES.get(actor, "unit")
        unit = HOME.get(actor) or (actor.removeprefix("can-bo-") if role == "unit" else None)
        return {
            "authorization": f"Bearer {token(actor, role, unit=unit)}",
            "idempotency-key": key or f"key-{next(self.keys)}",
        }

    async def post(
        self, actor: str, path: str, body: object = None, key: str | None = None, at: str | None = None
    ) -> httpx2.Response:
        effective = {"ict-effective-at": at} if at else {}
        return await self.client.post(PATH + path, json=body, headers=self.headers(actor, key) | effective)

    async def get(self, actor: str, path: str) -> httpx2.Response:
        return await self.client.get(PATH + path, headers=self.headers(actor))

    async def open(self, template: Any = FULL, words: dict[str, Word] | None = None) -> None:
        """A campaign whose units handed in, with its bodies."""
        text = canonical(RULESET).decode()
        await self.hear(RulesetPart(campaign=CAMPAIGN, digest=digest(RULESET), number=1, count=1, text=text))
        for enrolled in ENROLLED:
            await self.hear(UnitEnrolled(campaign=CAMPAIGN, enrolment=enrolled))
        await self.hear(CampaignOpened(campaign=CAMPAIGN, opening=opening(template)))
        assert (await self.post("van-hanh", "/bodies/team", {"decision": DECISION, "members": TEAM})).status_code == 201
        if template.council:
            council = {"decision": DECISION, "members": COUNCIL}
            assert (await self.post("van-hanh", "/bodies/council", council)).status_code == 201
        for unit in UNITS:
            taken = sheet(unit, words or DECLARED)
            received = SubmissionReceived(
                campaign=CAMPAIGN, unit=unit, version=1, lines=taken.lines, certified="d" * 64
            )
            await self.hear(received)

    async def close_submissions(self) -> None:
        await self.hear(SubmissionsClosed(campaign=CAMPAIGN, handed_in=UNITS, missing=()))

    async def measure(self, revision: int, value: str) -> None:
        row = UsageRow(unit="vu-a", metric="machines", value=value)
        said = UsageReported(campaign=CAMPAIGN, source="voffice", period="2020-10", revision=revision, rows=(row,))
        await self.hear(said)

    async def confirm(self) -> None:
        for unit in UNITS:
            await self.hear(FiguresConfirmed(campaign=CAMPAIGN, unit=unit, accepted=("g1", "g2", "g3")))

    async def stand(self, stage: str) -> None:
        """Every criterion stands; each unit by somebody who does not belong to it."""
        first = await self.post("to-truong", f"/rounds/{stage}/stands", {"units": {"vu-a": None, "vu-b": None}})
        second = await self.post("to-vien", f"/rounds/{stage}/stands", {"units": {"trung-tam": None}})
        assert (first.status_code, second.status_code) == (201, 201)

    async def play_round(self, stage: str) -> None:
        await self.stand(stage)
        assert (await self.post("to-truong", f"/rounds/{stage}/closing")).status_code == 201

    async def draft(
        self, run: str, draft: int, stage: Any = "round2", finding: str | None = "ref.total", changes: int = 0
    ) -> None:
        said = drafted(CAMPAIGN, run, draft, stage, finding, changes)
        await self.hear(said, "scoring")
