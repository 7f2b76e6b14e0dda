"""The newest link of the audit's chain, kept apart from its entries."""

from alembic import op

revision = "0002_audit_head"
down_revision = "0001_spine"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE TABLE spine.audit_head (link bigint NOT NULL, digest bytea NOT NULL)")
    op.execute("CREATE UNIQUE INDEX audit_head_is_one ON spine.audit_head ((true))")
    op.execute(
        """INSERT INTO spine.audit_head SELECT coalesce(max(link), 0), coalesce(
            (SELECT digest FROM spine.audit WHERE link IS NOT NULL ORDER BY link DESC LIMIT 1),
            decode(repeat('00', 32), 'hex')) FROM spine.audit"""
    )


def downgrade() -> None:
    op.execute("DROP TABLE spine.audit_head")
