"""One broker a module, without a message in it for each test."""

from collections.abc import AsyncIterator, Iterator

import pytest

from deploy.standalone.broker import Bus as Broker
from shared.edge.topics import declare
from tests.kit.net import Net, broker_named, net
from tests.kit.servers import Server


@pytest.fixture(scope="module", params=["tansu", pytest.param("kafka", marks=pytest.mark.kafka)])
def broker(request: pytest.FixtureRequest) -> Iterator[Broker]:
    with broker_named(request.param) as running_broker:
        yield running_broker


@pytest.fixture
async def bus_net(migrated: Server, database: str, broker: Broker) -> AsyncIterator[Net]:
    await declare(broker.address, fresh=True)
    async with net(migrated, database, broker) as made:
        yield made
