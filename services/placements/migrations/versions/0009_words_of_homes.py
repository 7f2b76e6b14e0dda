"""What providers say of an offer in words of their own, and what homes say of who is to live there."""

from alembic import op

revision = "0009_words_of_homes"
down_revision = "0008_opinions"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE offers ADD COLUMN conditions VARCHAR, ADD COLUMN note VARCHAR")
    op.execute(
        """CREATE TABLE stay_reports (
            placement UUID PRIMARY KEY, provider UUID NOT NULL, version INTEGER NOT NULL, report VARCHAR, said_of DATE,
            reason VARCHAR, planned BOOLEAN, said_by VARCHAR NOT NULL, said_at TIMESTAMP WITH TIME ZONE NOT NULL)"""
    )


def downgrade() -> None:
    op.execute("DROP TABLE stay_reports")
    op.execute("ALTER TABLE offers DROP COLUMN note, DROP COLUMN conditions")
