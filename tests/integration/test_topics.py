"""Topics over a real broker: declared by us and by nobody else, wide enough, and written by one who is known again."""

import pytest

from shared.edge.kafka_client import BrokerUnavailable
from shared.edge.topics import declare
from shared.edge.wire import wire
from shared.eventlog import AnnouncementTooLarge
from shared.opening import OPENING_CONSUMERS, campaign_stream
from tests.kit.bus import CONSUMERS, largest, sheet
from tests.kit.containers import KafkaContainer
from tests.kit.kafka import Kafka
from tests.kit.net import Net, running
from tests.kit.world import AGENCY

pytestmark = pytest.mark.server


async def test_topics_are_as_they_were_declared(bus_net: Net) -> None:
    """The embedded broker tells what it was told; that a topic forgets after its time, only Kafka promises."""
    await declare(bus_net.broker.address)  # again: nothing changes
    told = await bus_net.topics()
    names = ("retention.ms", "max.message.bytes", "cleanup.policy")
    kept = {topic: (count, *(settings[name] for name in names)) for topic, (count, settings) in told.items()}
    said = (3, "604800000", "1048576", "delete")  # 7 days, 1 MiB
    assert kept == {
        "ict.submission": said,
        "ict.appraisal": said,
        "ict.scoring": said,
        "ict.control": (1, "3600000", "1048576", "delete"),
    }


async def test_the_largest_message_that_a_log_takes_comes_through(bus_net: Net) -> None:
    submission = await bus_net.publisher("submission")
    scoring = await bus_net.hearing("scoring", OPENING_CONSUMERS)
    part = largest()
    with pytest.raises(AnnouncementTooLarge):
        await submission.say(part.model_copy(update={"text": part.text + "x"}))
    async with bus_net.relaying("submission"), running(scoring.run):
        await submission.say(part)
        await bus_net.heard(scoring, submission, agencies=(AGENCY,))
    [row] = await scoring.log.read(AGENCY, [campaign_stream(part.campaign)])
    assert row.content().data["text"] == part.text


async def test_a_topic_that_nobody_declared_is_made_by_no_question_of_ours(bus_net: Net) -> None:
    said = await (await bus_net.publisher("submission")).say(sheet("a", "1"))
    scoring = await bus_net.hearing("scoring", CONSUMERS)
    await bus_net.undeclare()
    async with (
        running(scoring.run),
        wire("submission", bus_net.broker.address, [], idempotence=bus_net.broker.keeps) as line,
    ):
        with pytest.raises(BrokerUnavailable):
            await line.say([said])
        assert not scoring.started
    assert await bus_net.topics() == {}


@pytest.mark.parametrize("broker", [pytest.param("kafka", marks=pytest.mark.kafka)], indirect=True)
async def test_kafka_knows_our_relay_again_by_an_id(bus_net: Net) -> None:
    """So what it says twice, because an answer was lost on the way, is kept once."""
    assert isinstance(bus_net.broker, Kafka | KafkaContainer)
    submission = await bus_net.publisher("submission")
    async with bus_net.relaying("submission"):
        for agency in (AGENCY, "ubdt"):
            await submission.say(sheet("a", "1"), agency)
        await bus_net.captured("submission", 2)
    ours = bus_net.broker.producers("ict.submission")
    assert min(ours) >= 0
    await bus_net.put_raw("submission", b"", AGENCY.encode(), [])  # by somebody who asks for no id
    assert sorted(bus_net.broker.producers("ict.submission")) == sorted([-1, *ours])
