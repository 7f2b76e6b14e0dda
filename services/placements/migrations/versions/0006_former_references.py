"""The references a child had before, by which an older return still tells of the child."""

from alembic import op

revision = "0006_former_references"
down_revision = "0005_work_list"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE statutory_details ADD COLUMN former_references text[] NOT NULL DEFAULT '{}'")


def downgrade() -> None:
    op.execute("ALTER TABLE statutory_details DROP COLUMN former_references")
