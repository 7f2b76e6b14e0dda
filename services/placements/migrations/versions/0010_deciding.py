"""Whose a referral is, who works at the desk, what an approver is asked to decide, and why a home was not chosen."""

from alembic import op

revision = "0010_deciding"
down_revision = "0009_words_of_homes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """CREATE TABLE colleagues (person VARCHAR PRIMARY KEY, authority VARCHAR NOT NULL, name VARCHAR NOT NULL)"""
    )
    op.execute("CREATE INDEX ix_colleagues_authority ON colleagues (authority)")
    op.execute(
        """CREATE TABLE referral_owners (
            referral UUID PRIMARY KEY, authority VARCHAR NOT NULL, version INTEGER NOT NULL, owner VARCHAR,
            since TIMESTAMP WITH TIME ZONE NOT NULL)"""
    )
    op.execute(
        """CREATE TABLE approvals (
            offer UUID PRIMARY KEY, authority VARCHAR NOT NULL, version INTEGER NOT NULL, weekly_pence INTEGER NOT NULL,
            dear BOOLEAN DEFAULT false NOT NULL, far BOOLEAN DEFAULT false NOT NULL, why VARCHAR NOT NULL,
            asked_by VARCHAR NOT NULL, asked_at TIMESTAMP WITH TIME ZONE NOT NULL, approved BOOLEAN, words VARCHAR,
            decided_by VARCHAR, decided_at TIMESTAMP WITH TIME ZONE)"""
    )
    op.execute("CREATE INDEX ix_approvals_authority ON approvals (authority)")
    op.execute("ALTER TABLE offers ADD COLUMN not_chosen_reason VARCHAR")


def downgrade() -> None:
    op.execute("ALTER TABLE offers DROP COLUMN not_chosen_reason")
    for table in ("approvals", "referral_owners", "colleagues"):
        op.execute(f"DROP TABLE {table}")
