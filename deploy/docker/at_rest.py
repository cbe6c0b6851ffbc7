"""The containers' database while their services are stopped: ``docker compose run --rm restore``."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from deploy.docker.prepare import Settings as Prepared
from deploy.docker.prepare import empty_topics
from deploy.settings import Settings
from deploy.standalone.home import Home


@contextmanager
def at_rest(home: Home, asked: Settings) -> Iterator[tuple[Callable[[str], str], Callable[[], None]]]:
    """Its address under each login, and what deletes the topics, which `prepare` makes again."""
    prepared = Prepared(database=asked.database, secrets=home.secrets)
    yield lambda role: prepared.dsn(role, role), lambda: empty_topics(prepared)
