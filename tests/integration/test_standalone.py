import json
import os
import pty
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import asyncpg
import pytest

from deploy.standalone.home import AlreadyRunning, Home
from deploy.standalone.ports import PortTaken, free_ports
from deploy.standalone.processes import ServerEnded, StartFailed
from deploy.standalone.running import attached
from deploy.standalone.stack import running
from tests.kit.pids import ended, pids, watched
from tests.kit.servers import directory_for_servers
from tests.kit.small_parts import small_parts

pytestmark = pytest.mark.server


@pytest.fixture
def home() -> Iterator[Home]:
    with directory_for_servers("home") as directory:
        yield Home(directory)


@pytest.fixture
def port(home: Home) -> int:
    return next(free_ports(home.seed + 50))


def got(url: str) -> dict[str, Any]:
    with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310 - our own server
        found: dict[str, Any] = json.load(answer)
        return found


@contextmanager
def a_run_of_its_own(home: Home, port: int) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tests.kit.small_run", str(home.path), str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as run:
        try:
            assert run.stdout
            assert run.stdout.readline() == "ready\n"
            yield run
        finally:
            run.kill()


async def test_four_services_stand_behind_one_port_with_their_prefixes_untouched(home: Home, port: int) -> None:
    async with running(home, port, small_parts()) as stack:
        for path, service in [
            ("/submission/v1/campaigns", "submission"),
            ("/appraisal/v1", "appraisal"),
            ("/scoring", "scoring"),
            ("/reporting/v1/results", "reporting"),
            ("/", "reporting"),
            ("/submissions", "reporting"),
        ]:
            answer = got(stack.base_url + path)
            assert (answer["service"], answer["path"]) == (service, path)
        with pytest.raises(urllib.error.HTTPError, match="404"):
            got(stack.base_url + "/metrics")


async def test_a_service_is_told_its_own_things_and_no_password(home: Home, port: int) -> None:
    async with running(home, port, small_parts()) as stack:
        told = {name: set(got(f"{stack.base_url}/{name}/")["told"]) for name in ("submission", "scoring")}
    assert told["submission"] - told["scoring"] == {"ICT_EVIDENCE_DIR"}
    assert "ICT_DATABASE_PASSWORD_FILE" in told["scoring"]
    assert (home.secrets / "scoring").stat().st_mode & 0o777 == 0o600
    assert home.signing_key.stat().st_mode & 0o777 == 0o600
    assert '"d"' not in home.jwks.read_text()


async def test_data_outlive_a_run_and_fresh_forgets_them(home: Home, port: int) -> None:
    async def tables(*, fresh: bool = False) -> int:
        async with running(home, port, small_parts(), fresh=fresh) as stack:
            connection = await asyncpg.connect(stack.postgres.dsn("ictindex_owner"))
            found: int = await connection.fetchval("SELECT count(*) FROM pg_tables WHERE schemaname = 'scoring'")
            await connection.execute("CREATE TABLE IF NOT EXISTS scoring.kept ()")
            assert await connection.fetchval("SHOW fsync") == "on"
            await connection.close()
            return found

    assert [await tables(), await tables(), await tables(fresh=True)] == [0, 1, 0]


async def test_a_second_run_on_the_same_data_is_told_who_holds_them(home: Home, port: int) -> None:
    async with running(home, port, small_parts()):
        with pytest.raises(AlreadyRunning) as refused:
            async with running(home, port + 1, small_parts()):
                pass
        assert refused.value.facts["pid"] == os.getpid()
        assert refused.value.facts["port"] == port
        found = attached(home)
        assert found is not None
        assert found.base_url.endswith(f":{port}")
    assert attached(home) is None


async def test_a_port_in_use_is_said_before_anything_starts(home: Home, port: int) -> None:
    with socket.create_server(("127.0.0.1", port)):
        with pytest.raises(PortTaken) as refused:
            async with running(home, port, small_parts()):
                pass
        assert refused.value.facts["port"] == port
    assert not (home.path / "postgres").exists()


