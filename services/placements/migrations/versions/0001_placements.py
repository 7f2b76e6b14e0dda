"""Placements' first tables."""

from alembic import op

revision = "0001_placements"
down_revision = None
branch_labels = None
depends_on = None

TABLES = """
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE TABLE care_periods (
    period UUID NOT NULL,
    child UUID NOT NULL,
    authority VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    started DATE NOT NULL,
    ended DATE,
    legal_status VARCHAR NOT NULL,
    reason VARCHAR,
    PRIMARY KEY (period),
    CONSTRAINT care_ends_after_it_starts CHECK (ended IS NULL OR ended >= started)
);
CREATE UNIQUE INDEX a_child_is_in_care_once ON care_periods (child) WHERE ended IS NULL;
CREATE INDEX ix_care_periods_authority ON care_periods (authority);
CREATE INDEX ix_care_periods_child ON care_periods (child);
CREATE TABLE children (
    child UUID NOT NULL,
    authority VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    born DATE NOT NULL,
    sex VARCHAR NOT NULL,
    PRIMARY KEY (child)
);
CREATE TABLE homes (
    home UUID NOT NULL,
    provider UUID NOT NULL,
    version INTEGER NOT NULL,
    name VARCHAR NOT NULL,
    type VARCHAR NOT NULL,
    sector VARCHAR NOT NULL,
    area VARCHAR NOT NULL,
    outward VARCHAR NOT NULL,
    youngest INTEGER NOT NULL,
    oldest INTEGER NOT NULL,
    sexes TEXT[] NOT NULL,
    opened DATE NOT NULL,
    closed DATE,
    PRIMARY KEY (home)
);
CREATE TABLE occupations (
    occupation UUID NOT NULL,
    place UUID NOT NULL,
    version INTEGER NOT NULL,
    starts DATE NOT NULL,
    ends DATE,
    released BOOLEAN NOT NULL,
    PRIMARY KEY (occupation)
);
CREATE INDEX ix_occupations_place ON occupations (place);
CREATE TABLE offers (
    offer UUID NOT NULL,
    authority VARCHAR NOT NULL,
    provider UUID NOT NULL,
    referral UUID NOT NULL,
    child UUID NOT NULL,
    home UUID NOT NULL,
    vacancy UUID NOT NULL,
    version INTEGER NOT NULL,
    status VARCHAR NOT NULL,
    open BOOLEAN NOT NULL,
    answer_by TIMESTAMP WITH TIME ZONE NOT NULL,
    weekly_pence INTEGER,
    available_from DATE,
    decline_reason VARCHAR,
    PRIMARY KEY (offer)
);
CREATE INDEX ix_offers_authority ON offers (authority);
CREATE INDEX ix_offers_provider ON offers (provider);
CREATE INDEX ix_offers_referral ON offers (referral);
CREATE UNIQUE INDEX a_home_is_asked_once ON offers (referral, child, vacancy) WHERE open;
CREATE TABLE placements (
    placement UUID NOT NULL,
    authority VARCHAR NOT NULL,
    child UUID NOT NULL,
    version INTEGER NOT NULL,
    status VARCHAR NOT NULL,
    purpose VARCHAR NOT NULL,
    moves_from UUID,
    referral UUID,
    offer UUID,
    provider UUID,
    home UUID,
    place UUID,
    tried UUID[] NOT NULL,
    type VARCHAR NOT NULL,
    sector VARCHAR NOT NULL,
    starts DATE NOT NULL,
    ends DATE,
    reason VARCHAR,
    planned BOOLEAN,
    prices JSONB DEFAULT '[]' NOT NULL,
    PRIMARY KEY (placement),
    CONSTRAINT a_placement_ends_after_it_starts CHECK (ends IS NULL OR ends >= starts),
    CONSTRAINT a_child_lives_in_one_home EXCLUDE USING gist (child WITH =, daterange(starts, ends) WITH &&) WHERE (status IN ('started', 'ended') AND purpose <> 'temporary')
);
CREATE UNIQUE INDEX an_offer_is_booked_once ON placements (offer) WHERE status <> 'cancelled';
CREATE INDEX ix_placements_authority ON placements (authority);
CREATE INDEX ix_placements_child ON placements (child);
CREATE TABLE providers (
    provider UUID NOT NULL,
    version INTEGER NOT NULL,
    owned_by VARCHAR,
    PRIMARY KEY (provider)
);
CREATE TABLE places (
    place UUID NOT NULL,
    home UUID NOT NULL,
    version INTEGER NOT NULL,
    number INTEGER NOT NULL,
    features TEXT[] NOT NULL,
    opens DATE NOT NULL,
    closes DATE,
    PRIMARY KEY (place)
);
CREATE INDEX ix_places_home ON places (home);
CREATE TABLE referral_children (
    referral UUID NOT NULL,
    child UUID NOT NULL,
    needs TEXT[] NOT NULL,
    PRIMARY KEY (referral, child)
);
CREATE TABLE referrals (
    referral UUID NOT NULL,
    authority VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    urgency VARCHAR NOT NULL,
    submitted_at TIMESTAMP WITH TIME ZONE NOT NULL,
    wanted_from DATE NOT NULL,
    wanted_until DATE,
    types TEXT[] NOT NULL,
    open BOOLEAN NOT NULL,
    PRIMARY KEY (referral)
);
CREATE INDEX ix_referrals_authority ON referrals (authority);
CREATE TABLE vacancies (
    vacancy UUID NOT NULL,
    provider UUID NOT NULL,
    home UUID NOT NULL,
    version INTEGER NOT NULL,
    places UUID[] NOT NULL,
    available_from DATE NOT NULL,
    available_until DATE,
    weekly_pence INTEGER NOT NULL,
    confirmed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    withdrawn BOOLEAN NOT NULL,
    PRIMARY KEY (vacancy)
);
"""


def upgrade() -> None:
    for statement in TABLES.split(";\n"):
        if statement.strip():
            op.execute(statement)


def downgrade() -> None:
    op.execute(
        "DROP TABLE care_periods, children, homes, occupations, offers, placements, places, providers, referral_children,"
        " referrals, vacancies"
    )
