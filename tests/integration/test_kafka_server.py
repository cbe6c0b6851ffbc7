import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from deploy.standalone.home import Home
from deploy.standalone.stack import running
from tests.kit.kafka import kafka, on_kafka
from tests.kit.servers import directory_for_servers, free_port
from tests.kit.small_parts import small_parts

pytestmark = pytest.mark.kafka


async def test_the_real_broker_keeps_what_an_idempotent_producer_said_over_a_kill() -> None:
    with kafka() as server:
        admin = AIOKafkaAdminClient(bootstrap_servers=server.address)
        await admin.start()
        await admin.create_topics([NewTopic("said", 1, 1)])
        await admin.close()
        async with AIOKafkaProducer(bootstrap_servers=server.address, enable_idempotence=True, acks="all") as producer:
            await producer.send_and_wait("said", b"first")
        server.kill()
        server.start()
        async with AIOKafkaConsumer("said", bootstrap_servers=server.address, auto_offset_reset="earliest") as consumer:
            assert (await consumer.getone()).value == b"first"


async def test_a_whole_run_stands_on_the_real_broker_too() -> None:
    with directory_for_servers("home") as directory:
        async with running(Home(directory), free_port(directory), on_kafka(small_parts())) as stack:
            stack.kill("broker")
            await stack.start("broker")
            async with AIOKafkaProducer(bootstrap_servers=stack.kafka, enable_idempotence=True):
                pass
