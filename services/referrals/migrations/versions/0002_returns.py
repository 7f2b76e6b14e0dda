"""Which children were last written by a return, as which version, and of which year the newest return was."""

from alembic import op

revision = "0002_returns"
down_revision = "0001_children"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """CREATE TABLE loaded_child (
            child uuid PRIMARY KEY REFERENCES child (child), version integer NOT NULL, year integer NOT NULL)"""
    )


def downgrade() -> None:
    op.execute("DROP TABLE loaded_child")
