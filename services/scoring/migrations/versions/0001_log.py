"""The log."""

from shared.edge.migrations import make_log

revision = "0001"
down_revision = None


def upgrade() -> None:
    make_log("scoring")
