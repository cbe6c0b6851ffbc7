"""What the command line says when the database does not do as it was hoped."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import asyncpg
import pytest

from deploy.cli.main import run
from deploy.standalone.postgres import OWNER, SERVICES, SUPERUSER, Postgres
from shared.edge.migrations import upgrade
from tests.kit.servers import Server, directory_for_servers, free_port

pytestmark = pytest.mark.server
PASSWORD = "a-password-of-this-test"  # noqa: S105 - of a throw-away server
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'auditor' AND wait_event_type = 'Lock'"


@pytest.mark.parametrize(
    ("dsn", "code", "sentence"),
    [
        (
            lambda server, name: server.dsn("auditor", name).replace(":" + server.passwords["auditor"], ":no"),
            3,
            "login",
        ),
        (lambda server, _: server.dsn("auditor", "nowhere"), 3, "login"),
        (lambda server, name: server.dsn("scoring", name), 2, "Use the auditor's login"),
        (lambda server, _: server.dsn(SUPERUSER, "template1"), 1, "is not what this release expects"),
    ],
)
def test_a_database_that_will_not_do_is_a_sentence(
    migrated: Server,
    database: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    dsn: Callable[[Server, str], str],
    code: int,
    sentence: str,
) -> None:
    where = dsn(migrated, database)
    assert run(["verify", "--dsn", where, "--evidence", str(tmp_path), "--lang", "en"]) == code
    said = capsys.readouterr().err
    assert sentence in said
    assert "Traceback" not in said
    assert where not in said


async def test_data_of_a_release_that_this_one_does_not_know_are_a_sentence_with_the_cure(
    migrated: Server, superuser: asyncpg.Connection, database: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await superuser.execute("ALTER TABLE submission.log RENAME COLUMN chain TO link")
    arguments = ["verify", "--dsn", migrated.dsn("auditor", database), "--evidence", str(tmp_path)]
    await superuser.execute("INSERT INTO submission.head (agency) VALUES ('bnv') ON CONFLICT DO NOTHING")
    assert await asyncio.to_thread(run, arguments) == 1
    assert "--fresh" in capsys.readouterr().err


@pytest.fixture
async def to_kill() -> AsyncIterator[Postgres]:
    with directory_for_servers("killed") as directory:
        server = Postgres(directory, free_port(directory), directory / "log", lambda _: PASSWORD, durable=False)
        try:
            server.start()
            for service in SERVICES:
                await upgrade(service, server.dsn(OWNER))
            yield server
        finally:
            server.stop()


@pytest.mark.parametrize("end", [Postgres.stop, lambda server: server.process.kill()])
async def test_a_database_that_ends_during_a_command_is_a_sentence(
    to_kill: Postgres, tmp_path: Path, capsys: pytest.CaptureFixture[str], end: Callable[[Postgres], None]
) -> None:
    holding = await asyncpg.connect(to_kill.dsn(OWNER))
    watching = await asyncpg.connect(to_kill.dsn(SUPERUSER))
    transaction = holding.transaction()
    await transaction.start()
    await holding.execute("LOCK TABLE submission.head IN ACCESS EXCLUSIVE MODE")
    arguments = ["verify", "--dsn", to_kill.dsn("auditor"), "--evidence", str(tmp_path), "--lang", "en"]
    async with asyncio.TaskGroup() as both:
        command = both.create_task(asyncio.to_thread(run, arguments))
        while not await watching.fetchval(WAITING):
            assert not command.done()
        await asyncio.to_thread(end, to_kill)
    assert command.result() == 3
    said = capsys.readouterr().err
    assert said.startswith("The database cannot be reached, or has just ended")
    holding.terminate()
    watching.terminate()
