"""Read table of everything that was said on a criterion: one row an act, none is ever overwritten."""

from sqlalchemy import BigInteger, Column, DateTime, Integer, MetaData, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

METADATA = MetaData()

words = Table(
    "words",
    METADATA,
    Column("agency", Text, primary_key=True),
    Column("campaign", Text, primary_key=True),
    Column("unit", Text, primary_key=True),
    Column("criterion", Text, primary_key=True),
    Column("message", Text, primary_key=True),
    Column("stage", Text, nullable=False),  # a Stage, or "reply": the unit's answer to the first round
    Column("version", Integer),  # of the sheet
    Column("word", JSONB(none_as_null=True)),
    Column("before", JSONB(none_as_null=True)),
    Column("answer", Text),  # accepted | contested
    Column("reason_code", Text),
    Column("reason", Text),  # digest of a closed text
    Column("evidence", JSONB, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("position", BigInteger, nullable=False),
)
