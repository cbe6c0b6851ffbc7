"""What operators measure: requests, messages, appends, what is not said or heard yet, what is stopped.

Names and labels are what ``deploy/observability`` alerts on; ``tests/unit/test_observability.py`` holds one against the
other. No label holds an id of a person, a unit or a campaign: agencies, services and routes only.
"""

from collections import defaultdict

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info

from shared.edge.inbox import Place
from shared.edge.release import RELEASE
from shared.envelope import Envelope
from shared.eventlog import Head, Mark

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Telemetry:
    """The figures of one process, at ``/metrics``."""

    def __init__(self, release: str = RELEASE) -> None:
        self.registry = registry = CollectorRegistry()
        Info("ict_release", "Which release this process is of", registry=registry).info({"version": release})
        self._requests = Histogram(
            "ict_request_seconds",
            "HTTP requests by how long they took",
            ["method", "route", "status"],
            buckets=SECONDS,
            registry=registry,
        )
        self._appends = Histogram(
            "ict_append_seconds",
            "Appends to the log by how long they took, and what came of them",
            ["outcome"],
            buckets=SECONDS,
            registry=registry,
        )
        self._heard = Counter(
            "ict_messages_heard", "Messages, by their place in the order", ["publisher", "place"], registry=registry
        )
        self._asked = Counter(
            "ict_rewinds_asked", "Times this service asked to hear something again", ["publisher"], registry=registry
        )
        self._rewound = Counter(
            "ict_rewinds", "Times the relay said something again", ["agency", "reason"], registry=registry
        )
        self._unsaid = Gauge(
            "ict_announcements_unsaid", "Announcements the relay has still to say", ["agency"], registry=registry
        )
        self._unanswered = Gauge(
            "ict_messages_unanswered",
            "Announcements this service has seen the number of, or of a later one, and not answered",
            ["agency", "publisher"],
            registry=registry,
        )
        self._answered = Gauge(
            "ict_inbox_sequence", "Number of the last message answered", ["agency", "publisher"], registry=registry
        )
        self._position = Gauge("ict_log_position", "Rows in the log", ["agency"], registry=registry)
        self._sequence = Gauge("ict_log_sequence", "Announcements in the log", ["agency"], registry=registry)
        self._stopped = Gauge(
            "ict_publishers_stopped", "1 where an operator is waited for", ["agency", "publisher"], registry=registry
        )
        self._refused = Gauge("ict_topic_ahead_of_log", "Agencies the relay refuses to speak for", registry=registry)
        self._highest: defaultdict[tuple[str, str], int] = defaultdict(int)

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """A request was answered; *route* is its pattern, so that no id stands in it."""
        self._requests.labels(method, route, status).observe(seconds)

    def appended(self, outcome: str, seconds: float) -> None:
        """An append was accepted, overtaken, or not answered."""
        self._appends.labels(outcome).observe(seconds)

    def heard(self, message: Envelope, place: Place) -> None:
        """A message came, and this is where it stands."""
        self._heard.labels(message.source, place.name.lower()).inc()
        pair = message.agency, message.source
        self._highest[pair] = max(self._highest[pair], message.sequence)

    def asked(self, publisher: str) -> None:
        """Something is missing here."""
        self._asked.labels(publisher).inc()

    def rewound(self, agency: str, reason: str) -> None:
        """The relay went back: somebody asked, or the broker had lost what was said."""
        self._rewound.labels(agency, reason).inc()

    def behind(self, agency: str, missing: int) -> None:
        """So much is still to be said."""
        self._unsaid.labels(agency).set(missing)

    def logged(self, agency: str, head: Head) -> None:
        """Where a log of ours ends."""
        self._position.labels(agency).set(head.position)
        self._sequence.labels(agency).set(head.sequence)

    def answered(self, agency: str, publisher: str, end: Mark, *, stopped: bool) -> None:
        """How far a publisher was answered, and whether it waits for an operator."""
        missing = max(self._highest[agency, publisher] - end.sequence, 0)
        self._unanswered.labels(agency, publisher).set(missing)
        self._answered.labels(agency, publisher).set(end.sequence)
        self._stopped.labels(agency, publisher).set(stopped)

    def refused(self, agencies: int) -> None:
        """For so many agencies the topic is ahead of the log."""
        self._refused.set(agencies)
