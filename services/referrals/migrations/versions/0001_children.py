"""Children with what they need, referrals with a line for each child, and what is heard of offers and placements."""

from alembic import op

revision = "0001_children"
down_revision = None
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE child (
    child uuid PRIMARY KEY, authority text NOT NULL, version integer NOT NULL,
    name text, born date NOT NULL, sex text NOT NULL, ethnicity text NOT NULL, uasc boolean NOT NULL,
    upn text, home_postcode text, local_reference text,
    mother boolean NOT NULL DEFAULT false, own_child_born date, places_version integer NOT NULL DEFAULT 0);
CREATE UNIQUE INDEX a_local_reference_is_used_once ON child (authority, local_reference)
    WHERE local_reference IS NOT NULL;
CREATE INDEX children_by_pupil_number ON child (authority, upn) WHERE upn IS NOT NULL;
CREATE INDEX children_by_short_reference ON child (authority, right(child::text, 8));

CREATE TABLE important_place (
    important_place uuid PRIMARY KEY, child uuid NOT NULL REFERENCES child (child),
    kind text NOT NULL, postcode text NOT NULL, within_miles integer);
CREATE INDEX ix_important_place_child ON important_place (child);

CREATE TABLE needs_assessment (
    child uuid NOT NULL REFERENCES child (child), version integer NOT NULL, assessed_on date NOT NULL,
    needs text[] NOT NULL, solo boolean NOT NULL, not_with uuid[] NOT NULL,
    noted_by text NOT NULL, noted_at timestamptz NOT NULL,
    PRIMARY KEY (child, version));

CREATE TABLE referral (
    referral uuid PRIMARY KEY, authority text NOT NULL, version integer NOT NULL,
    status text NOT NULL, stage text NOT NULL, asked_while text, urgency text NOT NULL,
    wanted_from date NOT NULL, wanted_until date, types text[] NOT NULL,
    together boolean NOT NULL, needs_panel boolean NOT NULL, factors text[] NOT NULL, factors_reason text, summary text,
    childs_wishes text, parents_wishes text, others_wishes text,
    religion text, racial_origin text, culture text, language text,
    made_by text NOT NULL, made_at timestamptz NOT NULL, submitted_by text, submitted_at timestamptz,
    due_at timestamptz, deadline_passed_at timestamptz,
    most_weekly_pence integer, approved_until date, ended_at timestamptz, ended_because text, ended_words text,
    CONSTRAINT nights_are_wanted CHECK (wanted_until > wanted_from));
CREATE INDEX referrals_of_an_authority ON referral (authority, status);

CREATE TABLE referral_line (
    referral uuid NOT NULL REFERENCES referral (referral), child uuid NOT NULL REFERENCES child (child),
    position integer NOT NULL, needs text[], solo boolean, not_with uuid[], assessment integer,
    PRIMARY KEY (referral, child));
CREATE INDEX ix_referral_line_child ON referral_line (child);

CREATE TABLE question (
    referral uuid NOT NULL REFERENCES referral (referral), number integer NOT NULL,
    about text NOT NULL, words text NOT NULL,
    asked_by text NOT NULL, asked_at timestamptz NOT NULL,
    answer text, answered_by text, answered_at timestamptz,
    PRIMARY KEY (referral, number));

CREATE TABLE panel_decision (
    referral uuid NOT NULL REFERENCES referral (referral), number integer NOT NULL,
    decision text NOT NULL, decided_on date NOT NULL, most_weekly_pence integer, approved_until date,
    conditions text, decided_by text NOT NULL, noted_at timestamptz NOT NULL,
    PRIMARY KEY (referral, number));

CREATE TABLE deadline_times (
    authority text PRIMARY KEY, version integer NOT NULL,
    short_notice_working_days integer NOT NULL, planned_working_days integer NOT NULL,
    emergency_in_working_time boolean NOT NULL);

CREATE TABLE home_found (
    placement uuid PRIMARY KEY, version integer NOT NULL, referral uuid NOT NULL, child uuid NOT NULL,
    status text NOT NULL, starts date NOT NULL);
CREATE INDEX placings_of_a_line ON home_found (referral, child);

CREATE TABLE offer_out (
    offer uuid PRIMARY KEY, version integer NOT NULL, referral uuid NOT NULL, child uuid NOT NULL,
    home uuid NOT NULL, status text NOT NULL);
CREATE INDEX offers_of_a_line ON offer_out (referral, child);
"""
OLDEST_LAST = (
    *("offer_out", "home_found", "deadline_times", "panel_decision", "question", "referral_line", "referral"),
    *("needs_assessment", "important_place", "child"),
)


def upgrade() -> None:
    for statement in TABLES.split(";\n"):
        if statement.strip():
            op.execute(statement)


def downgrade() -> None:
    for table in OLDEST_LAST:
        op.execute(f"DROP TABLE {table}")
