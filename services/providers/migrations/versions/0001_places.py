"""Providers, homes, places, vacancies, and the occupation that no place can have twice."""

from alembic import op

revision = "0001_places"
down_revision = None
branch_labels = None
depends_on = None

TABLES = """
CREATE EXTENSION IF NOT EXISTS btree_gist;

CREATE TABLE provider (
    provider uuid PRIMARY KEY, version integer NOT NULL, name text NOT NULL, sector text NOT NULL,
    owned_by text, urn text, registered_by text);
CREATE UNIQUE INDEX a_urn_is_registered_once ON provider (urn) WHERE urn IS NOT NULL;

CREATE TABLE invitation (
    invitation uuid PRIMARY KEY, version integer NOT NULL,
    invited_by uuid NOT NULL REFERENCES provider (provider),
    issuer text NOT NULL, person text NOT NULL,
    belongs_to_authority text, belongs_to_provider uuid, ended_at timestamptz);
CREATE UNIQUE INDEX a_person_belongs_to_one_place ON invitation (issuer, person) WHERE ended_at IS NULL;

CREATE TABLE home (
    home uuid PRIMARY KEY, provider uuid NOT NULL REFERENCES provider (provider), version integer NOT NULL,
    name text NOT NULL, type text NOT NULL, sector text NOT NULL, area text NOT NULL, postcode text,
    youngest integer NOT NULL, oldest integer NOT NULL, sexes text[] NOT NULL,
    opened date NOT NULL, closed date);
CREATE INDEX ix_home_provider ON home (provider);

CREATE TABLE place (
    place uuid PRIMARY KEY, home uuid NOT NULL REFERENCES home (home), number integer NOT NULL,
    features text[] NOT NULL, opens date NOT NULL, closes date,
    CONSTRAINT places_are_numbered UNIQUE (home, number));

CREATE TABLE vacancy (
    vacancy uuid PRIMARY KEY, home uuid NOT NULL REFERENCES home (home), version integer NOT NULL,
    places uuid[] NOT NULL, available_from date NOT NULL, available_until date, weekly_pence integer NOT NULL,
    confirmed_at timestamptz NOT NULL, withdrawn_at timestamptz);
CREATE INDEX ix_vacancy_home ON vacancy (home);

CREATE TABLE occupation (
    occupation uuid PRIMARY KEY, version integer NOT NULL,
    place uuid NOT NULL REFERENCES place (place), home uuid NOT NULL REFERENCES home (home),
    kind text NOT NULL, during daterange NOT NULL,
    placement uuid, authority text, reason text, expires_at timestamptz, released_at timestamptz,
    CONSTRAINT nights_are_not_empty CHECK (NOT isempty(during)),
    CONSTRAINT a_stay_is_somebodys CHECK ((kind = 'out_of_service') = (placement IS NULL)),
    CONSTRAINT only_a_hold_expires CHECK ((kind = 'held') = (expires_at IS NOT NULL)),
    CONSTRAINT a_place_is_given_once
        EXCLUDE USING gist (place WITH =, during WITH &&) WHERE (released_at IS NULL));
CREATE UNIQUE INDEX a_placement_has_one_place ON occupation (placement) WHERE released_at IS NULL;

CREATE TABLE placement_heard (placement uuid PRIMARY KEY, version integer NOT NULL);
"""


def upgrade() -> None:
    for statement in TABLES.split(";\n"):
        if statement.strip():
            op.execute(statement)


def downgrade() -> None:
    for table in ("placement_heard", "occupation", "vacancy", "place", "home", "invitation", "provider"):
        op.execute(f"DROP TABLE {table}")
