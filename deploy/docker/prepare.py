"""``python -m deploy.docker.prepare``: before the services start, what each of them needs in PostgreSQL and in Kafka.

Logins with their passwords, schemas, migrations; users, rights and topics. Doing it again changes nothing.
"""

import asyncio
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import asyncpg
from confluent_kafka import KafkaException
from confluent_kafka.admin import (
    AclBinding,
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewPartitions,
    NewTopic,
    ResourcePatternType,
    ResourceType,
    ScramCredentialInfo,
    ScramMechanism,
    UserScramCredentialAlteration,
    UserScramCredentialUpsertion,
)
from confluent_kafka.error import KafkaError
from pydantic_settings import BaseSettings, SettingsConfigDict

from deploy.docker.secrets import ADMIN, AUDITOR, OWNER, SUPERUSER
from deploy.identity.schema import IDENTITY, upgrade_identity
from deploy.safekeeping.aside import RestoreUnfinished, ensure_finished
from shared.contracts import PUBLISHED, SERVICES
from shared.edge.migrations import upgrade
from shared.edge.sentences import sentence
from shared.edge.topics import CONTROL, OURS, topic, topics

ROLES_SQL = Path(__file__).parents[1] / "postgres" / "roles.sql"
ANSWER_SECONDS = 30
ITERATIONS = 8192
READ = (AclOperation.READ, AclOperation.DESCRIBE)
WRITE = (AclOperation.WRITE, AclOperation.CREATE, AclOperation.DESCRIBE_CONFIGS)
USERS = (*SERVICES, AUDITOR)
"""All that Kafka knows, besides whoever makes them."""
LOOK = (AclOperation.DESCRIBE, AclOperation.DESCRIBE_CONFIGS)
CLUSTER = "kafka-cluster"
Right = tuple[str, ResourceType, str, AclOperation]


class Settings(BaseSettings):
    """Where both are, and where the secrets lie."""

    model_config = SettingsConfigDict(env_prefix="ICT_")

    database: str = "postgres:5432"
    kafka_admin: str = "kafka:9094"
    secrets: Path = Path("/secrets/prepare")

    def secret(self, name: str) -> str:
        return (self.secrets / name).read_text().strip()

    def dsn(self, role: str, secret: str) -> str:
        return f"postgresql://{role}:{self.secret(secret)}@{self.database}/ictindex"


async def prepare_database(settings: Settings) -> None:
    """Roles, passwords, schemas, and every service's migrations.

    Raises:
        RestoreUnfinished: Nothing may go on from what is there.
    """
    superuser = await asyncpg.connect(settings.dsn("postgres", SUPERUSER))
    try:
        await superuser.execute(ROLES_SQL.read_text())
        for role in (OWNER, *SERVICES, IDENTITY, AUDITOR):  # URL-safe words of our own making: they need no quoting
            await superuser.execute(f"ALTER ROLE {role} PASSWORD '{settings.secret(role)}'")
    finally:
        await superuser.close()
    await ensure_finished(settings.dsn(OWNER, OWNER))
    for service in SERVICES:
        await upgrade(service, settings.dsn(OWNER, OWNER))
    await upgrade_identity(settings.dsn(OWNER, OWNER))


def rights() -> Iterator[Right]:
    """Who may do what: a topic is written by its publisher alone, and read by it and by whoever hears it.

    The auditor sees how each topic is set, one that is not ours but is called like it too, who may what, no message.
    """
    yield (AUDITOR, ResourceType.BROKER, CLUSTER, AclOperation.DESCRIBE)
    yield from ((AUDITOR, ResourceType.TOPIC, OURS, operation) for operation in LOOK)
    for service in SERVICES:
        yield from ((service, ResourceType.GROUP, service, operation) for operation in READ)
        yield from ((service, ResourceType.TOPIC, CONTROL, operation) for operation in (*READ, *WRITE))
        for publisher, contracts in PUBLISHED.items():
            if contracts:
                more = WRITE if publisher == service else ()
                yield from ((service, ResourceType.TOPIC, topic(publisher), operation) for operation in (*READ, *more))


