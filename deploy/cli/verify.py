"""`ictindex verify`: everything that can be proved is proved again, from what is stored."""

import asyncio
import inspect
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import asyncpg
import typer
from rich.progress import Progress
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from deploy.auditor.verification import CHECKS, Outcome, verify
from deploy.cli.place import data_option, reached
from deploy.cli.words import Say
from shared.edge.sentences import SENTENCES, in_words, sentence
from shared.errors import Invalid
from shared.vocabulary import Json

PATIENCE_SECONDS = 10.0
SCHEMES = {"postgresql", "postgresql+asyncpg"}


class DsnMalformed(Invalid, code="verify.dsn_malformed"):
    """That is no address of a PostgreSQL database; it is not repeated, since a password may stand in it."""


def register(app: typer.Typer, say: Say) -> None:
    """Add the command."""

    @app.command(
        name="verify",
        help=say(
            "Kiểm chứng toàn bộ nhật ký, bảng tra cứu, kết quả và tài liệu; mã kết thúc 1 nếu có sai lệch.",
            "Prove logs, tables, results and evidence again; exit code 1 if anything is wrong.",
        ),
    )
    def verify_all(
        data: Annotated[Path | None, data_option(say)] = None,
        dsn: Annotated[
            str | None,
            typer.Option(help=say("Cơ sở dữ liệu, tài khoản kiểm toán.", "Database, under the auditor's login.")),
        ] = None,
        evidence: Annotated[
            Path | None, typer.Option(help=say("Thư mục tài liệu kiểm chứng.", "Directory of the evidence files."))
        ] = None,
    ) -> None:
        if dsn is not None:
            ensure_dsn(dsn)
        if dsn is None or evidence is None:
            running = reached(data)
            dsn, evidence = dsn or running.dsn("auditor"), evidence or running.home.evidence
        raise typer.Exit(asyncio.run(verified(dsn, evidence, say)))


def ensure_dsn(dsn: str) -> None:
    """Refuse what no driver could make sense of.

    Raises:
        DsnMalformed: See there.
    """
    try:
        url = make_url(dsn)
    except (ArgumentError, ValueError):
        raise DsnMalformed from None
    if url.drivername not in SCHEMES or not url.query.keys() <= inspect.signature(asyncpg.connect).parameters.keys():
        raise DsnMalformed


async def verified(dsn: str, evidence: Path, say: Say) -> int:
    """Verify with a progress bar; print a sentence for each check; the exit code."""
    with Progress(console=say.err, transient=True, disable=not say.err.is_terminal) as progress:
        task = progress.add_task(say("Kiểm chứng", "Verifying"), total=len(CHECKS))

        def watch(check: str, agency: str, done: int, count: int) -> None:
            progress.update(task, completed=done, total=count, description=f"{agency}: {check}")

        outcomes = await verify(dsn, evidence, patience_seconds=PATIENCE_SECONDS, watch=watch)
    return told(outcomes, say)


def told(outcomes: Sequence[Outcome], say: Say) -> int:
    """Print what each check found; 0 where nothing is wrong."""
    for outcome in outcomes:
        if outcome.wrong is None:
            line = _in_words(f"audit.check.{outcome.check}", {"count": outcome.looked.count}, say)
            say.out.print(f"✓ {line}", markup=False, style="green")
        else:
            say.out.print(f"✗ {sentence(outcome.wrong, say.language)}", markup=False, style="bold red")
        for note in outcome.looked.notes:
            say.out.print(f"  {_in_words(note.code, note.facts, say)}", markup=False)
    wrong = sum(outcome.wrong is not None for outcome in outcomes)
    say.out.print(_in_words("audit.some_wrong" if wrong else "audit.all_well", {"count": wrong}, say), markup=False)
    return 1 if wrong else 0


def _in_words(code: str, facts: Json, say: Say) -> str:
    return in_words(say(*SENTENCES[code]), facts)
