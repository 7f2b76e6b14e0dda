"""A place held before its home is chosen, and until when."""

from alembic import op

revision = "0011_holds"
down_revision = "0010_deciding"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE placements ADD COLUMN on_hold BOOLEAN DEFAULT false NOT NULL")
    op.execute("ALTER TABLE placements ADD COLUMN held_until TIMESTAMP WITH TIME ZONE")


def downgrade() -> None:
    op.execute("ALTER TABLE placements DROP COLUMN held_until")
    op.execute("ALTER TABLE placements DROP COLUMN on_hold")
