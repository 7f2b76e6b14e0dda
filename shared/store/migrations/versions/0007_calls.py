"""Calls of many commands that their caller named: told twice, they are done once."""

from alembic import op

revision = "0007_calls"
down_revision = "0006_notices"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""CREATE TABLE spine.calls (
        person text NOT NULL, call text NOT NULL, digest bytea NOT NULL, ids uuid[] NOT NULL DEFAULT '{}',
        PRIMARY KEY (person, call))""")


def downgrade() -> None:
    op.execute("DROP TABLE spine.calls")
