"""Alembic's entry to providers' own tables."""

from services.providers import tables
from shared.store.migrate import run_in_alembic

run_in_alembic(tables.METADATA, version_schema="public")
