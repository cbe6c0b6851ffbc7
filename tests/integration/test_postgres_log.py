"""What only a database can promise."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pytest

from shared.edge.postgres_log import PostgresLog
from shared.edge.settings import wall_clock
from shared.edge.trouble import DiskFull
from shared.eventlog import EPOCH, Append, ClockMoved, EventLog, Heard, Mark, Overtaken, verify
from tests.kit.servers import Server, restored
from tests.kit.world import noted

NOW = "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint"


def wire(agency: str, stream: str, **expected: int) -> dict[str, Any]:
    entry = {"stream": stream, "type": "noted.v1", "record": "{}", "announcement": None}
    return {"agency": agency, "expected": expected, "entries": [entry], "texts": [], "destroyed": []}


def write(stream: str, agency: str = "bnv") -> Append:
    return Append(agency, {stream: 0}, (noted(stream),))


async def call(
    pool: asyncpg.Pool | asyncpg.pool.PoolConnectionProxy | asyncpg.Connection, *requests: dict[str, Any]
) -> list[Any]:
    answers: list[Any] = json.loads(await pool.fetchval(f"SELECT append($1, {NOW})", json.dumps(requests)))
    return [answer and answer[0]["position"] for answer in answers]


TABLES = ["log", "inbox", "head", "closed_text", *(f"log_{n}" for n in range(8))]


LOGGED = ("submission", "appraisal", "scoring")


@asynccontextmanager
async def logged_in(server: Server, database: str, login: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(server.dsn(login, database))
    yield connection
    await connection.close()


@pytest.mark.parametrize("login", LOGGED)
async def test_the_login_may_read_and_append_and_nothing_else(migrated: Server, database: str, login: str) -> None:
    async with logged_in(migrated, database, login) as connection:
        assert await call(connection, wire("bnv", "s", s=0)) == [1]
        assert len(await connection.fetch("SELECT * FROM log")) == 1
        for table in TABLES:
            for change in (
                "UPDATE {} SET agency = 't'",
                "DELETE FROM {}",
                "TRUNCATE {}",
                "INSERT INTO {} DEFAULT VALUES",
            ):
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    await connection.execute(change.format(f"{login}.{table}"))


@pytest.mark.parametrize("table", [each for each in TABLES if each not in {"head", "closed_text"}])
@pytest.mark.parametrize("change", ["UPDATE submission.{} SET agency = 't'", "DELETE FROM submission.{}"])
async def test_even_a_superuser_is_told_that_the_log_is_append_only(
    superuser: asyncpg.Connection, table: str, change: str
) -> None:
    with pytest.raises(asyncpg.RaiseError, match="append-only"):
        await superuser.execute(change.format(table))
    with pytest.raises(asyncpg.RaiseError, match="append-only"):
        await superuser.execute(f"TRUNCATE submission.{table}")


@pytest.mark.parametrize("login", [*LOGGED, "reporting"])
async def test_a_login_is_refused_at_the_other_schemas(
    migrated: Server, database: str, superuser: asyncpg.Connection, login: str
) -> None:
    """At every table, view and function that the migrations made there."""
    things = await superuser.fetch(
        "SELECT nspname, relname FROM pg_class JOIN pg_namespace s ON s.oid = relnamespace "
        "WHERE nspname = ANY($1) AND nspname <> $2 AND relkind IN ('r', 'p', 'v', 'm')",
        [*LOGGED, "reporting"],
        login,
    )
    functions = await superuser.fetch(
        "SELECT p.oid, nspname FROM pg_proc p JOIN pg_namespace s ON s.oid = pronamespace "
        "WHERE nspname = ANY($1) AND nspname <> $2",
        [*LOGGED, "reporting"],
        login,
    )
    assert {each["nspname"] for each in things} == {*LOGGED, "reporting"} - {login}
    assert {each["nspname"] for each in functions} >= {*LOGGED} - {login}
    async with logged_in(migrated, database, login) as connection:
        for each in things:
            name = f'{each["nspname"]}."{each["relname"]}"'
            for act in ("SELECT FROM {}", "INSERT INTO {} DEFAULT VALUES", "DELETE FROM {}", "TRUNCATE {}"):
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    await connection.execute(act.format(name))
        for other in {*LOGGED} - {login}:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.fetch(f"SELECT {other}.append('[]', 0)")
        for each in functions:
            allowed = "SELECT has_schema_privilege($1, 'USAGE') AND has_function_privilege($2::oid, 'EXECUTE')"
            assert not await connection.fetchval(allowed, each["nspname"], each["oid"])


async def test_the_auditor_reads_everything_and_changes_nothing(migrated: Server, database: str) -> None:
    auditor = await asyncpg.connect(migrated.dsn("auditor", database))
    for service in ("submission", "appraisal", "scoring"):
        assert await auditor.fetch(f"SELECT * FROM {service}.log") == []
        assert await auditor.fetch(f"SELECT * FROM {service}.closed_text") == []
    with pytest.raises((asyncpg.InsufficientPrivilegeError, asyncpg.ReadOnlySQLTransactionError)):
        await auditor.execute("DELETE FROM submission.log")
    with pytest.raises((asyncpg.InsufficientPrivilegeError, asyncpg.ReadOnlySQLTransactionError)):
        await auditor.fetch(f"SELECT submission.append('[]', {NOW})")
    await auditor.close()


async def test_each_request_of_a_call_is_checked_against_what_the_accepted_ones_before_it_leave(
    pool: asyncpg.Pool,
) -> None:
    requests = [wire("bnv", "s", s=0), wire("bnv", "s", s=5), wire("bnv", "s", s=1), wire("bnv", "t", t=0, s=2)]
    assert await call(pool, *requests) == [1, None, 2, 3]


async def test_calls_that_name_agencies_in_opposite_order_do_not_deadlock(pool: asyncpg.Pool) -> None:
    agencies = [f"a{number}" for number in range(6)]

    async def attempt(number: int) -> None:
        order = agencies if number % 2 else agencies[::-1]
        assert None not in await call(pool, *(wire(agency, f"s{number}") for agency in order))

    await asyncio.gather(*(attempt(number) for number in range(40)))


async def test_a_reader_never_sees_a_later_row_before_an_earlier_one(pool: asyncpg.Pool) -> None:
    """Two open transactions: the later append waits for the earlier one, so no reader can pass over it."""
    locked = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'SELECT append%'"
    async with pool.acquire() as slow, asyncio.TaskGroup() as tasks, slow.transaction():
        await call(slow, wire("bnv", "slow"))
        quick = tasks.create_task(PostgresLog(pool, wall_clock).append(write("quick")))
        await until(lambda: pool.fetchval(locked))
        assert await pool.fetchval("SELECT count(*) FROM log") == 0
    assert [row.position for row in quick.result()] == [2]


async def until(found: Callable[[], Awaitable[Any]], seconds: int = 20) -> None:
    async with asyncio.timeout(seconds):
        while not await found():  # noqa: ASYNC110 - the database tells nobody
            await asyncio.sleep(0)


async def test_writers_that_conflict_and_give_up_leave_numbers_without_gaps(pool: asyncpg.Pool) -> None:
    """Three processes' worth of writers over three agencies; a reader follows by position and meets every row once."""
    agencies, seen = [f"a{number}" for number in range(3)], dict.fromkeys(range(3), 0)
    logs = [PostgresLog(pool, wall_clock) for _ in range(3)]
    written = [0, 0, 0]

    async def writer(number: int) -> None:
        for turn in range(20):
            agency = (number * 7 + turn * 3) % 3
            stream = f"s{number * turn % 11}"
            version = len(await logs[agency].read(agencies[agency], [stream]))
            append = logs[number % 3].append(
                Append(agencies[agency], {stream: version}, tuple(noted(stream) for _ in range(1 + turn % 3)))
            )
            try:
                rows = await append
            except Overtaken:
                continue
            written[agency] += len(rows)
        async with pool.acquire() as connection:  # one that is rolled back takes no number with it
            transaction = connection.transaction()
            await transaction.start()
            await call(connection, wire(agencies[number % 3], f"lost{number}"))
            await transaction.rollback()

    async def reader(done: asyncio.Event) -> None:
        while True:
            last = done.is_set()
            for number, agency in enumerate(agencies):
                for row in await logs[0].tail(agency, seen[number]):
                    assert row.position == seen[number] + 1
                    seen[number] = row.position
            if last:
                return

    done = asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(reader(done))
        await asyncio.gather(*(writer(number) for number in range(12)))
        done.set()
    assert list(seen.values()) == written
    for agency in agencies:
        assert verify(await logs[0].tail(agency, 0, 10_000)) == await logs[0].head(agency)


