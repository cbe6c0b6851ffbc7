"""Everything together: started in order, watched, stopped in order."""

import asyncio
import urllib.request
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from urllib.error import HTTPError

from deploy.identity.schema import IDENTITY
from deploy.safekeeping.aside import ensure_finished
from deploy.standalone import keys, ports
from deploy.standalone.broker import Broker, Bus
from deploy.standalone.home import CLONE, Earlier, Home
from deploy.standalone.postgres import OWNER, SERVICES, Postgres
from deploy.standalone.processes import Process, ServerEnded
from deploy.standalone.proxy import proxy
from deploy.standalone.running import Running

START_SECONDS = 90
OURS = (*SERVICES, IDENTITY)
"""All processes of our own, in the order in which they start."""
WATCH_SECONDS = 0.25
Report = Callable[[str, dict[str, object]], None]
"""Is told each step as a sentence's code and facts."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What a run is made of besides the servers: `deploy.standalone.parts` has the real ones, tests smaller ones.

    Attributes:
        command: The program of a service.
        migrate: Brings the schema of a service up to date, under the owner's login.
        declare: Declares the topics; ``fresh`` on a broker that is known to have forgotten everything.
        broker: Makes the broker, on a free port.
    """

    command: Callable[[str], Sequence[str]]
    migrate: Callable[[str, str], Awaitable[None]]
    declare: Callable[[str, bool], Awaitable[None]]
    broker: Callable[[Home, int], Bus] = lambda home, port: Broker(port, home.log("broker"))


@dataclass(frozen=True, slots=True)
class Stack(Running):
    """A run of ours.

    Attributes:
        postgres: The database server.
        broker: The Kafka-protocol broker.
        processes: The services and the proxy, by name.
        earlier: The run before, when it was killed.
    """

    postgres: Postgres
    broker: Bus
    processes: dict[str, Process]
    parts: Parts
    earlier: Earlier | None = None
    resting: set[str] = field(default_factory=set)

    @property
    def servers(self) -> dict[str, Process]:
        """All processes by name."""
        return {"postgres": self.postgres.process, "broker": self.broker.process, **self.processes}

    async def watch(self) -> None:
        """Never returns while all is well.

        Raises:
            ServerEnded: One of ours ended by itself.
        """
        while True:
            for name, process in self.servers.items():
                if name not in self.resting and process.ended:
                    raise process.failure(ServerEnded)
            await asyncio.sleep(WATCH_SECONDS)

    def kill(self, name: str) -> None:
        """End a server without a word; for tests of faults."""
        self.resting.add(name)
        self.servers[name].kill()

    async def start(self, name: str) -> None:
        """Start again what `kill` ended, on the same port; the embedded broker comes back empty and is declared anew.

        Raises:
            StartFailed: With its last words.
        """
        if name == "postgres":
            self.postgres.start()
        elif name == "broker":
            self.broker.start()
            await self.parts.declare(self.broker.address, not self.broker.keeps)
        else:
            self.processes[name].start()
            await self.ready(name)
        self.resting.discard(name)

    async def ready(self, name: str) -> None:
        """Wait until a service, or ``proxy``, answers that it is ready.

        Raises:
            StartFailed: It ended, or did not in time.
        """
        base = self.services.get(name, self.base_url)
        await self.processes[name].until(lambda: _answers(f"{base}/readyz"), START_SECONDS)


@asynccontextmanager
async def running(
    home: Home,
    port: int,
    parts: Parts,
    *,
    bind: str = ports.LOOPBACK,
    log_level: str = "info",
    fresh: bool = False,
    report: Report = lambda _code, _facts: None,
) -> AsyncIterator[Stack]:
    """All servers, ready; stopped in the end whatever happens. *fresh* forgets all data first.

    Raises:
        AlreadyRunning: Somebody runs on *home*.
        PortTaken: *port* is in use.
        StartFailed: A server did not start.
        DiskFull: No room for the data.
    """
    with home.locked(port) as earlier:
        ports.ensure_free(port, bind)
        if fresh:
            home.empty()
            report("standalone.step.emptied", {"path": home.path})
        elif earlier:
            report("standalone.step.recovered", {"pid": earlier.pid, "started": earlier.started})
        stack = _stack(home, port, bind, log_level, parts, earlier)
        try:
            await _start(stack, report)
            ports.ensure_free(port, bind)  # again: the first time was seconds ago
            stack.processes["proxy"].start()
            await stack.ready("proxy")
            _announce(stack)
            yield stack
        finally:
            with suppress(OSError):  # a terminal that is gone must not keep us from stopping
                report("standalone.step.stopping", {})
            _stop(stack)


