"""The reverse proxy: Caddy from a wheel, told by the one Caddyfile of `deploy/proxy`."""

import sys
import sysconfig
from collections.abc import Mapping
from pathlib import Path

from deploy.standalone.ports import LOOPBACK
from deploy.standalone.processes import Process

CADDYFILE = Path(__file__).parents[1] / "proxy" / "Caddyfile"


def proxy(
    services: Mapping[str, int], *, port: int, bind: str, state: Path, log: Path, tls: Mapping[str, str] | None = None
) -> Process:
    """*services* by name and inner port, behind *port*; what Caddy writes for itself goes below *state*.

    Args:
        services: Inner ports by name.
        port: Of plain HTTP.
        bind: The address to listen on.
        state: A directory.
        log: A file.
        tls: What the Caddyfile asks about TLS (``ICT_TLS`` and its kin); None for HTTP alone.
    """
    upstreams = {f"ICT_{name.upper()}": f"{LOOPBACK}:{inner}" for name, inner in services.items()}
    places = {"HOME": str(state), "XDG_DATA_HOME": str(state), "XDG_CONFIG_HOME": str(state)}
    return Process(
        "proxy",
        [_program(), "run", "--config", CADDYFILE, "--adapter", "caddyfile"],
        log,
        environment=upstreams | places | {"ICT_PORT": str(port), "ICT_BIND": bind} | dict(tls or {}),
    )


def _program() -> Path:
    beside_python = Path(sys.executable).with_name("caddy")
    return beside_python if beside_python.exists() else Path(sysconfig.get_path("scripts")) / "caddy"
