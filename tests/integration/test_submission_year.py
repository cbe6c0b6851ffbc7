"""The example year's opening, drafts, files, sheets and closing, through the public API on PostgreSQL and a disk."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from sqlalchemy.ext.asyncio import create_async_engine

from deploy.agencies.year_file import CloseSubmissions, Paper, Script, SubmitSheets, UnitYear, WithdrawSheet
from shared.edge.postgres_log import PostgresLog
from shared.edge.settings import wall_clock
from shared.edge.yaml_file import read_yaml
from shared.eventlog import verify
from shared.vocabulary import Json, Word
from tests.kit.servers import Server
from tests.kit.submission import HEAD_A, HEAD_B, OPERATOR, Submission
from tests.kit.world import AGENCY, token
from tests.kit.year_files import full_year

DIRECTORY = Path(__file__).parents[2] / "deploy" / "agencies" / "bnv"


@pytest.fixture
async def submission(migrated: Server, database: str, pool: asyncpg.Pool, tmp_path: Path) -> AsyncIterator[Submission]:
    dsn = migrated.dsn("submission", database).replace("postgresql://", "postgresql+asyncpg://", 1)
    engine = create_async_engine(dsn)
    yield Submission(tmp_path, PostgresLog(pool, wall_clock), engine)
    await engine.dispose()


def at(moment: datetime) -> dict[str, str]:
    return {"ict-effective-at": moment.isoformat()}


def opening(script: Script) -> Json:
    year = script.year
    body: dict[str, Any] = {
        **year.model_dump(mode="json", include={"title", "period", "retrospective", "calendar", "letter"}),
        "template": script.template.model_dump(mode="json"),
        "blocks": [block.model_dump(mode="json") for block in script.roster.blocks],
        "enrolments": [unit.model_dump(mode="json") for unit in script.roster.units],
        "ruleset": read_yaml(DIRECTORY / year.files.ruleset),
    }
    return body


class Unit:
    """One unit's people."""

    def __init__(self, submission: Submission, unit: str, year: UnitYear) -> None:
        self._submission, self._year, self._unit = submission, year, unit
        self._head = token(f"{unit}.head", "unit_head", unit=unit)
        self._path = f"/sheets/{unit}"

    async def _ask(self, method: str, path: str, body: object = None, **more: Any) -> Json:
        answer = await self._submission.ask(method, self._path + path, self._head, body, **more)
        assert answer.status_code in (200, 201), answer.text
        return dict(answer.json())

    async def _evidence(self, paper: Paper) -> Json:
        document = paper.model_dump(mode="json", exclude={"file"})
        if paper.file is None:
            return {"document": document}
        content = paper.file.encode()
        sha256 = hashlib.sha256(content).hexdigest()
        announced = {"name": "van-ban.txt", "media_type": "text/plain", "size_bytes": len(content), "sha256": sha256}
        await self._ask("POST", "/files", announced)
        for start, end in ((0, 10), (10, len(content))):
            path, offset = f"/files/{sha256}/upload", {"upload-offset": str(start)}
            await self._ask("PATCH", path, content=content[start:end], headers=offset)
        return {"document": document, "sha256": sha256}

    async def hand_in(self, words: Mapping[str, Word], moment: datetime) -> Json:
        before = (await self._ask("GET", "/draft"))["cells"]
        for criterion, word in words.items():
            papers = self._year.evidence.get(criterion, ())
            cell = {
                "word": word.model_dump(mode="json"),
                "evidence": [await self._evidence(paper) for paper in papers],
                "explanation": self._year.explanations.get(criterion),
            }
            seen = {"if-match": before[criterion]["etag"]} if criterion in before else {"if-none-match": "*"}
            await self._ask("PUT", f"/draft/{criterion}", cell, headers=seen)
        shown = await self._ask("GET", "/draft")
        assert shown["problems"] == []
        return await self._ask("POST", "/submission", {"certified": shown["digest"]}, headers=at(moment))

    async def withdraw(self, reason: str, moment: datetime) -> None:
        await self._ask("POST", "/withdrawal", {"reason": reason}, headers=at(moment))


async def test_the_year_is_handed_in_as_its_file_says(submission: Submission, tmp_path: Path) -> None:
    script = full_year("bnv/year-2020")
    acts = script.year.acts
    opened = await submission.ask("POST", "", OPERATOR, opening(script), headers=at(acts[0].at))
    assert opened.status_code == 201, opened.text
    units = {name: Unit(submission, name, year) for name, year in script.year.units.items()}
    late, versions = set(), {}
    for act in acts:
        match act:
            case SubmitSheets():
                for name in act.units:
                    year = script.year.units[name]
                    words = {**year.self, **({} if name in versions else year.withdrawn)}
                    answer = await units[name].hand_in(words, act.at)
                    versions[name] = answer["version"]
                    late |= {name} if answer["late"] else set()
            case WithdrawSheet():
                await units[act.unit].withdraw(act.reason, act.at)
            case CloseSubmissions():
                closure = await submission.ask("POST", "/intake/closure", OPERATOR, headers=at(act.at))
                assert closure.json() == {"handed_in": sorted(units), "missing": []}
            case _:
                pass
    assert late == {"vu-cttn", "hv-hcqg"}
    assert {name: version for name, version in versions.items() if version > 1} == {"vu-khtc": 2}
    rows = await submission.log.tail(AGENCY, 0, 10_000)
    assert verify(rows) == await submission.log.head(AGENCY)
    kept = {path.name for path in tmp_path.rglob("sha256/*/*")}  # noqa: ASYNC240 - a test
    assert kept
    assert all(hashlib.sha256(path.read_bytes()).hexdigest() == path.name for path in tmp_path.rglob("sha256/*/*"))  # noqa: ASYNC240


async def test_no_sheet_lies_behind_the_closing_it_raced(submission: Submission) -> None:
    await submission.open()
    certified = {"a": await submission.filled("a", HEAD_A), "b": await submission.filled("b", HEAD_B)}
    a, closure, b = await asyncio.gather(
        submission.ask("POST", "/sheets/a/submission", HEAD_A, {"certified": certified["a"]}),
        submission.ask("POST", "/intake/closure", OPERATOR),
        submission.ask("POST", "/sheets/b/submission", HEAD_B, {"certified": certified["b"]}),
    )
    assert closure.status_code == 201, closure.text
    taken = [unit for unit, answer in (("a", a), ("b", b)) if answer.status_code == 201]
    assert closure.json()["handed_in"] == taken
    refused = [answer.json()["type"] for answer in (a, b) if answer.status_code != 201]
    assert set(refused) <= {"urn:ictindex:sheet.intake_over"}
    kinds = [row.type for row in await submission.log.tail(AGENCY, 0, 1000)]
    assert "sheet_submitted.v1" not in kinds[kinds.index("intake_closed.v1") :]
