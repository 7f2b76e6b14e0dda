"""Files being loaded in the background: how far each has come and what was wrong with it."""

from alembic import op

revision = "0003_loads"
down_revision = "0002_audit_head"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """CREATE TABLE spine.loads (
            load uuid PRIMARY KEY, authority text NOT NULL, made_by text NOT NULL, made_at timestamptz NOT NULL,
            beat_at timestamptz NOT NULL, ended_at timestamptz, state text NOT NULL, words text NOT NULL DEFAULT '',
            done integer NOT NULL DEFAULT 0, total integer NOT NULL DEFAULT 0, counts jsonb NOT NULL DEFAULT '{}',
            refused integer NOT NULL DEFAULT 0, warned integer NOT NULL DEFAULT 0,
            problems jsonb NOT NULL DEFAULT '[]', rest jsonb NOT NULL DEFAULT '[]')"""
    )
    op.execute("CREATE UNIQUE INDEX one_load_at_a_time ON spine.loads (authority) WHERE ended_at IS NULL")
    op.execute("CREATE INDEX loads_of_an_authority ON spine.loads (authority, made_at DESC)")


def downgrade() -> None:
    op.execute("DROP TABLE spine.loads")
