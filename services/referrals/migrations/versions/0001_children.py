"""Children, referrals with a line for each child, and what is heard of their placements."""

from alembic import op

revision = "0001_children"
down_revision = None
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE child (
    child uuid PRIMARY KEY, authority text NOT NULL, version integer NOT NULL,
    name text NOT NULL, born date NOT NULL, sex text NOT NULL, ethnicity text NOT NULL, uasc boolean NOT NULL,
    home_postcode text, local_reference text);
CREATE UNIQUE INDEX a_local_reference_is_used_once ON child (authority, local_reference)
    WHERE local_reference IS NOT NULL;

CREATE TABLE referral (
    referral uuid PRIMARY KEY, authority text NOT NULL, version integer NOT NULL,
    status text NOT NULL, urgency text NOT NULL, wanted_from date NOT NULL, wanted_until date,
    types text[] NOT NULL, summary text,
    made_by text NOT NULL, made_at timestamptz NOT NULL, submitted_at timestamptz,
    CONSTRAINT nights_are_wanted CHECK (wanted_until > wanted_from));
CREATE INDEX referrals_of_an_authority ON referral (authority, status);

CREATE TABLE referral_line (
    referral uuid NOT NULL REFERENCES referral (referral), child uuid NOT NULL REFERENCES child (child),
    position integer NOT NULL, needs text[] NOT NULL,
    PRIMARY KEY (referral, child));
CREATE INDEX ix_referral_line_child ON referral_line (child);

CREATE TABLE home_found (
    placement uuid PRIMARY KEY, version integer NOT NULL, referral uuid NOT NULL, child uuid NOT NULL,
    status text NOT NULL);
CREATE INDEX placings_of_a_line ON home_found (referral, child);
"""


def upgrade() -> None:
    for statement in TABLES.split(";\n"):
        if statement.strip():
            op.execute(statement)


def downgrade() -> None:
    for table in ("home_found", "referral_line", "referral", "child"):
        op.execute(f"DROP TABLE {table}")
