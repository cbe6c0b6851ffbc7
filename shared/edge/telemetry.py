"""What operators measure: messages by what became of them, what is not said yet, what is stopped."""

from prometheus_client import CollectorRegistry, Counter, Gauge

from shared.edge.inbox import Place
from shared.envelope import Envelope


class Telemetry:
    """The figures of one process, at ``/metrics``."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._heard = Counter(
            "ict_messages_heard",
            "Messages, by their place in the order",
            ["publisher", "place"],
            registry=self.registry,
        )
        self._behind = Gauge(
            "ict_announcements_unsaid", "Announcements the relay has still to say", ["agency"], registry=self.registry
        )
        self.stopped = Gauge(
            "ict_publishers_stopped",
            "1 where an operator is waited for",
            ["agency", "publisher"],
            registry=self.registry,
        )
        self.refused = Gauge(
            "ict_topic_ahead_of_log", "Agencies the relay refuses to speak for", registry=self.registry
        )

    def heard(self, message: Envelope, place: Place) -> None:
        self._heard.labels(message.source, place.name.lower()).inc()

    def behind(self, agency: str, missing: int) -> None:
        self._behind.labels(agency).set(missing)
