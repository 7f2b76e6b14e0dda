"""Letters that did not arrive, or wait for Notify to answer, are counted whenever somebody asks how a service is."""

from alembic import op

revision = "0008_letters"
down_revision = "0007_calls"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE INDEX letters_in_trouble ON spine.letters (at) WHERE state IN ('failed', 'waiting')")


def downgrade() -> None:
    op.execute("DROP INDEX spine.letters_in_trouble")
