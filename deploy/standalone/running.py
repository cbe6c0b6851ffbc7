"""How commands reach a running installation: one that this machine runs by itself, or the containers beside them."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from deploy.standalone import keys
from deploy.standalone.home import Home
from shared.edge.kafka_login import Login


@dataclass(frozen=True, slots=True)
class Running:
    """How to reach a run.

    Attributes:
        base_url: Of the proxy, without a slash at the end.
        services: The inner address of each, by name.
        tls_at: ``host:port`` where browsers are spoken to; None where that is without TLS.
        page_url: The same as people reach it.
        database: ``host:port`` of the database.
        kafka: ``host:port`` of the broker; None where a run of an earlier release did not tell.
        kafka_login: Who may look at it; None where it does not ask.
        certificates: Where the agency's own certificate lies; None where it has none.
    """

    home: Home
    base_url: str
    database: str
    page_url: str
    services: Mapping[str, str]
    tls_at: str | None
    kafka: str | None
    kafka_login: Login | None
    certificates: Path | None

    def dsn(self, role: str) -> str:
        """How *role* (a service, ``auditor``) reaches the database, password included."""
        return f"postgresql://{role}:{self.home.secret(role).read_text()}@{self.database}/ictindex"

    def token(
        self, actor: str, agency: str, roles: Sequence[str], *, unit: str | None = None, hours: float = keys.MAX_HOURS
    ) -> str:
        """A token for *actor*, valid from now; see `keys.token`."""
        now = int(time.time())
        return keys.token(self.home, actor=actor, agency=agency, roles=roles, unit=unit, hours=hours, now=now)


def attached(home: Home) -> Running | None:
    """The run on *home* that another process holds, if there is one and it is ready."""
    state = home.announced()
    if state is None:
        return None
    base_url, kafka = state["base_url"], state.get("kafka")
    return Running(home, base_url, state["database"], base_url, state["services"], None, kafka, None, None)
