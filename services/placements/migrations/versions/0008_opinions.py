"""What a child's social worker thinks of a home that is offered."""

from alembic import op

revision = "0008_opinions"
down_revision = "0007_checked_daily"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """CREATE TABLE offer_opinions (
            offer UUID PRIMARY KEY, agrees BOOLEAN NOT NULL, objection VARCHAR, words VARCHAR,
            said_by VARCHAR NOT NULL, said_at TIMESTAMP WITH TIME ZONE NOT NULL)"""
    )


def downgrade() -> None:
    op.execute("DROP TABLE offer_opinions")
