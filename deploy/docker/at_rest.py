"""The containers' database while their services are stopped: ``docker compose run --rm restore``."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from deploy.docker.prepare import Settings as Prepared
from deploy.docker.prepare import empty_topics
from deploy.docker.secrets import OWNER
from deploy.settings import Settings
from deploy.standalone.home import Home


@contextmanager
def at_rest(home: Home, asked: Settings) -> Iterator[tuple[str, Callable[[], None]]]:
    """Its address under the owner's login, and what deletes the topics, which `prepare` makes again."""
    prepared = Prepared(database=asked.database, secrets=home.secrets)
    yield prepared.dsn(OWNER, OWNER), lambda: empty_topics(prepared)
