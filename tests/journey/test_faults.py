"""The distributed installation with parts of it killed and stopped under load: nothing lost, nothing twice."""

import asyncio
from collections.abc import Iterator
from functools import partial

import pytest

from deploy.distributed import Distributed
from deploy.processes import free_port
from tests.installations import Team, a_folder
from tests.journey.repricing import Load, figures_agree, under_load
from tests.waiting import until


@pytest.fixture(scope="module")
def installation() -> Iterator[Distributed]:
    """One of its own, with rows that are really on the disk."""
    with a_folder(on_disk=True) as folder, Distributed(folder, free_port()) as started:
        yield started


async def test_processes_killed_under_load_lose_nothing(
    team: Team, installation: Distributed, placements: list[str]
) -> None:
    kills = ["placements-1", "metrics-1", "placements-1", "providers-1", "metrics-1", "referrals-1"]

    async def trouble(load: Load) -> None:
        for process in kills:
            before = load.count
            await asyncio.to_thread(installation.kill, process)
            installation.start_process(process)
            await until(partial(load.passed, before + 10), seconds=60)

    load = await under_load(team, placements, trouble)
    await until(installation.healthy, seconds=60)
    await figures_agree(team, load)


async def test_rabbitmq_killed_and_started_in_mid_flow_loses_nothing(
    team: Team, installation: Distributed, placements: list[str]
) -> None:

    async def trouble(load: Load) -> None:
        await asyncio.to_thread(installation.rabbitmq.kill)
        before = load.count
        # Writes go on: they need no broker.
        await until(lambda: load.count > before + 50, seconds=60)
        await asyncio.to_thread(installation.rabbitmq.restart)
        before = load.count
        await until(lambda: load.count > before + 20, seconds=60)

    load = await under_load(team, placements, trouble)
    await until(installation.healthy, seconds=60)
    await figures_agree(team, load)


async def test_postgresql_killed_under_load_loses_nothing(
    team: Team, installation: Distributed, placements: list[str]
) -> None:

    async def trouble(load: Load) -> None:
        await asyncio.to_thread(installation.postgres.kill)
        await asyncio.to_thread(installation.postgres.restart)
        before = load.count
        await until(lambda: load.count > before + 20, seconds=60)

    load = await under_load(team, placements, trouble)
    await until(installation.healthy, seconds=60)
    await figures_agree(team, load)
