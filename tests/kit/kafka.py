"""A real Apache Kafka (one node, KRaft), for tests: from its image, or the official jars (Java 17, and Maven once)."""

import fcntl
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from deploy.standalone.home import Home
from deploy.standalone.ports import LOOPBACK, free_ports
from deploy.standalone.processes import Process
from deploy.standalone.stack import Parts
from tests.kit.batches import producers_of
from tests.kit.containers import KafkaContainer, has_image
from tests.kit.servers import directory_for_servers, free_port

POM = Path(__file__).with_name("kafka-pom.xml")
JARS = Path(__file__).parents[2] / "var" / "kafka-4.3.0"
INSTALL = "apt install openjdk-17-jre-headless maven"
START_SECONDS = 60
# A quick start matters more than speed later.
OPTIONS = ("-Xms128m", "-Xmx512m", "-XX:TieredStopAtLevel=1")
LOGGING = """\
rootLogger.level=INFO
rootLogger.appenderRef.out.ref=out
appender.out.type=Console
appender.out.name=out
appender.out.layout.type=PatternLayout
appender.out.layout.pattern=%d %p %c{1} %m%n
"""
PROPERTIES = {
    "process.roles": "broker,controller",
    "node.id": "1",
    "controller.listener.names": "CONTROLLER",
    # one node: no copies
    "offsets.topic.replication.factor": "1",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
    "offsets.topic.num.partitions": "4",
    "transaction.state.log.num.partitions": "4",
    "group.initial.rebalance.delay.ms": "0",
    "group.min.session.timeout.ms": "1000",
    "auto.create.topics.enable": "false",
    # after a kill the same broker may come back as soon as its old session has ended (9 s by default)
    "broker.session.timeout.ms": "2000",
    "broker.heartbeat.interval.ms": "500",
}


def _program(name: str) -> str:
    found = shutil.which(name)
    assert found, f"{name} is missing: {INSTALL}"
    return found


def _jars() -> Path:
    """Fetched once a clone; the lock is for tests that run side by side."""
    JARS.parent.mkdir(exist_ok=True)
    with JARS.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not JARS.exists():
            new = JARS.with_suffix(".new")
            copy = ("dependency:copy-dependencies", "-DincludeScope=runtime", f"-DoutputDirectory={new}")
            subprocess.run([_program("mvn"), "-q", "-B", "-f", str(POM), *copy], check=True, timeout=600)
            new.rename(JARS)
    return JARS


class Kafka:
    """One broker that keeps what it is told, in *directory*; a `Bus`.

    Attributes:
        address: ``host:port`` for clients; the same after `kill` and `start`.
    """

    keeps = True

    def __init__(
        self, directory: Path, port: int, *, told: int | None = None, more: Mapping[str, str] | None = None
    ) -> None:
        controller = next(free_ports(port + 100))
        self.address = f"{LOOPBACK}:{told or port}"
        self._data = directory / "data"
        self._properties = directory / "server.properties"
        places = {
            "controller.quorum.voters": f"1@{LOOPBACK}:{controller}",
            "listeners": f"PLAINTEXT://{LOOPBACK}:{port},CONTROLLER://{LOOPBACK}:{controller}",
            "advertised.listeners": f"PLAINTEXT://{self.address}",
            "log.dirs": str(self._data),
        }
        self._properties.write_text(
            "".join(f"{name}={value}\n" for name, value in {**PROPERTIES, **places, **(more or {})}.items())
        )
        logging = directory / "log4j2.properties"
        logging.write_text(LOGGING)
        self._java = [_program("java"), *OPTIONS, f"-Dlog4j2.configurationFile={logging}", "-cp", f"{_jars()}/*"]
        self.process = Process("kafka", [*self._java, "kafka.Kafka", self._properties], directory / "kafka.log")

    def start(self) -> None:
        """Start it, wait until it answers."""
        if not self._data.exists():
            identity = self._tool("random-uuid").split()[-1]
            self._tool("format", "--cluster-id", identity, "--config", str(self._properties))
        self.process.start()
        self.process.until_now(lambda: "Kafka Server started" in self.process.log.read_text(), START_SECONDS)

    def kill(self) -> None:
        """As a power cut would."""
        self.process.kill()

    def stop(self) -> None:
        """By force: nobody keeps its data, and a clean end takes seconds."""
        self.process.kill()

    def producers(self, topic: str) -> Sequence[int]:
        """Who wrote each batch of *topic*, by the id this broker gave; -1 for one that asked for none."""
        # one that was deleted has a longer name
        return producers_of(b"".join(part.read_bytes() for part in sorted(self._data.glob(f"{topic}-[0-9]/*.log"))))

    def _tool(self, *arguments: str) -> str:
        command = [*self._java, "kafka.tools.StorageTool", *arguments]
        done = subprocess.run(command, check=True, timeout=START_SECONDS, capture_output=True, text=True)
        return done.stdout


@contextmanager
def kafka() -> Iterator[Kafka | KafkaContainer]:
    """A running broker without topics."""
    with directory_for_servers("kafka") as directory:
        port = free_port(directory)
        server = KafkaContainer(port, PROPERTIES) if has_image("kafka") else Kafka(directory, port)
        try:
            server.start()
            yield server
        finally:
            server.stop()


def on_kafka(parts: Parts) -> Parts:
    """The same run with this broker instead of the embedded one."""

    return replace(parts, broker=kafka_of)


def kafka_of(home: Home, port: int, *, told: int | None = None) -> Kafka:
    """That of the run on *home*; clients reach it at *told* where they have another way to it."""
    directory = home.path / "kafka"
    directory.mkdir(exist_ok=True)
    return Kafka(directory, port, told=told)
