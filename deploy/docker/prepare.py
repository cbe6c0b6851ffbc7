"""``python -m deploy.docker.prepare``: before the services start, what each of them needs in PostgreSQL and in Kafka.

Logins with their passwords, schemas, migrations; users, rights and topics. Doing it again changes nothing.
"""

import asyncio
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
from shared.contracts import PUBLISHED, SERVICES
from shared.edge.migrations import upgrade
from shared.edge.topics import CONTROL, MAX_MESSAGE_BYTES, topic, topics

ROLES_SQL = Path(__file__).parents[1] / "postgres" / "roles.sql"
ANSWER_SECONDS = 30
ITERATIONS = 8192
READ = (AclOperation.READ, AclOperation.DESCRIBE)
WRITE = (AclOperation.WRITE, AclOperation.CREATE, AclOperation.DESCRIBE_CONFIGS)
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
    """Roles, passwords, schemas, and every service's migrations."""
    superuser = await asyncpg.connect(settings.dsn("postgres", SUPERUSER))
    try:
        await superuser.execute(ROLES_SQL.read_text())
        for role in (OWNER, *SERVICES, AUDITOR):  # URL-safe words of our own making: they need no quoting
            await superuser.execute(f"ALTER ROLE {role} PASSWORD '{settings.secret(role)}'")
    finally:
        await superuser.close()
    for service in SERVICES:
        await upgrade(service, settings.dsn(OWNER, OWNER))


def rights() -> Iterator[Right]:
    """Who may do what: a topic is written by its publisher alone, and read by it and by whoever hears it."""
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
        UserScramCredentialUpsertion(name, how, settings.secret(f"kafka_{name}").encode()) for name in SERVICES
    ]
    _done(admin.alter_user_scram_credentials(users))
    granted = {acl(*right) for right in rights()}
    _done(admin.create_acls(list(granted)))
    _withdraw(admin, granted)
    wanted = [
        NewTopic(
            each.name,
            num_partitions=each.partitions,
            replication_factor=1,
            config={"retention.ms": str(each.retention_ms), "max.message.bytes": str(MAX_MESSAGE_BYTES)},
        )
        for each in topics()
    ]
    _done(admin.create_topics(wanted), KafkaError.TOPIC_ALREADY_EXISTS)


def empty_topics(settings: Settings) -> None:
    """Delete the topics with what they hold, and the groups' places in them."""
    admin = admin_of(settings)  # to be held until it is answered
    _done(
        admin.delete_topics([each.name for each in topics()], operation_timeout=ANSWER_SECONDS),
        KafkaError.UNKNOWN_TOPIC_OR_PART,
    )


def acl(user: str, kind: ResourceType, name: str, operation: AclOperation) -> AclBinding:
    """A right as Kafka keeps it."""
    allow, exactly = AclPermissionType.ALLOW, ResourcePatternType.LITERAL
    return AclBinding(kind, name, exactly, f"User:{user}", "*", operation, allow)


def _withdraw(admin: AdminClient, granted: set[AclBinding]) -> None:
    """What an earlier release, or somebody by hand, gave a service beyond *granted*; other users are an operator's."""
    for service in SERVICES:
        theirs = AclBindingFilter(
            ResourceType.ANY,
            None,  # type: ignore[arg-type]  # whatever it is called
            ResourcePatternType.ANY,
            f"User:{service}",
            None,  # type: ignore[arg-type]  # from wherever
            AclOperation.ANY,
            AclPermissionType.ALLOW,
        )
        for held in set(admin.describe_acls(theirs).result(ANSWER_SECONDS)) - granted:
            _done(admin.delete_acls([_exactly(held)]))


def _exactly(held: AclBinding) -> AclBindingFilter:
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
    asyncio.run(prepare_database(settings))
    print("database: logins, schemas and migrations are in place")
    prepare_kafka(settings)
    print("kafka: users, rights and topics are in place")


if __name__ == "__main__":
    main()
