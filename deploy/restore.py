"""`make restore`: one service's database from a backup, and which events that takes back from those who heard them."""

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from deploy.backup import NotDone, tell_postgresql
from deploy.installation import SERVICES
from deploy.postgres import ensure_database
from shared.settings import Settings
from shared.store.epochs import Hole, begin_epoch
from shared.store.migrate import migrate
from shared.store.session import Row

CONNECTED = "SELECT count(*) FROM pg_stat_activity WHERE datname = $1"
OTHERS_LOG = "SELECT lane FROM spine.lanes WHERE split_part(lane, '.', 1) <> $1 LIMIT 1"
HEARD = "SELECT lane, sequence FROM spine.inbox WHERE lane = ANY($1) ORDER BY lane"


def _at(url: str, database: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


@asynccontextmanager
async def _connected(url: str) -> "AsyncIterator[asyncpg.Connection[Row]]":
    connection: asyncpg.Connection[Any] = await asyncpg.connect(url, record_class=Row, timeout=10)
    try:
        yield connection
    finally:
        await connection.close()


async def restore(service: str, settings: Settings, file: Path) -> tuple[str, dict[str, Hole]]:
    """Put a backup in the place of a service's database.

    Answers the name under which what stood there is kept, and the holes in the service's lanes. What is there stays
    as it is until the backup has been read to its end. Raises NotDone.
    """
    url = settings.database_of(service)
    name = urlsplit(url).path.removeprefix("/")
    beside = f"{name}_restoring"
    async with _connected(_at(url, "postgres")) as server:
        if number := await server.fetchval(CONNECTED, name):
            raise NotDone(f"{number} connections to {name} are open. Stop the processes of {service} first.")
        await server.execute(f'DROP DATABASE IF EXISTS "{beside}"')
    await ensure_database(_at(url, beside))
    read = ["--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction", f"--dbname={beside}"]
    await asyncio.to_thread(tell_postgresql, "pg_restore", _at(url, beside), *read, str(file))
    await _check_whose(_at(url, beside), service)
    kept = f"{name}_before_{datetime.now(UTC):%Y%m%d_%H%M%S}"
    async with _connected(_at(url, "postgres")) as server:
        there = await server.fetchval("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", name)
        # Together, so that there is never a moment, nor a crash, without a database of this name.
        await server.execute(
            (f'ALTER DATABASE "{name}" RENAME TO "{kept}";' if there else "")
            + f'ALTER DATABASE "{beside}" RENAME TO "{name}"'
        )
    await migrate(url, SERVICES[service].migrations)
    async with _connected(url) as connection:
        return kept, await begin_epoch(connection, service, settings.partitions)


async def _check_whose(url: str, service: str) -> None:
    async with _connected(url) as connection:
        if await connection.fetchval("SELECT to_regclass('spine.lanes') IS NULL"):
            raise NotDone("This is no backup of a service.")
        if other := await connection.fetchval(OTHERS_LOG, service):
            raise NotDone(f"This is a backup of {other.partition('.')[0]}, not of {service}.")


async def what_others_heard(settings: Settings, service: str, holes: Mapping[str, Hole]) -> AsyncIterator[str]:
    """Line by line, the sequences that the other services have heard and that are no longer there."""
    for other in (name for name in SERVICES if name != service):
        async with _connected(settings.database_of(other)) as connection:
            for row in await connection.fetch(HEARD, list(holes)):
                if holes[row.lane].after < row.sequence < holes[row.lane].through:
                    yield f"{other} had heard {row.lane} {holes[row.lane].after + 1} to {row.sequence}: no longer there"


async def _main(service: str, file: Path) -> None:
    settings = Settings()
    kept, holes = await restore(service, settings, file)
    print(f"{service}: restored from {file}. What was there before is kept as the database {kept}.")
    for lane, hole in holes.items():
        print(f"  {lane} ended at {hole.after} and goes on after {hole.through}")
    try:
        async for line in what_others_heard(settings, service, holes):
            print(f"  {line}")
    except OSError:
        print("  Not every other database answers; /<service>/ready will name what is no longer there.")
    print(f"Start {service} again. Those who heard what is gone mend what rests on it and name it in /<service>/ready.")


def main(words: Sequence[str] | None = None) -> None:
    """Restore, or say in one line why not."""
    parser = argparse.ArgumentParser(prog="make restore", description=__doc__)
    parser.add_argument("service", choices=sorted(SERVICES))
    parser.add_argument("file", type=Path, help="what `make backup` wrote")
    told = parser.parse_args(words)
    try:
        asyncio.run(_main(told.service, told.file))
    except (NotDone, OSError, asyncpg.PostgresError) as reason:
        sys.exit(f"Nothing was restored: {reason}")


if __name__ == "__main__":
    main()
