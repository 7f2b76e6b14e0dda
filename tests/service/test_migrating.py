"""`make migrate` from two places at once, and again: as if it had been run once."""

import asyncio
import os
import sys

import asyncpg

from deploy.distributed import ROOT
from deploy.installation import SERVICES
from deploy.postgres import Postgres
from shared.store.migrate import SPINE, head_of


async def migrate(url: str) -> str:
    """Run the command as an operator does; answers what it said."""
    running = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "deploy.migrate"),
        cwd=ROOT,
        env=os.environ | {"SUFFICIENCY_DATABASE_URL": url},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await running.communicate()
    assert running.returncode == 0, said.decode()
    return said.decode()


async def heads(url: str) -> tuple[str, str]:
    connection = await asyncpg.connect(url)
    try:
        spine = await connection.fetchval("SELECT version_num FROM spine.alembic_version")
        return spine, await connection.fetchval("SELECT version_num FROM public.alembic_version")
    finally:
        await connection.close()


async def test_migrating_from_two_places_at_once_and_once_more_is_migrating_once(postgres: Postgres) -> None:
    url = postgres.url("SERVICE").replace("SERVICE", "at_once_{service}")
    said = [*await asyncio.gather(migrate(url), migrate(url)), await migrate(url)]
    assert all(f"{name}: at the newest migration" in words for words in said for name in SERVICES)
    for name, service in SERVICES.items():
        wanted = head_of(SPINE), head_of(service.migrations)
        assert await heads(url.replace("{service}", name)) == wanted
