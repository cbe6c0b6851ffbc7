"""The proxy in front of what only says what it was asked: figures about the processes are not for everybody."""

from collections.abc import Iterator
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from deploy.standalone.ports import LOOPBACK
from deploy.standalone.proxy import proxy
from shared.contracts import SERVICES
from tests.kit.servers import directory_for_servers, free_port

pytestmark = pytest.mark.server
HEALTH = ["/livez", "/readyz"]
METRICS = [
    *("/metrics", "/metrics?x=1", "//metrics", "/./metrics", "/x/../metrics", "/%6Detrics", "/metrics/", "/metrics//"),
    *(f"/{service}/metrics" for service in SERVICES),
    *(f"/{service}/../metrics" for service in SERVICES),
]


class Inner(BaseHTTPRequestHandler):
    """A service that repeats which path reached it."""

    def do_GET(self) -> None:
        body = self.path.encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_what: object) -> None:
        pass


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """Of a proxy before one inner service that plays all four."""
    with directory_for_servers("proxy") as directory, ThreadingHTTPServer((LOOPBACK, 0), Inner) as inner:
        thread = Thread(target=inner.serve_forever)
        thread.start()
        outer = free_port(directory)
        running = proxy(
            dict.fromkeys(SERVICES, inner.server_port),
            port=outer,
            bind=LOOPBACK,
            state=directory,
            log=directory / "log",
        )
        running.start()
        try:
            running.until_now(lambda: _listens(outer), 20)
            yield outer
        finally:
            running.stop()
            inner.shutdown()
            thread.join()


def _listens(port: int) -> bool:
    try:
        return asked(port, "/")[0] == 200
    except OSError:
        return False


def asked(port: int, path: str) -> tuple[int, str]:
    connection = HTTPConnection(LOOPBACK, port, timeout=10)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


@pytest.mark.parametrize("path", METRICS)
def test_figures_about_the_processes_are_on_the_inner_ports_only(port: int, path: str) -> None:
    status, reached = asked(port, path)
    assert status == 404, f"a service was asked for {reached}"


@pytest.mark.parametrize("path", HEALTH)
def test_health_is_for_everybody(port: int, path: str) -> None:
    assert asked(port, path) == (200, path)
