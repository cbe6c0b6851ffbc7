"""Brokers for a year: the embedded one here and now, the real one where Java is."""

from collections.abc import Iterator

import pytest

from deploy.standalone.broker import Bus
from tests.kit.kafka import kafka
from tests.kit.servers import broker_to_kill


@pytest.fixture(params=["tansu", pytest.param("kafka", marks=pytest.mark.kafka)])
def broker(request: pytest.FixtureRequest) -> Iterator[Bus]:
    """A broker of this test's own, to be emptied and killed."""
    with broker_to_kill() if request.param == "tansu" else kafka() as running:
        yield running
