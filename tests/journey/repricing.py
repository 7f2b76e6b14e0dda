"""Prices changed without pause while parts of an installation go away, and whether all of it was counted, once."""

import asyncio
import random
from datetime import timedelta
from functools import partial
from typing import Any

import httpx

from tests.installations import Team
from tests.journey.people import a_provider, a_referral, a_vacancy, an_accepted_offer, candidates, today
from tests.waiting import until

PLACES = 4
DAY = timedelta(days=1)


async def children_in_a_home(team: Team) -> list[str]:
    """Placements that have started, for their prices to be changed: their paths."""
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


async def figures_agree(team: Team, load: Load, *, at: str = "") -> None:
    """Everything accepted has arrived, once; a rebuild from the logs says the same, asked of one process of several."""
    expected = sum(load.accepted.values())
    assert len(load.accepted) == PLACES

    async def arrived() -> bool:
        answer = await team["commissioner"].get("/metrics/measures/weekly_cost")
        return bool(answer.is_success and answer.json()["numerator"] == expected)

    await until(arrived, seconds=60)
    await team.does("administrator", "POST", f"{at}/metrics/rebuild", {})
    progress: dict[str, Any] = {}

    async def over() -> bool:
        progress.update(await team.does("administrator", "GET", f"{at}/metrics/rebuild"))
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
