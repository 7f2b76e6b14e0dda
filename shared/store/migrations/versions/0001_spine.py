"""The spine's tables: outbox, lanes, log, inbox, dead events, due actions, audit, invitations."""

from alembic import op

revision = "0001_spine"
down_revision = None
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE spine.outbox (
    position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id uuid NOT NULL, lane text NOT NULL, type text NOT NULL, subject text NOT NULL, authority text,
    recorded_at timestamptz NOT NULL, body text NOT NULL);
COMMENT ON TABLE spine.outbox IS 'Committed events that have no sequence yet; the relay moves them to the log.';

CREATE TABLE spine.lanes (
    lane text PRIMARY KEY,
    last_sequence bigint NOT NULL DEFAULT 0,
    published_through bigint NOT NULL DEFAULT 0);

CREATE TABLE spine.log (
    lane text NOT NULL, sequence bigint NOT NULL,
    id uuid NOT NULL, type text NOT NULL, subject text NOT NULL, authority text,
    recorded_at timestamptz NOT NULL, body text NOT NULL,
    PRIMARY KEY (lane, sequence));
CREATE INDEX log_subject ON spine.log (subject);

CREATE TABLE spine.inbox (
    lane text PRIMARY KEY,
    sequence bigint NOT NULL,
    handled_at timestamptz);

CREATE TABLE spine.dead (
    lane text NOT NULL, sequence bigint NOT NULL, type text NOT NULL, subject text NOT NULL,
    body text NOT NULL, error text NOT NULL,
    set_aside_at timestamptz NOT NULL, handled_at timestamptz,
    PRIMARY KEY (lane, sequence));
CREATE INDEX dead_waiting ON spine.dead (lane, subject) WHERE handled_at IS NULL;

CREATE TABLE spine.due (
    action text NOT NULL, subject text NOT NULL, at timestamptz NOT NULL, tries integer NOT NULL DEFAULT 0,
    PRIMARY KEY (action, subject));
CREATE INDEX due_at ON spine.due (at);

CREATE TABLE spine.audit (
    entry bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL, person text NOT NULL, action text NOT NULL, subject text NOT NULL, trace text NOT NULL,
    link bigint UNIQUE, digest bytea);
CREATE INDEX audit_subject ON spine.audit (subject);
CREATE INDEX audit_unlinked ON spine.audit (entry) WHERE link IS NULL;

CREATE TABLE spine.invitations (
    invitation uuid PRIMARY KEY, version integer NOT NULL, issuer text NOT NULL, person text NOT NULL,
    authority text, provider uuid, ended boolean NOT NULL DEFAULT false);
CREATE UNIQUE INDEX invitation_of_person ON spine.invitations (issuer, person) WHERE NOT ended;
"""


def upgrade() -> None:
    for statement in TABLES.split(";\n"):
        if statement.strip():
            op.execute(statement)


def downgrade() -> None:
    op.execute("DROP SCHEMA spine CASCADE")
