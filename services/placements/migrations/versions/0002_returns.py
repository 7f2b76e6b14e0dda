"""The ledger of episodes that returns told of, the years loaded, and what a return was last to write."""

from alembic import op

revision = "0002_returns"
down_revision = "0001_placements"
branch_labels = None
depends_on = None

TABLES = (
    """CREATE TABLE episodes (
        child UUID NOT NULL, decom DATE NOT NULL, authority VARCHAR NOT NULL, year INTEGER NOT NULL,
        rne VARCHAR NOT NULL, ls VARCHAR NOT NULL, cin VARCHAR NOT NULL, place VARCHAR NOT NULL,
        place_provider VARCHAR NOT NULL, dec DATE, rec VARCHAR NOT NULL, reason_place_change VARCHAR NOT NULL,
        home_post VARCHAR NOT NULL, pl_post VARCHAR NOT NULL, urn VARCHAR NOT NULL, PRIMARY KEY (child, decom))""",
    "CREATE INDEX ix_episodes_authority ON episodes (authority)",
    "CREATE TABLE loaded_years (authority VARCHAR NOT NULL, year INTEGER NOT NULL, PRIMARY KEY (authority, year))",
    "CREATE TABLE loaded_records (record UUID PRIMARY KEY, version INTEGER NOT NULL)",
)


def upgrade() -> None:
    for statement in TABLES:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE episodes, loaded_years, loaded_records")