async def test_concurrent_callers_share_a_transaction_and_survive_one_that_gives_up(pool: asyncpg.Pool) -> None:
    log = PostgresLog(pool, wall_clock)
    callers = [asyncio.ensure_future(log.append(write(f"s{number}"))) for number in range(64)]
    await asyncio.sleep(0)
    callers[40].cancel()
    done = await asyncio.wait_for(asyncio.gather(*callers, return_exceptions=True), 10)
    assert [number for number, answer in enumerate(done) if isinstance(answer, BaseException)] == [40]
    assert await pool.fetchval("SELECT count(DISTINCT xmin::text) FROM log") <= 3


async def test_a_request_that_spoils_the_call_fails_alone(pool: asyncpg.Pool) -> None:
    log = PostgresLog(pool, wall_clock)
    requests = [write("s"), write("a NUL: \0"), write("t")]
    done = await asyncio.gather(*(log.append(request) for request in requests), return_exceptions=True)
    assert [isinstance(answer, asyncpg.PostgresError) for answer in done] == [False, True, False]


async def test_a_disk_without_room_is_called_that_and_nothing_is_recorded(
    pool: asyncpg.Pool, superuser: asyncpg.Connection
) -> None:
    log = PostgresLog(pool, wall_clock)
    await superuser.execute(
        """CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS
             $$BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END$$;
           CREATE TRIGGER no_room BEFORE INSERT ON submission.log FOR EACH ROW EXECUTE FUNCTION no_room()"""
    )
    with pytest.raises(DiskFull):
        await log.append(write("s"))
    await superuser.execute("DROP FUNCTION no_room() CASCADE")
    assert len(await log.append(write("s"))) == 1


