"""What an authority aims at, measure by measure."""

from alembic import op

revision = "0002_targets"
down_revision = "0001_facts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """CREATE TABLE targets (
            authority VARCHAR NOT NULL, measure VARCHAR NOT NULL, version INTEGER NOT NULL, value NUMERIC NOT NULL,
            starts DATE NOT NULL, source VARCHAR NOT NULL, set_by VARCHAR NOT NULL,
            set_at TIMESTAMP WITH TIME ZONE NOT NULL,
            CONSTRAINT targets_pkey PRIMARY KEY (authority, measure))"""
    )


def downgrade() -> None:
    op.execute("DROP TABLE targets")
