"""When a child's part of the return was last checked: some things become wrong by the passing of a day."""

from alembic import op

revision = "0007_checked_daily"
down_revision = "0006_former_references"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE return_standings ADD COLUMN checked_on DATE NOT NULL DEFAULT '2000-01-01'")
    op.execute("ALTER TABLE return_standings ALTER COLUMN checked_on DROP DEFAULT")


def downgrade() -> None:
    op.execute("ALTER TABLE return_standings DROP COLUMN checked_on")
