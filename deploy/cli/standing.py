"""Standing up everything on this machine, for the commands that do; needs the servers' wheels."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeVar

from deploy.cli.signals import first_of
from deploy.cli.words import Say
from deploy.settings import Settings
from deploy.standalone.home import Home
from deploy.standalone.parts import REAL
from deploy.standalone.running import Running
from deploy.standalone.stack import Stack, running
from shared.errors import IctIndexError

T = TypeVar("T")
Work = Callable[[Running], Coroutine[Any, Any, int]]


async def _nothing(_there: Running) -> int:
    return 0


async def stand(
    home: Home, asked: Settings, say: Say, work: Work = _nothing, *, fresh: bool, leave: bool = False
) -> int:
    """Everything, until told to stop, or until *work* is done where it shall *leave* then; the exit code of *work*."""
    async with running(
        home, asked.port, REAL, bind=asked.bind, log_level=asked.log_level, fresh=fresh, report=say.step
    ) as stack:
        code = await _watched(stack, work(stack))
        if not leave:
            say.step("standalone.step.ready", {"url": stack.base_url, "logs": home.logs})
            with suppress(asyncio.CancelledError):  # to be stopped is how it ends well
                await stack.watch()
    return code


async def _watched(stack: Stack, work: Coroutine[Any, Any, T]) -> T:
    """Do *work*; end it when a server ends.

    Raises:
        ServerEnded: See there.
    """
    try:
        async with asyncio.TaskGroup() as group:
            guard = group.create_task(stack.watch())
            result = await work
            guard.cancel()
    except* IctIndexError as failures:
        raise first_of(failures) from None
    return result
