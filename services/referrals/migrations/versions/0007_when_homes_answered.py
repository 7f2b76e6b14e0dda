"""When homes were asked for a child and when they answered, for the referral's timeline."""

from alembic import op

revision = "0007_when_homes_answered"
down_revision = "0006_offered_by"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """ALTER TABLE offer_out ADD COLUMN invited_at TIMESTAMP WITH TIME ZONE,
            ADD COLUMN answered_at TIMESTAMP WITH TIME ZONE"""
    )


def downgrade() -> None:
    op.execute("ALTER TABLE offer_out DROP COLUMN invited_at, DROP COLUMN answered_at")
