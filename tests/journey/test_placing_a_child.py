"""One child from vacancy to leaving, by the public API, in both modes, with the figures watched at each step."""

from datetime import timedelta
from typing import Any

from tests.installations import Team
from tests.journey.people import a_provider, a_referral, a_vacancy, an_accepted_offer, candidates, today
from tests.journey.watching import Watcher
from tests.waiting import until

ARRIVAL = today() - timedelta(days=7)
MEASURES = ("cla", "occupancy", "weekly_cost")


class Figures:
    """What stream, facts and a rebuild say; they must say the same."""

    def __init__(self, team: Team, watcher: Watcher) -> None:
        self._team, self._watcher = team, watcher

    async def are(self, **expected: tuple[int | None, int | None]) -> None:
        """The stream comes to say this; the facts and a rebuild agree."""
        await until(lambda: all(self._watcher.fraction(name) == fraction for name, fraction in expected.items()))
        await self._rebuilt()
        for measure in MEASURES:
            told = await self._team.does("commissioner", "GET", f"/metrics/measures/{measure}")
            assert (told["numerator"], told["denominator"]) == self._watcher.fraction(measure), measure

    async def _rebuilt(self) -> None:
        await self._team.does("administrator", "POST", "/metrics/rebuild", {})
        progress: dict[str, Any] = {}

        async def over() -> bool:
            progress.update(await self._team.does("administrator", "GET", "/metrics/rebuild"))
            return progress["state"] in ("done", "failed")

        await until(over)
        assert progress["state"] == "done", progress
        assert progress["result"]["same"], progress


async def a_confirmed_placement(team: Team, offered: dict[str, Any]) -> tuple[str, str]:
    """Referral, candidates, offer, acceptance, hold, 201; answers the referral and the placement's path."""
    referral, child = await a_referral(team)
    found = await candidates(team, referral, offered["vacancy"])
    ours = [home for home in found["possible"] if home["vacancy"] == offered["vacancy"]]
    assert len(ours) == len(offered["places"])
    assert all(home["reasons_for"] and home["reasons_against"] for home in ours)
    assert all(home["refusals"] for home in found["refused"])
    offer = await an_accepted_offer(team, referral, child, offered["vacancy"])
    form = {"offer": offer, "starts": str(ARRIVAL)}
    booked = await team.does("placements-officer", "POST", "/placements/bookings", form, status=201)
    assert booked["status"] == "confirmed"
    return referral, f"/placements/{booked['placement']}"


async def test_a_child_is_found_a_home_and_the_figures_follow(team: Team) -> None:
    await a_provider(team)
    async with Watcher(team["commissioner"]) as watcher:
        figures = Figures(team, watcher)
        approved = (watcher.fraction("occupancy")[1] or 0) + 2
        offered = await a_vacancy(team, places=2)
        await until(lambda: watcher.fraction("occupancy")[1] == approved)
        occupied = watcher.fraction("occupancy")[0] or 0
        looked_after = watcher.fraction("cla")[0] or 0
        spent, nights = (number or 0 for number in watcher.fraction("weekly_cost"))

        referral, placement = await a_confirmed_placement(team, offered)
        await figures.are(cla=watcher.fraction("cla"), occupancy=(occupied, approved))

        await team.does("social-worker", "POST", f"{placement}/start", {"on": str(ARRIVAL)})
        await figures.are(
            cla=(looked_after + 1, None),
            occupancy=(occupied + 1, approved),
            weekly_cost=(spent + 381_000, nights + 1),
        )
        price = {"starts": str(today() - timedelta(days=1)), "weekly_pence": 400_000}
        await team.does("placements-officer", "POST", f"{placement}/prices", price)
        await figures.are(weekly_cost=(spent + 400_000, nights + 1))

        left = {"on": str(today()), "reason": "CARPL", "planned": True, "care_ended": "E4A"}
        ended = await team.does("social-worker", "POST", f"{placement}/end", left)
        assert ended["status"] == "ended"
        await figures.are(cla=(looked_after, None), occupancy=(occupied, approved), weekly_cost=(spent, nights))
        await until_placed(team, referral)


async def until_placed(team: Team, referral: str) -> None:
    """Referrals has noted it too."""

    async def noted() -> bool:
        told = await team.does("social-worker", "GET", f"/referrals/{referral}")
        return bool(told["status"] == "closed" or told["status"] == "placed")

    await until(noted)
