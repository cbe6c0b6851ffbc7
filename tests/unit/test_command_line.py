import errno
import json
from pathlib import Path

import pytest

from deploy.cli.main import run
from deploy.cli.words import Say, language_of
from deploy.settings import Settings
from deploy.standalone import keys
from deploy.standalone.home import DataForeign, DataUnreachable, Home, said_plainly
from deploy.standalone.processes import DiskFull, Process, StartFailed
from shared.edge.auth import Tokens
from shared.edge.settings import wall_clock


@pytest.fixture(autouse=True)
def surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("ICT_LANG", "LC_ALL", "LC_MESSAGES", "LANG", "ICT_PORT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ICT_DATA", str(tmp_path / "data"))


@pytest.mark.parametrize(
    ("surrounding", "arguments", "language"),
    [
        ({}, [], "vi"),
        ({"LANG": "C.UTF-8"}, [], "vi"),
        ({"LANG": "en_GB.UTF-8"}, [], "en"),
        ({"LANG": "en_GB.UTF-8", "ICT_LANG": "vi"}, [], "vi"),
        ({"ICT_LANG": "vi"}, ["--lang", "en"], "en"),
        ({}, ["up", "--lang=en"], "en"),
        ({}, ["history", "--", "--lang", "en"], "vi"),
    ],
)
def test_the_language_is_the_one_asked_for_most_closely(
    monkeypatch: pytest.MonkeyPatch, surrounding: dict[str, str], arguments: list[str], language: str
) -> None:
    for name, value in surrounding.items():
        monkeypatch.setenv(name, value)
    assert language_of(arguments, Settings())[0] == language


def test_the_help_speaks_both_languages(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["token", "--help"]) == 0
    assert "Mã cơ quan" in capsys.readouterr().out
    assert run(["token", "--help", "--lang", "en"]) == 0
    assert "Id of the agency" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["nonsense"], ["up", "--port", "0"], ["--lang", "fr", "up"], ["token", "a"]])
def test_a_command_used_wrongly_ends_with_2(arguments: list[str]) -> None:
    assert run(arguments) == 2


def test_a_refusal_is_a_sentence_and_no_traceback(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(["token", "an", "bnv", "--role", "king"]) == 2
    assert capsys.readouterr().err.startswith("Không có vai trò king.")
    monkeypatch.setenv("ICT_PORT", "many")
    assert run(["up"]) == 2
    assert "ICT_PORT=many" in capsys.readouterr().err


def test_data_are_not_removed_without_somebodys_word(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Home(tmp_path / "data").make()
    (tmp_path / "data" / "evidence" / "kept").touch()
    with (tmp_path / "empty").open("w+") as nobody:
        monkeypatch.setattr("sys.stdin", nobody)
        assert run(["up", "--fresh"]) == 2
    assert (tmp_path / "data" / "evidence" / "kept").exists()


def test_a_service_believes_the_token_that_the_command_prints(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert run(["token", "an.nv", "bnv", "--role", "unit", "--role", "unit_head", "--unit", "vu-cchc"]) == 0
    caller = Tokens(tmp_path / "data" / "jwks.json", wall_clock).caller(capsys.readouterr().out.strip())
    assert (caller.actor, caller.agency, caller.unit) == ("an.nv", "bnv", "vu-cchc")
    assert caller.roles == {"unit", "unit_head"}


@pytest.mark.parametrize("hours", [0, -1, 12.5])
def test_a_token_lives_twelve_hours_at_most(tmp_path: Path, hours: float) -> None:
    home = Home(tmp_path / "data")
    home.make()
    keys.make_key(home)
    with pytest.raises(keys.HoursTooMany):
        keys.token(home, actor="a", agency="b", roles=[], now=0, hours=hours)


def test_the_key_is_made_once(tmp_path: Path) -> None:
    home = Home(tmp_path / "data")
    home.make()
    keys.make_key(home)
    first = json.loads(home.jwks.read_text())
    keys.make_key(home)
    assert json.loads(home.jwks.read_text()) == first


def test_a_full_disk_is_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(DiskFull), said_plainly(tmp_path):
        Path("/dev/full").write_text("x")


def test_a_place_that_is_no_directory_is_said_plainly(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DataUnreachable):
        Home(tmp_path / "file" / "data").make()


def test_a_directory_with_other_things_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir(mode=0o755)
    with pytest.raises(DataForeign):
        Home(tmp_path).make()
    home = Home(tmp_path / "data")
    home.make()
    (home.path / "letter").touch()
    home.empty()
    assert (home.path / "letter").exists()


@pytest.mark.parametrize(
    ("words", "kind"), [("could not write: No space left on device", DiskFull), ("?", StartFailed)]
)
def test_last_words_of_a_server_tell_what_is_wrong(tmp_path: Path, words: str, kind: type[Exception]) -> None:
    process = Process("server", ["/bin/sh", "-c", f"echo {words}; exit {errno.EIO}"], tmp_path / "log")
    process.start()
    with pytest.raises(kind):
        process.until_now(lambda: False, 30)


def test_of_several_failures_at_once_the_first_that_has_a_sentence_is_said(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def several(say: Say, *_only: str) -> object:
        full = OSError(errno.ENOSPC, "full", "/data/x")
        raise ExceptionGroup(say.language, [RuntimeError(), ExceptionGroup("", [full])])

    monkeypatch.setattr("deploy.cli.main.build", several)
    assert run(["token"]) == 1
    assert "/data/x đã đầy" in capsys.readouterr().err
