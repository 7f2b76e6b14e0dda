"""One service that stands still delays nobody else, in both modes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import asyncpg

from tests.installations import Installation, Team
from tests.journey.people import a_provider, a_referral, a_vacancy, an_accepted_offer, candidates, today
from tests.journey.watching import Watcher
from tests.waiting import until

STARTS = str(today() - timedelta(days=7))


@asynccontextmanager
async def in_the_way(installation: Installation, service: str, statement: str) -> AsyncIterator[None]:
    """A transaction in a service's database that has done this and stays open."""
    connection = await asyncpg.connect(installation.database_url(service))
    try:
        await connection.execute("BEGIN")
        await connection.execute(statement)
        yield
    finally:
        await connection.close()


async def a_booking(team: Team) -> dict[str, Any]:
    """Everything from the vacancy to 201."""
    await a_provider(team)
    offered = await a_vacancy(team, name="Rowan House")
    referral, child = await a_referral(team)
    await candidates(team, referral, offered["vacancy"])
    offer = await an_accepted_offer(team, referral, child, offered["vacancy"])
    form = {"offer": offer, "starts": STARTS}
    booked: dict[str, Any] = await team.does("placements-officer", "POST", "/placements/bookings", form, status=201)
    return booked


async def test_metrics_standing_still_delays_no_booking_and_catches_up(team: Team) -> None:
    installation = team.installation
    async with Watcher(team["commissioner"]) as watcher:
        await a_provider(team)
        before = watcher.fraction("cla")[0] or 0
        # Every batch of facts waits for this row, for as long as we like.
        async with in_the_way(installation, "metrics", "LOCK TABLE position IN ACCESS EXCLUSIVE MODE"):
            booked = await a_booking(team)
            await team.does("social-worker", "POST", f"/placements/{booked['placement']}/start", {"on": STARTS})
            assert (watcher.fraction("cla")[0] or 0) == before
        await until(lambda: watcher.fraction("cla")[0] == before + 1)


async def test_a_long_transaction_in_one_database_delays_no_other_service(team: Team) -> None:
    # It holds back what may be cleaned up in its own database, and has taken a number of its own.
    busy = "SELECT pg_current_xact_id(), count(*) FROM spine.log"
    async with in_the_way(team.installation, "referrals", busy):
        booked = await a_booking(team)
        assert booked["status"] == "confirmed"
