"""What somebody has begun to fill in on our pages, until it is sent or forgotten."""

from alembic import op

revision = "0005_drafts"
down_revision = "0004_epochs"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """CREATE TABLE spine.drafts (
            draft uuid PRIMARY KEY, kind text NOT NULL, person text NOT NULL, authority text,
            answers jsonb NOT NULL, became uuid, begun_at timestamptz NOT NULL, expires_at timestamptz NOT NULL)"""
    )
    op.execute("CREATE INDEX drafts_of_a_person ON spine.drafts (person, kind)")
    op.execute("CREATE INDEX drafts_by_expiry ON spine.drafts (expires_at)")


def downgrade() -> None:
    op.execute("DROP TABLE spine.drafts")
