"""Each test breaks only what one check guards, as somebody with every right could: that check alone turns red."""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from deploy.auditor.reading import read_histories, read_standing
from deploy.auditor.replay import driver, make_tables
from deploy.auditor.runs import check_runs, check_words
from deploy.auditor.spoken import CONSUMERS, LISTENERS, announce
from deploy.auditor.verification import Outcome, audit, verify
from deploy.standalone.postgres import SUPERUSER
from services.submission.sheet.facts import SheetSubmitted
from shared.audit.answers import check_answers
from shared.audit.causes import check_causes
from shared.audit.chains import check_chains
from shared.audit.deeds import check_deeds
from shared.audit.history import Histories
from shared.audit.saying import check_saying
from shared.audit.texts import check_texts
from shared.contracts import SERVICES
from shared.edge.postgres_log import PostgresLog
from shared.edge.settings import wall_clock
from shared.errors import Corrupt, IctIndexError
from shared.eventlog import Append, Row
from shared.execute import entry
from shared.vocabulary import Json, canonical
from tests.kit.forgery import Change, both, fact, forged
from tests.kit.house import house
from tests.kit.servers import Server, broker_to_kill, directory_for_servers
from tests.kit.small_years import small_years
from tests.kit.world import META

pytestmark = pytest.mark.server
DATABASE, AGENCY = "verified", "bnv"
NOTHING = lambda *_: None  # noqa: E731
PURE = {
    "chains": check_chains,
    "saying": lambda histories: check_saying(histories, announce),
    "answers": check_answers,
    "causes": check_causes,
    "deeds": lambda histories: check_deeds(histories, CONSUMERS, LISTENERS),
    "words": check_words,
    "runs": check_runs,
    "texts": check_texts,
}


@dataclass(frozen=True)
class Year:
    """A year that was played, with nobody at work any more."""

    server: Server
    store: Path
    database: str = DATABASE

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[AsyncConnection]:
        """As a superuser; what is changed is undone in the end."""
        dsn = self.server.dsn(SUPERUSER, self.database).replace("postgresql://", "postgresql+asyncpg://")
        engine = create_async_engine(dsn)
        async with engine.connect() as connection, connection.begin() as transaction:
            await make_tables(connection)
            await connection.exec_driver_sql("SET LOCAL session_replication_role = replica")  # no trigger says no
            yield connection
            await transaction.rollback()
        await engine.dispose()

    async def value(self, query: str) -> Any:
        async with self.connected() as connection:
            return await (await driver(connection)).fetchval(query)

    async def tampered(self, *statements: str) -> dict[str, IctIndexError]:
        """What each check says once *statements* were carried out; those that find nothing wrong are left out."""
        async with self.connected() as connection:
            for statement in statements:
                done = await (await driver(connection)).execute(statement)
                assert not done.endswith(" 0"), f"nothing to break: {statement}"
            return red(await audit(connection, self.store, NOTHING))


def red(outcomes: Sequence[Outcome]) -> dict[str, IctIndexError]:
    return {each.check: each.wrong for each in outcomes if each.wrong is not None}


def red_of(histories: Histories) -> dict[str, IctIndexError]:
    found: dict[str, IctIndexError] = {}
    for name, check in PURE.items():
        try:
            check(histories)
        except Corrupt as wrong:
            found[name] = wrong
    return found


@pytest.fixture(scope="module")
def store() -> Iterator[Path]:
    with directory_for_servers("verified") as directory:
        yield directory


@pytest.fixture(scope="module")
async def year(migrated: Server, store: Path) -> AsyncIterator[Year]:
    owner = await asyncpg.connect(migrated.dsn(SUPERUSER, "postgres"))
    await owner.execute(f"CREATE DATABASE {DATABASE} TEMPLATE ictindex")
    with broker_to_kill() as broker:
        async with house(migrated, DATABASE, broker, store) as home:
            await home.play(*small_years())
            await home.is_in_order()
    yield Year(migrated, store / "evidence")
    await owner.execute(f"DROP DATABASE {DATABASE} WITH (FORCE)")
    await owner.close()


@pytest.fixture(scope="module")
async def histories(year: Year) -> Histories:
    async with year.connected() as connection:
        return await read_histories(await driver(connection), AGENCY)


def the(histories: Histories, service: str, kind: str, which: int = 0) -> Row:
    return [row for row in histories[service].rows if row.type == kind][which]


