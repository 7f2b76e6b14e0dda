"""Providers, contracts, homes, places, vacancies, and the occupation that no place can have twice."""

from alembic import op

revision = "0001_places"
down_revision = None
branch_labels = None
depends_on = None

TABLES = """
CREATE EXTENSION IF NOT EXISTS btree_gist;

CREATE TABLE provider (
    provider uuid PRIMARY KEY, version integer NOT NULL, name text NOT NULL, sector text NOT NULL,
    owned_by text, urn text, registered_by text, owner text, checked_on date, checked_until date);
CREATE UNIQUE INDEX a_urn_is_registered_once ON provider (urn) WHERE urn IS NOT NULL;
CREATE UNIQUE INDEX an_owner_is_registered_once ON provider (owner) WHERE owner IS NOT NULL;

CREATE TABLE due_diligence (
    due_diligence uuid PRIMARY KEY, provider uuid NOT NULL REFERENCES provider (provider),
    checked_on date NOT NULL, checked_until date NOT NULL, checked_by text NOT NULL);
CREATE INDEX ix_due_diligence_provider ON due_diligence (provider);

CREATE TABLE contract (
    contract uuid PRIMARY KEY, provider uuid NOT NULL REFERENCES provider (provider), authority text NOT NULL,
    version integer NOT NULL, kind text NOT NULL, tier integer, lot text, types text[] NOT NULL,
    starts date NOT NULL, ends date, weekly_pence integer, block_places integer);
CREATE INDEX ix_contract_provider ON contract (provider);
CREATE INDEX ix_contract_authority ON contract (authority);

CREATE TABLE contract_price (
    price uuid PRIMARY KEY, contract uuid NOT NULL REFERENCES contract (contract), type text NOT NULL,
    youngest integer NOT NULL, oldest integer NOT NULL,
    ages int4range GENERATED ALWAYS AS (int4range(youngest, oldest, '[]')) STORED,
    starts date NOT NULL, weekly_pence integer NOT NULL,
    CONSTRAINT a_price_is_said_once
        EXCLUDE USING gist (contract WITH =, type WITH =, starts WITH =, ages WITH &&));

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
    opened date NOT NULL, closed date,
    urn text, setting text NOT NULL, listed boolean NOT NULL, rating text, rated_on date,
    solo boolean NOT NULL, also text[] NOT NULL);
CREATE INDEX ix_home_provider ON home (provider);
CREATE UNIQUE INDEX a_homes_urn_is_registered_once ON home (urn, setting) WHERE urn IS NOT NULL;

CREATE TABLE home_rating (
    home uuid NOT NULL REFERENCES home (home), inspected_on date NOT NULL, rating text NOT NULL,
    PRIMARY KEY (home, inspected_on));

CREATE TABLE place (
    place uuid PRIMARY KEY, home uuid NOT NULL REFERENCES home (home), number integer NOT NULL,
    features text[] NOT NULL, opens date NOT NULL, closes date,
    reserved_for text, emergency boolean NOT NULL, beyond text,
    CONSTRAINT places_are_numbered UNIQUE (home, number),
    CONSTRAINT beyond_what_is_approved_ends CHECK (beyond IS NULL OR closes IS NOT NULL));

CREATE TABLE vacancy (
    vacancy uuid PRIMARY KEY, home uuid NOT NULL REFERENCES home (home), version integer NOT NULL,
    places uuid[] NOT NULL, available_from date NOT NULL, available_until date, weekly_pence integer NOT NULL,
    confirmed_at timestamptz NOT NULL, withdrawn_at timestamptz,
    youngest integer, oldest integer, sexes text[] NOT NULL);
CREATE INDEX ix_vacancy_home ON vacancy (home);

CREATE TABLE occupation (
    occupation uuid PRIMARY KEY, version integer NOT NULL,
    place uuid NOT NULL REFERENCES place (place), home uuid NOT NULL REFERENCES home (home),
    kind text NOT NULL, during daterange NOT NULL,
    placement uuid, authority text, reason text, expires_at timestamptz, released_at timestamptz,
    solo boolean NOT NULL,
    CONSTRAINT nights_are_not_empty CHECK (NOT isempty(during)),
    CONSTRAINT a_stay_is_somebodys CHECK ((kind = 'out_of_service') = (placement IS NULL)),
    CONSTRAINT only_a_hold_expires CHECK ((kind = 'held') = (expires_at IS NOT NULL)),
    CONSTRAINT a_place_is_given_once
        EXCLUDE USING gist (place WITH =, during WITH &&) WHERE (released_at IS NULL),
    CONSTRAINT a_solo_home_has_one_child EXCLUDE USING gist (home WITH =, during WITH &&)
        WHERE (released_at IS NULL AND solo AND kind <> 'out_of_service'));
CREATE UNIQUE INDEX a_placement_has_one_place ON occupation (placement) WHERE released_at IS NULL;

CREATE TABLE placement_heard (placement uuid PRIMARY KEY, version integer NOT NULL);
"""


def upgrade() -> None:
    for statement in TABLES.split(";\n"):
        if statement.strip():
            op.execute(statement)


def downgrade() -> None:
    for table in TABLES.split("CREATE TABLE ")[:0:-1]:
        op.execute(f"DROP TABLE {table.split()[0]}")
