"""How commands reach a running installation: one that this machine runs by itself, or the containers beside them."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from deploy.standalone import keys
from deploy.standalone.home import Home


@dataclass(frozen=True, slots=True)
class Running:
    """How to reach a run.

    Attributes:
        base_url: Of the proxy, without a slash at the end.
        services: The inner address of each, by name.
        tls_at: ``host:port`` where browsers are spoken to; None where that is without TLS.
        page_url: The same as people reach it.
        database: ``host:port`` of the database.
    """

    home: Home
    base_url: str
    database: str
    page_url: str
    services: Mapping[str, str]
    tls_at: str | None

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
    return Running(home, state["base_url"], state["database"], state["base_url"], state["services"], None)
