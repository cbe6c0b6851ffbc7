"""Which ports: one fixed for people, the inner ones free."""

import errno
import socket
from collections.abc import Iterator

from shared.errors import Rejected

LOOPBACK = "127.0.0.1"
FIRST, LAST = 20_000, 32_000
"""Below the ports of outgoing connections (Linux: 32768 up): none is lost between choosing and listening."""


_KEPT: dict[int, int] = {}


class PortTaken(Rejected, code="standalone.port_taken"):
    """Another program listens there."""


class PortForbidden(Rejected, code="standalone.port_forbidden"):
    """The system lets only root listen there, or the address is not this machine's."""


def _refusal(port: int, address: str) -> OSError | None:
    with socket.socket() as probe:
        # As servers do: a port whose last connection is still cooling down is free, one that is listened on is not.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError as refusal:
            return refusal
    return None


def ensure_free(port: int, address: str = LOOPBACK) -> None:
    """Nobody listens on *port*. Asked before the proxy starts, because Caddy would silently share the port.

    Raises:
        PortTaken: Somebody does.
        PortForbidden: It may not be opened at all.
    """
    refusal = _refusal(port, address)
    if refusal is None:
        return
    if refusal.errno == errno.EADDRINUSE:
        raise PortTaken(port=port, other=port + 1 if port < 65535 else port - 1)  # noqa: PLR2004 - the last port
    raise PortForbidden(port=port, address=address, why=refusal.strerror)


def free_ports(seed: int) -> Iterator[int]:
    """Free ports, one after the other, from a place that *seed* chooses: equal for every run of one installation.

    A port is kept for *seed* from all other runs on this machine until this process ends: seconds may pass before
    somebody listens there.
    """
    span = LAST - FIRST
    for step in range(span):
        port = FIRST + (seed + step) % span
        if _refusal(port, LOOPBACK) is None and _kept(port, seed):
            yield port


def _kept(port: int, seed: int) -> bool:
    """Whether *port* is this *seed*'s from now on; a name in the kernel says so, and goes with the process."""
    if port in _KEPT:
        return _KEPT[port] == seed
    name = socket.socket(socket.AF_UNIX)
    try:
        name.bind(f"\0ictindex-port-{port}")
    except OSError:
        name.close()
        return False
    name.detach()  # open until the process ends
    _KEPT[port] = seed
    return True
