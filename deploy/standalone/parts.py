"""What a real run is made of besides the servers: the four services, their migrations, the topics."""

import sys

from deploy.standalone.stack import Parts
from shared.edge.migrations import upgrade
from shared.edge.topics import declare


def _service(name: str) -> tuple[str, ...]:
    return sys.executable, "-m", f"services.{name}"


REAL = Parts(command=_service, migrate=upgrade, declare=declare)
