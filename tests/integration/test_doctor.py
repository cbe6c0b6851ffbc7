"""What the doctor finds of database, services and program where one thing is not as it should be, and what helps."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version
from pathlib import Path
from threading import Thread

import asyncpg
import pytest
from prometheus_client import generate_latest

from deploy.doctor.database import examine_database
from deploy.doctor.grants import examine_grants
from deploy.doctor.program import examine_program, installed_pins
from deploy.doctor.services import examine_service
from deploy.safekeeping.aside import ASIDE
from deploy.standalone.ports import LOOPBACK
from shared.edge.migrations import known_versions, upgrade
from shared.edge.release import RELEASE
from shared.edge.telemetry import Telemetry
from tests.kit.examined import in_english, said
from tests.kit.servers import Server

pytestmark = [pytest.mark.server, pytest.mark.timeout(120)]
FORGETFUL = "✗ The database may lose data in a power cut"
"""What is true of the server of these tests, and only there."""

RECORD, LESS = "Rights to change a log were granted", "Rights are missing"
ROOM = "Rights to a service's schema were granted to others"


async def wrong(server: Server, database: str) -> Sequence[str]:
    """What is ill of a database."""
    lines = await said(examine_database(server.dsn("auditor", database)))
    return [line for line in lines if line.startswith("✗") and not line.startswith(FORGETFUL)]


@contextmanager
def service_of(release: str) -> Iterator[str]:
    """The address of a service that is ready, and of *release*."""
    answers = {"/readyz": b"{}", "/metrics": generate_latest(Telemetry(release).registry)}

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(answers[self.path])

        def log_message(self, *_what: object) -> None:
            pass

    with ThreadingHTTPServer((LOOPBACK, 0), Answering) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://{LOOPBACK}:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def test_packages_are_held_against_what_they_were_pinned_at(tmp_path: Path) -> None:
    well = examine_program(installed_pins())
    assert in_english(well).startswith(f"✓ ictindex {RELEASE}, Python 3.")
    pins = tmp_path / "requirements.txt"
    lines = ("pytest==0.1 \\", "    --hash=sha256:00", "not-there==2", "elsewhere==3 ; sys_platform == 'win32' \\")
    pins.write_text("\n".join(lines))
    ill = in_english(examine_program(installed_pins(tmp_path)))
    assert ill.startswith(f"✗ Packages are not as pinned (not-there – ≠ 2, pytest {version('pytest')} ≠ 0.1): ")


async def test_a_service_of_another_release_is_named() -> None:
    with service_of(RELEASE) as url:
        assert await said(examine_service("scoring", url)) == ["✓ Service scoring is ready."]
    with service_of("0.0.9") as url:
        ready, other = await said(examine_service("scoring", url))
    assert ready == "✓ Service scoring is ready."
    assert other.startswith(f"✗ scoring is release 0.0.9, this command {RELEASE}: start all again")


async def test_a_database_as_it_should_be_has_nothing_wrong(migrated: Server, database: str) -> None:
    lines = await said(examine_database(migrated.dsn("auditor", database)))
    assert "✓ The tables of 4 services are of this release." in lines
    assert await wrong(migrated, database) == []


@pytest.mark.parametrize("found", ["0001", None])
async def test_tables_of_an_earlier_release_are_named(
    migrated: Server, database: str, superuser: asyncpg.Connection, found: str | None
) -> None:
    await superuser.execute("DELETE FROM submission.alembic_version")
    if found:
        await superuser.execute("INSERT INTO submission.alembic_version VALUES ($1)", found)
    [line] = await wrong(migrated, database)
    needed = known_versions("submission")[0]
    assert line.startswith(
        f"✗ The tables of submission are at {found or '–'}, this release needs {needed}: start again"
    )


async def test_tables_of_a_later_release_are_named(
    migrated: Server, database: str, superuser: asyncpg.Connection
) -> None:
    await superuser.execute("UPDATE reporting.alembic_version SET version_num = 'later'")
    [line] = await wrong(migrated, database)
    assert line.startswith("✗ The tables of reporting are a later release's (later; this one knows ")


async def test_a_schema_that_its_owner_has_just_made_is_named(
    migrated: Server, database: str, superuser: asyncpg.Connection
) -> None:
    """Nobody else may look into it."""
    await superuser.execute("DROP SCHEMA scoring CASCADE; CREATE SCHEMA scoring AUTHORIZATION ictindex_owner")
    [line] = await wrong(migrated, database)
    assert line.startswith("✗ The tables of scoring are at –, ")


@pytest.mark.parametrize("built", ["nothing", "tables"])
async def test_what_a_restore_that_was_cut_off_has_set_aside_is_named(
    migrated: Server, database: str, superuser: asyncpg.Connection, built: str
) -> None:
    """By its first step, and after its last but one."""
    owner = await asyncpg.connect(migrated.dsn("ictindex_owner", database))
    await superuser.execute(f"ALTER DATABASE {database} OWNER TO ictindex_owner")
    await owner.execute(f"ALTER SCHEMA scoring RENAME TO scoring{ASIDE}")
    if built == "tables":
        await upgrade("scoring", migrated.dsn("ictindex_owner", database))
    await owner.close()
    *missing, line = await wrong(migrated, database)
    assert line.startswith(
        "✗ scoring_before: set aside by a restore that was cut off. Stop the services, restore again"
    )
    assert [each.split(",")[0] for each in missing] == (
        ["✗ The tables of scoring are at –"] if built == "nothing" else []
    )


@pytest.mark.parametrize(
    ("act", "line"),
    [
        ("GRANT DELETE ON submission.log TO PUBLIC", f"{RECORD}: PUBLIC: DELETE submission.log."),
        ("GRANT INSERT ON scoring.log_3 TO scoring", f"{RECORD}: scoring: INSERT scoring.log_3."),
        ("GRANT EXECUTE ON FUNCTION scoring.append TO reporting", f"{RECORD}: reporting: EXECUTE scoring.append."),
        ("GRANT USAGE ON SCHEMA scoring TO reporting", f"{ROOM}: reporting: USAGE scoring."),
        ("GRANT CREATE ON SCHEMA scoring TO scoring", f"{ROOM}: scoring: CREATE scoring."),
        ("REVOKE SELECT ON scoring.head FROM scoring", f"{LESS}: scoring: SELECT scoring.head."),
        ("REVOKE USAGE ON SCHEMA reporting FROM reporting", f"{LESS}: reporting: USAGE reporting."),
        ("ALTER TABLE scoring.inbox DISABLE TRIGGER append_only", "The append-only guard is off at scoring.inbox:"),
    ],
)
async def test_each_right_that_is_not_as_it_should_be_is_named(
    migrated: Server, database: str, superuser: asyncpg.Connection, act: str, line: str
) -> None:
    await superuser.execute(act)
    [found] = await wrong(migrated, database)
    assert found.startswith(f"✗ {line}")


async def test_a_login_that_may_everything_is_named(migrated: Server, database: str) -> None:
    """Of the whole server, so within a transaction that is taken back."""
    superuser = await asyncpg.connect(migrated.dsn("postgres", database))
    change = superuser.transaction()
    await change.start()
    await superuser.execute("ALTER ROLE scoring SUPERUSER")
    found = [in_english(each) async for each in examine_grants(superuser)]
    await change.rollback()
    await superuser.close()
    assert found[0].startswith("✗ Rights to change a log were granted: scoring: SUPERUSER.")
