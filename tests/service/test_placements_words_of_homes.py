"""What homes say: upon what they offer, why they do not, and whether a child came, is to leave, or left."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from services.placements.notices import NOTICES
from shared.contracts.placements import FragilityRaised, OfferMade, OfferWithdrawn, PlacementStarted, StayReported
from shared.contracts.vocabulary import DeclineReason, Fragility, StayReport
from tests.alone import refused
from tests.service.placing import Fresh, Placing, day, placing, refused_whole


@pytest.fixture
async def one(fresh_database: Fresh) -> AsyncIterator[Placing]:
    async with placing(fresh_database) as made:
        yield made


async def an_offer(one: Placing) -> str:
    child = await one.child()
    return str((await one.offered(await one.referral(child), child, await one.vacancy()))["offer"])


async def says(one: Placing, placement: dict[str, Any], **form: Any) -> httpx.Response:
    return await one.manager.put(one.path(placement, "report"), json=form)


async def test_conditions_and_notes_reach_the_authority_and_no_event(one: Placing) -> None:
    child = await one.child()
    invited = await one.invited(await one.referral(child), child, await one.vacancy())
    path = f"/placements/offers/{invited['offer']}"
    form = {"weekly_pence": 400_000, "available_from": day(0), "conditions": "One extra night worker"}
    for _ in range(2):
        one.made(await one.manager.post(f"{path}/offer", json=form))
    assert len(await one.service.published(OfferMade)) == 1, "said twice in the same words it is said once"
    assert one.made(await one.officer.get(path))["conditions"] == "One extra night worker"
    one.made(await one.manager.post(f"{path}/decline", json={"reason": "staffing", "note": "Two people left"}))
    assert one.made(await one.officer.get(path))["note"] == "Two people left"
    bodies = " ".join(row.body for row in await one.service.rows("SELECT body FROM spine.outbox"))
    assert "night worker" not in bodies
    assert "Two people" not in bodies


async def test_a_provider_takes_its_offer_back_until_it_is_booked(one: Placing) -> None:
    offer = await an_offer(one)
    path = f"/placements/offers/{offer}"
    for _ in range(2):
        one.made(await one.manager.post(f"{path}/take-back", json={"reason": "no_vacancy"}))
    (told,) = await one.service.published(OfferWithdrawn)
    assert (told.reason, str(told.offer)) == (DeclineReason.NO_VACANCY, offer)
    refused(await one.officer.post(f"{path}/accept", json={}), 409, "offer")
    placement = await one.confirmed()
    answer = await one.manager.post(f"/placements/offers/{placement['offer']}/take-back", json={"reason": "price"})
    assert "ask the authority" in refused(answer, 409, "offer")


async def test_a_chosen_offer_may_be_taken_back_before_it_is_booked(one: Placing) -> None:
    child = await one.child()
    offer = await one.accepted(await one.referral(child), child, await one.vacancy())
    stale = await one.manager.post(f"/placements/offers/{offer}/take-back", json={"reason": "staffing", "version": 1})
    refused(stale, 409, "version")
    one.made(await one.manager.post(f"/placements/offers/{offer}/take-back", json={"reason": "staffing"}))
    refused(await one.officer.post("/placements/bookings", json={"offer": offer, "starts": day(0)}), 409, "offer")


async def test_an_arrival_is_the_homes_word_and_the_authoritys_record(one: Placing) -> None:
    placement = await one.confirmed()
    for _ in range(2):
        one.made(await says(one, placement, report="arrived", on=day(-7)))
    (told,) = await one.service.published(StayReported)
    assert (told.report, str(told.on), told.version) == (StayReport.ARRIVED, day(-7), 1)
    assert (await one.look(placement["placement"]))["status"] == "confirmed"
    assert await one.service.published(PlacementStarted) == []
    refused(await says(one, placement, report="not_arrived", on=day(-7), version=0), 409, "version")
    one.made(await says(one, placement, report=None, version=1))
    left = {"report": "left", "on": day(0), "reason": "OTHER", "planned": True}
    refused(await says(one, placement, **left), 409, "report")


async def test_notice_says_that_a_placement_will_not_last_until_it_is_taken_back(one: Placing) -> None:
    placement = await one.started()
    one.made(await says(one, placement, report="notice", on=day(28), reason="CREQO"))
    assert (await one.look(placement["placement"]))["fear"] == "notice_given"
    one.made(await says(one, placement, report=None))
    assert (await one.look(placement["placement"]))["fear"] is None
    assert [told.fear for told in await one.service.published(FragilityRaised)] == [Fragility.NOTICE_GIVEN, None]
    one.made(await says(one, placement, report="left", on=day(-1), reason="CHILD", planned=False))
    assert (await one.look(placement["placement"]))["status"] == "started"


WRONG: list[tuple[dict[str, Any], int, str]] = [
    ({"report": "arrived"}, 422, ""),
    ({"report": "arrived", "on": day(1)}, 422, "on"),
    ({"report": "arrived", "on": day(-8)}, 422, "on"),
    ({"report": "arrived", "on": day(-7), "reason": "OTHER"}, 422, ""),
    ({"report": "moved", "on": day(-7)}, 422, "report"),
    ({"report": None}, 409, "report"),
    ({"report": "notice", "on": day(1), "reason": "OTHER"}, 409, "report"),
]


async def test_a_word_that_cannot_be_right_is_not_kept(one: Placing) -> None:
    placement = await one.confirmed()
    for form, status, field in WRONG:
        refused_whole(await says(one, placement, **form), status, field)
    assert await one.service.published(StayReported) == []


async def test_notice_is_for_a_day_to_come_and_leaving_for_one_that_has(one: Placing) -> None:
    placement = await one.started()
    refused(await says(one, placement, report="notice", on=day(-1), reason="OTHER"), 422, "on")
    refused(await says(one, placement, report="left", on=day(1), reason="OTHER", planned=True), 422, "on")
    refused(await says(one, placement, report="left", on=day(-8), reason="OTHER", planned=True), 422, "on")
    refused(
        await one.manager.put("/placements/" + str(one.provider) + "/report", json={"report": None}), 404, "placement"
    )


async def test_the_authority_is_told_where_a_home_says_something_and_where_it_takes_back_an_offer(one: Placing) -> None:
    told = {notice.kind: notice for notice in NOTICES}
    word, back = told["stay_reported_worker"], told["offer_taken_back_finder"]
    placement, offer = await one.started(), await an_offer(one)
    one.made(await says(one, placement, report="notice", on=day(28), reason="CREQO"))
    one.made(await says(one, placement, report=None))
    one.made(await one.manager.post(f"/placements/offers/{offer}/take-back", json={"reason": "staffing"}))
    said = [word.leads(event) for event in await one.service.published(StayReported)]
    assert said == [f"/placements/lives/{placement['child']}", None]
    (gone,) = await one.service.published(OfferWithdrawn)
    assert back.leads(gone) == f"/placements/desk/referrals/{gone.referral}/offers"
    assert back.leads(gone.model_copy(update={"reason": None})) is None, "what fell with a referral is nobody's news"
