"""What moves at a terminal, and what stands in a log instead."""

import os
import pty
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from rich.console import Console

from deploy.agencies.year_file import Script
from deploy.auditor.verification import CHECKS, Outcome, Watch
from deploy.cli import demo
from deploy.cli.verify import verified
from deploy.cli.words import Say
from deploy.player.events import ActDone, Event, StepDone
from deploy.standalone.running import Running
from shared.vocabulary import Localized
from tests.kit.small_years import small_years

BAR = "━"


@contextmanager
def screen() -> Iterator[tuple[Console, Callable[[], str]]]:
    """A terminal, and what was written to it."""
    ours, theirs = pty.openpty()
    os.set_blocking(ours, False)
    written: list[bytes] = []

    def read() -> str:
        try:
            while True:
                written.append(os.read(ours, 65536))
        except BlockingIOError:
            return b"".join(written).decode()

    with os.fdopen(theirs, "w") as file:
        yield Console(file=file, width=120), read
    os.close(ours)


@pytest.fixture(autouse=True)
def surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")


async def looked(_dsn: str, _store: Path, *, patience_seconds: float, watch: Watch) -> Sequence[Outcome]:
    """An audit that finds nothing wrong."""
    assert patience_seconds
    for number, check in enumerate(CHECKS):
        watch(check, "bnv", number, len(CHECKS))
    return [Outcome(check) for check in CHECKS]


async def test_verify_moves_a_bar_at_a_terminal_and_writes_only_what_it_found_into_a_log(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("deploy.cli.verify.verify", looked)
    with screen() as (console, read):
        assert await verified("", Path(), Say("vi", err=console)) == 0
        shown = read()
    assert BAR in shown
    assert f"bnv: {[*CHECKS][-1]}" in shown
    capsys.readouterr()
    assert await verified("", Path(), Say("vi")) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert [line[0] for line in out.splitlines()[:-1]] == ["✓"] * len(CHECKS)
    assert "\x1b" not in out


@asynccontextmanager
async def nobody(*_: object) -> AsyncIterator[None]:
    yield


class Unanswered:
    """Nothing is published yet."""

    def __init__(self, *_: object) -> None:
        pass

    async def find(self, _path: str) -> None:
        return None


async def played(script: Script, _client: object, _token: object, watch: Callable[[Event], None]) -> None:
    """All acts of a year, one step of it."""
    count = len(script.year.acts)
    for number in range(1, count + 1):
        watch(ActDone(script.year.campaign, number, count, "submit", None))
    watch(StepDone(script.year.campaign, 1, Localized(vi="Nộp phiếu", en="Submit"), "submission/bnv@7"))


async def test_demo_moves_a_bar_at_a_terminal_and_writes_a_line_a_step_in_any_case(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, other in {"asking": nobody, "Inquiry": Unanswered, "play": played}.items():
        monkeypatch.setattr(demo, name, other)
    [script, *_] = small_years()
    there = cast("Running", SimpleNamespace(token=None))
    step = f"✓ Bước  1/{len(script.template.steps)} Nộp phiếu – submission/bnv@7"
    with screen() as (console, read):
        await demo.play_all([script], there, Say("vi", err=console))
        shown = read()
    assert BAR in shown
    assert "100%" in shown
    assert step in shown
    await demo.play_all([script], there, Say("vi"))
    assert capsys.readouterr() == ("", f"{step}\n")
