"""The proxy in front of what only repeats what it was asked: who gets what, and over what."""

import json
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from http.client import HTTPConnection, HTTPSConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from deploy.doctor.services import examine_certificate
from deploy.standalone.ports import LOOPBACK, free_ports
from deploy.standalone.proxy import CADDYFILE, proxy
from shared.contracts import SERVICES
from shared.edge.settings import wall_clock
from tests.kit.certified import certificate
from tests.kit.examined import in_english
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


@dataclass(frozen=True, slots=True)
class Proxied:
    """A running proxy before one inner service that plays all four."""

    port: int
    tls_port: int
    state: Path
    log: Path

    @property
    def own_authority(self) -> Path:
        """The certificate that browsers are told to trust."""
        return self.state / "caddy" / "pki" / "authorities" / "local" / "root.crt"


@contextmanager
def proxied(tls: Mapping[str, str] | None = None) -> Iterator[Proxied]:
    """With what *tls* asks for; None as the standalone command has it."""
    with directory_for_servers("proxy") as directory, ThreadingHTTPServer((LOOPBACK, 0), Inner) as inner:
        thread = Thread(target=inner.serve_forever)
        thread.start()
        ports = free_ports(free_port(directory))
        made = Proxied(next(ports), next(ports), directory, directory / "log")
        more = tls and {**tls, "ICT_TLS_PORT": str(made.tls_port), "ICT_AUTO_HTTPS": "disable_redirects"}
        inside = dict.fromkeys(SERVICES, inner.server_port)
        running = proxy(inside, port=made.port, bind=LOOPBACK, state=directory, log=made.log, tls=more)
        running.start()
        try:
            running.until_now(lambda: _listens(made.port), 20)
            if tls:
                running.until_now(lambda: _has_certificate(made.tls_port, tls["ICT_HOST"]), 20)
            yield made
        finally:
            running.stop()
            inner.shutdown()
            thread.join()


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """Of plain HTTP."""
    with proxied() as made:
        yield made.port


def _listens(port: int) -> bool:
    try:
        return asked(port, "/")[0] == 200
    except OSError:
        return False


def _has_certificate(port: int, host: str) -> bool:
    whatever = ssl.create_default_context()
    whatever.check_hostname, whatever.verify_mode = False, ssl.CERT_NONE
    try:
        with socket.create_connection((LOOPBACK, port), 5) as made, whatever.wrap_socket(made, server_hostname=host):
            return True
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


def shown(port: int, host: str, trusted: Path) -> str:
    """What a browser that trusts only *trusted* gets from *host*."""
    context = ssl.create_default_context(cafile=str(trusted))
    connection = HTTPSConnection(host, port, timeout=10, context=context)
    connection.sock = context.wrap_socket(socket.create_connection((LOOPBACK, port), 10), server_hostname=host)
    try:
        connection.request("GET", "/livez")
        return connection.getresponse().read().decode()
    finally:
        connection.close()


def told_caddy(tls: Mapping[str, str]) -> Any:
    """The configuration that Caddy makes of ours."""
    program = str(Path(sys.executable).with_name("caddy"))
    command = [program, "adapt", "--config", str(CADDYFILE), "--adapter", "caddyfile"]
    done = subprocess.run(command, env=dict(tls), check=True, capture_output=True, timeout=20)
    return json.loads(done.stdout)["apps"]


def test_without_a_word_about_tls_there_is_plain_http_alone(port: int) -> None:
    assert asked(port, "/livez") == (200, "/livez")
    servers = told_caddy({})["http"]["servers"]
    assert [server["listen"] for server in servers.values()] == [["127.0.0.1:8080"]]


def test_browsers_that_trust_the_proxys_own_authority_get_tls() -> None:
    with proxied({"ICT_TLS": "internal", "ICT_HOST": "localhost"}) as made:
        assert shown(made.tls_port, "localhost", made.own_authority) == "/livez"
        assert asked(made.port, "/livez") == (200, "/livez")


@pytest.mark.parametrize("named", ["cds.example", "other.example"])
def test_the_agencys_certificate_is_shown_and_nobody_is_asked_for_another(tmp_path: Path, named: str) -> None:
    files = certificate(tmp_path, "cds.example")
    told = {"ICT_TLS": "files", "ICT_HOST": named, "ICT_PROXY_LOG_LEVEL": "DEBUG"}
    told |= {"ICT_TLS_CERTIFICATE": str(files[0]), "ICT_TLS_KEY": str(files[1])}
    with proxied(told) as made:
        if named == "cds.example":
            assert shown(made.tls_port, named, files[0]) == "/livez"
        else:
            with pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"):
                shown(made.tls_port, named, files[0])
        assert "acme" not in made.log.read_text().lower()


@pytest.mark.parametrize("mode", ["none", "internal", "files"])
@pytest.mark.parametrize("host", ["localhost", "cds.example"])
def test_no_certificate_and_no_word_about_one_comes_from_the_internet(mode: str, host: str) -> None:
    told = told_caddy({"ICT_TLS": mode, "ICT_HOST": host, "ICT_AUTO_HTTPS": "disable_redirects"})["tls"]
    assert told["disable_ocsp_stapling"]
    for policy in told["automation"]["policies"]:
        assert policy["issuers"] == [{"module": "internal"}]
        assert policy["disable_ocsp_stapling"]


@pytest.mark.parametrize("days", [-1, 29, 31])
async def test_a_certificate_that_ends_within_a_month_is_named_by_the_doctor(tmp_path: Path, days: int) -> None:
    files = certificate(tmp_path, "cds.example", days=days)
    told = {"ICT_TLS": "files", "ICT_HOST": "cds.example"}
    told |= {"ICT_TLS_CERTIFICATE": str(files[0]), "ICT_TLS_KEY": str(files[1])}
    with proxied(told) as made:
        line = in_english(await examine_certificate(LOOPBACK, made.tls_port, "cds.example"))
    until = f"{wall_clock() + timedelta(days=days):%d/%m/%Y}"
    said = f"holds until {until}." if days > 30 else f"ends on {until} ({days - 1}): put "
    assert f"The certificate of cds.example {said}" in line


async def test_a_door_without_tls_is_not_told_to_get_another_certificate(port: int) -> None:
    line = in_english(await examine_certificate(LOOPBACK, port, "cds.example"))
    assert line.startswith("✗ Nobody speaks TLS for cds.example (")
