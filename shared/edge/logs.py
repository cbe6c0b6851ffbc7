"""One JSON line a unit of work, on standard output; its event is static and in the past tense."""

import logging
import sys
import time
from collections.abc import Callable

import structlog

REPEAT_SECONDS = 10.0


def configure(level: str, service: str) -> None:
    """For the whole process: our own lines, and the warnings of libraries."""
    threshold = logging.getLevelNamesMapping().get(level.upper(), logging.INFO)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.dict_tracebacks,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=structlog.PrintLoggerFactory(sys.stdout),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(service=service)
    logging.basicConfig(level=logging.WARNING, handlers=[Lines()], force=True)


class Lines(logging.Handler):
    """What libraries say, in our form; the same again within seconds is counted, not repeated.

    A client that cannot reach its broker says so hundreds of times a second, and would bury what matters.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._said: dict[tuple[str, str], tuple[float, int]] = {}  # when last, and how often since

    def emit(self, record: logging.LogRecord) -> None:
        spoken, now = (record.name, str(record.msg)), self._clock()
        last, since = self._said.get(spoken, (now - REPEAT_SECONDS, 0))
        if now - last < REPEAT_SECONDS:
            self._said[spoken] = last, since + 1
            return
        self._said[spoken] = now, 0
        more = {"unsaid_since": since} if since else {}
        log = structlog.get_logger()
        log.log(
            record.levelno, "library_spoke", library=record.name, text=self.format(record), **more
        )  # with its trace
