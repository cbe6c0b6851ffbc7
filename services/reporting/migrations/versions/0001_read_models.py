"""Inbox and closed text, and the read models that commit with them."""

from pathlib import Path

from alembic import op

from shared.edge import migrations

revision = "0001"
down_revision = None

READ_MODELS = (
    "campaigns, ruleset_parts, units, amendments, proofs, sheets, closures, rounds, reference_documents, meetings,"
    " drafts, standings, releases, words"
)
APPEND_ONLY = "inbox, stops, refusals, requests"


def upgrade() -> None:
    migrations.run_script(Path(migrations.__file__).with_name("projector.sql"))
    migrations.run_script(Path(__file__).with_suffix(".sql"))
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {READ_MODELS} TO reporting")
    op.execute(f"GRANT SELECT, INSERT ON {APPEND_ONLY} TO reporting")
    op.execute("GRANT SELECT, INSERT, UPDATE ON ends, closed_text TO reporting")
