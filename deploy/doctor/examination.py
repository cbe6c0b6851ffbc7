"""Everything, in the order in which an operator would look."""

import shutil
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

from deploy.doctor.certificates import examine_files
from deploy.doctor.database import examine_database
from deploy.doctor.findings import Finding
from deploy.doctor.program import examine_program, installed_pins
from deploy.doctor.services import examine_certificate, examine_proxy, examine_service
from deploy.doctor.topics import examine_topics
from deploy.standalone.running import Running

ROOM_BYTES = 1024**3
ROOM_SHARE = 20
"""One part in so many has to be free, too."""


async def examine(running: Running) -> AsyncIterator[Finding]:
    """Line by line, as it is found."""
    yield examine_program(installed_pins())
    yield await examine_proxy(running.base_url)
    if running.certificates is not None:
        for finding in examine_files(running.certificates, urlsplit(running.page_url).hostname or ""):
            yield finding
    if running.tls_at is not None:
        host, _, port = running.tls_at.rpartition(":")
        yield await examine_certificate(host, int(port), urlsplit(running.page_url).hostname or host)
    for name, url in running.services.items():
        async for finding in examine_service(name, url):
            yield finding
    async for finding in examine_database(running.dsn("auditor")):
        yield finding
    if running.kafka is not None:
        async for finding in examine_topics(running.kafka, running.kafka_login):
            yield finding
    yield _room(running)


def _room(running: Running) -> Finding:
    disk = shutil.disk_usage(running.home.evidence)
    enough = disk.free >= max(ROOM_BYTES, disk.total // ROOM_SHARE)
    return Finding("room", enough, {"path": running.home.evidence, "free": f"{disk.free / ROOM_BYTES:.1f}"})
