"""Ethnicity, which the return's Header asks for; null for a child of whom nothing was heard since."""

from alembic import op

revision = "0004_ethnicity"
down_revision = "0003_statutory"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE children ADD COLUMN ethnicity VARCHAR")


def downgrade() -> None:
    op.execute("ALTER TABLE children DROP COLUMN ethnicity")
