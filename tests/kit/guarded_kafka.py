"""A real Apache Kafka that asks who comes, set as in docker-compose.yml, but from the jars: no engine is needed."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.docker.prepare import Settings, prepare_kafka
from deploy.docker.secrets import make
from deploy.standalone.ports import LOOPBACK, free_ports
from shared.edge.kafka_login import Login
from tests.kit.containers import COMPOSED
from tests.kit.kafka import Kafka
from tests.kit.servers import directory_for_servers, free_port

ELSEWHERE = ("LISTENERS", "ADVERTISED_LISTENERS", "CONTROLLER_QUORUM_VOTERS", "LOG_DIRS", "HEAP_OPTS")
"""Settings that say where things are: a container's own, which a test's are not."""


@dataclass(frozen=True, slots=True)
class Guarded:
    """A running broker with the users, rights and topics that the one-shot job makes.

    Attributes:
        address: For services.
        settings: Of the job.
    """

    address: str
    settings: Settings
    secrets: Path

    def login(self, reader: str, user: str, file: str = "kafka") -> Login:
        """That of *user*, by the *file* that *reader* mounts."""
        return Login(user, (self.secrets / reader / file).read_text())


@contextmanager
def guarded_kafka() -> Iterator[Guarded]:
    """Made and prepared as compose does it."""
    with directory_for_servers("guarded") as directory:
        secrets = directory / "secrets"
        list(make(secrets))
        ports = free_ports(free_port(directory))
        services, admin, controller = next(ports), next(ports), next(ports)
        places = {
            "listeners": f"SERVICES://{LOOPBACK}:{services},ADMIN://{LOOPBACK}:{admin},CONTROLLER://{LOOPBACK}:{controller}",
            "advertised.listeners": f"SERVICES://{LOOPBACK}:{services},ADMIN://{LOOPBACK}:{admin}",
            "controller.quorum.voters": f"1@{LOOPBACK}:{controller}",
        }
        server = Kafka(directory, services, more=_composed(secrets / "kafka") | places)
        server.start()
        try:
            settings = Settings(kafka_admin=f"{LOOPBACK}:{admin}", secrets=secrets / "prepare")
            prepare_kafka(settings)
            yield Guarded(f"{LOOPBACK}:{services}", settings, secrets)
        finally:
            server.stop()


def _composed(secrets: Path) -> dict[str, str]:
    """As the image reads its environment: ``___`` is a hyphen, ``__`` an underscore, ``_`` a full stop."""
    told = {
        name.removeprefix("KAFKA_"): str(value).replace("$$", "$").replace("/run/secrets", str(secrets))
        for name, value in COMPOSED["kafka"]["environment"].items()
        if name.startswith("KAFKA_")
    }
    return {_property(name): value.strip() for name, value in told.items() if name not in ELSEWHERE}


def _property(name: str) -> str:
    return name.lower().replace("___", "-").replace("__", "\0").replace("_", ".").replace("\0", "_")
