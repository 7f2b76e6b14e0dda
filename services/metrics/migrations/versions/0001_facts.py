"""Metrics' first tables."""

from alembic import op

revision = "0001_facts"
down_revision = None
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE care_periods (
    recorded_at timestamptz NOT NULL,
    change_id BIGINT NOT NULL,
    period UUID NOT NULL,
    version INTEGER NOT NULL,
    authority VARCHAR NOT NULL,
    child UUID NOT NULL,
    started DATE NOT NULL,
    ended DATE,
    legal_status VARCHAR NOT NULL,
    start_known BOOLEAN,
    annulled BOOLEAN NOT NULL,
    reason VARCHAR,
    CONSTRAINT care_periods_pkey PRIMARY KEY (period, version)
);
CREATE INDEX care_periods_change_id_idx ON care_periods (change_id);
CREATE TABLE children (
    recorded_at timestamptz NOT NULL,
    change_id BIGINT NOT NULL,
    child UUID NOT NULL,
    version INTEGER NOT NULL,
    authority VARCHAR NOT NULL,
    born DATE NOT NULL,
    sex VARCHAR NOT NULL,
    ethnicity VARCHAR NOT NULL,
    uasc BOOLEAN NOT NULL,
    CONSTRAINT children_pkey PRIMARY KEY (child, version)
);
CREATE INDEX children_change_id_idx ON children (change_id);
CREATE TABLE coverages (
    recorded_at timestamptz NOT NULL,
    change_id BIGINT NOT NULL,
    authority VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    starts DATE NOT NULL,
    CONSTRAINT coverages_pkey PRIMARY KEY (authority, version)
);
CREATE INDEX coverages_change_id_idx ON coverages (change_id);
CREATE TABLE homes (
    recorded_at timestamptz NOT NULL,
    change_id BIGINT NOT NULL,
    home UUID NOT NULL,
    version INTEGER NOT NULL,
    provider UUID NOT NULL,
    type VARCHAR NOT NULL,
    sector VARCHAR NOT NULL,
    area VARCHAR NOT NULL,
    outward VARCHAR NOT NULL,
    youngest INTEGER NOT NULL,
    oldest INTEGER NOT NULL,
    opened DATE NOT NULL,
    closed DATE,
    CONSTRAINT homes_pkey PRIMARY KEY (home, version)
);
CREATE INDEX homes_change_id_idx ON homes (change_id);
CREATE TABLE legal_statuses (
    recorded_at timestamptz NOT NULL,
    change_id BIGINT NOT NULL,
    period UUID NOT NULL,
    version INTEGER NOT NULL,
    line INTEGER NOT NULL,
    authority VARCHAR NOT NULL,
    child UUID NOT NULL,
    status VARCHAR,
    starts DATE,
    CONSTRAINT legal_statuses_pkey PRIMARY KEY (period, version, line)
);
CREATE INDEX legal_statuses_change_id_idx ON legal_statuses (change_id);
CREATE TABLE occupations (
    recorded_at timestamptz NOT NULL,
    change_id BIGINT NOT NULL,
    occupation UUID NOT NULL,
    version INTEGER NOT NULL,
    authority VARCHAR,
    place UUID NOT NULL,
    home UUID NOT NULL,
    kind VARCHAR NOT NULL,
    placement UUID,
    starts DATE NOT NULL,
    ends DATE,
    expires_at timestamptz,
    released_at timestamptz,
    reason VARCHAR,
    CONSTRAINT occupations_pkey PRIMARY KEY (occupation, version)
);
CREATE INDEX occupations_change_id_idx ON occupations (change_id);
CREATE TABLE offers (
    recorded_at timestamptz NOT NULL,
    change_id BIGINT NOT NULL,
    offer UUID NOT NULL,
    version INTEGER NOT NULL,
    authority VARCHAR NOT NULL,
    referral UUID NOT NULL,
    child UUID NOT NULL,
    provider UUID NOT NULL,
    home UUID NOT NULL,
    vacancy UUID NOT NULL,
    status VARCHAR NOT NULL,
    invited_at timestamptz,
    answered_at timestamptz,
    reason VARCHAR,
    CONSTRAINT offers_pkey PRIMARY KEY (offer, version)
);
CREATE INDEX offers_change_id_idx ON offers (change_id);
CREATE TABLE placements (
    recorded_at timestamptz NOT NULL,
    change_id BIGINT NOT NULL,
    placement UUID NOT NULL,
    version INTEGER NOT NULL,
    authority VARCHAR NOT NULL,
    status VARCHAR NOT NULL,
    child UUID NOT NULL,
    referral UUID,
    provider UUID,
    home UUID,
    place UUID,
    type VARCHAR NOT NULL,
    sector VARCHAR,
    purpose VARCHAR NOT NULL,
    starts DATE NOT NULL,
    ends DATE,
    contract VARCHAR,
    same_carer BOOLEAN,
    outward VARCHAR,
    miles_tenths INTEGER,
    location VARCHAR,
    distance_reason VARCHAR,
    long_term_match BOOLEAN,
    fragile BOOLEAN,
    reason VARCHAR,
    planned BOOLEAN,
    CONSTRAINT placements_pkey PRIMARY KEY (placement, version)
);
CREATE INDEX placements_change_id_idx ON placements (change_id);
CREATE TABLE places (
    recorded_at timestamptz NOT NULL,
    change_id BIGINT NOT NULL,
    home UUID NOT NULL,
    version INTEGER NOT NULL,
    line INTEGER NOT NULL,
    place UUID,
    number INTEGER,
    opens DATE,
    closes DATE,
    CONSTRAINT places_pkey PRIMARY KEY (home, version, line)
);
CREATE INDEX places_change_id_idx ON places (change_id);
CREATE TABLE position (
    one BOOLEAN NOT NULL,
    change_id BIGINT NOT NULL,
    epoch UUID NOT NULL,
    CONSTRAINT position_pkey PRIMARY KEY (one)
);
CREATE TABLE prices (
    recorded_at timestamptz NOT NULL,
    change_id BIGINT NOT NULL,
    placement UUID NOT NULL,
    version INTEGER NOT NULL,
    line INTEGER NOT NULL,
    authority VARCHAR NOT NULL,
    element VARCHAR,
    starts DATE,
    ends DATE,
    weekly_pence INTEGER,
    CONSTRAINT prices_pkey PRIMARY KEY (placement, version, line)
);
CREATE INDEX prices_change_id_idx ON prices (change_id);
CREATE TABLE referrals (
    recorded_at timestamptz NOT NULL,
    change_id BIGINT NOT NULL,
    referral UUID NOT NULL,
    version INTEGER NOT NULL,
    line INTEGER NOT NULL,
    authority VARCHAR NOT NULL,
    child UUID,
    status VARCHAR NOT NULL,
    urgency VARCHAR NOT NULL,
    type VARCHAR,
    submitted_at timestamptz NOT NULL,
    due_at timestamptz,
    wanted_from DATE NOT NULL,
    together BOOLEAN,
    CONSTRAINT referrals_pkey PRIMARY KEY (referral, version, line)
);
CREATE INDEX referrals_change_id_idx ON referrals (change_id);
CREATE TABLE vacancies (
    recorded_at timestamptz NOT NULL,
    change_id BIGINT NOT NULL,
    vacancy UUID NOT NULL,
    version INTEGER NOT NULL,
    line INTEGER NOT NULL,
    provider UUID NOT NULL,
    home UUID NOT NULL,
    place UUID,
    status VARCHAR NOT NULL,
    available_from DATE NOT NULL,
    available_until DATE,
    weekly_pence INTEGER NOT NULL,
    confirmed_at timestamptz NOT NULL,
    CONSTRAINT vacancies_pkey PRIMARY KEY (vacancy, version, line)
);
CREATE INDEX vacancies_change_id_idx ON vacancies (change_id);
"""


def upgrade() -> None:
    for statement in TABLES.split(";\n"):
        if statement.strip():
            op.execute(statement)


def downgrade() -> None:
    op.execute(
        "DROP TABLE care_periods, children, coverages, homes, legal_statuses, occupations, offers, placements, places,"
        " position, prices, referrals, vacancies"
    )
