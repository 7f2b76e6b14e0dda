"""Alembic's entry to the spine's tables, which stand in the schema `spine` of every service's database."""

from shared.store.migrate import run_in_alembic

run_in_alembic(None, version_schema="spine")
