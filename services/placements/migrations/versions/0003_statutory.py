"""Homes for what the return asks of a child besides episodes, and the category of need of a period of care."""

from alembic import op

revision = "0003_statutory"
down_revision = "0002_returns"
branch_labels = None
depends_on = None

TABLES = {
    "reviews": ("review", "reviewed_on DATE NOT NULL, participation VARCHAR NOT NULL"),
    "health_years": (
        "health",
        """year INTEGER NOT NULL, sdq_score INTEGER, sdq_reason VARCHAR, convicted BOOLEAN, health_check BOOLEAN,
        immunisations BOOLEAN, teeth_check BOOLEAN, health_assessment BOOLEAN, substance_misuse BOOLEAN,
        intervention_received BOOLEAN, intervention_offered BOOLEAN""",
    ),
    "leaver_years": (
        "leaver",
        "year INTEGER NOT NULL, in_touch VARCHAR NOT NULL, activity VARCHAR, accommodation VARCHAR",
    ),
    "previous_permanence": (
        "permanence",
        "year INTEGER NOT NULL, kind VARCHAR NOT NULL, arranged_by VARCHAR, ordered_on VARCHAR",
    ),
    "adoptions": (
        "adoption",
        """decided_on DATE NOT NULL, matched_on DATE, by_foster_carer BOOLEAN, adopters INTEGER, adopters_sex VARCHAR,
        adopters_status VARCHAR""",
    ),
    "adoption_decisions": ("decision", "decided_on DATE NOT NULL, reversed_on DATE, reason VARCHAR"),
    "missing_spells": ("missing", "kind VARCHAR NOT NULL, starts DATE NOT NULL, ends DATE"),
    "social_worker_spells": (
        "spell",
        "worker VARCHAR NOT NULL, starts DATE NOT NULL, ends DATE, reason VARCHAR NOT NULL",
    ),
    "liberty_orders": ("liberty", "starts DATE NOT NULL, ends DATE"),
}
ONCE = {
    "reviews": ("a_child_is_reviewed_once_a_day", "reviewed_on"),
    "health_years": ("health_is_told_once_a_year", "year"),
    "leaver_years": ("a_care_leaver_is_told_of_once_a_year", "year"),
    "previous_permanence": ("previous_permanence_is_told_once_a_year", "year"),
    "adoptions": ("an_adoption_is_decided_once", "decided_on"),
}
ONE_AT_A_TIME = {
    "adoption_decisions": (
        "adoption_is_decided_once_at_a_time",
        "a_decision_is_reversed_after_it_is_made",
        "decided_on",
        "reversed_on",
    ),
    "missing_spells": (
        "a_child_is_missing_once_at_a_time",
        "a_child_returns_after_going_missing",
        "starts",
        "ends",
    ),
    "social_worker_spells": ("a_child_has_one_social_worker", "a_social_worker_ends_after_starting", "starts", "ends"),
    "liberty_orders": ("liberty_is_restricted_once_at_a_time", "an_order_ends_after_it_starts", "starts", "ends"),
}


def upgrade() -> None:
    for table, (key, columns) in TABLES.items():
        op.execute(
            f"""CREATE TABLE {table} (
                {key} UUID PRIMARY KEY, child UUID NOT NULL, authority VARCHAR NOT NULL, version INTEGER NOT NULL,
                annulled BOOLEAN NOT NULL DEFAULT false, told_in INTEGER, {columns})"""
        )
        op.execute(f"CREATE INDEX ix_{table}_authority ON {table} (authority)")
    for table, (name, column) in ONCE.items():
        op.execute(f"CREATE UNIQUE INDEX {name} ON {table} (child, {column}) WHERE NOT annulled")
    for table, (name, in_order, first, last) in ONE_AT_A_TIME.items():
        days = f"daterange({first}, CASE WHEN {last} = {first} THEN {first} + 1 ELSE {last} END)"
        op.execute(
            f"""ALTER TABLE {table} ADD CONSTRAINT {in_order} CHECK ({last} IS NULL OR {last} >= {first}),
                ADD CONSTRAINT {name} EXCLUDE USING gist (child WITH =, ({days}) WITH &&) WHERE (NOT annulled)"""
        )
    op.execute("ALTER TABLE care_periods ADD COLUMN category_of_need VARCHAR")
    op.execute("ALTER TABLE children ADD COLUMN uasc_ceased DATE")


def downgrade() -> None:
    op.execute("ALTER TABLE children DROP COLUMN uasc_ceased")
    op.execute("ALTER TABLE care_periods DROP COLUMN category_of_need")
    op.execute(f"DROP TABLE {', '.join(TABLES)}")