async def test_nothing_is_wrong_and_every_check_looked_at_something(year: Year) -> None:
    dsn = year.server.dsn("auditor", DATABASE)
    outcomes = await verify(dsn, year.store, patience_seconds=10, watch=NOTHING)
    assert red(outcomes) == {}
    assert min(outcome.looked.count for outcome in outcomes) > 0


async def test_the_auditor_may_change_nothing(year: Year) -> None:
    connection = await asyncpg.connect(year.server.dsn("auditor", DATABASE))
    for statement in (
        "DELETE FROM reporting.units",
        "SET default_transaction_read_only = off; DELETE FROM reporting.units",
    ):
        with pytest.raises((asyncpg.ReadOnlySQLTransactionError, asyncpg.InsufficientPrivilegeError)):
            await connection.execute(statement)
    await connection.close()


LATER, MORE, LONGER = "{0} + interval '1 microsecond'", "{0} + 1000000", "{0} || ' '"
LOG = {
    "agency": "'ubdt2'",
    "position": MORE,
    "stream": LONGER,
    "version": MORE,
    "type": LONGER,
    "recorded_at": LATER,
    "sequence": MORE,
    "after": LONGER,
    "record": "{0} || ' '::bytea",
    "announcement": "{0} || ' '::bytea",
    "chain": "sha256({0})",
}
HEAD = {
    "agency": "'ubdt2'",
    "position": MORE,
    "sequence": MORE,
    "recorded_at": LATER,
    "chain": "sha256({0})",
    "ends": """{0} || '{{"scoring": 1}}'""",
}


@pytest.mark.parametrize("column", LOG)
async def test_a_row_of_which_any_column_was_changed_is_named(year: Year, column: str) -> None:
    there = f"agency = '{AGENCY}' AND sequence = 3"
    row = f"submission/{AGENCY}@{await year.value(f'SELECT position FROM submission.log WHERE {there}')}"
    wrong = await year.tampered(f"UPDATE submission.log SET {column} = {LOG[column].format(column)} WHERE {there}")
    assert (wrong["chains"].code, wrong["chains"].facts["message"]) == ("audit.row_broken", row)


@pytest.mark.parametrize("column", HEAD)
async def test_a_head_of_which_any_column_was_changed_is_named(year: Year, column: str) -> None:
    there = f"agency = '{AGENCY}'"
    wrong = await year.tampered(f"UPDATE submission.head SET {column} = {HEAD[column].format(column)} WHERE {there}")
    found = {(each.code, each.facts.get("service"), each.facts.get("agency")) for each in wrong.values()}
    assert ("audit.head_broken", "submission", AGENCY) in found


async def test_no_column_is_left_out_above(year: Year) -> None:
    known = "SELECT array_agg(column_name::text) FROM information_schema.columns WHERE table_schema = 'submission' AND"
    assert set(await year.value(f"{known} table_name = 'log'")) == LOG.keys() == {*Row.__slots__}
    assert set(await year.value(f"{known} table_name = 'head'")) == HEAD.keys()


async def test_rows_cut_off_the_end_show_at_the_head(year: Year) -> None:
    last = f"agency = '{AGENCY}' AND position = (SELECT max(position) FROM submission.log WHERE agency = '{AGENCY}')"
    wrong = await year.tampered(f"DELETE FROM submission.log WHERE {last}")
    assert {name: each.code for name, each in wrong.items()} == {
        "chains": "audit.head_broken",
        "deeds": "audit.deed_missing",  # that row kept what appraisal had said
    }


def test_an_announcement_that_is_not_what_the_fact_says_is_named(histories: Histories) -> None:
    row = the(histories, "submission", "sheet_submitted.v1")
    wrong = red_of(forged(histories, "submission", row.position, fact(lambda data: {**data, "late": not data["late"]})))
    assert {name: each.facts for name, each in wrong.items()} == {
        "saying": {"message": f"submission/{AGENCY}@{row.position}", "part": "data"}
    }


async def test_a_message_without_an_answer_is_named(year: Year) -> None:
    there = f"agency = '{AGENCY}' AND publisher = 'appraisal'"
    last = f"{there} AND sequence = (SELECT max(sequence) FROM reporting.inbox WHERE {there})"
    wrong = await year.tampered(f"DELETE FROM reporting.inbox WHERE {last}")
    assert {name: each.code for name, each in wrong.items()} == {"answers": "audit.not_answered"}


