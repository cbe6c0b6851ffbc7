"""A year comes to the same run, and the auditor finds nothing wrong, whatever the bus does in between."""

from pathlib import Path

import pytest

from deploy.standalone.broker import Bus
from shared.contracts import PUBLISHED, SERVICES
from shared.edge.topics import declare
from tests.kit.disorder import Chance, Delay, disturbing
from tests.kit.house import emptied, house, in_order, once_at
from tests.kit.servers import Server
from tests.kit.small_years import small_years
from tests.kit.year_files import full_year

YEARS = small_years()
PAIRS = [
    (publisher, consumer)
    for publisher, said in PUBLISHED.items()
    for consumer in SERVICES
    if said and publisher != consumer
]
SEEDS = ("one", "two")
pytestmark = pytest.mark.timeout(240)


async def test_two_years_at_once_come_to_the_runs_they_come_to_alone(
    migrated: Server, database: str, broker: Bus, tmp_path: Path
) -> None:
    async with house(migrated, database, broker, tmp_path) as home:
        await home.play(*YEARS)
        await in_order(home, *YEARS)


@pytest.mark.parametrize(("publisher", "consumer"), PAIRS)
async def test_what_one_service_says_reaches_another_only_when_somebody_waits_for_it(
    migrated: Server, database: str, broker: Bus, tmp_path: Path, publisher: str, consumer: str
) -> None:
    delay = Delay(publisher, consumer)
    async with house(migrated, database, broker, tmp_path, prepare=disturbing(delay), patience_seconds=0.2) as home:
        home.door.after = delay.after
        await home.play(YEARS[0])
        await delay.end()
        await in_order(home, YEARS[0])
    assert delay.delayed


@pytest.mark.parametrize("seed", SEEDS)
async def test_messages_are_lost_doubled_and_shuffled(
    migrated: Server, database: str, broker: Bus, tmp_path: Path, seed: str
) -> None:
    chance = Chance(seed)
    async with house(migrated, database, broker, tmp_path, prepare=disturbing(chance)) as home:
        await home.play(*YEARS)
        await in_order(home, *YEARS)
    assert all(chance.done[what] for what in ("lost", "doubled", "kept back"))


@pytest.mark.parametrize("moment", ["/submission", "/approvals"])
async def test_the_broker_loses_all_it_was_told(
    migrated: Server, database: str, broker: Bus, tmp_path: Path, moment: str
) -> None:
    async with house(migrated, database, broker, tmp_path) as home:
        home.door.before = once_at(moment, lambda: emptied(broker))
        await home.play(*YEARS)
        await in_order(home, *YEARS)


async def test_topics_get_more_partitions(migrated: Server, database: str, broker: Bus, tmp_path: Path) -> None:
    """The embedded broker cannot: it is stopped, and begins again with more."""
    widen = (lambda: declare(broker.address, partitions=7)) if broker.keeps else (lambda: emptied(broker, 7))
    async with house(migrated, database, broker, tmp_path) as home:
        home.door.before = once_at("/rounds/round1/closing", widen)
        await home.play(*YEARS)
        await in_order(home, *YEARS)


@pytest.mark.parametrize(
    "broker",
    [
        pytest.param("tansu", marks=[pytest.mark.server, pytest.mark.drill]),  # smaller years do it above, in less time
        pytest.param("kafka", marks=pytest.mark.kafka),
    ],
    indirect=True,
)
async def test_the_broker_loses_all_it_was_told_in_the_middle_of_the_whole_year_2020(
    migrated: Server, database: str, broker: Bus, tmp_path: Path
) -> None:
    years = full_year("bnv/year-2020"), full_year("bnv/year-2020-portal"), full_year("ubdt/year-2020")
    async with house(migrated, database, broker, tmp_path, patience_seconds=8, idle_seconds=5) as home:
        home.door.before = once_at("/rounds/round2/closing", lambda: emptied(broker))
        await home.play(*years)
        await in_order(home, *years)
