"""Prices that come at once to one placement: every one is accepted, in some order, and told once."""

import asyncio

from shared.identity.person import Role
from tests.access.scenes import Scenes, day
from tests.world import At, World

AT_ONCE = 12
PRICED = "SELECT count(*) FROM spine.log WHERE subject = $1 AND type = 'placements.placement_repriced.v1'"


async def test_prices_that_come_at_once_are_all_accepted_and_each_is_told_once(world: World, scenes: Scenes) -> None:
    made = await scenes.started()
    await world.settled()
    path = f"/placements/{made['placement']}"
    before = (await world.does(At.NORTHSHIRE, Role.PLACEMENTS_OFFICER, "GET", path))["version"]
    (told,) = await world.ask("placements", PRICED, made["placement"])
    forms = [{"starts": day(-1), "weekly_pence": 100_000 + number} for number in range(AT_ONCE)]
    officer = world.client(At.NORTHSHIRE, Role.PLACEMENTS_OFFICER)
    answers = await asyncio.gather(*(officer.post(f"{path}/prices", json=form) for form in forms))
    assert [answer.status_code for answer in answers] == [200] * AT_ONCE
    assert sorted(answer.json()["version"] for answer in answers) == list(range(before + 1, before + 1 + AT_ONCE))
    await world.settled()
    (now,) = await world.ask("placements", PRICED, made["placement"])
    assert now[0] == told[0] + AT_ONCE
    last = max((answer.json() for answer in answers), key=lambda placement: placement["version"])
    after = await world.does(At.NORTHSHIRE, Role.PLACEMENTS_OFFICER, "GET", path)
    assert after["prices"] == last["prices"]


async def test_a_price_upon_an_older_version_is_refused_with_the_current_one(world: World, scenes: Scenes) -> None:
    made = await scenes.started()
    path = f"/placements/{made['placement']}"
    now = (await world.does(At.NORTHSHIRE, Role.PLACEMENTS_OFFICER, "GET", path))["version"]
    form = {"starts": day(-1), "weekly_pence": 100_000, "version": now - 1}
    answer = await world.client(At.NORTHSHIRE, Role.PLACEMENTS_OFFICER).post(f"{path}/prices", json=form)
    assert answer.status_code == 409
    assert answer.json()["version"] == now
