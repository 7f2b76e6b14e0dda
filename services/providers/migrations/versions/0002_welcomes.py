"""What a child is told of a home, version by version, with its pictures, and to whom it was issued."""

from alembic import op

revision = "0002_welcomes"
down_revision = "0001_places"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE welcome (
    home uuid NOT NULL REFERENCES home (home), version integer NOT NULL, hello text NOT NULL, people text, bedroom text,
    meals text, fun text, rules text, pictures uuid[] NOT NULL, written_at timestamptz NOT NULL, written_by text NOT NULL,
    PRIMARY KEY (home, version));
CREATE TABLE welcome_picture (
    picture uuid PRIMARY KEY, home uuid NOT NULL REFERENCES home (home), shows text NOT NULL, kind text NOT NULL,
    width integer NOT NULL, height integer NOT NULL, content bytea NOT NULL, digest text NOT NULL,
    CONSTRAINT a_picture_is_kept_once UNIQUE (home, digest));
CREATE TABLE welcome_issued (
    placement uuid PRIMARY KEY, authority text NOT NULL, home uuid NOT NULL, version integer NOT NULL,
    issued_at timestamptz NOT NULL,
    FOREIGN KEY (home, version) REFERENCES welcome (home, version));
CREATE INDEX ix_welcome_issued_home ON welcome_issued (home);
"""


def upgrade() -> None:
    for statement in filter(str.strip, TABLES.split(";")):
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE welcome_issued, welcome_picture, welcome")
