"""Stopping: Ctrl-C, SIGTERM and SIGHUP are one and the same wish."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Coroutine
from typing import Any, TextIO

from shared.errors import Rejected

WISHES = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StoppedBeforeDone(Rejected, code="standalone.stopped_before_done"):
    """Somebody asked to stop while work was going on."""


def run_until_stopped(work: Callable[[], Coroutine[Any, Any, int]]) -> int:
    """Run *work*; the first wish to stop cancels it, further ones are not heard while it puts its things away.

    Raises:
        StoppedBeforeDone: It did not take the cancellation for its end.
    """

    async def heeding() -> int:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - we are in one
        loop = asyncio.get_running_loop()

        def heed() -> None:
            for wish in WISHES:
                loop.add_signal_handler(wish, lambda: None)
            task.cancel()

        for wish in WISHES:
            loop.add_signal_handler(wish, heed)
        return await work()

    try:
        return asyncio.run(heeding())
    except asyncio.CancelledError:
        raise StoppedBeforeDone from None
    finally:
        for stream in (sys.stdout, sys.stderr):
            _let_go(stream)


def first_of(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """The first failure of all that came at once; it says enough."""
    first = group.exceptions[0]
    return first_of(first) if isinstance(first, BaseExceptionGroup) else first


def _let_go(stream: TextIO) -> None:
    """Write what is left; where the terminal is gone, nowhere, since the interpreter would call that a failure."""
    try:
        stream.flush()
    except OSError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
