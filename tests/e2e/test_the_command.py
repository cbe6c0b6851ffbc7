"""`ictindex demo` and `up` as people start, stop and kill them: real processes, what they print, and what is left."""

import os
import re
import selectors
import signal
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from subprocess import PIPE, Popen

import httpx2
import pytest

from deploy.standalone.home import Home
from deploy.standalone.ports import free_ports
from deploy.standalone.running import attached
from tests.kit.pids import ended, pids, watched
from tests.kit.servers import directory_for_servers
from tests.kit.small_years import undisturbed
from tests.kit.year_files import example_years

pytestmark = [pytest.mark.server, pytest.mark.timeout(300)]
SCRIPTS = example_years()
MAIN = SCRIPTS[0]
PATIENCE_SECONDS = 120


@pytest.fixture(scope="module")
def home() -> Iterator[Home]:
    with directory_for_servers("command") as directory:
        yield Home(directory / "data")


class Command:
    """``ictindex`` in a process of its own, without a terminal; what it prints is read as it comes."""

    def __init__(self, run: Popen[bytes]) -> None:
        self.run, self.printed = run, ""
        self._streams = selectors.DefaultSelector()
        for stream in (run.stdout, run.stderr):
            assert stream
            os.set_blocking(stream.fileno(), False)
            self._streams.register(stream, selectors.EVENT_READ)

    def until(self, pattern: str) -> "Command":
        """Read on until *pattern* was printed."""
        while not re.search(pattern, self.printed):
            assert self._more(), f"ended without {pattern!r}:\n{self.printed}"
        return self

    def end(self, wish: signal.Signals | None = None) -> int:
        """Wait for its end, after *wish* was sent; the exit code."""
        if wish is not None:
            self.run.send_signal(wish)
        while self._more():
            pass
        return self.run.wait(PATIENCE_SECONDS)

    def _more(self) -> bool:
        """Read what there is; False at the end."""
        ready = self._streams.select(PATIENCE_SECONDS)
        assert ready or not self._streams.get_map(), f"nothing more came after:\n{self.printed}"
        for key, _ in ready:
            read = os.read(key.fd, 65536)
            self.printed += read.decode()
            if not read:
                self._streams.unregister(key.fileobj)
        return bool(self._streams.get_map())


@contextmanager
def command(home: Home, *arguments: str) -> Iterator[Command]:
    port = next(free_ports(home.seed + 90))
    place = ["--data", str(home.path), "--port", str(port)]
    asked = [sys.executable, "-m", "deploy.cli", "--lang", "en", *arguments, *place]
    with Popen(["/usr/bin/env", "COLUMNS=200", *asked], stdout=PIPE, stderr=PIPE) as run:
        try:
            yield Command(run)
        finally:
            run.kill()


def steps(printed: str) -> dict[int, str]:
    """The main year's steps and the positions that prove them."""
    found = re.findall(r"^✓ Step +(\d+)/13 .* – (\w+/bnv@\d+)$", printed, re.MULTILINE)
    return {int(number): position for number, position in found}


@pytest.fixture(scope="module")
def first(home: Home) -> str:
    """What is printed in the end of a year that was stopped by SIGTERM in its middle, and then killed, and gone on."""
    with command(home, "demo") as stopped:
        stopped.until(r"✓ Step +5/13")
        watches = watched(pids(home))
        assert stopped.end(signal.SIGTERM) == 1
        assert "Stopped before it was done" in stopped.printed
        assert ended(watches, 0)
    with command(home, "demo") as killed:
        killed.until(r"✓ Step +9/13")
        watches = watched(pids(home))
        killed.end(signal.SIGKILL)
        assert ended(watches)
    with command(home, "demo") as done:
        done.until(r"Ctrl-C")
        running = attached(home)
        assert running
        with urllib.request.urlopen(running.base_url + "/", timeout=30) as page:  # noqa: S310 - our own server
            shown = page.read().decode()
        assert all(f'href="/{each.year.agency}/{each.year.campaign}"' in shown for each in SCRIPTS)
        watches = watched(pids(home))
        assert done.end(signal.SIGINT) == 0
        assert ended(watches, 0)
    assert "Traceback" not in stopped.printed + killed.printed + done.printed
    return killed.printed + done.printed  # acts that are refused are seen once, since a refusal leaves no trace


def test_the_thirteen_steps_are_shown_with_the_rows_that_prove_them(first: str) -> None:
    proofs = steps(first)
    assert sorted(proofs) == [step.number for step in MAIN.template.steps] == list(range(1, 14))
    assert {proofs[1].split("/")[0], proofs[4].split("/")[0], proofs[13].split("/")[0]} == {
        "appraisal", "submission", "scoring",
    }  # fmt: skip


def test_refused_acts_are_shown_with_who_and_why(first: str) -> None:
    refused = re.findall(r"^✗ Refused: ([\w-]+) \(.*?\): (.*) \[([\w.]+)\]$", first, re.MULTILINE)
    assert [(who, code) for who, _, code in refused] == [("tgv-thu-ky", "body.own_unit"), ("bo-truong", "run.unknown")]
    assert "Nobody judges their own unit" in refused[0][1]


def test_ranking_findings_history_and_the_auditor_s_word_are_printed(first: str) -> None:
    assert re.search(
        r"│ +15 │ Institute of State Organization Science .*│ +46.63 │ +81.00 │ +56.88 │ Class B │ +\+5 │", first
    )
    assert re.search(r"│ +23 │ State Organization Review .*│ +38.76 │ Class C │", first)
    assert "21 of 23 overall scores are equal" in first
    assert re.search(r"Institute of State Organization Science.*│ +68.53 │ +56.88 │ +−11.65 │ Root error", first)
    assert re.search(r"│ +28.13 │ +75.00 │ +46.87 │ 28.13 is the mean over all 8 units", first)
    assert re.search(r"Score history: ban-tdkt.*│ Council │ +70.00 │ +75.00 │ 63.87 │ hd-thu-ky; ", first, re.DOTALL)
    assert len(re.findall("^✓ (?!Step)", first, re.MULTILINE)) == 10
    assert "Nothing is wrong." in first
    for script in SCRIPTS:
        assert re.search(rf": http://127.0.0.1:\d+/{script.year.agency}/{script.year.campaign}$", first, re.MULTILINE)


async def test_after_a_stop_and_a_kill_the_runs_are_those_of_undisturbed_years(home: Home, first: str) -> None:
    """`up` stands without playing; `demo` beside it shows what is there, plays nothing again, and ends by itself."""
    with command(home, "up") as up:
        up.until(r"Ctrl-C")
        running = attached(home)
        assert running
        async with httpx2.AsyncClient(base_url=running.base_url, timeout=30) as client:
            for script in SCRIPTS:
                year = script.year
                path = f"/reporting/v1/agencies/{year.agency}/campaigns/{year.campaign}/results"
                assert (await client.get(path)).json()["run"] == await undisturbed(script)
        with command(home, "demo") as beside:
            assert beside.end() == 0
            assert "✓ Step" not in beside.printed
            assert "Nothing is wrong." in beside.printed
            assert rows_of(beside.printed) == rows_of(first)
        assert up.run.poll() is None
        assert up.end(signal.SIGHUP) == 0


def rows_of(printed: str) -> list[str]:
    """The lines of the tables."""
    return [line for line in printed.splitlines() if line.startswith("│")]
