"""The distributed installation with parts of it killed and stopped under load: nothing lost, nothing twice."""

import asyncio
import random
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from functools import partial
from typing import Any

import httpx
import pytest

from deploy.distributed import Distributed
from deploy.processes import free_port
from tests.installations import Team, a_folder
from tests.journey.people import a_provider, a_referral, a_vacancy, an_accepted_offer, candidates, today
from tests.waiting import until

PLACES = 4
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def installation() -> Iterator[Distributed]:
    """One of its own, with rows that are really on the disk."""
    with a_folder() as folder, Distributed(folder, free_port()) as started:
        yield started


@pytest.fixture
async def team(installation: Distributed) -> AsyncIterator[Team]:
    gathered = Team(installation)
    yield gathered
    await gathered.close()


@pytest.fixture(scope="module")
async def placements(installation: Distributed) -> list[str]:
    """Children who live in a home, for their prices to be changed."""
    team = Team(installation)
    await a_provider(team)
    offered = await a_vacancy(team, places=PLACES, name="Oak House")
    starts = str(today() - 7 * DAY)
    started = []
    for _ in range(PLACES):
        referral, child = await a_referral(team)
        await candidates(team, referral, offered["vacancy"])
        offer = await an_accepted_offer(team, referral, child, offered["vacancy"])
        form = {"offer": offer, "starts": starts}
        booked = await team.does("placements-officer", "POST", "/placements/bookings", form)
        path = f"/placements/{booked['placement']}"
        await until(partial(confirmed, team, path))
        await team.does("social-worker", "POST", f"{path}/start", {"on": starts})
        started.append(path)
    await team.close()
    return started


async def confirmed(team: Team, path: str) -> bool:
    return bool((await team.does("placements-officer", "GET", path))["status"] == "confirmed")


class Load:
    """Reprices placements without pause and remembers what was accepted."""

    def __init__(self, team: Team, placements: list[str]) -> None:
        self._team, self._placements = team, placements
        self.accepted: dict[str, int] = {}
        self.count = 0
        self._going = True

    async def run(self) -> None:
        while self._going:
            await asyncio.gather(*(self._reprice(path) for path in self._placements))

    def stop(self) -> None:
        self._going = False

    def passed(self, count: int) -> bool:
        """Whether more than this many prices have been accepted."""
        return self.count > count

    async def _reprice(self, path: str) -> None:
        pence = random.randrange(100_000, 900_000)
        form = {"starts": str(today() - 7 * DAY), "weekly_pence": pence}
        try:
            answer = await self._team["placements-officer"].post(f"{path}/prices", json=form)
        except httpx.HTTPError:
            # Cut off: it may or may not have been accepted, so the next accepted one must decide.
            self.accepted.pop(path, None)
            return
        if answer.is_success:
            self.accepted[path] = pence
            self.count += 1
        elif answer.status_code >= 500:
            self.accepted.pop(path, None)


async def figures_agree(team: Team, load: Load) -> None:
    """Everything accepted has arrived, once; a rebuild from the logs says the same."""
    expected = sum(load.accepted.values())
    assert len(load.accepted) == PLACES

    async def arrived() -> bool:
        answer = await team["commissioner"].get("/metrics/measures/weekly_cost")
        return bool(answer.is_success and answer.json()["numerator"] == expected)

    await until(arrived, seconds=60)
    await team.does("administrator", "POST", "/metrics/rebuild", {})
    progress: dict[str, Any] = {}

    async def over() -> bool:
        progress.update(await team.does("administrator", "GET", "/metrics/rebuild"))
        return progress["state"] in ("done", "failed")

    await until(over, seconds=60)
    assert progress["state"] == "done", progress
    assert progress["result"]["same"], progress
    await arrived()
    for service in ("referrals", "placements", "providers", "metrics"):
        assert await team.does("administrator", "GET", f"/{service}/dead-events") == []


async def settle(team: Team, load: Load) -> None:
    """One more accepted price for each placement, so that the last word on each is known."""

    async def known() -> bool:
        await asyncio.gather(*(load._reprice(path) for path in load._placements))
        return len(load.accepted) == PLACES

    await until(known, seconds=60)


async def under_load(team: Team, placements: list[str], trouble: Any) -> Load:
    load = Load(team, placements)
    running = asyncio.create_task(load.run())
    await until(lambda: load.count > 20)
    await trouble(load)
    load.stop()
    await running
    await settle(team, load)
    return load


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
