"""What people are told: notices, who wants which of them as e-mail, and what became of each letter."""

from alembic import op

revision = "0006_notices"
down_revision = "0005_drafts"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE spine.told (lane text PRIMARY KEY, sequence bigint NOT NULL);
CREATE TABLE spine.notices (
    notice uuid PRIMARY KEY DEFAULT uuidv7(), kind text NOT NULL, authority text, provider uuid, subject text NOT NULL,
    path text NOT NULL, at timestamptz NOT NULL);
CREATE INDEX notices_of_an_authority ON spine.notices (authority, at);
CREATE INDEX notices_of_a_provider ON spine.notices (provider, at);
CREATE TABLE spine.notice_wishes (
    person text PRIMARY KEY, authority text, provider uuid, address text NOT NULL DEFAULT '',
    kinds text[] NOT NULL DEFAULT '{}', seen_at timestamptz, version int NOT NULL DEFAULT 1);
CREATE TABLE spine.letters (
    letter uuid PRIMARY KEY DEFAULT uuidv7(), notice uuid NOT NULL REFERENCES spine.notices, person text NOT NULL,
    address text NOT NULL, state text NOT NULL, tries int NOT NULL DEFAULT 0, sent_as text, problem text NOT NULL
    DEFAULT '', at timestamptz NOT NULL);
CREATE INDEX letters_of_a_person ON spine.letters (person, at);
INSERT INTO spine.told SELECT lane, last_sequence FROM spine.lanes"""


def upgrade() -> None:
    for statement in TABLES.split(";"):
        op.execute(statement)


def downgrade() -> None:
    for table in ("letters", "notice_wishes", "notices", "told"):
        op.execute(f"DROP TABLE spine.{table}")
