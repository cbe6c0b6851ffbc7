"""The four services, the proxy and its certificate, as they tell it themselves."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta

import httpx2
from cryptography import x509
from prometheus_client.parser import text_string_to_metric_families

from deploy.doctor.findings import Finding
from shared.edge.release import RELEASE

SECONDS = 5
SOON = timedelta(days=30)
RENEWED = timedelta(days=7)
"""A certificate that lives no longer is renewed by the proxy itself."""
READY = 200
TROUBLES = {
    "ict_publishers_stopped": "stopped",
    "ict_messages_unanswered": "unanswered",
    "ict_announcements_unsaid": "unsaid",
    "ict_topic_ahead_of_log": "ahead",
}
"""Figures that are nothing where all is well, and what to look at where they are not."""


async def examine_service(name: str, url: str) -> AsyncIterator[Finding]:
    """Whether it is ready, and what waits there for somebody."""
    async with httpx2.AsyncClient(base_url=url, timeout=SECONDS) as client:
        try:
            answer = await client.get("/readyz")
            metrics = (await client.get("/metrics")).text
        except httpx2.TransportError as lost:
            yield Finding("service", well=False, facts={"service": name, "reason": str(lost) or type(lost).__name__})
            return
        lacking = ", ".join(part for part, there in answer.json().items() if not there)
        yield Finding("service", answer.status_code == READY, {"service": name, "reason": lacking})
        for finding in _troubles(name, metrics):
            yield finding


def _troubles(service: str, metrics: str) -> Iterator[Finding]:
    samples = [sample for family in text_string_to_metric_families(metrics) for sample in family.samples]
    releases = {sample.labels["version"] for sample in samples if sample.name == "ict_release_info"}
    if releases != {RELEASE}:
        found = ", ".join(releases) or "–"
        yield Finding("release", well=False, facts={"service": service, "found": found, "wanted": RELEASE})
    for sample in samples:
        if sample.name in TROUBLES and sample.value:
            facts: dict[str, object] = {"agency": "–", "publisher": "–", **sample.labels}
            yield Finding(TROUBLES[sample.name], False, {**facts, "service": service, "count": round(sample.value)})


async def examine_proxy(base_url: str) -> Finding:
    """Whether the door is open."""
    async with httpx2.AsyncClient(base_url=base_url, timeout=SECONDS) as client:
        try:
            answer = await client.get("/livez")
        except httpx2.TransportError as lost:
            return Finding("proxy", well=False, facts={"url": base_url, "reason": str(lost) or type(lost).__name__})
    return Finding("proxy", answer.status_code == READY, {"url": base_url, "reason": answer.status_code})


async def examine_certificate(host: str, port: int, name: str) -> Finding:
    """How long browsers will still believe it."""
    facts: dict[str, object] = {"name": name}
    try:
        pem = await asyncio.to_thread(_certificate, host, port, name)
    except OSError as lost:
        return Finding("certificate_unseen", well=False, facts={**facts, "reason": str(lost) or type(lost).__name__})
    found = x509.load_der_x509_certificate(pem)
    until, lives = found.not_valid_after_utc, found.not_valid_after_utc - found.not_valid_before_utc
    left = until - datetime.now(UTC)  # noqa: TID251 - compared, not kept
    enough = timedelta() if lives <= RENEWED else SOON
    return Finding("certificate", left > enough, {**facts, "until": f"{until:%d/%m/%Y}", "reason": f"{left.days}"})


def _certificate(host: str, port: int, name: str) -> bytes:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # looked at, not trusted
    with (
        socket.create_connection((host, port), timeout=SECONDS) as line,
        context.wrap_socket(line, server_hostname=name) as secured,
    ):
        return secured.getpeercert(binary_form=True) or b""
