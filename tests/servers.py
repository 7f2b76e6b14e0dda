"""The servers tests run against: one PostgreSQL, one RabbitMQ node, and an unused corner of each for every test."""

import itertools
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import asyncpg
import pytest

from deploy.postgres import Postgres, ensure_database
from deploy.rabbitmq import RabbitMQ
from shared.store.migrate import migrate

VHOSTS = 50
IN_MEMORY = Path("/dev/shm")
LEAST = 6_000_000_000
"""Bytes that must be free in memory for the rows of a run; a container may have next to none there."""


@pytest.fixture
def folder() -> Iterator[Path]:
    """An empty folder on the disk for servers; not pytest's own, which is closed to the user PostgreSQL runs as for root."""
    yield from _folder(on_disk=True)


def _folder(*, on_disk: bool = False) -> Iterator[Path]:
    path = a_new_folder(on_disk=on_disk)
    yield path
    shutil.rmtree(path)


def a_new_folder(*, on_disk: bool = False) -> Path:
    """Open to the user PostgreSQL runs as; in memory where there is enough of it, unless rows must reach the disk."""
    roomy = not on_disk and os.access(IN_MEMORY, os.W_OK) and shutil.disk_usage(IN_MEMORY).free > LEAST
    path = Path(tempfile.mkdtemp(prefix="sufficiency-", dir=IN_MEMORY if roomy else None))
    path.chmod(0o755)
    return path


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """The PostgreSQL server of the whole run; its rows need not outlive the machine, so it does not sync."""
    for folder in _folder():
        with Postgres.start(folder, fsync=False) as server:
            yield server


class Databases:
    """Databases of their own for tests, each a copy of one that was migrated once."""

    def __init__(self, server: Postgres) -> None:
        self.server = server
        self._templates: dict[Path, str] = {}
        self._made: list[str] = []
        self._numbers = itertools.count(1)

    async def fresh(self, migrations: Path) -> str:
        """The address of an empty database at the newest of these migrations, the spine's included."""
        if migrations not in self._templates:
            template = f"template_{migrations.parent.name}"
            await ensure_database(self.server.url(template))
            await migrate(self.server.url(template), migrations)
            self._templates[migrations] = template
        name = f"fresh_{next(self._numbers)}"
        await self._tell(f"CREATE DATABASE {name} TEMPLATE {self._templates[migrations]} STRATEGY FILE_COPY")
        self._made.append(name)
        return self.server.url(name)

    async def drop(self) -> None:
        """Drop what this test made, whoever is still connected."""
        while self._made:
            await self._tell(f"DROP DATABASE {self._made.pop()} WITH (FORCE)")

    async def _tell(self, command: str) -> None:
        connection = await asyncpg.connect(self.server.url())
        try:
            await connection.execute(command)
        finally:
            await connection.close()


@pytest.fixture(scope="session")
def databases_of_the_run(postgres: Postgres) -> Databases:
    return Databases(postgres)


@pytest.fixture
async def fresh_database(databases_of_the_run: Databases) -> AsyncIterator[Callable[[Path], Awaitable[str]]]:
    """`await fresh_database(migrations)` gives the address of a new database; they go with the test."""
    yield databases_of_the_run.fresh
    await databases_of_the_run.drop()


@pytest.fixture(scope="session")
def rabbitmq() -> Iterator[RabbitMQ]:
    """The RabbitMQ node of the whole run; its virtual hosts are made at its start, where they cost nothing."""
    for folder in _folder():
        with RabbitMQ.start(folder, vhosts=["/", *map(_vhost, range(VHOSTS))]) as node:
            yield node


@pytest.fixture(scope="session")
def _unused_vhosts(rabbitmq: RabbitMQ) -> Iterator[str]:
    def names() -> Iterator[str]:
        for number in itertools.count():
            if number >= VHOSTS and number % VHOSTS == 0:
                rabbitmq.add_vhosts([_vhost(n) for n in range(number, number + VHOSTS)])
            yield _vhost(number)

    return names()


@pytest.fixture
def vhost(_unused_vhosts: Iterator[str]) -> str:
    """A virtual host nobody has used: `rabbitmq.url(vhost)` is its address."""
    return next(_unused_vhosts)


def _vhost(number: int) -> str:
    return f"test-{number}"
