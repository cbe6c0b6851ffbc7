"""A run with the real PostgreSQL, broker and proxy, and services that only say that they are there."""

import sys

from deploy.standalone.stack import Parts


def small_parts(*failing: str) -> Parts:
    """Of these, *failing* end while they start."""

    def command(name: str) -> list[str]:
        return [sys.executable, "-m", "tests.kit.small_service", name, *failing]

    async def migrate(_service: str, _dsn: str) -> None:
        pass

    async def declare(_bootstrap: str, _fresh: bool) -> None:
        pass

    return Parts(command, migrate, declare)
