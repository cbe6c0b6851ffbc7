"""A release and the one after it, side by side on the same tables: what the older one does not know it leaves alone."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from sqlalchemy.ext.asyncio import create_async_engine

from services.submission.main import SERVICE as SUBMISSION
from services.submission.sheet.domain import SHEET
from services.submission.sheet.facts import sheet_stream
from shared.contracts import PUBLISHED, Contract, RulesetPart
from shared.edge import migrations
from shared.edge.postgres_log import PostgresLog
from shared.edge.service import wired
from shared.edge.settings import Settings, wall_clock
from shared.edge.topics import declare
from shared.eventlog import Append, verify
from shared.opening import campaign_stream
from tests.kit.bus import Publisher, until
from tests.kit.campaigns import CAMPAIGN
from tests.kit.house import SERVICES
from tests.kit.later import later, written_later
from tests.kit.poison import raw, write
from tests.kit.servers import Server, broker
from tests.kit.submission import HEAD_A, HEAD_B, OPERATOR, C, Submission, opening, points
from tests.kit.world import AGENCY

pytestmark = pytest.mark.server
UNAVAILABLE = 503


@pytest.fixture
async def submission(migrated: Server, database: str, pool: asyncpg.Pool, tmp_path: Path) -> AsyncIterator[Submission]:
    dsn = migrated.dsn("submission", database).replace("postgresql://", "postgresql+asyncpg://", 1)
    engine = create_async_engine(dsn)
    yield Submission(tmp_path, PostgresLog(pool, wall_clock), engine)
    await engine.dispose()


async def test_who_does_not_know_a_fact_refuses_what_rests_on_it_and_writes_nothing(submission: Submission) -> None:
    await submission.open()
    await submission.filled("a", HEAD_A)
    row = await written_later(submission.log, AGENCY, sheet_stream(CAMPAIGN, "a"))
    head = await submission.log.head(AGENCY)
    shown = await submission.ask("GET", "/sheets/a/versions", HEAD_A, headers={"accept-language": "en"})
    handed_in = await submission.ask("POST", "/sheets/a/submission", HEAD_A, {"certified": "0" * 64})
    for answer in (shown, handed_in):
        assert (answer.status_code, answer.headers["content-type"]) == (UNAVAILABLE, "application/problem+json")
        assert answer.json()["type"] == "urn:ictindex:log.newer"
        assert answer.json()["facts"] == {"row": f"{AGENCY}@{row.position}", "type": row.type}
        assert answer.headers["retry-after"]
    assert "update" in shown.json()["title"]
    assert "cập nhật" in handed_in.json()["title"]
    assert await submission.log.head(AGENCY) == head

    # Another unit, another campaign: they rest on other streams.
    assert (await submission.save("b", "g1", points("80.00"), HEAD_B)).status_code == 200
    await submission.hand_in("b", HEAD_B)
    other = C.replace(CAMPAIGN, "another")
    assert (await submission.ask("POST", other, OPERATOR, opening())).status_code == 201
    rows = await submission.log.tail(AGENCY, 0, 1000)
    assert verify(rows) == await submission.log.head(AGENCY)
    assert later(SHEET).state([each for each in rows if each.stream == row.stream]) == SHEET.initial


async def test_a_campaign_changed_by_a_later_release_is_refused_whole(submission: Submission) -> None:
    await submission.open()
    await written_later(submission.log, AGENCY, campaign_stream(CAMPAIGN))
    for path, by in (("", OPERATOR), ("/sheets/a/draft", HEAD_A)):
        answer = await submission.ask("GET", path, by)
        assert (answer.status_code, answer.json()["type"]) == (UNAVAILABLE, "urn:ictindex:log.newer"), path


class FromLater(Contract):
    """A contract that no release so far knows."""

    type = "UnitPraised.v1"
    words: str


async def test_what_a_later_publisher_says_is_heard_by_every_service_in_order(
    migrated: Server, database: str, tmp_path: Path
) -> None:
    publisher = Publisher("submission")
    grown = RulesetPart(campaign=CAMPAIGN, digest="0" * 64, number=1, count=1, text="x")
    for said in (FromLater(words="x"), grown, FromLater(words="y")):
        await publisher.say(said)
    messages = await publisher.said()
    body = messages[1].body.replace(b"{", b'{"of_a_later_release":[1],', 1)
    messages[1] = messages[1].model_copy(update={"body": body})
    assert RulesetPart.model_validate_json(body) == grown
    listening = [each for each in SERVICES if each.name != "submission"]
    with broker() as address:
        await declare(address, fresh=True, partitions=1)
        for message in messages:
            record = raw(message)
            await write(address, "submission", replace(record, headers=[*record.headers, ("ce_oflater", b"1")]))
        for service in listening:
            settings = Settings(
                database_url=migrated.dsn(service.name, database),
                kafka=address,
                kafka_idempotence=False,
                jwks_file=tmp_path / "jwks.json",
                evidence_dir=tmp_path,
            )
            async with wired(service, settings) as process:
                process.bus.idle_seconds, process.bus.end_seconds = 1.0, 0
                answers = process.bus.answers

                async def heard(answers: Any = answers) -> bool:
                    ends = await answers.ends(AGENCY)
                    return "submission" in ends and ends["submission"].sequence == len(messages)

                async with asyncio.TaskGroup() as tasks:
                    work = tasks.create_task(process.bus.run())
                    await until(f"{service.name} heard", heard)
                    work.cancel()
    assert FromLater not in PUBLISHED["submission"]


async def test_a_process_is_ready_on_tables_of_a_later_release_as_long_as_that_one_admits_it(
    migrated: Server, database: str, superuser: asyncpg.Connection, tmp_path: Path
) -> None:
    settings = Settings(
        database_url=migrated.dsn("submission", database),
        kafka="127.0.0.1:1",
        jwks_file=tmp_path,
        evidence_dir=tmp_path,
    )
    comment = """COMMENT ON FUNCTION submission.append(jsonb, bigint) IS '{"edition": 9, "oldest": %d, "sha256": ""}'"""
    async with wired(SUBMISSION, settings) as process:
        assert (await process.ready())["release"]
        await superuser.execute("UPDATE submission.alembic_version SET version_num = '9999'")
        for oldest, admitted in ((migrations.EDITION, True), (migrations.EDITION + 1, False)):
            await superuser.execute(comment % oldest)
            ready = await process.ready()
            assert (ready["migrations"], ready["release"]) == (True, admitted)
        assert process.room.log is not None
        await process.room.log.append(Append(AGENCY))
