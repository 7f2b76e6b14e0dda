"""Placements' first tables."""

from alembic import op

revision = "0001_placements"
down_revision = None
branch_labels = None
depends_on = None

TABLES = """
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE TABLE assessments (
    child UUID NOT NULL,
    authority VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    assessed_on DATE NOT NULL,
    needs TEXT[] DEFAULT '{}' NOT NULL,
    solo BOOLEAN DEFAULT false NOT NULL,
    not_with UUID[] DEFAULT '{}' NOT NULL,
    PRIMARY KEY (child)
);
CREATE TABLE care_periods (
    period UUID NOT NULL,
    child UUID NOT NULL,
    authority VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    started DATE NOT NULL,
    start_known BOOLEAN DEFAULT true NOT NULL,
    ended DATE,
    legal_status VARCHAR NOT NULL,
    reason VARCHAR,
    annulled BOOLEAN DEFAULT false NOT NULL,
    PRIMARY KEY (period),
    CONSTRAINT care_ends_after_it_starts CHECK (ended IS NULL OR ended >= started),
    CONSTRAINT a_child_is_in_care_once EXCLUDE USING gist (child WITH =, daterange(started, ended) WITH &&) WHERE (NOT annulled)
);
CREATE INDEX ix_care_periods_authority ON care_periods (authority);
CREATE INDEX ix_care_periods_child ON care_periods (child);
CREATE TABLE children (
    child UUID NOT NULL,
    authority VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    born DATE NOT NULL,
    sex VARCHAR NOT NULL,
    uasc BOOLEAN DEFAULT false NOT NULL,
    PRIMARY KEY (child)
);
CREATE TABLE contracts (
    contract UUID NOT NULL,
    provider UUID NOT NULL,
    authority VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    kind VARCHAR NOT NULL,
    tier INTEGER,
    lot VARCHAR,
    types TEXT[] DEFAULT '{}' NOT NULL,
    starts DATE NOT NULL,
    ends DATE,
    weekly_pence INTEGER,
    block_places INTEGER,
    PRIMARY KEY (contract)
);
CREATE INDEX ix_contracts_between ON contracts (authority, provider);
CREATE TABLE coverage (
    authority VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    starts DATE NOT NULL,
    PRIMARY KEY (authority)
);
CREATE TABLE home_locations (
    home UUID NOT NULL,
    version INTEGER NOT NULL,
    postcode VARCHAR NOT NULL,
    PRIMARY KEY (home)
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
    sexes TEXT[] DEFAULT '{}' NOT NULL,
    opened DATE NOT NULL,
    closed DATE,
    urn VARCHAR,
    rating VARCHAR,
    rated_on DATE,
    solo BOOLEAN DEFAULT false NOT NULL,
    also TEXT[] DEFAULT '{}' NOT NULL,
    PRIMARY KEY (home)
);
CREATE TABLE important_places (
    child UUID NOT NULL,
    authority VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    places JSONB NOT NULL,
    PRIMARY KEY (child)
);
CREATE TABLE legal_statuses (
    period UUID NOT NULL,
    starts DATE NOT NULL,
    status VARCHAR NOT NULL,
    PRIMARY KEY (period, starts)
);
CREATE TABLE occupations (
    occupation UUID NOT NULL,
    place UUID NOT NULL,
    home UUID NOT NULL,
    version INTEGER NOT NULL,
    kind VARCHAR NOT NULL,
    placement UUID,
    starts DATE NOT NULL,
    ends DATE,
    expires_at TIMESTAMP WITH TIME ZONE,
    released BOOLEAN NOT NULL,
    PRIMARY KEY (occupation)
);
CREATE INDEX ix_occupations_home ON occupations (home) WHERE NOT released;
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
    invited_at TIMESTAMP WITH TIME ZONE NOT NULL,
    invited_by VARCHAR NOT NULL,
    answer_by TIMESTAMP WITH TIME ZONE NOT NULL,
    answered_at TIMESTAMP WITH TIME ZONE,
    weekly_pence INTEGER,
    available_from DATE,
    decline_reason VARCHAR,
    distance_reason VARCHAR,
    distance_approved_by VARCHAR,
    PRIMARY KEY (offer)
);
CREATE UNIQUE INDEX a_home_is_asked_once ON offers (referral, child, vacancy) WHERE open;
CREATE INDEX ix_offers_authority ON offers (authority);
CREATE INDEX ix_offers_provider ON offers (provider);
CREATE INDEX ix_offers_referral ON offers (referral);
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
    tried UUID[] DEFAULT '{}' NOT NULL,
    held BOOLEAN DEFAULT false NOT NULL,
    group_id UUID,
    type VARCHAR NOT NULL,
    sector VARCHAR,
    urn VARCHAR,
    contract VARCHAR,
    same_carer BOOLEAN DEFAULT false NOT NULL,
    postcode VARCHAR,
    outward VARCHAR,
    miles_tenths INTEGER,
    location VARCHAR,
    distance_reason VARCHAR,
    distance_approved_by VARCHAR,
    starts DATE NOT NULL,
    ends DATE,
    reason VARCHAR,
    planned BOOLEAN,
    long_term_match BOOLEAN DEFAULT false NOT NULL,
    fear VARCHAR,
    prices JSONB DEFAULT '[]' NOT NULL,
    PRIMARY KEY (placement),
    CONSTRAINT a_placement_ends_after_it_starts CHECK (ends IS NULL OR ends >= starts),
    CONSTRAINT a_child_lives_in_one_home EXCLUDE USING gist (child WITH =, daterange(starts, ends) WITH &&) WHERE (status IN ('started', 'ended') AND purpose <> 'temporary'),
    CONSTRAINT a_child_stays_in_one_place EXCLUDE USING gist (child WITH =, daterange(starts, ends) WITH &&) WHERE (status IN ('started', 'ended') AND purpose = 'temporary')
);
CREATE UNIQUE INDEX an_offer_is_booked_once ON placements (offer) WHERE status NOT IN ('cancelled', 'annulled');
CREATE INDEX ix_placements_authority ON placements (authority);
CREATE INDEX ix_placements_child ON placements (child);
CREATE INDEX ix_placements_group_id ON placements (group_id) WHERE group_id IS NOT NULL;
CREATE INDEX ix_placements_home ON placements (home);
CREATE INDEX ix_placements_provider ON placements (provider);
CREATE INDEX ix_placements_referral ON placements (referral);
CREATE TABLE places (
    place UUID NOT NULL,
    home UUID NOT NULL,
    version INTEGER NOT NULL,
    number INTEGER NOT NULL,
    features TEXT[] DEFAULT '{}' NOT NULL,
    opens DATE NOT NULL,
    closes DATE,
    reserved_for VARCHAR,
    emergency BOOLEAN DEFAULT false NOT NULL,
    beyond_approved BOOLEAN DEFAULT false NOT NULL,
    PRIMARY KEY (place)
);
CREATE INDEX ix_places_home ON places (home);
CREATE TABLE providers (
    provider UUID NOT NULL,
    version INTEGER NOT NULL,
    name VARCHAR NOT NULL,
    sector VARCHAR NOT NULL,
    owned_by VARCHAR,
    urn VARCHAR,
    checked_until DATE,
    PRIMARY KEY (provider)
);
CREATE TABLE referral_children (
    referral UUID NOT NULL,
    child UUID NOT NULL,
    needs TEXT[] DEFAULT '{}' NOT NULL,
    solo BOOLEAN DEFAULT false NOT NULL,
    not_with UUID[] DEFAULT '{}' NOT NULL,
    PRIMARY KEY (referral, child)
);
CREATE TABLE referrals (
    referral UUID NOT NULL,
    authority VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    status VARCHAR NOT NULL,
    urgency VARCHAR NOT NULL,
    submitted_at TIMESTAMP WITH TIME ZONE NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE,
    wanted_from DATE NOT NULL,
    wanted_until DATE,
    types TEXT[] DEFAULT '{}' NOT NULL,
    together BOOLEAN DEFAULT true NOT NULL,
    most_weekly_pence INTEGER,
    approved_until DATE,
    open BOOLEAN NOT NULL,
    PRIMARY KEY (referral)
);
CREATE INDEX ix_referrals_authority ON referrals (authority);
CREATE TABLE statutory_details (
    child UUID NOT NULL,
    authority VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    reference VARCHAR,
    upn VARCHAR,
    home_postcode VARCHAR,
    mother BOOLEAN DEFAULT false NOT NULL,
    own_child_born DATE,
    PRIMARY KEY (child)
);
CREATE INDEX ix_statutory_details_authority ON statutory_details (authority);
CREATE TABLE vacancies (
    vacancy UUID NOT NULL,
    provider UUID NOT NULL,
    home UUID NOT NULL,
    version INTEGER NOT NULL,
    places UUID[] DEFAULT '{}' NOT NULL,
    available_from DATE NOT NULL,
    available_until DATE,
    weekly_pence INTEGER NOT NULL,
    confirmed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    withdrawn BOOLEAN NOT NULL,
    youngest INTEGER,
    oldest INTEGER,
    sexes TEXT[] DEFAULT '{}' NOT NULL,
    PRIMARY KEY (vacancy)
);
"""


def upgrade() -> None:
    for statement in TABLES.split(";\n"):
        if statement.strip():
            op.execute(statement)


def downgrade() -> None:
    op.execute(
        "DROP TABLE "
        "assessments, care_periods, children, contracts, coverage, home_locations, homes, important_places, "
        "legal_statuses, occupations, offers, placements, places, providers, referral_children, referrals, "
        "statutory_details, vacancies"
    )
