"""What the tables say and what the migrations made are the same."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from services.providers.service import SERVICE
from services.providers.tables import GIVEN_ONCE, METADATA


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


async def test_the_database_itself_refuses_to_give_a_place_twice(engine):
    async with engine.connect() as connection:
        rule = await connection.exec_driver_sql(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = $1", (GIVEN_ONCE,)
        )
        expected = "EXCLUDE USING gist (place WITH =, during WITH &&) WHERE ((released_at IS NULL))"
        assert rule.scalar_one() == expected
