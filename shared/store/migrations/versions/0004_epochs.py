"""Where a log began anew after its database was restored, and what a restored publisher took with it."""

from alembic import op

revision = "0004_epochs"
down_revision = "0004_previews"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE spine.epochs (
    epoch uuid PRIMARY KEY, number bigint GENERATED ALWAYS AS IDENTITY, identity text NOT NULL,
    began_at timestamptz NOT NULL, lanes jsonb NOT NULL);
COMMENT ON TABLE spine.epochs IS 'A database that is not the one the log was written in begins a new epoch.';

CREATE TABLE spine.restorations (
    source text NOT NULL, epoch uuid NOT NULL, noticed_at timestamptz NOT NULL, settled_at timestamptz,
    lost jsonb NOT NULL, told_anew jsonb NOT NULL, untold jsonb NOT NULL, facts jsonb NOT NULL DEFAULT '{}',
    PRIMARY KEY (source, epoch));
COMMENT ON TABLE spine.restorations IS 'What this service had heard that a restored publisher no longer tells.';
"""


def upgrade() -> None:
    for statement in TABLES.split(";\n"):
        if statement.strip():
            op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE spine.restorations")
    op.execute("DROP TABLE spine.epochs")
