"""What identity keeps. The auditor reads ``act`` and ``membership``: who could do what, never how they prove it."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

METADATA = sa.MetaData()
MOMENT = sa.DateTime(timezone=True)

ACCOUNT = sa.Table(
    "account",
    METADATA,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("login", sa.Text, nullable=False, unique=True),
    sa.Column("password", sa.Text),
    sa.Column("totp", sa.Text),
    sa.Column("totp_step", sa.BigInteger),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("locked_until", MOMENT),
    sa.Column("disabled_at", MOMENT),
    sa.Column("made_at", MOMENT, nullable=False),
)
"""A person, never a unit: *id* is the actor in every log, *login* what is typed, in small letters. *password* is an
Argon2 hash. *totp_step* is the last step whose code was used, so that none is used twice."""
MEMBERSHIP = sa.Table(
    "membership",
    METADATA,
    sa.Column("account", sa.Text, sa.ForeignKey("account.id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("agency", sa.Text, nullable=False),
    sa.Column("unit", sa.Text),
    sa.Column("roles", ARRAY(sa.Text), nullable=False),
    sa.Column("position", sa.Text),
    sa.Column("signs", sa.Text),
    sa.Column("authority", sa.Text),
    sa.Column("since", sa.Date),
    sa.Column("until", sa.Date),
)
"""What a person may do in one agency, from *since* to *until*. *signs* is KT. or TL. where they act for somebody who
is absent, by *authority* (number and date of the document)."""
SESSION = sa.Table(
    "session",
    METADATA,
    sa.Column("number", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    sa.Column("secret", sa.Text, nullable=False, unique=True),
    sa.Column("replaced", sa.Text, unique=True),
    sa.Column("replaced_at", MOMENT),
    sa.Column("account", sa.Text, sa.ForeignKey("account.id"), nullable=False),
    sa.Column("membership", sa.Integer, nullable=False),
    sa.Column("csrf", sa.Text, nullable=False),
    sa.Column("device", sa.Text, nullable=False),
    sa.Column("opened_at", MOMENT, nullable=False),
    sa.Column("made_at", MOMENT, nullable=False),
    sa.Column("seen_at", MOMENT, nullable=False),
    sa.Column("ended_at", MOMENT),
    sa.Column("ended_by", sa.Text),
)
"""A browser in which somebody signed in. *secret* is the SHA-256 of its cookie, *made_at* when that was made; a cookie
that was *replaced* is good for a moment longer."""
INVITATION = sa.Table(
    "invitation",
    METADATA,
    sa.Column("secret", sa.Text, primary_key=True),
    sa.Column("account", sa.Text, sa.ForeignKey("account.id"), nullable=False),
    sa.Column("until", MOMENT, nullable=False),
    sa.Column("used_at", MOMENT),
)
ACT = sa.Table(
    "act",
    METADATA,
    sa.Column("number", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    sa.Column("at", MOMENT, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("act", sa.Text, nullable=False),
    sa.Column("account", sa.Text, nullable=False),
    sa.Column("said", JSONB, nullable=False),
)
"""What was done to accounts and sessions, by whom: rows are added and never changed."""
