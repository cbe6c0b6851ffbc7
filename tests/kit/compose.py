"""A compose installation of a test's own: other project, other ports; needs a Docker engine with the images at hand."""

import asyncio
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from deploy.docker.secrets import KEY
from deploy.standalone.home import Home
from deploy.standalone.ports import free_ports
from deploy.standalone.running import Running
from tests.kit.bus import until
from tests.kit.servers import free_port

CLONE = Path(__file__).parents[2]
COMMAND_SECONDS = 400
RELEASE = "test"
"""Its image has a tag of its own: an operator's, built from other files, stays what it is."""
UNSAID = [word for name in ("ICT_BIND", "ICT_HOST", "ICT_TLS", "ICT_CERTIFICATES") for word in ("-u", name)]
"""What an operator has set here, in the environment or in ``.env``, is not meant for the test."""
WITHOUT_ENGINE = "A running Docker engine with Compose v2 is needed, and this machine has none."


@dataclass
class Compose:
    """One installation.

    Attributes:
        home: Where its signing key is kept for tokens of our own.
        told: What an operator has set besides.
    """

    project: str
    port: int
    tls_port: int
    home: Home
    killed: dict[str, Sequence[str]] = field(default_factory=dict)
    told: dict[str, str] = field(default_factory=dict)

    def __call__(self, *arguments: str, check: bool = True) -> str:
        """What ``docker compose`` prints."""
        told = (f"ICT_PORT={self.port}", f"ICT_TLS_PORT={self.tls_port}", "ICT_LANG=en", f"ICT_RELEASE={RELEASE}")
        more = tuple(f"{name}={value}" for name, value in self.told.items())
        apart = ("--env-file", os.devnull, "--project-name", self.project)
        done = subprocess.run(
            ["env", *UNSAID, *told, *more, "docker", "compose", *apart, *arguments],
            cwd=CLONE,
            capture_output=True,
            text=True,
            timeout=COMMAND_SECONDS,
            check=False,
        )
        said = f"{' '.join(arguments)}:\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
        assert not check or done.returncode == 0, said
        return done.stdout

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def ictindex(self, *arguments: str) -> str:
        """The command line of the installation."""
        return self("run", "--rm", "-T", "ictindex", *arguments)

    def python(self, service: str, code: str) -> str:
        """Runs *code* where *service* runs, as it."""
        return self("exec", "-T", service, "python", "-c", code)

    def prepared(self, code: str | None = None) -> str:
        """Runs the job that makes logins and rights once more, or *code* in its place."""
        return self("run", "--rm", "-T", "--no-deps", "prepare", *(("python", "-c", code) if code else ()))

    def token(self, actor: str, agency: str, roles: Sequence[str], *, unit: str | None = None) -> str:
        """For *actor*, by the installation's own key."""
        reached = Running(self.home, self.base_url, "", self.base_url, {}, None, None, None, None)
        return reached.token(actor, agency, roles, unit=unit)

    def up(self, *more: str) -> None:
        self("up", "--detach", "--wait", *more)

    def kill(self, name: str) -> None:
        """End a service's containers without a word; of ``scoring`` two of three; ``everything`` is asked to stop."""
        if name == "everything":
            self("stop")
            return
        found = self("ps", "--quiet", name).split()
        doomed = found[1:] if name == "scoring" else found
        _docker("kill", *doomed)
        self.killed[name] = doomed

    async def start(self, name: str) -> None:
        """Start what was killed, and wait until it is healthy; what is killed meanwhile is another's care."""
        if name == "everything":
            await asyncio.to_thread(self, "start")
            return
        doomed = self.killed[name]
        await asyncio.to_thread(_docker, "start", *doomed)

        async def healthy() -> bool:
            shown = await asyncio.to_thread(_docker, "inspect", "--format", "{{.State.Health.Status}}", *doomed)
            return set(shown.split()) == {"healthy"}

        await until(f"{name} is healthy", healthy)


def _docker(*arguments: str) -> str:
    done = subprocess.run(["docker", *arguments], check=True, capture_output=True, text=True, timeout=COMMAND_SECONDS)
    return done.stdout


def has_engine() -> bool:
    """Whether ``docker compose`` works here."""
    if shutil.which("docker") is None:
        return False
    asked = ("docker", "compose", "version"), ("docker", "info")
    return all(subprocess.run(one, capture_output=True, check=False, timeout=30).returncode == 0 for one in asked)


@contextmanager
def composed() -> Iterator[Compose]:
    """Built, and up; gone in the end, volumes and all."""
    assert has_engine(), WITHOUT_ENGINE
    with tempfile.TemporaryDirectory(prefix="ictindex-compose-") as directory:
        home = Home(Path(directory))
        home.make()
        ports = free_ports(free_port(home.path))
        compose = Compose(f"ictindex-test-{os.getpid()}", next(ports), next(ports), home)
        try:
            compose("build")
            compose.up()
            key = compose("run", "--rm", "-T", "--entrypoint", "cat", "ictindex", f"/data/secrets/{KEY}")
            home.write_secret(home.signing_key, key)
            yield compose
        finally:
            compose("down", "--volumes", "--timeout", "20", check=False)
