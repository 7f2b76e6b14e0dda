"""Which provider's offer is out for a child: one whose offer was accepted may know who the child is."""

from alembic import op

revision = "0006_offered_by"
down_revision = "0005_wishes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE offer_out ADD COLUMN provider UUID")
    op.execute("CREATE INDEX ix_offer_out_provider ON offer_out (provider)")


def downgrade() -> None:
    op.execute("DROP INDEX ix_offer_out_provider")
    op.execute("ALTER TABLE offer_out DROP COLUMN provider")
