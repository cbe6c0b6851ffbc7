"""``python -m deploy.docker.forget ict.x …``: deletes topics that nobody here declares; one that is declared stays."""

import sys
from collections.abc import Sequence

from deploy.docker.prepare import ANSWER_SECONDS, Settings, admin_of
from shared.edge.topics import topics


def forget(settings: Settings, names: Sequence[str]) -> None:
    """Delete the topics called so, with what they hold; all or, where one is ours, none.

    Raises:
        SystemExit: One is ours.
        KafkaException: One is not there.
    """
    ours = sorted({each.name for each in topics()} & set(names))
    if ours:
        sys.exit(f"declared, and not deleted: {', '.join(ours)}")
    admin = admin_of(settings)  # to be held until it is answered
    for name, deleted in admin.delete_topics(list(names), operation_timeout=ANSWER_SECONDS).items():
        deleted.result(ANSWER_SECONDS)
        print(f"deleted: {name}")


if __name__ == "__main__":
    forget(Settings(), sys.argv[1:])
