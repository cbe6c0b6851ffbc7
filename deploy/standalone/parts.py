"""What a real run is made of besides the servers: the four services, identity, their migrations, the topics."""

import sys

from deploy.identity.schema import IDENTITY, upgrade_identity
from deploy.standalone.stack import Parts
from shared.edge.migrations import upgrade
from shared.edge.topics import declare


def _service(name: str) -> tuple[str, ...]:
    return sys.executable, "-m", f"deploy.{name}" if name == IDENTITY else f"services.{name}"


async def _migrate(name: str, dsn: str) -> None:
    await (upgrade_identity(dsn) if name == IDENTITY else upgrade(name, dsn))


REAL = Parts(command=_service, migrate=_migrate, declare=declare)
