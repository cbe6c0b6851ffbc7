"""All checks, one after the other: each says one sentence, and the first wrong place it finds."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError
from sqlalchemy import pool
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from deploy.auditor.files import check_files
from deploy.auditor.reading import Standing, list_agencies, read_histories, read_standing
from deploy.auditor.replay import check_tables, driver, make_tables
from deploy.auditor.runs import check_runs, check_words
from deploy.auditor.spoken import CONSUMERS, LISTENERS, announce
from shared.audit.answers import check_answers
from shared.audit.causes import check_causes
from shared.audit.chains import check_chains
from shared.audit.deeds import check_deeds
from shared.audit.history import Histories, Looked
from shared.audit.saying import check_saying
from shared.audit.texts import check_texts
from shared.audit.wrong import HistoryUnreadable
from shared.errors import IctIndexError, Unavailable

POLL_SECONDS = 0.05
UNREADABLE = (ValidationError, ValueError, KeyError, TypeError, AttributeError)
"""What code that expects sound rows raises at unsound ones; another check says which row that is."""


class DatabaseUnreachable(Unavailable, code="audit.database_unreachable"):
    """The auditor's login finds no database."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What a check looks at: one agency, as of one moment.

    Attributes:
        due: By publisher, the last announcement that everybody must have answered; None where that is all of them.
    """

    histories: Histories
    connection: AsyncConnection
    store: Path
    due: Mapping[str, int] | None = None


async def _chains(scene: Scene) -> Looked:
    return check_chains(scene.histories)


async def _saying(scene: Scene) -> Looked:
    return check_saying(scene.histories, announce)


async def _answers(scene: Scene) -> Looked:
    return check_answers(scene.histories, scene.due)


async def _causes(scene: Scene) -> Looked:
    return check_causes(scene.histories)


async def _deeds(scene: Scene) -> Looked:
    return check_deeds(scene.histories, CONSUMERS, LISTENERS)


async def _tables(scene: Scene) -> Looked:
    return await check_tables(scene.connection, scene.histories)


async def _words(scene: Scene) -> Looked:
    return check_words(scene.histories)


async def _runs(scene: Scene) -> Looked:
    return check_runs(scene.histories)


async def _files(scene: Scene) -> Looked:
    return await check_files(scene.histories, scene.store)


async def _texts(scene: Scene) -> Looked:
    return check_texts(scene.histories)


CHECKS: dict[str, Callable[[Scene], Awaitable[Looked]]] = {
    "chains": _chains,
    "saying": _saying,
    "answers": _answers,
    "causes": _causes,
    "deeds": _deeds,
    "tables": _tables,
    "words": _words,
    "runs": _runs,
    "files": _files,
    "texts": _texts,
}
"""In the order of the report; each has a sentence ``audit.check.<name>``."""


@dataclass(slots=True)
class Outcome:
    """What one check found over all agencies.

    Attributes:
        wrong: The first thing found wrong; None where all is in order.
    """

    check: str
    looked: Looked = field(default_factory=Looked)
    wrong: IctIndexError | None = None


Watch = Callable[[str, str, int, int], None]
"""Is told check and agency, how many looks are done, and of how many."""


async def verify(dsn: str, store: Path, *, patience_seconds: float, watch: Watch) -> Sequence[Outcome]:
    """Everything, under the auditor's login, as of one moment.

    A message on its way is no fault: where the snapshot shows any, another one is taken, for so long as there is
    patience. After that, whatever was said before the first snapshot must have been answered; what is younger is told.

    Raises:
        DatabaseUnreachable: See there.
    """
    async with _connected(dsn) as connection:
        async with connection.begin():
            await connection.exec_driver_sql("SET TRANSACTION READ WRITE")  # the login only reads unless it says so
            await make_tables(connection)
        _ = await connection.execution_options(isolation_level="REPEATABLE READ")
        deadline = asyncio.get_running_loop().time() + patience_seconds
        first: Standing | None = None
        while True:
            async with connection.begin():
                await connection.exec_driver_sql("SELECT 1")  # only now the transaction begins
                now = await read_standing(await driver(connection))
                first = first or now
                if now.quiet or asyncio.get_running_loop().time() >= deadline:
                    return await audit(connection, store, watch, first)
            await asyncio.sleep(POLL_SECONDS)


async def audit(
    connection: AsyncConnection, store: Path, watch: Watch, first: Standing | None = None
) -> Sequence[Outcome]:
    """All checks over all agencies, within the caller's transaction; temporary tables are made already.

    What was said after *first* may be on its way; nothing may, where that is not known.
    """
    below = await driver(connection)
    agencies = await list_agencies(below)
    outcomes = {name: Outcome(name) for name in CHECKS}
    steps = len(agencies) * len(CHECKS)
    for number, agency in enumerate(agencies):
        due = first.due(agency) if first else None
        scene = Scene(await read_histories(below, agency), connection, store, due)
        for place, (name, outcome) in enumerate(outcomes.items()):
            watch(name, agency, number * len(CHECKS) + place, steps)
            await _look(scene, agency, outcome)
    return list(outcomes.values())


async def _look(scene: Scene, agency: str, outcome: Outcome) -> None:
    if outcome.wrong is not None:
        return
    try:
        async with scene.connection.begin_nested():  # a refused statement spoils no other check
            outcome.looked += await CHECKS[outcome.check](scene)
    except IctIndexError as wrong:
        outcome.wrong = wrong
    except UNREADABLE as unreadable:
        outcome.wrong = HistoryUnreadable(agency=agency, finding=str(unreadable).splitlines()[0])


@asynccontextmanager
async def _connected(dsn: str) -> AsyncIterator[AsyncConnection]:
    engine = create_async_engine(dsn.replace("postgresql://", "postgresql+asyncpg://", 1), poolclass=pool.NullPool)
    try:
        async with engine.connect() as connection:
            yield connection
    except OSError as lost:
        raise DatabaseUnreachable(reason=str(lost)) from lost
    finally:
        await engine.dispose()
