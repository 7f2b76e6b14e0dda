"""The references a child had before, by which an older return still tells of the child."""

from alembic import op

revision = "0004_former_references"
down_revision = "0003_asylum"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE child ADD COLUMN former_references text[] NOT NULL DEFAULT '{}'")
    op.execute("CREATE INDEX children_once_called_otherwise ON child (authority) WHERE former_references <> '{}'")


def downgrade() -> None:
    op.execute("DROP INDEX children_once_called_otherwise")
    op.execute("ALTER TABLE child DROP COLUMN former_references")
