"""What the doctor finds of the broker and its topics where one thing is not as it should be, and what it says helps."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import replace

import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import TopicAuthorizationFailedError
from confluent_kafka.admin import (
    AclBinding,
    AclOperation,
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    ResourceType,
)
from confluent_kafka.admin import NewTopic as Foreign

from deploy.docker.forget import forget
from deploy.docker.prepare import acl, admin_of, declare_topics, exactly, prepare_kafka
from deploy.docker.rights import examine_rights
from deploy.doctor.topics import examine_topics
from deploy.standalone.broker import Bus
from deploy.standalone.ports import LOOPBACK
from shared.edge.kafka_login import Login, client_of
from shared.edge.topics import Topic, declare, topics
from tests.kit.bus import LONG_SECONDS, until
from tests.kit.examined import in_english, said
from tests.kit.guarded_kafka import Guarded, guarded_kafka
from tests.kit.net import broker_named

pytestmark = [pytest.mark.server, pytest.mark.timeout(120)]
BROKERS = ["tansu", pytest.param("kafka", marks=pytest.mark.kafka)]
KAFKA = pytest.mark.parametrize("broker", [BROKERS[1]], indirect=True)


@pytest.fixture(scope="module", params=BROKERS)
def broker(request: pytest.FixtureRequest) -> Iterator[Bus]:
    with broker_named(request.param) as running:
        yield running


@pytest.fixture
async def admin(broker: Bus) -> AsyncIterator[AIOKafkaAdminClient]:
    """Of a broker with the topics as they are declared, and no other."""
    client = AIOKafkaAdminClient(bootstrap_servers=broker.address)
    await client.start()
    await undeclared(client, *[each for each in await client.list_topics() if each.startswith("ict.")])
    await declare(broker.address)
    yield client
    await client.close()


def named(name: str) -> Topic:
    """As it is declared."""
    [found] = [each for each in topics() if each.name == name]
    return found


async def undeclared(admin: AIOKafkaAdminClient, *names: str) -> None:
    """They are gone."""
    if names:
        await admin.delete_topics(list(names))

        async def gone() -> bool:
            return not set(names) & set(await admin.list_topics())

        await until("they are gone", gone)


async def made(admin: AIOKafkaAdminClient, *new: NewTopic) -> None:
    await admin.create_topics(list(new))

    async def there() -> bool:
        return {each.name for each in new} <= set(await admin.list_topics())

    await until("they are there", there)


@pytest.mark.usefixtures("admin")
async def test_topics_as_declared_are_one_line(broker: Bus) -> None:
    assert await said(examine_topics(broker.address, None)) == ["✓ The broker's 4 topics are as they were declared."]


async def test_a_topic_that_is_missing_is_named(broker: Bus, admin: AIOKafkaAdminClient) -> None:
    await undeclared(admin, "ict.scoring")
    [line] = await said(examine_topics(broker.address, None))
    assert line.startswith("✗ Topic ict.scoring is missing: ")


async def test_a_topic_that_nobody_declared_is_named(broker: Bus, admin: AIOKafkaAdminClient) -> None:
    await made(admin, NewTopic("ict.other", 1, 1), NewTopic("elsewhere", 1, 1))
    [line] = await said(examine_topics(broker.address, None))
    assert line.startswith("✗ Topic ict.other was declared by nobody here: ")


async def test_each_deviation_of_a_topic_is_a_line(broker: Bus, admin: AIOKafkaAdminClient) -> None:
    declared = named("ict.appraisal")
    settings = declared.settings | {"retention.ms": "3600000", "max.message.bytes": "1000"}
    await undeclared(admin, declared.name)
    await made(admin, NewTopic(declared.name, 1, 1, topic_configs=settings))
    narrow, short, small = await said(examine_topics(broker.address, None))
    assert narrow.startswith("✗ Topic ict.appraisal has partitions 1, not 3: ")
    assert short.startswith("✗ Topic ict.appraisal has retention.ms 3600000, not 604800000: ")
    assert small.startswith("✗ Topic ict.appraisal has max.message.bytes 1000, not 1048576: ")


async def test_a_topic_with_more_parts_than_declared_is_well(broker: Bus, admin: AIOKafkaAdminClient) -> None:
    await undeclared(admin, "ict.scoring")
    await made(admin, replace(named("ict.scoring"), partitions=5).new())
    assert [line[0] for line in await said(examine_topics(broker.address, None))] == ["✓"]


async def test_a_broker_that_is_away_is_one_line() -> None:
    [line] = await said(examine_topics(f"{LOOPBACK}:9", None))
    assert line.startswith(f"✗ The broker at {LOOPBACK}:9 does not answer (")
    assert line.endswith("): read its log, start it again; nothing said is lost.")


@KAFKA
async def test_preparing_again_cures_every_topic(broker: Bus, admin: AIOKafkaAdminClient) -> None:
    """Missing, narrow, set otherwise; what is as it should be stays."""
    ours = AdminClient({"bootstrap.servers": broker.address})
    await undeclared(admin, "ict.scoring", "ict.appraisal")
    await made(admin, NewTopic("ict.appraisal", 1, 1))
    longer = ConfigEntry("retention.ms", "-1", incremental_operation=AlterConfigOpType.SET)
    [changed] = ours.incremental_alter_configs(
        [ConfigResource(ResourceType.TOPIC, "ict.control", incremental_configs=[longer])]
    ).values()
    changed.result(LONG_SECONDS)

    async def in_each_way() -> bool:
        lines = await said(examine_topics(broker.address, None))
        return [line.split()[2] for line in lines] == ["ict.appraisal", "ict.appraisal", "ict.scoring", "ict.control"]

    await until("it is ill in each way", in_each_way)
    for _again in range(2):
        declare_topics(ours)

    async def well() -> bool:
        return [line[0] for line in await said(examine_topics(broker.address, None))] == ["✓"]

    await until("it is well", well)


@pytest.fixture(scope="module")
def guarded() -> Iterator[Guarded]:
    with guarded_kafka() as running:
        yield running


@pytest.mark.kafka
async def test_the_auditors_login_sees_how_topics_are_set_and_reads_none(guarded: Guarded) -> None:
    auditor = guarded.login("tools", "auditor", "kafka_auditor")
    assert [line[0] for line in await said(examine_topics(guarded.address, auditor))] == ["✓"]
    admin = admin_of(guarded.settings)  # to be held until it is answered
    [made] = admin.create_topics([Foreign("ict.other", 1)]).values()
    made.result(LONG_SECONDS)

    async def seen() -> bool:
        [line] = await said(examine_topics(guarded.address, auditor))
        return line.startswith("✗ Topic ict.other was declared by nobody here: ")

    await until("it is seen", seen)
    with pytest.raises(SystemExit, match=r"declared, and not deleted: ict\.scoring"):
        forget(guarded.settings, ["ict.other", "ict.scoring"])
    forget(guarded.settings, ["ict.other"])

    async def forgotten() -> bool:
        return [line[0] for line in await said(examine_topics(guarded.address, auditor))] == ["✓"]

    await until("it is forgotten", forgotten)
    consumer = AIOKafkaConsumer(
        "ict.scoring", bootstrap_servers=guarded.address, auto_offset_reset="earliest", **client_of(auditor)
    )
    async with consumer, asyncio.timeout(LONG_SECONDS):
        with pytest.raises(TopicAuthorizationFailedError):
            await consumer.getone()


@pytest.mark.kafka
async def test_a_broker_that_does_not_know_the_doctor_is_one_line(guarded: Guarded) -> None:
    for login in (None, Login("auditor", "another"), guarded.login("scoring", "scoring")):
        [line] = await said(examine_topics(guarded.address, login))
        assert line.startswith(f"✗ The broker at {guarded.address} does not answer ("), line
    assert list(examine_rights(guarded.address, Login("auditor", "another"))) == [], "it is told once"


def withdraw(admin: AdminClient, right: AclBinding) -> None:
    [withdrawn] = admin.delete_acls([exactly(right)]).values()
    assert len(withdrawn.result(LONG_SECONDS)) == 1


@pytest.mark.kafka
async def test_rights_at_the_broker_are_exactly_those_that_are_meant(guarded: Guarded) -> None:
    auditor, admin = guarded.login("tools", "auditor", "kafka_auditor"), admin_of(guarded.settings)

    def found() -> Sequence[str]:
        return [in_english(each) for each in examine_rights(guarded.address, auditor)]

    well = ["✓ Each topic may be written by its publisher alone."]
    assert found() == well
    lost = acl("scoring", ResourceType.TOPIC, "ict.scoring", AclOperation.WRITE)
    more = acl("scoring", ResourceType.TOPIC, "ict.appraisal", AclOperation.WRITE)
    another = acl("somebody", ResourceType.TOPIC, "*", AclOperation.READ)
    elsewhere = acl("somebody", ResourceType.TOPIC, "other", AclOperation.WRITE)
    for made in admin.create_acls([more, another, elsewhere]).values():
        made.result(LONG_SECONDS)
    withdraw(admin, lost)

    async def all_are_seen() -> bool:
        lines = found()
        return (
            "missing at the broker: scoring: WRITE TOPIC ict.scoring." in lines[0]
            and "at the broker: scoring: WRITE TOPIC ict.appraisal; somebody: READ TOPIC *." in lines[-1]
        )

    await until("all are seen", all_are_seen)
    prepare_kafka(guarded.settings)
    withdraw(admin, another)

    async def all_is_well() -> bool:
        return found() == well

    await until("all is well", all_is_well)
    withdraw(admin, acl("auditor", ResourceType.BROKER, "kafka-cluster", AclOperation.DESCRIBE))

    missing = (
        "✗ Rights are missing at the broker: auditor: DESCRIBE BROKER kafka-cluster. docker compose run --rm prepare."
    )

    async def it_is_blind() -> bool:
        return found() == [missing]

    await until("it is blind", it_is_blind)