async def test_an_answer_to_another_message_is_named(year: Year) -> None:
    there = f"agency = '{AGENCY}' AND publisher = 'submission' AND sequence = 3"
    wrong = await year.tampered(f"UPDATE scoring.inbox SET chain = repeat('0', 64) WHERE {there}")
    assert {name: each.code for name, each in wrong.items()} == {"answers": "audit.answered_otherwise"}
    assert wrong["answers"].facts["consumer"] == "scoring"


def test_a_cause_that_stands_in_no_log_is_named(histories: Histories) -> None:
    row = the(histories, "scoring", "score_given.v1", 5)
    wrong = red_of(
        forged(histories, "scoring", row.position, lambda row: _caused(row, f"submission/{AGENCY}@1#{'0' * 64}"))
    )
    assert {name: each.code for name, each in wrong.items()} == {
        "causes": "audit.cause_unknown",
        "deeds": "audit.deed_otherwise",  # the next row stands in its place
    }


def test_a_row_that_rests_on_what_was_not_heard_yet_is_named(histories: Histories) -> None:
    row = the(histories, "appraisal", "verdict_given.v1")
    early = canonical({**row.answered(), "submission": 1}).decode()
    wrong = red_of(forged(histories, "appraisal", row.position, lambda row: replace(row, after=early)))
    assert {name: each.code for name, each in wrong.items()} == {"causes": "audit.effect_before_cause"}


async def test_a_table_that_does_not_follow_from_the_logs_is_named(year: Year) -> None:
    there = f"agency = '{AGENCY}' AND unit = 'vu-khtc' AND version = 1"
    wrong = await year.tampered(f"UPDATE reporting.sheets SET late = NOT late WHERE {there}")
    assert wrong.keys() == {"tables"}
    assert wrong["tables"].facts == {"agency": AGENCY, "table": "sheets", "row": "2020/vu-khtc/1"}


def test_a_word_that_scoring_was_not_told_is_named(histories: Histories) -> None:
    row = the(histories, "appraisal", "verdict_given.v1")
    other = {"kind": "points", "points": "1.00"}
    wrong = red_of(forged(histories, "appraisal", row.position, both(lambda data: {**data, "after": other})))
    assert {name: each.code for name, each in wrong.items()} == {
        "words": "audit.word_otherwise",
        "deeds": "audit.deed_otherwise",  # what submission and scoring wrote of it was another word
    }


def test_a_draft_that_does_not_follow_from_the_log_is_named(histories: Histories) -> None:
    row = the(histories, "scoring", "run_drafted.v1")
    wrong = red_of(forged(histories, "scoring", row.position, both(lambda data: {**data, "run": "0" * 64})))
    draft = f"scoring/{AGENCY}@{row.position}"
    assert (wrong["runs"].facts["message"], set(wrong)) == (draft, {"runs", "deeds"})


@pytest.mark.parametrize(
    ("service", "kind", "change"),
    [
        ("scoring", "score_given.v1", fact(lambda data: {**data, "before": {"state": "scored", "points": "99.00"}})),
        ("scoring", "standing_computed.v1", both(lambda data: _standing(data, total="99.99"))),
        ("scoring", "results_published.v1", both(lambda data: {**data, "signer": "Người khác"})),
        ("submission", "verdict_heard.v1", fact(lambda data: {**data, "stage": "round2"})),
        ("appraisal", "sheet_taken.v1", fact(lambda data: {**data, "late": not data["late"]})),
    ],
)
def test_what_does_not_follow_from_a_message_is_named(
    histories: Histories, service: str, kind: str, change: Change
) -> None:
    row = the(histories, service, kind)
    wrong = red_of(forged(histories, service, row.position, change))
    place = f"{service}/{AGENCY}@{row.position}"
    assert {name: each.facts["message"] for name, each in wrong.items() if name != "deeds"} == {}
    assert (wrong["deeds"].code, wrong["deeds"].facts["message"]) == ("audit.deed_otherwise", place)


