"""What a load showed before it wrote: its repairs, what differs from the ledger, and what that was held against."""

from alembic import op

revision = "0004_previews"
down_revision = "0003_loads"
branch_labels = None
depends_on = None

COLUMNS = {
    "files_stamp": "text NOT NULL DEFAULT ''",
    "ledger_stamp": "text NOT NULL DEFAULT ''",
    "repairs": "jsonb NOT NULL DEFAULT '[]'",
    "repairs_counted": "jsonb NOT NULL DEFAULT '[]'",
    "differences": "jsonb NOT NULL DEFAULT '[]'",
    "differing": "jsonb NOT NULL DEFAULT '[]'",
}


def upgrade() -> None:
    op.execute("ALTER TABLE spine.loads " + ", ".join(f"ADD COLUMN {name} {kind}" for name, kind in COLUMNS.items()))


def downgrade() -> None:
    op.execute("ALTER TABLE spine.loads " + ", ".join(f"DROP COLUMN {name}" for name in COLUMNS))
