"""Read tables of campaigns, their units and the progress of their process; they can be built again from Kafka."""

from sqlalchemy import BigInteger, Boolean, Column, DateTime, Integer, MetaData, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

METADATA = MetaData()


def _scope() -> tuple[Column[str], Column[str]]:
    return Column("agency", Text, primary_key=True), Column("campaign", Text, primary_key=True)


campaigns = Table(
    "campaigns",
    METADATA,
    *_scope(),
    Column("opening", JSONB, nullable=False),  # with every amendment of calendar and template
    Column("opened_at", DateTime(timezone=True), nullable=False),
    Column("position", BigInteger, nullable=False),
)
ruleset_parts = Table(
    "ruleset_parts",
    METADATA,
    *_scope(),
    Column("number", Integer, primary_key=True),
    Column("text", Text, nullable=False),
)
units = Table(
    "units", METADATA, *_scope(), Column("unit", Text, primary_key=True), Column("enrolment", JSONB, nullable=False)
)
amendments = Table(
    "amendments",
    METADATA,
    *_scope(),
    Column("position", BigInteger, primary_key=True),
    Column("amendment", JSONB, nullable=False),
    Column("reason", Text, nullable=False),  # digest of a closed text
    Column("at", DateTime(timezone=True), nullable=False),
)
proofs = Table(
    "proofs",
    METADATA,
    *_scope(),
    Column("contract", Text, primary_key=True),
    Column("position", BigInteger, primary_key=True),
    Column("fields", JSONB, nullable=False),  # what a template's step may ask for
    Column("message", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)
sheets = Table(
    "sheets",
    METADATA,
    *_scope(),
    Column("unit", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("late", Boolean, nullable=False),
    Column("criteria", Integer, nullable=False),
    Column("documents", Integer, nullable=False),
    Column("message", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("withdrawn_at", DateTime(timezone=True)),
    Column("withdrawn_reason", Text),  # digest of a closed text
)
closures = Table(
    "closures",
    METADATA,
    *_scope(),
    Column("handed_in", JSONB, nullable=False),
    Column("missing", JSONB, nullable=False),
    Column("message", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)
rounds = Table(
    "rounds",
    METADATA,
    *_scope(),
    Column("stage", Text, primary_key=True),
    Column("verdicts", Integer, nullable=False),
    Column("message", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)
reference_documents = Table(
    "reference_documents",
    METADATA,
    *_scope(),
    Column("reference", Text, primary_key=True),
    Column("title", JSONB, nullable=False),
    Column("document", JSONB, nullable=False),
    Column("figures", Integer, nullable=False),
)
meetings = Table(
    "meetings",
    METADATA,
    *_scope(),
    Column("meeting", Integer, primary_key=True),
    Column("run", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("acknowledged", JSONB, nullable=False),
    Column("message", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)
