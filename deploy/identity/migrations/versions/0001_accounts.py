"""Accounts, memberships, sessions, invitations, and what was done to them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0001"
down_revision = None
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _people()
    _browsers()
    _acts()
    op.execute("GRANT SELECT, INSERT, UPDATE ON account, membership, session, invitation TO identity")
    op.execute("GRANT DELETE ON membership TO identity")
    op.execute("GRANT SELECT, INSERT ON act TO identity")
    op.execute("GRANT SELECT ON ALL SEQUENCES IN SCHEMA identity TO identity")  # a backup reads them
    op.execute("GRANT SELECT ON act, membership TO auditor")


def _people() -> None:
    op.create_table(
        "account",
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
    op.create_table(
        "membership",
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
    op.create_index("membership_agency", "membership", ["agency"])


def _browsers() -> None:
    op.create_table(
        "session",
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
    op.create_index("session_account", "session", ["account"])
    op.create_table(
        "invitation",
        sa.Column("secret", sa.Text, primary_key=True),
        sa.Column("account", sa.Text, sa.ForeignKey("account.id"), nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT),
    )


def _acts() -> None:
    op.create_table(
        "act",
        sa.Column("number", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("act", sa.Text, nullable=False),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("said", JSONB, nullable=False),
    )
    op.execute(
        "CREATE FUNCTION keep_acts() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'acts are added, never changed'; END $$"
    )
    op.execute(
        "CREATE TRIGGER keep_acts BEFORE UPDATE OR DELETE OR TRUNCATE ON act FOR EACH STATEMENT "
        "EXECUTE FUNCTION keep_acts()"
    )
