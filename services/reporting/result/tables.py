"""Read tables of results. A standing is shown only through the release that published its run."""

from sqlalchemy import BigInteger, Column, DateTime, Integer, MetaData, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

METADATA = MetaData()

standings = Table(
    "standings",
    METADATA,
    Column("agency", Text, primary_key=True),
    Column("campaign", Text, primary_key=True),
    Column("run", Text, primary_key=True),
    Column("unit", Text, primary_key=True),
    Column("number", Integer, nullable=False),
    Column("standing", JSONB, nullable=False),
)
drafts = Table(
    "drafts",
    METADATA,
    Column("agency", Text, primary_key=True),
    Column("campaign", Text, primary_key=True),
    Column("draft", Integer, primary_key=True),
    Column("run", Text, nullable=False),
    Column("stage", Text, nullable=False),
    Column("findings", Integer, nullable=False),
    Column("message", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)
releases = Table(
    "releases",
    METADATA,
    Column("agency", Text, primary_key=True),
    Column("campaign", Text, primary_key=True),
    Column("release", Integer, primary_key=True),
    Column("run", Text, nullable=False),
    Column("supersedes", Integer),
    Column("decision", JSONB, nullable=False),
    Column("signer", Text, nullable=False),
    Column("file_sha256", Text, nullable=False),
    Column("summary", JSONB, nullable=False),
    Column("rests_on", JSONB, nullable=False),
    Column("message", Text, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)
