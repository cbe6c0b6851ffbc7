import errno
import json
import os
import pty
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import pytest
import typer
from alembic.util.exc import CommandError
from asyncpg import DiskFullError, InternalClientError, UndefinedColumnError
from sqlalchemy.exc import DBAPIError

from deploy.cli.demo import with_cure
from deploy.cli.inquiry import ServerFailed
from deploy.cli.library import command_of
from deploy.cli.main import COMMANDS, build, run
from deploy.cli.refusals import DatabaseLost, ReleaseOther, refusal_of
from deploy.cli.words import LANGUAGES, Say, language_of
from deploy.player.caller import ActRefused
from deploy.settings import Settings
from deploy.standalone import home as homes
from deploy.standalone import keys
from deploy.standalone.home import DataForeign, DataUnreachable, Home, home_of, said_plainly
from deploy.standalone.ports import free_ports
from deploy.standalone.processes import DiskFull, Process, StartFailed
from shared.edge.auth import Tokens
from shared.edge.settings import wall_clock
from shared.errors import IctIndexError
from shared.facts import FactUnreadable


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


def explained(language: str) -> dict[tuple[str, ...], str]:
    """What is said of each command, and of whatever may stand behind it."""
    said: dict[tuple[str, ...], str] = {}

    def walk(command: Any, *path: str) -> None:
        said[path] = " ".join((command.help or "").split())
        for each in command.get_params(typer.Context(command)):
            said[*path, each.opts[0]] = each.help or ""
        for below, each in getattr(command, "commands", {}).items():
            walk(each, *path, below)

    walk(command_of(build(Say(language)), language), "ictindex")
    return said