async def test_two_installations_run_side_by_side(home: Home, port: int) -> None:
    with directory_for_servers("home") as other:
        async with running(home, port, small_parts()) as one, running(Home(other), port + 1, small_parts()) as two:
            assert not set(one.services.values()) & set(two.services.values())
            assert got(one.base_url + "/scoring/")["service"] == got(two.base_url + "/scoring/")["service"]


@pytest.mark.parametrize("wish", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_any_wish_to_stop_ends_it_well_and_leaves_no_process(home: Home, port: int, wish: signal.Signals) -> None:
    with a_run_of_its_own(home, port) as run:
        watches = watched(pids(home))
        run.send_signal(wish)
        assert run.wait(60) == 0
        assert ended(watches, 0)
    assert "database system is shut down" in home.log("postgres").read_text()


def test_a_terminal_that_is_closed_stops_everything_in_order(home: Home, port: int) -> None:
    command = [sys.executable, "-m", "tests.kit.small_run", str(home.path), str(port)]
    run, terminal = pty.fork()
    if run == 0:
        os.execv(command[0], command)  # noqa: S606 - our own interpreter
    watch = os.pidfd_open(run)
    seen = b""
    while b"ready\r\n" not in seen:
        seen += os.read(terminal, 4096)
    watches = watched(pids(home))
    os.close(terminal)  # its kernel says SIGHUP, and whoever writes there from now on gets an error
    assert ended([watch], 60)
    assert os.waitstatus_to_exitcode(os.waitpid(run, 0)[1]) == 0
    assert ended(watches, 0)
    log = home.log("postgres").read_text()
    assert "database system is shut down" in log
    assert "immediate shutdown request" not in log


async def test_after_a_kill_no_process_is_left_and_the_next_run_recovers_the_data(home: Home, port: int) -> None:
    with a_run_of_its_own(home, port) as run:
        watches = watched(pids(home))
        state = attached(home)
        assert state
        connection = await asyncpg.connect(state.dsn("ictindex_owner"))
        await connection.execute("CREATE TABLE scoring.kept AS SELECT 1 AS one")
        run.kill()
        run.wait()
        assert ended(watches)
        connection.terminate()
    async with running(home, port, small_parts()) as stack:
        assert stack.earlier
        assert stack.earlier.pid == run.pid
        connection = await asyncpg.connect(stack.postgres.dsn("ictindex_owner"))
        assert await connection.fetchval("SELECT one FROM scoring.kept") == 1
        await connection.close()


async def test_a_lock_file_that_names_another_living_program_does_not_stop_postgres(home: Home, port: int) -> None:
    async with running(home, port, small_parts()) as stack:
        lock = (home.path / "postgres" / "postmaster.pid").read_text()
    (home.path / "postgres" / "postmaster.pid").write_text(f"{os.getpid()}\n{lock.partition(chr(10))[2]}")
    async with running(home, port, small_parts()) as stack:
        assert stack.postgres.process.running


async def test_a_service_that_does_not_start_shows_its_last_words_and_its_log(home: Home, port: int) -> None:
    with pytest.raises(StartFailed) as failed:
        async with running(home, port, small_parts("scoring")):
            pass
    assert failed.value.facts["name"] == "scoring"
    assert "told to fail" in str(failed.value.facts["tail"])
    assert failed.value.facts["log"] == home.log("scoring")
    assert home.announced() is None


@pytest.mark.parametrize("name", ["appraisal", "proxy", "postgres", "broker"])
async def test_a_server_that_ends_by_itself_is_named(home: Home, port: int, name: str) -> None:
    async with running(home, port, small_parts()) as stack:
        os.kill(pids(home)[name], signal.SIGKILL)
        with pytest.raises(ServerEnded) as failed:
            await stack.watch()
    assert failed.value.facts["name"] == name


async def test_what_a_test_kills_comes_back_where_it_was(home: Home, port: int) -> None:
    async with running(home, port, small_parts()) as stack:
        for name in ("postgres", "broker", "reporting", "proxy"):
            stack.kill(name)
            await stack.start(name)
        assert got(stack.base_url)["service"] == "reporting"
