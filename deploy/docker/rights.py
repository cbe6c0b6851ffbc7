"""Whether Kafka grants exactly what is meant, as the doctor's own login may see it."""

from collections.abc import Iterable, Iterator

from confluent_kafka import KafkaException
from confluent_kafka.admin import (
    AclBinding,
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    AdminClient,
    ResourcePatternType,
    ResourceType,
)

from deploy.docker.prepare import CLUSTER, USERS, acl, rights
from deploy.docker.secrets import AUDITOR
from deploy.doctor.findings import Finding
from shared.edge.kafka_login import MECHANISM, Login
from shared.edge.topics import OURS

SECONDS = 5
SIGHT = acl(AUDITOR, ResourceType.BROKER, CLUSTER, AclOperation.DESCRIBE)
OUR_PRINCIPALS = frozenset(f"User:{user}" for user in USERS)
ALL = AclBindingFilter(
    ResourceType.ANY,
    None,  # type: ignore[arg-type]  # whatever it is called
    ResourcePatternType.ANY,
    None,  # type: ignore[arg-type]  # whoever
    None,  # type: ignore[arg-type]  # from wherever
    AclOperation.ANY,
    AclPermissionType.ALLOW,
)


def examine_rights(bootstrap: str, login: Login) -> Iterator[Finding]:
    """A line for what is granted beyond what is meant, one for what is missing; one for all where nothing is."""
    admin = _admin(bootstrap, login)  # to be held until it is answered
    try:
        held = set(admin.describe_acls(ALL).result(SECONDS))
    except (KafkaException, TimeoutError):
        return  # whoever looked at its topics has told that it does not answer
    meant = {acl(*right) for right in rights()}
    missing = meant - held if SIGHT in held else {SIGHT}  # without it nothing is shown, and no error either
    if missing:
        yield Finding("bus_grants_missing", well=False, facts={"grants": _said(missing)})
    beyond = {each for each in held - meant if each.principal in OUR_PRINCIPALS or _reaches_our_topics(each)}
    if beyond or not missing:
        yield Finding("bus_grants", not beyond, {"grants": _said(beyond)})


def _admin(bootstrap: str, login: Login) -> AdminClient:
    return AdminClient(
        {
            "bootstrap.servers": bootstrap,
            "security.protocol": "SASL_PLAINTEXT",
            "sasl.mechanism": MECHANISM,
            "sasl.username": login.user,
            "sasl.password": login.password,
            "log_level": 0,
        }
    )


def _reaches_our_topics(granted: AclBinding) -> bool:
    begins = granted.resource_pattern_type == ResourcePatternType.PREFIXED and OURS.startswith(granted.name)
    return granted.restype == ResourceType.TOPIC and (granted.name == "*" or granted.name.startswith(OURS) or begins)


def _said(granted: Iterable[AclBinding]) -> str:
    return "; ".join(sorted(_right(each) for each in granted))


def _right(granted: AclBinding) -> str:
    what = f"{AclOperation(granted.operation).name} {ResourceType(granted.restype).name} {granted.name}"
    return f"{granted.principal.removeprefix('User:')}: {what}"
