"""Alembic for a service's database: the spine's migrations and the service's own, applied under a lock, and checked."""

import asyncio
from pathlib import Path
from typing import cast

from alembic import command, context
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from shared.store.session import ReadSession

SPINE = Path(__file__).parent / "migrations"
LOCK = 903_002


class WrongHead(Exception):
    """The database is not at the migration this release was written for."""


def _config(folder: Path, connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(folder))
    config.attributes["connection"] = connection
    return config


def run_in_alembic(metadata: MetaData | None, version_schema: str) -> None:
    """What every `env.py` does: run on the connection we were given, inside its transaction."""
    connection = cast(Connection, context.config.attributes["connection"])
    connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {version_schema}"))
    context.configure(
        connection=connection,
        target_metadata=metadata,
        version_table_schema=version_schema,
        compare_type=True,
        include_name=lambda name, kind, _: kind != "table" or name != "alembic_version",
    )
    with context.begin_transaction():
        context.run_migrations()


def head_of(folder: Path) -> str:
    """The newest migration in a folder."""
    return ScriptDirectory.from_config(_config(folder)).get_current_head() or ""


def _upgrade(connection: Connection, folders: list[Path]) -> None:
    # Two places may migrate at once: the second waits here and then finds nothing to do.
    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    for folder in folders:
        command.upgrade(_config(folder, connection), "head")


async def migrate(url: str, own: Path) -> None:
    """Bring a service's database to this release: spine first, then the service's own tables, all or nothing."""
    engine = create_async_engine(
        url.replace("postgresql://", "postgresql+asyncpg://", 1), poolclass=NullPool, hide_parameters=True
    )
    try:
        async with engine.begin() as connection:
            await connection.run_sync(_upgrade, [SPINE, own])
    finally:
        await engine.dispose()


async def check_head(session: ReadSession, own: Path) -> None:
    """Refuse to work on tables of another release. Raises WrongHead with what to do."""
    for schema, folder in (("spine", SPINE), ("public", own)):
        exists = await session.value("SELECT to_regclass($1)::text", f"{schema}.alembic_version")
        at = await session.value(f"SELECT version_num FROM {schema}.alembic_version") if exists else None
        wanted = await asyncio.to_thread(head_of, folder)
        if at != wanted:
            raise WrongHead(f"the database is at migration {at or 'none'} and needs {wanted}: run `make migrate`")
