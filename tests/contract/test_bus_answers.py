"""What a service makes of messages: the same promises with a log, in memory or on PostgreSQL, and with tables."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from shared.campaign import Document
from shared.contracts import Contract, ScoreAppraised, SubmissionReceived, TextDestroyed
from shared.edge.answers import LogAnswers
from shared.edge.inbox import Answers
from shared.edge.memory_log import MemoryLog
from shared.edge.postgres_log import PostgresLog
from shared.edge.projector import TableAnswers
from shared.edge.settings import wall_clock
from shared.edge.stops import Gate, NotStopped, Retry, Skip, stop_stream
from shared.envelope import DestroyedText, Envelope
from shared.errors import NotFound, Stale
from shared.eventlog import Mark
from shared.execute import KeyReused, Once
from shared.facts import LogNewer
from shared.vocabulary import ClosedText, stream
from tests.kit.bus import CONSUMERS, Publisher, sheet, verdict
from tests.kit.later import written_later
from tests.kit.servers import Server
from tests.kit.world import AGENCY, AT, META, clock

REASON = ClosedText(salt="0" * 32, text="công văn 12 rút lại")
OPEN = Gate()


async def project(connection: AsyncConnection, message: Envelope, said: Contract) -> None:
    """Refuses what the consumer with a log refuses."""
    known = await connection.scalar(text("SELECT count(*) FROM inbox WHERE publisher = 'submission'"))
    if isinstance(said, ScoreAppraised) and not known:
        raise NotFound(unit=said.unit, message=message.id)


@pytest.fixture
async def tables(migrated: Server, database: str) -> AsyncIterator[AsyncEngine]:
    dsn = migrated.dsn("reporting", database)
    engine = create_async_engine(dsn.replace("postgresql:", "postgresql+asyncpg:", 1))
    yield engine
    await engine.dispose()


@pytest.fixture(params=["memory", *(pytest.param(kind, marks=pytest.mark.server) for kind in ("postgres", "tables"))])
def answers(request: pytest.FixtureRequest) -> Answers:
    if request.param == "memory":
        return LogAnswers(MemoryLog(clock), CONSUMERS)
    if request.param == "postgres":
        pool: asyncpg.Pool = request.getfixturevalue("pool")
        return LogAnswers(PostgresLog(pool, wall_clock), CONSUMERS)
    engine: AsyncEngine = request.getfixturevalue("tables")
    return TableAnswers(engine, dict.fromkeys((SubmissionReceived.type, ScoreAppraised.type), project))


async def texts(answers: Answers, *names: str) -> dict[str, object]:
    if isinstance(answers, LogAnswers):
        return dict(await answers.log.texts(AGENCY, names))
    assert isinstance(answers, TableAnswers)
    return dict(await answers.texts(AGENCY, names))


def mark(message: Envelope) -> Mark:
    return Mark(message.sequence, message.chain, message.position)


async def said(count: int = 2) -> list[Envelope]:
    submission = Publisher("submission")
    return [await submission.say(sheet("a", f"{number}")) for number in range(count)]


async def test_messages_are_answered_one_after_the_other_and_none_twice(answers: Answers) -> None:
    first, second, third = await said(3)
    await answers.answer(first, OPEN)
    for wrong in (first, third):
        with pytest.raises(Stale):
            await answers.answer(wrong, OPEN)
    await answers.answer(second, OPEN)
    assert await answers.ends(AGENCY) == {"submission": mark(second)}
    assert [await answers.chain(AGENCY, "submission", number) for number in (1, 2, 3)] == [
        first.chain,
        second.chain,
        None,
    ]
    assert list(await answers.agencies()) == [AGENCY]


async def test_of_many_who_answer_the_same_message_one_does(answers: Answers) -> None:
    [message] = await said(1)
    done = await asyncio.gather(*(answers.answer(message, OPEN) for _ in range(8)), return_exceptions=True)
    assert done.count(None) == 1
    assert all(each is None or isinstance(each, Stale) for each in done)


async def test_what_is_of_no_concern_gets_its_inbox_row_alone_unread(answers: Answers) -> None:
    [message] = await said(1)
    unknown = message.model_copy(update={"type": "New.v1", "body": b"?"})
    await answers.answer(unknown, OPEN)
    assert await answers.ends(AGENCY) == {"submission": mark(unknown)}


async def test_what_a_later_release_wrote_is_named_and_nothing_is_answered(answers: Answers, request: Any) -> None:
    [message] = await said(1)
    if isinstance(answers, LogAnswers):
        row = await written_later(answers.log, AGENCY, stream("2020", "words", "a"))
        with pytest.raises(LogNewer) as newer:
            await answers.answer(message, OPEN)
        assert newer.value.facts == {"row": f"{AGENCY}@{row.position}", "type": row.type}
        await written_later(answers.log, AGENCY, stop_stream("submission"))
    else:
        engine: AsyncEngine = request.getfixturevalue("tables")
        row_of_stop = "INSERT INTO stops VALUES (:agency, 'submission', 1, 'noted.v1', '{}', 'x', now())"
        async with engine.begin() as connection:
            await connection.execute(text(row_of_stop), {"agency": AGENCY})
    with pytest.raises(LogNewer):
        await answers.gate(AGENCY, "submission")
    for act in (answers.answer(message, OPEN), answers.refuse(message, "x", OPEN), answers.stop(message, "x", OPEN)):
        with pytest.raises((LogNewer, Stale)):
            await act
    assert await answers.ends(AGENCY) == {}


async def test_an_error_leaves_nothing_behind(answers: Answers) -> None:
    message = await Publisher("appraisal").say(verdict("a", "i", "1", reason=REASON), texts=[REASON])
    with pytest.raises(NotFound):
        await answers.answer(message, OPEN)
    assert await answers.ends(AGENCY) == {}
    assert await texts(answers, REASON.closed.closed) == {}


async def test_a_refusal_is_an_answer(answers: Answers) -> None:
    [message] = await said(1)
    await answers.refuse(message, "rejected", OPEN)
    assert await answers.ends(AGENCY) == {"submission": mark(message)}
    with pytest.raises(Stale):
        await answers.refuse(message, "rejected", OPEN)


async def test_behind_a_stop_nothing_is_answered_until_it_is_retried(answers: Answers) -> None:
    first, second = await said()
    await answers.answer(first, OPEN)
    await answers.stop(second, "corrupt", OPEN)
    gate = await answers.gate(AGENCY, "submission")
    assert gate.stop is not None
    assert (gate.stop.message, gate.stop.code, gate.stop.sequence) == (second.id, "corrupt", 2)
    assert await answers.gate(AGENCY, "appraisal") == OPEN
    for act in (answers.answer(second, OPEN), answers.refuse(second, "x", OPEN), answers.stop(second, "x", OPEN)):
        with pytest.raises(Stale):
            await act
    assert await answers.ends(AGENCY) == {"submission": mark(first)}

    await answers.resume(AGENCY, Retry("submission"), META)
    opened = await answers.gate(AGENCY, "submission")
    assert (opened.version, opened.stop) == (2, None)
    await answers.answer(second, opened)
    with pytest.raises(NotStopped):
        await answers.resume(AGENCY, Retry("submission"), META)


async def test_a_skipped_message_gets_its_inbox_row_and_a_fork_none(answers: Answers) -> None:
    first, second = await said()
    skip = Skip("submission", REASON.closed)
    await answers.stop(first, "corrupt", OPEN)
    await answers.resume(AGENCY, skip, META, texts=[REASON])
    assert await answers.ends(AGENCY) == {"submission": mark(first)}
    assert await texts(answers, REASON.closed.closed) == {REASON.closed.closed: REASON}
    forged = first.model_copy(update={"chain": "f" * 64})
    await answers.stop(forged, "inbox.log_forked", await answers.gate(AGENCY, "submission"))
    await answers.resume(AGENCY, skip, META)
    assert await answers.ends(AGENCY) == {"submission": mark(first)}
    await answers.answer(second, await answers.gate(AGENCY, "submission"))


async def test_an_operators_request_that_comes_twice_is_carried_out_once(answers: Answers) -> None:
    first, second = await said()
    await answers.stop(first, "corrupt", OPEN)
    once, skip = Once("key", "request"), Skip("submission", REASON.closed)
    assert not (await answers.resume(AGENCY, skip, META, once)).repeated
    await answers.stop(second, "corrupt", await answers.gate(AGENCY, "submission"))
    assert (await answers.resume(AGENCY, skip, META, once)).repeated
    assert (await answers.gate(AGENCY, "submission")).stop is not None
    with pytest.raises(KeyReused):
        await answers.resume(AGENCY, skip, META, replace(once, request="another"))


async def test_closed_texts_are_kept_and_destroyed_even_those_heard_later(answers: Answers) -> None:
    submission, appraisal = Publisher("submission"), Publisher("appraisal")
    later = ClosedText(salt="1" * 32, text="nói sau")
    names = (REASON.closed.closed, later.closed.closed)
    await answers.answer(await submission.say(sheet("a", "1")), OPEN)
    await answers.answer(await appraisal.say(verdict("a", "i", "1", reason=REASON), texts=[REASON]), OPEN)
    assert await texts(answers, *names) == {names[0]: REASON}
    decision = Document(number="7/QĐ", date=AT.date(), issuer="Bộ")
    destroyed = TextDestroyed(campaign="2020", closed=names, decision=decision)
    await answers.answer(await submission.say(destroyed), OPEN)
    await answers.answer(await appraisal.say(verdict("a", "i", "2", reason=later), texts=[later]), OPEN)
    assert await texts(answers, *names) == dict.fromkeys(names, DestroyedText(decision="7/QĐ"))


async def test_every_row_is_of_one_agency(answers: Answers) -> None:
    submission: Any = Publisher("submission")
    await answers.answer(await submission.say(sheet("a", "1"), "ubdt"), OPEN)
    assert await answers.ends(AGENCY) == {}
    assert await answers.chain(AGENCY, "submission", 1) is None
    await answers.stop(await submission.say(sheet("a", "2"), "ubdt"), "corrupt", OPEN)
    assert await answers.gate(AGENCY, "submission") == OPEN
