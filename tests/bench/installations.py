"""What a bench runs against: our installation in either mode, and the bare pipeline beside it, in empty folders."""

import asyncio
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import asyncpg
import httpx

from deploy.distributed import Distributed
from deploy.postgres import ensure_database
from deploy.processes import end, free_port, launch, wait_until_ready
from tests.bench.bare import TABLES
from tests.bench.load import ROOT, Commands, Watch
from tests.bench.world import PLACES, World, build

START_SECONDS = 120


@dataclass(frozen=True)
class Place:
    """Somewhere to send commands to and to watch what comes of them."""

    commands: Commands
    watch: Watch


@contextmanager
def empty_folder() -> Iterator[Path]:
    """A folder that the user PostgreSQL runs as may enter."""
    path = Path(tempfile.mkdtemp(prefix="sufficiency-bench-"))
    path.chmod(0o755)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


@contextmanager
def nothing_yet() -> Iterator[Distributed]:
    """A process per service, before anybody has done anything; every commit waits for the disk, as in life."""
    with empty_folder() as folder, Distributed(folder, free_port()) as installation:
        yield installation


@contextmanager
def distributed() -> Iterator[tuple[Distributed, World]]:
    """The same with a world to work on."""
    with nothing_yet() as installation:
        yield installation, build(installation.url, installation.token, installation.issuer)


def place_in(installation: Distributed, world: World) -> Place:
    """Straight at the processes' own ports."""
    placements = int(installation.url_of("placements-1").rpartition(":")[2])
    metrics = int(installation.url_of("metrics-1").rpartition(":")[2])
    return Place(world.reprice(placements), _figures(metrics, world))


def _figures(port: int, world: World) -> Watch:
    return Watch(port, "/metrics/stream", {"Authorization": f"Bearer {world.analyst}"})


@contextmanager
def embedded() -> Iterator[Place]:
    """Everything in one process, started as anybody would, with a world to work on."""
    with empty_folder() as folder:
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        own = {"PORT": str(port), "SUFFICIENCY_FOLDER": str(folder), "PYTHONPATH": str(ROOT)}
        process = launch(
            [sys.executable, "-m", "deploy.embedded", "--empty"], folder / "embedded.log", env={**os.environ, **own}
        )
        try:
            wait_until_ready(process, lambda: _furnished(folder / "embedded.log"), folder / "embedded.log", seconds=60)
            world = build(url, lambda person: _token(url, person), f"{url}/issuer")
            yield Place(world.reprice(port), _figures(port, world))
        finally:
            end(process, signal.SIGTERM)


def _furnished(log: Path) -> bool:
    """Whether it has said where to go, which it does once its demonstration is in place."""
    return log.exists() and "Sufficiency is ready" in log.read_text(errors="replace")


def _token(url: str, person: str) -> str:
    asked = {"grant_type": "client_credentials", "client_id": person, "client_secret": "demonstration"}
    answer = httpx.post(f"{url}/issuer/token", data=asked, trust_env=False)
    answer.raise_for_status()
    return str(answer.json()["access_token"])


class Bare:
    """The ceiling's two processes, on the installation's own servers."""

    def __init__(self, installation: Distributed, folder: Path) -> None:
        self.database = installation.postgres.url("bare")
        self._folder = folder
        self._environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "BENCH_DATABASE": self.database,
            "BENCH_BROKER": installation.rabbitmq.url(),
        }

    async def prepare(self) -> None:
        """Its database, once."""
        await ensure_database(self.database)
        connection = await asyncpg.connect(self.database)
        with suppress(asyncpg.DuplicateTableError):
            await connection.execute(TABLES)
        await connection.close()

    @contextmanager
    def process(self, role: str) -> Iterator[int]:
        """One of its processes at work; its port."""
        port, log = free_port(), self._folder / f"bare-{role}.log"
        command = [sys.executable, "-m", "tests.bench.bare", role, "--port", str(port)]
        process = launch(command, log, env=self._environment)
        try:
            wait_until_ready(process, lambda: _listens(port), log, seconds=30)
            yield port
        finally:
            end(process, signal.SIGTERM)

    @contextmanager
    def pipeline(self) -> Iterator[Place]:
        """Both processes."""
        with self.process("commands") as commands, self.process("watch") as watch:
            yield Place(bare_commands(commands), Watch(watch, "/stream"))


def bare_commands(port: int) -> Commands:
    """As many placements as our world has."""
    return Commands(port, [f"/{uuid4()}" for _ in range(PLACES)], '{"starts":"2026-03-02","weekly_pence":%d}')


def _listens(port: int) -> bool:
    with suppress(httpx.HTTPError):
        return httpx.get(f"http://127.0.0.1:{port}/ready", timeout=0.5, trust_env=False).is_success
    return False


@contextmanager
def bare_beside(installation: Distributed) -> Iterator[Bare]:
    """The ceiling on the same servers."""
    bare = Bare(installation, installation.folder)
    asyncio.run(bare.prepare())
    yield bare
