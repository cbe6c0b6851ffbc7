"""A story from the request through Kafka to every answer, as a collector that keeps traces sees it."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from deploy.player.caller import Sent
from services.reporting.main import SERVICE as REPORTING
from tests.kit.house import SERVICES, house, in_order, operator_of
from tests.kit.servers import Server, broker_to_kill
from tests.kit.small_years import small_years

pytestmark = [pytest.mark.server, pytest.mark.timeout(120)]
_, SHORT = small_years()
Span = tuple[str, str, str, str, str]
"""Service, name, trace, own id, parent's id."""


@contextmanager
def collector() -> Iterator[tuple[str, list[Span]]]:
    """Takes spans by OTLP over HTTP; its address, and what came."""
    found: list[Span] = []

    class Taking(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent = ExportTraceServiceRequest.FromString(self.rfile.read(int(self.headers["content-length"])))
            for of_one in sent.resource_spans:
                [service] = [
                    each.value.string_value for each in of_one.resource.attributes if each.key == "service.name"
                ]
                for span in (span for scope in of_one.scope_spans for span in scope.spans):
                    ids = (span.trace_id.hex(), span.span_id.hex(), span.parent_span_id.hex())
                    found.append((service, span.name, *ids))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Taking) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/v1/traces", found
        server.shutdown()


async def test_one_trace_leads_from_a_request_through_kafka_to_the_read_model(
    migrated: Server, database: str, tmp_path: Path
) -> None:
    theirs = "00-" + "a" * 32 + "-" + "b" * 16 + "-01"
    with collector() as (address, spans), broker_to_kill() as broker:
        async with house(migrated, database, broker, tmp_path, otlp_endpoint=address) as home:
            await home.play(SHORT)
            await in_order(home, SHORT)
            agency = SHORT.year.agency
            order = Sent(
                "POST", f"/scoring/v1/agencies/{agency}/rewind", {"reason": "thử"}, "k", None, {"traceparent": theirs}
            )
            await home.caller(agency).change(operator_of(SHORT), order)
    stories = defaultdict[str, list[Span]](list)
    for span in spans:
        stories[span[2]].append(span)
    approved = next(
        story for story in stories.values() if any("/approvals" in span[1] and "POST" in span[1] for span in story)
    )
    ids = {span[3] for span in approved}
    assert {span[0] for span in approved} == {f"ictindex-{service.name}" for service in SERVICES}
    assert (f"ictindex-{REPORTING.name}", "answer ResultsPublished.v1") in {span[:2] for span in approved}
    assert all(not span[4] or span[4] in ids for span in approved)
    [called] = [span for span in spans if span[2] == "a" * 32]
    assert called[1:2] + called[4:] == ("POST /scoring/v1/agencies/{agency}/rewind", "b" * 16)
    assert not any(person.id in span[1] for person in SHORT.year.persons for span in spans)
