"""The tables that the code describes are the tables that the migrations make."""

from collections.abc import Awaitable, Callable
from importlib import import_module
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import CheckConstraint, Connection, MetaData, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.ext.asyncio import create_async_engine

from deploy.installation import SERVICES

Fresh = Callable[[Path], Awaitable[str]]
RULES = """SELECT conname FROM pg_constraint WHERE contype IN ('c', 'x') AND connamespace = 'public'::regnamespace"""


def _metadata(service: str) -> MetaData:
    metadata: MetaData = import_module(f"services.{service}.tables").METADATA
    return metadata


def _own(name: str | None, kind: str, _: object) -> bool:
    """What this service's migrations make in its own schema, and not Alembic's own table."""
    return name in (None, "public") if kind == "schema" else name != "alembic_version"


def _differences(connection: Connection, metadata: MetaData) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True, "include_name": _own})
    return list(compare_metadata(context, metadata))


@pytest.mark.parametrize("service", SERVICES)
async def test_the_code_and_the_migrations_describe_the_same_tables(service: str, fresh_database: Fresh) -> None:
    engine = create_async_engine(_async(await fresh_database(SERVICES[service].migrations)))
    async with engine.connect() as connection:
        assert await connection.run_sync(_differences, _metadata(service)) == []
    await engine.dispose()


@pytest.mark.parametrize("service", SERVICES)
async def test_the_rules_that_alembic_does_not_compare_are_there(service: str, fresh_database: Fresh) -> None:
    """Exclusion and check constraints: the promise that a place is given once is one of them."""
    engine = create_async_engine(_async(await fresh_database(SERVICES[service].migrations)))
    async with engine.connect() as connection:
        kept = {row.conname for row in await connection.execute(text(RULES))}
    await engine.dispose()
    tables = _metadata(service).tables.values()
    rules = {c.name for t in tables for c in t.constraints if isinstance(c, CheckConstraint | ExcludeConstraint)}
    assert kept == rules


def _async(url: str) -> str:
    return url.replace("postgresql://", "postgresql+asyncpg://", 1)
