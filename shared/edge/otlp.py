"""Traces as OpenTelemetry spans, sent by OTLP over HTTP; `shared.edge.tracing` loads this where an address is set."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanKind
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from shared.edge.tracing import Request
from shared.envelope import Envelope

SEND_SECONDS = 5
CONTEXT = TraceContextTextMapPropagator()


class Traced:
    """``Tracing`` of one service to a collector."""

    def __init__(self, endpoint: str, service: str) -> None:
        self._provider = TracerProvider(resource=Resource.create({"service.name": f"ictindex-{service}"}))
        self._provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint, timeout=SEND_SECONDS)))
        self._tracer = self._provider.get_tracer("ictindex")

    @contextmanager
    def request(self, method: str, traceparent: str | None) -> Iterator[Request]:
        with self._tracer.start_as_current_span(method, _below(traceparent), SpanKind.SERVER) as span:
            carrier: dict[str, str] = {}
            CONTEXT.inject(carrier)
            told = Request(carrier["traceparent"])
            try:
                yield told
            finally:
                span.update_name(f"{method} {told.route}")
                span.set_attributes({"http.route": told.route, "http.response.status_code": told.status})

    @contextmanager
    def saying(self, messages: Sequence[Envelope]) -> Iterator[None]:
        spans = [
            self._tracer.start_span(f"say {each.type}", _below(each.traceparent), SpanKind.PRODUCER, _of(each))
            for each in messages
        ]
        try:
            yield
        finally:
            for span in spans:
                span.end()

    @contextmanager
    def answering(self, message: Envelope) -> Iterator[None]:
        name, context = f"answer {message.type}", _below(message.traceparent)
        with self._tracer.start_as_current_span(name, context, SpanKind.CONSUMER, _of(message)):
            yield

    def end(self) -> None:
        self._provider.shutdown()


def _below(traceparent: str | None) -> Context:
    return CONTEXT.extract({"traceparent": traceparent} if traceparent else {})


def _of(message: Envelope) -> Mapping[str, str]:
    return {"messaging.system": "kafka", "messaging.message.id": message.id, "ict.agency": message.agency}
