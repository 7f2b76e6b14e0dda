"""What the tables say and what the migrations made are the same."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from services.referrals.service import SERVICE
from services.referrals.tables import METADATA


def _differences(connection: Connection) -> list:
    context = MigrationContext.configure(
        connection,
        opts={"compare_type": True, "include_name": lambda name, kind, _: (kind, name) != ("table", "alembic_version")},
    )
    return compare_metadata(context, METADATA)


@pytest.fixture
async def engine(fresh_database):
    url = await fresh_database(SERVICE.migrations)
    engine = create_async_engine(url.replace("postgresql://", "postgresql+asyncpg://", 1))
    yield engine
    await engine.dispose()


async def test_the_migrations_make_what_the_tables_say(engine):
    async with engine.connect() as connection:
        assert await connection.run_sync(_differences) == []