def _stack(home: Home, port: int, bind: str, log_level: str, parts: Parts, earlier: Earlier | None) -> Stack:
    keys.make_key(home)
    free = ports.free_ports(home.seed)
    postgres = Postgres(home.path, next(free), home.log("postgres"), lambda role: home.secret(role).read_text())
    broker = parts.broker(home, next(free))
    inner_ports = {name: next(free) for name in OURS}
    url = f"http://{ports.LOOPBACK if bind == '0.0.0.0' else bind}:{port}"  # noqa: S104 - the operator's own word
    processes = {
        name: Process(
            name,
            parts.command(name),
            home.log(name),
            cwd=CLONE,
            environment=_told(name, home, inner, postgres, broker, log_level, url),
        )
        for name, inner in inner_ports.items()
    }
    processes["proxy"] = proxy(inner_ports, port=port, bind=bind, state=home.path / "proxy", log=home.log("proxy"))
    database = f"{ports.LOOPBACK}:{postgres.port}"
    services = {name: f"http://{ports.LOOPBACK}:{inner}" for name, inner in inner_ports.items()}
    seen = (home, url, database, url, services, None, broker.address, None, None)
    return Stack(*seen, postgres, broker, processes, parts, earlier)


def _told(
    name: str, home: Home, port: int, postgres: Postgres, broker: Bus, log_level: str, url: str
) -> dict[str, str]:
    """A process's whole environment: the password comes as a file, which only its user may read."""
    told = {
        "ICT_PORT_INNER": str(port),
        "ICT_DATABASE_URL": postgres.dsn(name, with_password=False),
        "ICT_DATABASE_PASSWORD_FILE": str(home.secret(name)),
        "ICT_LOG_LEVEL": log_level,
        "HOME": str(home.path),
    }
    if name == IDENTITY:
        return told | {"ICT_PAGE_URL": url, "ICT_SIGNING_KEY_FILE": str(home.signing_key)}
    told |= {
        "ICT_KAFKA": broker.address,
        "ICT_KAFKA_IDEMPOTENCE": "true" if broker.keeps else "false",
        "ICT_JWKS_FILE": str(home.jwks),
    }
    return told | ({"ICT_EVIDENCE_DIR": str(home.evidence)} if name == "submission" else {})


async def _start(stack: Stack, report: Report) -> None:
    report("standalone.step.postgres", {"path": stack.home.path})
    stack.postgres.start()
    report("standalone.step.broker", {})
    stack.broker.start()
    report("standalone.step.schemas", {})
    await stack.parts.declare(stack.broker.address, not stack.broker.keeps)
    await ensure_finished(stack.postgres.dsn(OWNER))
    for name in OURS:
        await stack.parts.migrate(name, stack.postgres.dsn(OWNER))
    report("standalone.step.services", {})
    for name in OURS:
        stack.processes[name].start()
    for name in OURS:
        await stack.ready(name)


def _stop(stack: Stack) -> None:
    """From the door inwards; the services together, because each waits for its last piece of work."""
    stack.processes["proxy"].stop()
    for name in OURS:
        stack.processes[name].ask_to_stop()
    for name in OURS:
        stack.processes[name].wait_stopped()
    stack.broker.stop()
    stack.postgres.stop()


def _announce(stack: Stack) -> None:
    stack.home.announce(
        {
            "base_url": stack.base_url,
            "database": stack.database,
            "kafka": stack.kafka,
            "services": dict(stack.services),
            "pids": {name: process.pid for name, process in stack.servers.items()},
        }
    )


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 - our own http address
            return bool(answer.status == 200)  # noqa: PLR2004 - OK
    except (HTTPError, OSError):
        return False
