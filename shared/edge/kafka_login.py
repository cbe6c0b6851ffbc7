"""Who a service is to Kafka, where the broker asks: SCRAM-SHA-512; the embedded broker does not ask."""

from dataclasses import dataclass, field
from typing import Any

from faststream.security import SASLScram512

MECHANISM = "SCRAM-SHA-512"


@dataclass(frozen=True, slots=True)
class Login:
    """A user of the broker; its rights are made by ``deploy.docker.prepare``."""

    user: str
    password: str = field(repr=False)


def client_of(login: Login | None) -> dict[str, Any]:
    """What aiokafka's clients are told."""
    if login is None:
        return {}
    return {
        "security_protocol": "SASL_PLAINTEXT",
        "sasl_mechanism": MECHANISM,
        "sasl_plain_username": login.user,
        "sasl_plain_password": login.password,
    }


def security_of(login: Login | None) -> SASLScram512 | None:
    """The same for FastStream."""
    return None if login is None else SASLScram512(login.user, login.password, use_ssl=False)
