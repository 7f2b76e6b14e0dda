"""From when a child no longer seeks asylum unaccompanied."""

from alembic import op

revision = "0003_asylum"
down_revision = "0002_returns"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """ALTER TABLE child ADD COLUMN uasc_ceased DATE,
            ADD CONSTRAINT only_who_sought_asylum_ceases_to CHECK (uasc OR uasc_ceased IS NULL)"""
    )


def downgrade() -> None:
    op.execute("ALTER TABLE child DROP COLUMN uasc_ceased")
