"""The demonstration's people at work among others who are nobody's part in it."""

from random import Random

import httpx
from structlog.testing import capture_logs

from deploy.demo.asking import Asking
from deploy.demo.show import carry_on
from deploy.demo.stories import NORTH, Teller, a_child_finds_a_home
from deploy.people import DEMONSTRATION_SECRET
from shared.clock import SystemClock
from tests.installations import Embedded, Team
from tests.journey.people import a_provider, a_vacancy, candidates

SEED = 9
"""Whose child has no needs, so that any home would do."""


async def asked_for(team: Team) -> set[str]:
    """The authority's referrals."""
    return {one["referral"] for one in await team.does(NORTH.worker, "GET", "/referrals")}


async def test_a_home_whose_provider_nobody_plays_is_not_asked(embedded: Embedded) -> None:
    team = Team(embedded)
    await a_provider(team)
    vacancy = (await a_vacancy(team, type="U6", youngest=0))["vacancy"]
    before = await asked_for(team)
    async with httpx.AsyncClient(base_url=embedded.url, timeout=30, trust_env=False) as client:
        tell = Teller(Asking(client, DEMONSTRATION_SECRET), Random(SEED), SystemClock(), managers={})
        said, shown = [], []
        async for one in a_child_finds_a_home(tell, NORTH):
            said.append(one)
            if one == "a home is asked for":
                [referral] = await asked_for(team) - before
                found = await candidates(team, referral, vacancy)
                shown = [home["vacancy"] for home in found["possible"]]
    await team.close()
    assert shown == [vacancy], "there is a home that would do"
    assert said[-1] == "no home could be found; the child stays with family"
    assert "a provider is asked" not in said


async def test_what_fails_of_it_takes_nothing_else_along() -> None:
    async def fails() -> None:
        raise LookupError("unforeseen")

    with capture_logs() as said:
        await carry_on("people at work", fails())
    assert [(line["log_level"], line["state"]) for line in said] == [("error", "people at work")]