def admin_of(settings: Settings) -> AdminClient:
    """Who may everything, on a listener of its own."""
    return AdminClient(
        {
            "bootstrap.servers": settings.kafka_admin,
            "security.protocol": "SASL_PLAINTEXT",
            "sasl.mechanism": "PLAIN",
            "sasl.username": "admin",
            "sasl.password": settings.secret(ADMIN),
        }
    )


def prepare_kafka(settings: Settings) -> None:
    """Users, topics, and of rights exactly those that are meant."""
    admin = admin_of(settings)
    how = ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, ITERATIONS)
    users: list[UserScramCredentialAlteration] = [
        UserScramCredentialUpsertion(name, how, settings.secret(f"kafka_{name}").encode()) for name in USERS
    ]
    _done(admin.alter_user_scram_credentials(users))
    granted = {acl(*right) for right in rights()}
    _done(admin.create_acls(list(granted)))
    _withdraw(admin, granted)
    declare_topics(admin)


def declare_topics(admin: AdminClient) -> None:
    """Make each topic that is missing, and what is there as it is declared; more partitions than declared stay."""
    wanted = topics()
    new = [
        NewTopic(each.name, num_partitions=each.partitions, replication_factor=1, config=each.settings)
        for each in wanted
    ]
    _done(admin.create_topics(new), KafkaError.TOPIC_ALREADY_EXISTS)
    wide = [NewPartitions(each.name, each.partitions) for each in wanted]
    _done(admin.create_partitions(wide), KafkaError.INVALID_PARTITIONS)  # it has as many, or more
    settings = [
        ConfigResource(
            ResourceType.TOPIC,
            each.name,
            incremental_configs=[
                ConfigEntry(name, value, incremental_operation=AlterConfigOpType.SET)
                for name, value in each.settings.items()
            ],
        )
        for each in wanted
    ]
    _done(admin.incremental_alter_configs(settings))


def empty_topics(settings: Settings) -> None:
    """Delete the topics with what they hold, and the groups' places in them."""
    admin = admin_of(settings)  # to be held until it is answered
    _done(
        admin.delete_topics([each.name for each in topics()], operation_timeout=ANSWER_SECONDS),
        KafkaError.UNKNOWN_TOPIC_OR_PART,
    )


def acl(user: str, kind: ResourceType, name: str, operation: AclOperation) -> AclBinding:
    """A right as Kafka keeps it; ``ict.`` stands for every topic that begins so."""
    pattern = ResourcePatternType.PREFIXED if name == OURS else ResourcePatternType.LITERAL
    return AclBinding(kind, name, pattern, f"User:{user}", "*", operation, AclPermissionType.ALLOW)


def _withdraw(admin: AdminClient, granted: set[AclBinding]) -> None:
    """What an earlier release, or somebody by hand, gave a user of ours beyond *granted*; others are an operator's."""
    for user in USERS:
        theirs = AclBindingFilter(
            ResourceType.ANY,
            None,  # type: ignore[arg-type]  # whatever it is called
            ResourcePatternType.ANY,
            f"User:{user}",
            None,  # type: ignore[arg-type]  # from wherever
            AclOperation.ANY,
            AclPermissionType.ALLOW,
        )
        for held in set(admin.describe_acls(theirs).result(ANSWER_SECONDS)) - granted:
            _done(admin.delete_acls([exactly(held)]))


def exactly(held: AclBinding) -> AclBindingFilter:
    """That right and no other."""
    return AclBindingFilter(
        held.restype,
        held.name,
        held.resource_pattern_type,
        held.principal,
        held.host,
        held.operation,
        held.permission_type,
    )


def _done(asked: Mapping[Any, Future[Any]], *fine: int) -> None:
    for future in asked.values():
        try:
            future.result(ANSWER_SECONDS)
        except KafkaException as refused:
            if refused.args[0].code() not in fine:
                raise


def main() -> None:
    """Both, one after the other; a failure ends with its reason, and starting again goes on."""
    settings = Settings()
    try:
        asyncio.run(prepare_database(settings))
    except RestoreUnfinished as found:
        sys.exit(" / ".join(sentence(found, language) for language in ("vi", "en")))
    print("database: logins, schemas and migrations are in place")
    prepare_kafka(settings)
    print("kafka: users, rights and topics are in place")


if __name__ == "__main__":
    main()