async def test_nothing_is_recorded_while_clocks_disagree(pool: asyncpg.Pool) -> None:
    ahead = "SELECT append($1, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint + 121000000)"
    with pytest.raises(asyncpg.PostgresError, match="clocks"):
        await pool.fetchval(ahead, json.dumps([wire("bnv", "s")]))
    moments = iter([wall_clock(), wall_clock().replace(year=2031)])
    with pytest.raises(ClockMoved):
        await PostgresLog(pool, lambda: next(moments)).append(write("s"))
    assert await pool.fetchval("SELECT count(*) FROM log") == 0


async def test_a_dump_and_restore_keeps_every_place(migrated: Server, database: str, pool: asyncpg.Pool) -> None:
    log = PostgresLog(pool, wall_clock)
    for number in range(5):
        await log.append(write(f"s{number}"))
        await log.append(Append("bnv", heard=Heard("appraisal", Mark(number + 1, f"c{number}", number))))
    before = (await log.tail("bnv", 0), await log.head("bnv"), await log.ends("bnv"))
    assert verify(before[0]) == before[1]
    async with (
        restored(migrated, database) as name,
        asyncpg.create_pool(migrated.dsn("submission", name), min_size=1, max_size=2) as other,
    ):
        again = PostgresLog(other, wall_clock)
        assert (await again.tail("bnv", 0), await again.head("bnv"), await again.ends("bnv")) == before
        [row] = await again.append(write("after"))
        assert row.position == 6
        verify(await again.tail("bnv", 0))


@pytest.mark.parametrize(
    "column", ["stream", "type", "recorded_at", "sequence", "after", "record", "announcement", "version", "chain"]
)
async def test_whoever_turns_the_triggers_off_and_changes_a_column_is_found(
    pool: asyncpg.Pool, superuser: asyncpg.Connection, column: str
) -> None:
    log: EventLog = PostgresLog(pool, wall_clock)
    await log.append(Append("bnv", {"s": 0}, tuple(noted("s") for _ in range(3))))
    other = {
        "recorded_at": "recorded_at + interval '1 microsecond'",
        "sequence": "7",
        "version": "9",
        "record": "record || ' '::bytea",
        "announcement": "'{}'::bytea",
        "chain": "sha256(chain)",
    }.get(column, f"{column} || ' '")
    await superuser.execute("SET session_replication_role = replica")
    await superuser.execute(f"UPDATE submission.log SET {column} = {other} WHERE position = 2")
    with pytest.raises(Exception, match="chain_broken") as found:
        verify(await log.tail("bnv", 0))
    assert getattr(found.value, "facts", {})["position"] == 2


async def test_recorded_at_never_runs_backwards(pool: asyncpg.Pool, superuser: asyncpg.Connection) -> None:
    log = PostgresLog(pool, wall_clock)
    await log.append(write("s"))
    await superuser.execute("UPDATE submission.head SET recorded_at = recorded_at + interval '1 hour'")
    [row] = await log.append(write("t"))
    first, second = await log.tail("bnv", 0)
    assert EPOCH < first.recorded_at < second.recorded_at == row.recorded_at