async def test_a_message_on_its_way_is_told_and_only_accused_when_it_should_be_there(year: Year) -> None:
    """In a copy of the year, submission says something more, which nobody is there to hear."""
    name = f"{DATABASE}_busy"
    owner = await asyncpg.connect(year.server.dsn(SUPERUSER, "postgres"))
    await owner.execute(f"CREATE DATABASE {name} TEMPLATE {DATABASE}")
    busy = replace(year, database=name)
    async with busy.connected() as connection:
        below = await driver(connection)
        first = await read_standing(below)
        assert first.quiet
        await _said_again(busy, the(await read_histories(below, AGENCY), "submission", "sheet_submitted.v1"))
        young = await audit(connection, year.store, NOTHING, first)
        old = red(await audit(connection, year.store, NOTHING, await read_standing(below)))
    patient = red(await verify(year.server.dsn("auditor", name), year.store, patience_seconds=0.1, watch=NOTHING))
    await owner.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await owner.close()
    assert red(young) == {}
    notes = [note.facts for outcome in young for note in outcome.looked.notes if note.code == "audit.on_its_way"]
    assert [(note["consumer"], note["count"]) for note in notes] == [
        (service, 1) for service in SERVICES if service != "submission"
    ]
    for wrong in (old, patient):
        assert {check: each.code for check, each in wrong.items()} == {"answers": "audit.not_answered"}


async def test_evidence_that_was_changed_or_lost_is_named(year: Year) -> None:
    file = next(each for each in sorted(year.store.rglob("sha256/*/*")) if each.is_file())
    kept = file.read_bytes()
    try:
        file.write_bytes(kept + b" ")
        changed = await year.tampered()
        file.unlink()
        lost = await year.tampered()
    finally:
        file.write_bytes(kept)
    assert {name: each.code for name, each in changed.items()} == {"files": "audit.evidence_otherwise"}
    assert {name: each.code for name, each in lost.items()} == {"files": "audit.evidence_missing"}


async def test_a_closed_text_that_was_changed_is_named(year: Year) -> None:
    one = f"agency = '{AGENCY}' AND name = (SELECT min(name) FROM appraisal.closed_text WHERE agency = '{AGENCY}')"
    wrong = await year.tampered(f"UPDATE appraisal.closed_text SET text = text || ' ' WHERE {one}")
    assert {name: each.code for name, each in wrong.items()} == {"texts": "audit.text_otherwise"}


async def test_a_closed_text_that_vanished_is_named(year: Year) -> None:
    one = f"agency = '{AGENCY}' AND name = (SELECT min(name) FROM appraisal.closed_text WHERE agency = '{AGENCY}')"
    wrong = await year.tampered(f"DELETE FROM appraisal.closed_text WHERE {one}")
    assert {name: each.code for name, each in wrong.items()} == {"texts": "audit.text_missing"}


async def test_a_text_destroyed_by_a_decision_is_told_and_not_accused(year: Year) -> None:
    name = f"(SELECT min(name) FROM appraisal.closed_text WHERE agency = '{AGENCY}')"
    gone = "UPDATE {}.closed_text SET salt = NULL, text = NULL, decision = '12/QĐ' WHERE agency = '{}' AND name = {}"
    async with year.connected() as connection:
        below = await driver(connection)
        chosen = "'" + await below.fetchval(f"SELECT {name}") + "'"
        for service in ("submission", "appraisal", "scoring", "reporting"):
            await below.execute(gone.format(service, AGENCY, chosen))
        outcomes = await audit(connection, year.store, NOTHING)
        await below.execute(
            f"UPDATE appraisal.closed_text SET salt = 'x', text = 'x', decision = NULL WHERE name = {chosen}"
        )
        kept = red(await audit(connection, year.store, NOTHING))
    assert red(outcomes) == {}
    notes = [note for outcome in outcomes for note in outcome.looked.notes]
    assert [note.facts["decision"] for note in notes] == ["12/QĐ"]
    assert {name: each.code for name, each in kept.items()} == {"texts": "audit.text_remains"}


def _standing(data: Json, **columns: str) -> Json:
    return {**data, "standing": {**data["standing"], **columns}}


async def _said_again(year: Year, row: Row) -> None:
    """The fact in *row* once more, with other points, and what submission says about it."""
    data = row.content().data
    lines = {next(iter(data["lines"])): {"word": {"kind": "points", "points": "1.00"}}}
    sheet = SheetSubmitted.model_validate({**data, "version": data["version"] + 1, "lines": lines})
    said = announce("submission", replace(row, record=entry(sheet, META).record))
    dsn = year.server.dsn("submission", year.database)
    async with asyncpg.create_pool(dsn, min_size=1) as connections:
        await PostgresLog(connections, wall_clock).append(Append(AGENCY, entries=(entry(sheet, META, said),)))


def _caused(row: Row, causation: str) -> Row:
    record = row.content().model_dump(mode="json")
    return replace(row, record=canonical({**record, "causation": causation}))
