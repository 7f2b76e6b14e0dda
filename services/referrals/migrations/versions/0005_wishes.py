"""What a child and those who matter wish and feel, said at any time; and what a social worker said of an offer."""

from alembic import op

revision = "0005_wishes"
down_revision = "0004_former_references"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """CREATE TABLE wish (
            wish UUID PRIMARY KEY, child UUID NOT NULL REFERENCES child (child), whose TEXT NOT NULL, words TEXT NOT NULL,
            noted_by TEXT NOT NULL, noted_at TIMESTAMP WITH TIME ZONE NOT NULL)"""
    )
    op.execute("CREATE INDEX ix_wish_child ON wish (child)")
    op.execute("ALTER TABLE offer_out ADD COLUMN agrees BOOLEAN")


def downgrade() -> None:
    op.execute("DROP TABLE wish")
    op.execute("ALTER TABLE offer_out DROP COLUMN agrees")
