"""A referral that is withdrawn takes its offers and bookings with it, as was said before; who has a home keeps it."""

from typing import Any

from shared.identity.person import Role
from tests.access.scenes import Scenes, day
from tests.waiting import until
from tests.world import At, World

WORKER, OFFICER, MANAGER, APPROVER = (
    *(Role.SOCIAL_WORKER, Role.PLACEMENTS_OFFICER, Role.PROVIDER_MANAGER, Role.APPROVER),
)


async def _asks(world: World, path: str, role: Role = WORKER) -> Any:
    return await world.does(At.NORTHSHIRE, role, "GET", path)


async def test_what_was_said_to_fall_falls(world: World, scenes: Scenes) -> None:
    made = await scenes.confirmed()
    await world.settled()
    referral = f"/referrals/{made['referral']}"
    said = await _asks(world, f"{referral}/withdrawal")
    (child,) = said["children"]
    assert [booking["placement"] for booking in child["bookings"]] == [made["placement"]]
    assert [offer["offer"] for offer in child["offers"]] == [made["offer"]]

    form = {"reason": "family_found", "version": said["version"]}
    await world.does(At.NORTHSHIRE, WORKER, "POST", f"{referral}/withdraw", form)

    async def fallen() -> bool:
        offer = await _asks(world, f"/placements/offers/{made['offer']}", OFFICER)
        placement = await _asks(world, f"/placements/{made['placement']}", OFFICER)
        return (offer["status"], placement["status"]) == ("withdrawn", "cancelled")

    await until(fallen)
    await world.settled()
    (child,) = (await _asks(world, f"{referral}/withdrawal"))["children"]
    assert (child["bookings"], child["offers"]) == ([], [])
    assert (await _asks(world, referral))["status"] == "withdrawn"


async def test_an_offer_that_nobody_answered_falls_too(world: World, scenes: Scenes) -> None:
    made = await scenes.invited()
    await world.settled()
    (child,) = (await _asks(world, f"/referrals/{made['referral']}/withdrawal"))["children"]
    assert [(offer["offer"], offer["status"]) for offer in child["offers"]] == [(made["offer"], "invited")]
    close = {"reason": "nothing_suitable"}
    await world.does(At.NORTHSHIRE, WORKER, "POST", f"/referrals/{made['referral']}/close", close)

    async def fallen() -> bool:
        offer = await world.does(At.HEARTHSIDE, MANAGER, "GET", f"/placements/offers/{made['offer']}")
        return bool(offer["status"] == "withdrawn")

    await until(fallen)


async def test_a_child_who_has_a_home_keeps_it_and_the_referral(world: World, scenes: Scenes) -> None:
    made = await scenes.started()
    await world.settled()
    said = await _asks(world, f"/referrals/{made['referral']}/withdrawal")
    assert (said["may_be_withdrawn"], said["children"][0]["placed"]) == (False, [made["placement"]])
    answer = await world.client(At.NORTHSHIRE, WORKER).post(
        f"/referrals/{made['referral']}/withdraw", json={"reason": "not_needed"}
    )
    assert answer.status_code == 409
    assert (await _asks(world, f"/placements/{made['placement']}", OFFICER))["status"] == "started"


async def test_nobody_is_asked_for_a_home_before_the_panel_has_decided(world: World, scenes: Scenes) -> None:
    vacancy, asked = await scenes.vacancy(), await scenes.before_panel()
    form = {**asked, "vacancy": vacancy["vacancy"]}
    answer = await world.client(At.NORTHSHIRE, OFFICER).post("/placements/offers", json=form)
    assert (answer.status_code, answer.json()["code"]) == (409, "before_panel")


async def test_what_a_panel_approved_finds_a_home(world: World, scenes: Scenes) -> None:
    vacancy, asked = await scenes.vacancy(), await scenes.approved()
    referral = f"/referrals/{asked['referral']}"
    opened = await world.does(At.NORTHSHIRE, APPROVER, "POST", f"{referral}/open-search", {})
    assert opened["status"] == "searching"
    await world.settled()
    form = {**asked, "vacancy": vacancy["vacancy"]}
    offer = (await world.does(At.NORTHSHIRE, OFFICER, "POST", "/placements/offers", form))["offer"]
    terms = {"weekly_pence": 381_000, "available_from": day(-30)}
    await world.does(At.HEARTHSIDE, MANAGER, "POST", f"/placements/offers/{offer}/offer", terms)
    await world.does(At.NORTHSHIRE, OFFICER, "POST", f"/placements/offers/{offer}/accept", {})
    booked = {"offer": offer, "starts": day(-7)}
    placement = (await world.does(At.NORTHSHIRE, OFFICER, "POST", "/placements/bookings", booked))["placement"]

    async def matched() -> bool:
        return bool((await _asks(world, referral))["status"] == "matched")

    await until(matched)
    await world.does(At.NORTHSHIRE, WORKER, "POST", f"/placements/{placement}/start", {"on": day(-7)})

    async def placed() -> bool:
        return bool((await _asks(world, referral))["status"] == "placed")

    await until(placed)
