"""What search shows can be booked, for all its nights: asked of the providers' own constraint, candidate by candidate."""

from collections.abc import Mapping
from random import Random
from typing import Any

import pytest

from shared.identity.person import Role
from tests.access.scenes import Scenes, birthday, day
from tests.world import At, World

OFFICER, MANAGER = Role.PLACEMENTS_OFFICER, Role.PROVIDER_MANAGER
KIND = "S1"
"""Residential schools, which no other test opens."""
FEATURES = ("own_bedroom", "step_free")
HOMES, CHILDREN = 3, 4


async def a_market(scenes: Scenes, dice: Random) -> None:
    """A few homes, each place under a vacancy of its own, some out of service for a while, some homes solo."""
    await scenes.provider()
    for _ in range(HOMES):
        beds = [{"features": dice.sample(FEATURES, dice.randint(1, 2))} for _ in range(dice.randint(1, 3))]
        form = scenes.home_form(type=KIND, youngest=dice.choice([5, 13]), solo=dice.random() < 0.3, places=beds)
        home = await scenes.by(At.HEARTHSIDE, MANAGER, "POST", "/providers/homes", form)
        for place in home["places"]:
            offered = {"available_until": day(dice.randint(20, 90))} if dice.random() < 0.3 else {}
            only = {"home": home["home"], "places": [place["place"]]}
            vacancy = scenes.vacancy_form(only, **offered)
            await scenes.by(At.HEARTHSIDE, MANAGER, "POST", "/providers/vacancies", vacancy)
            if dice.random() < 0.3:
                spell = {"starts": day(30), "ends": day(37), "reason": "repairs"}
                path = f"/providers/places/{place['place']}/out-of-service"
                await scenes.by(At.HEARTHSIDE, MANAGER, "POST", path, spell)


async def a_referral(scenes: Scenes, dice: Random) -> tuple[dict[str, str], dict[str, Any]]:
    """A child of any age and needs, for some weeks or for good; and the nights."""
    child = await scenes.child(born=birthday(dice.randint(6, 16)))
    starts = dice.randint(0, 10)
    nights = {"starts": day(starts)} | ({"ends": day(starts + dice.randint(5, 60))} if dice.random() < 0.6 else {})
    asked: dict[str, Any] = {"wanted_from": nights["starts"]} | (
        {"wanted_until": nights["ends"]} if "ends" in nights else {}
    )
    needs = dice.sample(FEATURES, dice.randint(0, 2))
    made = await scenes.referral(child=child, types=[KIND], children=[{"child": child, "needs": needs}], **asked)
    return made, nights


async def booked(world: World, made: Mapping[str, str], vacancy: str, nights: Mapping[str, str]) -> dict[str, Any]:
    """Invite, offer, accept, book: the placement once providers have spoken, or the refusal."""
    asked = {"referral": made["referral"], "child": made["child"], "vacancy": vacancy}
    offer = (await world.does(At.NORTHSHIRE, OFFICER, "POST", "/placements/offers", asked))["offer"]
    price = {"weekly_pence": 381_000, "available_from": day(-30)}
    await world.does(At.HEARTHSIDE, MANAGER, "POST", f"/placements/offers/{offer}/offer", price)
    await world.does(At.NORTHSHIRE, OFFICER, "POST", f"/placements/offers/{offer}/accept", {})
    form = {"offer": offer, **nights}
    answer = await world.client(At.NORTHSHIRE, OFFICER).post("/placements/bookings", json=form)
    if not answer.is_success:
        return {"status": answer.json()["code"]}
    await world.settled()
    placement: dict[str, Any] = await world.does(
        At.NORTHSHIRE, OFFICER, "GET", f"/placements/{answer.json()['placement']}"
    )
    return placement


async def not_coming(world: World, placement: Mapping[str, Any]) -> None:
    form = {"reason": "plan_changed"}
    await world.does(At.NORTHSHIRE, OFFICER, "POST", f"/placements/{placement['placement']}/cancel", form)
    await world.settled()


@pytest.mark.parametrize("seed", range(2))
async def test_every_candidate_shown_can_be_booked_and_none_that_is_taken(
    world: World, scenes: Scenes, seed: int
) -> None:
    dice = Random(seed)
    await a_market(scenes, dice)
    shown = 0
    for _ in range(CHILDREN):
        made, nights = await a_referral(scenes, dice)
        path = f"/placements/referrals/{made['referral']}/candidates?type={KIND}"
        found = await world.does(At.NORTHSHIRE, OFFICER, "GET", path)
        possible = dice.sample(found["possible"], min(3, len(found["possible"])))
        taken = [one for one in found["refused"] if one["rules"] == ["taken"]][:1]
        for candidate in taken:
            assert (await booked(world, made, candidate["vacancy"], nights))["status"] == "taken"
        for candidate in possible:
            placement = await booked(world, made, candidate["vacancy"], nights)
            assert placement["status"] == "confirmed", candidate
            assert (placement["place"], placement["ends"]) == (candidate["place"], nights.get("ends"))
            shown += 1
            if candidate is not possible[-1]:
                await not_coming(world, placement)
    assert shown
