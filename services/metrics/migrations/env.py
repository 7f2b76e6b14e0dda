"""Alembic's entry to metrics' tables."""

from services.metrics.tables import METADATA
from shared.store.migrate import run_in_alembic

run_in_alembic(METADATA, version_schema="public")