def test_every_command_and_option_is_explained_in_both_languages() -> None:
    said = {language: explained(language) for language in LANGUAGES}
    assert said["vi"].keys() >= {("ictindex", name, "--help") for name in COMMANDS}
    assert said["vi"].keys() == said["en"].keys()
    assert [place for place, text in said["vi"].items() if not text or text == said["en"][place]] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_help_shows_what_is_explained(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    monkeypatch.setenv("COLUMNS", "400")
    texts = explained(language)
    for place in [place for *place, last in texts if last == "--help"]:
        assert run([*place[1:], "--help", "--lang", language]) == 0
        shown = " ".join(capsys.readouterr().out.split())
        said = [texts[*place], *(text for (*above, _), text in texts.items() if above == place)]
        assert [text for text in said if text not in shown] == []


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


@contextmanager
def somebody_else() -> Iterator[None]:
    """Root may read everything: within, we are nobody."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


@pytest.fixture
def places(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "file").touch()
    closed = Home(tmp_path / "closed")
    closed.make()
    closed.path.chmod(0)
    return {name: str(tmp_path / name) for name in ("file", "closed", "none")}


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        ("verify --data {none}", 3, "Nothing runs on"),
        ("history k u --data {none}", 3, "Nothing runs on"),
        ("stopped list bnv --data {none}", 3, "Nothing runs on"),
        ("verify --data {file}", 2, "cannot be used: Not a directory"),
        ("verify --data {closed}", 2, "cannot be used: Permission denied"),
        ("history k u --data {closed}", 2, "cannot be used: Permission denied"),
        ("token a b --role unit --data {closed}", 2, "cannot be used: Permission denied"),
        ("up --data {file}", 2, "cannot be used"),
        ("up --data {file}/below", 2, "cannot be used: Not a directory"),
        ("up --data /proc/x", 2, "cannot be used: No such file or directory"),
        ("demo --data /proc/x", 2, "cannot be used: No such file or directory"),
        ("verify --evidence {none} --dsn nonsense", 2, "no address of a database"),
        ("verify --evidence {none} --dsn mysql://a:secret@h/d", 2, "no address of a database"),
        ("verify --evidence {none} --dsn postgresql://a:secret@h:port/d", 2, "no address of a database"),
        ("verify --evidence {none} --dsn postgresql://a:secret@h/d?sslmoode=no", 2, "no address of a database"),
        ("verify --evidence {none} --dsn postgresql://a:secret@127.0.0.1:1/d", 3, "cannot be reached"),
    ],
)
def test_whatever_will_not_do_is_a_sentence_and_its_exit_code(
    capsys: pytest.CaptureFixture[str], places: dict[str, str], arguments: str, code: int, sentence: str
) -> None:
    for name in ("history", "token", "verify"):
        build(Say("en"), name)  # loaded while we may still read them
    with somebody_else() if "closed" in arguments else nullcontext():
        assert run(["--lang", "en", *arguments.format_map(places).split()]) == code
    said = capsys.readouterr().err
    assert sentence in said
    assert said.count("\n") == 1
    assert "secret" not in said


def test_another_persons_run_cannot_be_reached_and_that_is_said(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    home = Home(tmp_path / "data")
    with home.locked(1):
        (home.path / "run.json").symlink_to("run.json")  # what not even root can read
        assert run(["verify", "--lang", "en"]) == 2
    assert "cannot be used" in capsys.readouterr().err


def driven(said: Exception) -> DBAPIError:
    """*said* by asyncpg, as SQLAlchemy passes it on."""
    adapted = Exception(str(said))
    adapted.__cause__ = said
    return DBAPIError("SELECT 1", None, adapted)


@pytest.mark.parametrize(
    ("failure", "kind"),
    [
        (ExceptionGroup("", [driven(DiskFullError("could not extend file: No space left on device"))]), DiskFull),
        (driven(InternalClientError("unexpected protocol state")), DatabaseLost),
        (driven(UndefinedColumnError("column does not exist")), ReleaseOther),
        (CommandError("Can't locate revision identified by '0009'"), ReleaseOther),
        (FactUnreadable(type="sheet_sung.v1"), ReleaseOther),
    ],
)
def test_what_a_database_says_has_a_sentence(failure: BaseException, kind: type[Exception]) -> None:
    assert isinstance(refusal_of(failure), kind)


@pytest.mark.parametrize(("status", "kind"), [(500, ServerFailed), (409, ActRefused)])
def test_a_service_that_fails_over_old_data_is_said_with_the_cure(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, status: int, kind: type[Exception]
) -> None:
    failure = with_cure(ActRefused(path="/x", status=status, refusal="x", title="no"), Home(tmp_path))
    assert isinstance(failure, IctIndexError)
    assert isinstance(failure, kind)
    Say("vi").error(failure)
    assert ("--fresh" in capsys.readouterr().err) == (kind is ServerFailed)


def test_a_mistake_of_ours_keeps_its_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    def mistaken(*_: object) -> object:
        raise ZeroDivisionError

    monkeypatch.setattr("deploy.cli.main.build", mistaken)
    with pytest.raises(ZeroDivisionError):
        run(["up"])


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ("nonsense", "Không có lệnh 'nonsense'."),
        ("uup", "Có phải là 'up'?"),
        ("up --prt 1", "Không có tùy chọn --prt. Có phải là --port?"),
        ("up --port", "Tùy chọn '--port' cần một giá trị."),
        ("up --port 0", "Giá trị của '--port' không hợp lệ: 0 nằm ngoài khoảng"),
        ("up --port x", "'x' không phải số nguyên."),
        ("up --yes=1", "Tùy chọn '--yes' không nhận giá trị."),
        ("up x", "Thừa tham số: x"),
        ("score --format xml", "'xml' không phải một trong: 'json', 'csv', 'table'."),
        ("score", "Thiếu tùy chọn '--ruleset'."),
        ("token a", "Thiếu tham số 'agency'."),
        ("token a b", "Thiếu tùy chọn '--role'."),
        ("--lang fr up", "Giá trị của --lang không hợp lệ: chọn vi hoặc en"),
    ],
)
def test_a_command_used_wrongly_is_told_so_in_vietnamese(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, arguments: str, sentence: str
) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    assert run(arguments.split()) == 2
    said = capsys.readouterr().err
    assert sentence in said
    for english in ("Usage", "No such", "Missing", "Invalid", "Option", "Did you mean", "Try "):
        assert english not in said
    run([*arguments.split(), "--lang", "en"])
    assert sentence not in capsys.readouterr().err


def test_two_clones_never_share_data_or_inner_ports(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    found = []
    for clone in ("one", "two"):
        monkeypatch.setattr(homes, "CLONE", tmp_path / clone / "ictindex")
        found.append(home_of(Settings(data=None)))
    assert found[0].path != found[1].path
    assert next(free_ports(found[0].seed)) != next(free_ports(found[1].seed))


@pytest.mark.parametrize(("answer", "kept"), [(b"n\n", True), (b"\n", True), (b"y\n", False)])
def test_whoever_sits_at_a_terminal_is_asked_before_data_are_removed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, answer: bytes, kept: bool
) -> None:
    home = Home(tmp_path / "data")
    home.make()
    (home.evidence / "kept").touch()
    ours, theirs = pty.openpty()
    os.write(ours, answer)
    started: list[object] = []

    def start(work: object) -> int:
        started.append(work)
        return 0

    monkeypatch.setattr("deploy.cli.up.run_until_stopped", start)
    with os.fdopen(theirs) as terminal:
        monkeypatch.setattr("sys.stdin", terminal)
        code = run(["up", "--fresh"])
    os.close(ours)
    assert (code, len(started)) == ((2, 0) if kept else (0, 1))
    assert "Xóa toàn bộ dữ liệu" in capsys.readouterr().err
    assert (home.evidence / "kept").exists()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_is_given_its_completion(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], shell: str
) -> None:
    monkeypatch.setenv("_ICTINDEX_COMPLETE", f"source_{shell}")
    assert run([]) == 0
    assert "_ICTINDEX_COMPLETE" in capsys.readouterr().out
    monkeypatch.setenv("_ICTINDEX_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", "ictindex ver")
    monkeypatch.setenv("COMP_CWORD", "1")
    run([])
    assert capsys.readouterr().out.split() == ["verify"]


def test_without_a_terminal_lines_are_plain(capsys: pytest.CaptureFixture[str]) -> None:
    say = Say("vi")
    say.step("standalone.step.ready", {"url": "http://x/" + "y" * 200, "logs": "z"})
    say.error(DiskFull(path="/data"))
    assert run(["token", "an", "bnv", "--role", "king"]) == 2
    assert run(["--help"]) == 0
    out, err = capsys.readouterr()
    assert "\x1b" not in out + err
    assert err.count("\n") == 3
