"""A year through scoring's inbox on the real database: the same run as in memory, and what it rests on."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from services.scoring.publish.domain import recompute
from services.scoring.release.facts import RunPublished
from shared.edge.postgres_log import PostgresLog
from shared.edge.settings import wall_clock
from shared.eventlog import verify
from tests.kit.hearing import Hearing
from tests.kit.scored_year import scored_year
from tests.kit.servers import Server
from tests.kit.world import AGENCY

pytestmark = pytest.mark.server


@pytest.fixture
async def scoring(migrated: Server, database: str) -> AsyncIterator[PostgresLog]:
    """Scoring's log, under its own login."""
    async with asyncpg.create_pool(migrated.dsn("scoring", database), min_size=1, max_size=4) as connections:
        yield PostgresLog(connections, wall_clock)


async def release(hearing: Hearing) -> RunPublished:
    (found,) = await hearing.facts(RunPublished)
    assert isinstance(found, RunPublished)
    return found


async def test_the_year_gives_the_same_run_on_the_database_as_in_memory(scoring: PostgresLog) -> None:
    on_database = await scored_year("bnv/year-2020").play(Hearing(scoring))
    in_memory = await scored_year("bnv/year-2020").play(Hearing())
    published = await release(on_database)
    assert published.run == (await release(in_memory)).run
    ends = await scoring.ends(AGENCY)
    assert {name: (mark.sequence, mark.chain) for name, mark in ends.items()} == {
        name: (each.sequence, each.chain) for name, each in published.rests_on.items()
    }
    rows = await on_database.rows()
    assert verify(rows).position == len(rows)
    assert all(each.same for each in recompute(rows, published.campaign))
