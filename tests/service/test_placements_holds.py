"""A place held before its home is chosen: kept for nobody named, booked as it stands, let go by a press, in time or with its offer."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from shared.contracts.placements import OfferAccepted, PlacementBooked, PlacementCancelled, PlacementConfirmed
from tests.alone import NOON, refused
from tests.service.placing import FAR, Fresh, Placing, day, placing
from tests.visiting import Visited, post, visit

DESK = "/placements/desk"
HOLDS = "/placements/holds"


@pytest.fixture
async def one(fresh_database: Fresh) -> AsyncIterator[Placing]:
    async with placing(fresh_database) as made:
        yield made


async def offered(one: Placing, **home: Any) -> tuple[UUID, UUID, str]:
    child = await one.child()
    referral = await one.referral(child)
    return referral, child, str((await one.offered(referral, child, await one.vacancy(**home)))["offer"])


async def held(one: Placing, offer: str) -> dict[str, Any]:
    form = {"offer": offer, "starts": day(-7)}
    return dict(one.made(await one.officer.post(HOLDS, json=form), 202))


async def state(one: Placing, offer: str) -> str:
    return str(one.made(await one.officer.get(f"/placements/offers/{offer}"))["status"])


async def test_a_held_place_is_booked_as_it_stands_and_only_then_does_anybody_hear_of_it(one: Placing) -> None:
    _, _, offer = await offered(one)
    placement = await held(one, offer)
    assert (await held(one, offer))["placement"] == placement["placement"]
    await one.hold(placement["placement"], NOON + timedelta(hours=48))
    kept = await one.look(placement["placement"])
    assert (kept["status"], kept["on_hold"]) == ("booked", True)
    assert kept["held_until"].startswith(str((NOON + timedelta(hours=48)).date()))
    assert await state(one, offer) == "offered"
    assert not await one.service.published(OfferAccepted)
    assert not await one.service.published(PlacementConfirmed)
    assert [told.on_hold for told in await one.service.published(PlacementBooked)] == [True]
    form = {"offer": offer, "starts": day(-7)}
    refused(await one.officer.post("/placements/bookings", json=form), 409, "offer")
    one.made(await one.officer.post(f"/placements/offers/{offer}/accept", json={}))
    refused(await one.officer.post("/placements/bookings", json={**form, "starts": day(-6)}), 409, "starts")
    booked = one.made(await one.officer.post("/placements/bookings", json=form), 201)
    assert (booked["placement"], booked["status"]) == (placement["placement"], "confirmed")
    (confirmed,) = await one.service.published(PlacementConfirmed)
    assert (confirmed.on_hold, confirmed.place) == (False, UUID(placement["place"]))


async def test_a_home_chosen_before_its_hold_is_answered_is_confirmed_when_it_is(one: Placing) -> None:
    _, _, offer = await offered(one)
    placement = await held(one, offer)
    one.made(await one.officer.post(f"/placements/offers/{offer}/accept", json={}))
    one.made(await one.officer.post("/placements/bookings", json={"offer": offer, "starts": day(-7)}), 202)
    await one.hold(placement["placement"])
    assert (await one.look(placement["placement"]))["status"] == "confirmed"


async def test_a_hold_that_runs_out_leaves_the_offer_as_it_was(one: Placing) -> None:
    _, _, offer = await offered(one)
    placement = await held(one, offer)
    await one.hold(placement["placement"])
    await one.release(placement)
    assert (await one.look(placement["placement"]))["status"] == "cancelled"
    assert await state(one, offer) == "offered"
    again = await held(one, offer)
    assert again["placement"] != placement["placement"]


@pytest.mark.parametrize("how", ["decline", "withdraw"])
async def test_a_hold_goes_with_its_offer(one: Placing, how: str) -> None:
    _, _, offer = await offered(one)
    placement = await held(one, offer)
    await one.hold(placement["placement"])
    path = f"/placements/offers/{offer}/{'decline' if how == 'decline' else 'take-back'}"
    one.made(await one.manager.post(path, json={"reason": "staffing"}))
    assert (await one.look(placement["placement"]))["status"] == "cancelled"
    (told,) = await one.service.published(PlacementCancelled)
    assert told.on_hold


async def test_one_place_is_held_for_a_child_and_another_home_is_not_booked_beside_it(one: Placing) -> None:
    referral, child, offer = await offered(one)
    other = await one.accepted(referral, child, await one.vacancy(name="Elm House"))
    await held(one, offer)
    answer = await one.officer.post("/placements/bookings", json={"offer": other, "starts": day(-7)})
    refused(answer, 409, "purpose")
    assert "is held for the child" in answer.text


async def test_a_far_home_is_held_while_an_approver_decides_and_not_booked_before(one: Placing) -> None:
    _, _, offer = await offered(one, postcode=FAR, area="E06000045", outward="SO16")
    await one.hold((await held(one, offer))["placement"])
    one.made(await one.officer.post(f"/placements/offers/{offer}/accept", json={}))
    answer = await one.officer.post("/placements/bookings", json={"offer": offer, "starts": day(-7)})
    refused(answer, 409, "distance_reason")
    assert answer.json()["code"] == "needs_approval"


async def comparing(one: Placing, referral: UUID) -> Visited:
    one.officer.headers["accept"] = "text/html"
    return await visit(one.officer, f"{DESK}/referrals/{referral}/offers")


async def test_on_the_pages_a_place_is_held_its_clock_shown_and_then_it_is_booked(one: Placing) -> None:
    referral, child, _ = await offered(one)
    await one.offered(referral, child, await one.vacancy(name="Elm House"))
    page = await (await comparing(one, referral)).follow("Hold a place at Beech House")
    assert page.heading == "Hold a place at Beech House"
    wrong = await post(one.officer, page.path, {"starts-day": "", "starts-month": "", "starts-year": ""})
    assert "Enter the first night" in wrong.text
    page = await page.send("Hold the place")
    assert "Hold asked for" in page.text
    (asked,) = await one.service.published(PlacementBooked)
    await one.hold(str(asked.placement), NOON + timedelta(hours=47))
    page = await visit(one.officer, page.path)
    assert "1 day left to book it" in page.text
    assert "taken on some of these nights" not in page.text, "nobody stands in their own way"
    assert "A place is held at another home" in page.text
    assert "1 referral" in (await visit(one.officer, f"{DESK}?stage=choose")).text
    one.manager.headers["accept"] = "text/html"
    assert "Beech House" not in (await visit(one.manager, "/placements/stays")).text
    page = await page.follow("Book Beech House")
    assert "A place is held from" in page.text
    others = {name: "nearer" for name in page.fields("Book this home") if name.startswith("not_chosen-")}
    page = await page.send("Book this home", **others)
    assert page.heading == "Placement at Beech House"
    assert "Confirmed" in page.text


async def test_a_held_place_is_let_go_by_a_press_and_a_press_too_late_changes_nothing(one: Placing) -> None:
    referral, _, offer = await offered(one)
    placement = await held(one, offer)
    await one.hold(placement["placement"], NOON + timedelta(hours=47))
    page = await comparing(one, referral)
    typed = page.fields("Let the place go")
    page = await page.send("Let the place go")
    assert "Hold a place" in page.text
    assert len(await one.service.published(PlacementCancelled)) == 1
    await post(one.officer, f"{DESK}/placements/{placement['placement']}/let-go", typed)
    assert len(await one.service.published(PlacementCancelled)) == 1
