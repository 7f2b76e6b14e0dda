"""Alembic's entry to referrals' own tables."""

from services.referrals import tables
from shared.store.migrate import run_in_alembic

run_in_alembic(tables.METADATA, version_schema="public")
