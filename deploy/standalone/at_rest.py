"""The database of an installation on this machine by itself: nothing else of it runs."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from deploy.settings import Settings
from deploy.standalone import ports
from deploy.standalone.home import Home
from deploy.standalone.postgres import Postgres, running


@contextmanager
def at_rest(home: Home, asked: Settings) -> Iterator[tuple[Callable[[str], str], Callable[[], None]]]:
    """Its address under each login; the embedded broker keeps nothing, so that there is nothing to empty.

    Raises:
        AlreadyRunning: All of it runs.
    """
    with home.locked(asked.port):
        port = next(ports.free_ports(home.seed))
        postgres = Postgres(home.path, port, home.log("postgres"), lambda role: home.secret(role).read_text())
        with running(postgres):
            yield postgres.dsn, lambda: None
