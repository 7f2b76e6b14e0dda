"""Alembic's entry to placements' tables."""

from services.placements.tables import METADATA
from shared.store.migrate import run_in_alembic

run_in_alembic(METADATA, version_schema="public")
