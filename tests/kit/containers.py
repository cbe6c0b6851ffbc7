"""PostgreSQL and Kafka as docker-compose.yml has them, where an engine holds those images already; else the binaries.

``ICT_TEST_ENGINE=binaries`` asks no engine; ``containers`` fails where there is none. Nothing is ever pulled.
"""

import gc
import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml
from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient
from docker import DockerClient
from docker.errors import DockerException
from pydantic_settings import BaseSettings, SettingsConfigDict
from testcontainers.core.config import ConnectionMode, testcontainers_config
from testcontainers.core.container import DockerContainer

from deploy.standalone.ports import LOOPBACK
from deploy.standalone.postgres import FORGETFUL, ROLES_SQL
from deploy.standalone.processes import Process
from tests.kit.batches import producers_of

COMPOSED: Mapping[str, Any] = yaml.safe_load((Path(__file__).parents[2] / "docker-compose.yml").read_text())["services"]
ENGINE_SECONDS = 5
START_SECONDS = 60
POSTGRES_PORT = 5432
KAFKA_PORT = 9092
# Its own watchman is an image more, and would be fetched; what a killed run leaves, `docker ps` shows by its label.
testcontainers_config.ryuk_disabled = True
testcontainers_config.connection_mode_override = ConnectionMode.docker_host
testcontainers_config.tc_host_override = LOOPBACK


class Asked(BaseSettings):
    """What the developer says through the environment."""

    model_config = SettingsConfigDict(env_prefix="ICT_TEST_")

    engine: Literal["binaries", "containers"] | None = None


@cache
def has_image(service: str) -> bool:
    """Whether *service* of the compose file is to come from its image."""
    asked = Asked().engine
    if asked == "binaries":
        return False
    with warnings.catch_warnings():
        # Where no engine listens, the library leaves its socket to the garbage, and pytest would blame some later test.
        warnings.simplefilter("ignore", ResourceWarning)
        found = _holds(COMPOSED[service]["image"])
        gc.collect()
    assert found or asked is None, f"there is no engine with {COMPOSED[service]['image']}"
    return found


def _holds(image: str) -> bool:
    try:
        client = DockerClient.from_env(timeout=ENGINE_SECONDS)
    except DockerException:
        return False
    try:
        client.images.get(image)
    except DockerException:
        return False
    finally:
        client.close()
    return True


def _container(service: str, port: int, host_port: int | None = None) -> DockerContainer:
    made = DockerContainer(COMPOSED[service]["image"])
    made.ports[str(port)] = (LOOPBACK, host_port) if host_port else (LOOPBACK,)  # type: ignore[assignment]  # to none but us
    return made


def _until(what: str, container: DockerContainer, is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not is_so():
        container.reload()
        last = b"\n".join(container.get_logs())[-2000:].decode(errors="replace")
        assert container.status == "running", f"{what} has ended: {last}"
        assert time.monotonic() < deadline, f"{what} does not answer: {last}"
        time.sleep(0.1)


@contextmanager
def postgres_container(passwords: Mapping[str, str], superuser: str, logins: tuple[str, ...]) -> Iterator[int]:
    """The port of a server with our database, roles and passwords."""
    told = COMPOSED["postgres"]["environment"]
    settings = FORGETFUL | {"max_connections": "200", "timezone": "UTC"}
    container = (
        _container("postgres", POSTGRES_PORT)
        .with_env("POSTGRES_USER", superuser)
        .with_env("POSTGRES_PASSWORD", passwords[superuser])
        .with_env("POSTGRES_DB", told["POSTGRES_DB"])
        .with_env("POSTGRES_INITDB_ARGS", told["POSTGRES_INITDB_ARGS"])
        .with_tmpfs_mount("/quick")  # in memory: the tests make a database each
        .with_env("PGDATA", "/quick/data")
        .with_command(["postgres", *(word for name, value in settings.items() for word in ("-c", f"{name}={value}"))])
    )
    here = ("-h", LOOPBACK, "-U", superuser, "-d", told["POSTGRES_DB"])
    with container:
        # Over TCP: the server that only makes the cluster does not listen there.
        _until("PostgreSQL", container, lambda: container.exec(["pg_isready", "-q", *here]).exit_code == 0)
        script = ROLES_SQL.read_text() + "".join(
            f"ALTER ROLE {role} PASSWORD '{passwords[role]}';\n" for role in logins
        )
        done = container.exec(
            ["env", f"PGPASSWORD={passwords[superuser]}", "psql", "-Xq", "-v", "ON_ERROR_STOP=1", *here, "-c", script]
        )
        assert done.exit_code == 0, done.output.decode()
        yield container.get_exposed_port(POSTGRES_PORT)


class _KafkaProcess(Process):
    """The server in its container, to be killed and started as if it were a child of ours."""

    def __init__(self, container: DockerContainer, address: str) -> None:
        super().__init__("kafka", (), Path("/dev/null"))
        self._container = container
        self._address = address
        self._made = False

    def start(self) -> None:
        if self._made:
            self._container.get_wrapped_container().start()
        else:
            self._container.start()
            self._made = True
        _until("Kafka", self._container, self._answers)

    def kill(self) -> None:
        self._container.get_wrapped_container().kill()

    def _answers(self) -> bool:
        try:
            client = AdminClient({"bootstrap.servers": self._address, "log_level": 0})
            return bool(client.list_topics(timeout=1).brokers)
        except KafkaException:
            return False


class KafkaContainer:
    """See `tests.kit.kafka.Kafka`: the same, from its image."""

    keeps = True

    def __init__(self, port: int, properties: Mapping[str, str]) -> None:
        self.address = f"{LOOPBACK}:{port}"
        self.container = _container("kafka", KAFKA_PORT, port)
        listeners = {
            "listeners": f"PLAINTEXT://:{KAFKA_PORT},CONTROLLER://localhost:9093",
            "advertised.listeners": f"PLAINTEXT://{self.address}",
            "controller.quorum.voters": "1@localhost:9093",
            "log.dirs": COMPOSED["kafka"]["environment"]["KAFKA_LOG_DIRS"],
        }
        for name, value in {**properties, **listeners}.items():
            self.container.with_env("KAFKA_" + name.replace(".", "_").upper(), value)
        self.process: Process = _KafkaProcess(self.container, self.address)

    def start(self) -> None:
        """Start it, wait until it answers."""
        self.process.start()

    def kill(self) -> None:
        """As a power cut would."""
        self.process.kill()

    def producers(self, topic: str) -> Sequence[int]:
        """Who wrote each batch of *topic*, by the id this broker gave; -1 for one that asked for none."""
        files = f"{COMPOSED['kafka']['environment']['KAFKA_LOG_DIRS']}/{topic}-[0-9]/*.log"
        return producers_of(self.container.exec(["sh", "-c", f"cat {files}"]).output)

    def stop(self) -> None:
        """Nobody keeps its data."""
        self.container.stop()
