"""Offers: their clocks, their answers in events, the panel's limit, siblings who go together, and what falls with a referral."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from shared.contracts.placements import (
    OfferDeclined,
    OfferInvited,
    OfferLapsed,
    OfferMade,
    OfferWithdrawn,
    PlacementCancelled,
)
from shared.contracts.referrals import ReferralClosed, ReferralWithdrawn
from shared.contracts.vocabulary import OfferStatus, ReferralStatus, WithdrawalReason
from shared.identity.person import Role
from tests.alone import NOON, NORTHSHIRE, refused
from tests.service.placing import Fresh, Placing, placing


@pytest.fixture
async def one(fresh_database: Fresh) -> AsyncIterator[Placing]:
    async with placing(fresh_database) as made:
        yield made


async def test_an_offer_tells_when_it_was_asked_and_answered(one: Placing) -> None:
    child = await one.child()
    await one.offered(await one.referral(child), child, await one.vacancy())
    (asked,), (made,) = await one.service.published(OfferInvited), await one.service.published(OfferMade)
    assert (asked.status, asked.invited_at, asked.answered_at) == (OfferStatus.INVITED, NOON, None)
    assert (made.status, made.invited_at, made.answered_at) == (OfferStatus.OFFERED, NOON, NOON)


async def test_an_offer_nobody_answers_lapses_and_takes_a_siblings_with_it(one: Placing) -> None:
    older, younger = await one.child(), await one.child()
    referral, vacancy = await one.referral(older, younger), await one.vacancy(2)
    await one.invited(referral, older, vacancy)
    await one.invited(referral, younger, vacancy)
    one.service.clock.move(timedelta(hours=25))
    await one.service.tick()
    lapsed = await one.service.published(OfferLapsed)
    withdrawn = await one.service.published(OfferWithdrawn)
    assert {lapsed[0].child, withdrawn[0].child} == {older, younger}
    assert (len(lapsed), len(withdrawn)) == (1, 1)


async def test_a_decline_for_one_sibling_withdraws_the_others_at_that_home_only(one: Placing) -> None:
    older, younger = await one.child(), await one.child()
    referral, vacancy, other = await one.referral(older, younger), await one.vacancy(2), await one.vacancy(2)
    declined = await one.invited(referral, older, vacancy)
    gone = await one.offered(referral, younger, vacancy)
    kept = await one.invited(referral, younger, other)
    one.made(
        await one.manager.post(f"/placements/offers/{declined['offer']}/decline", json={"reason": "needs_not_met"})
    )
    (told,) = await one.service.published(OfferWithdrawn)
    assert (str(told.offer), told.status) == (gone["offer"], OfferStatus.WITHDRAWN)
    (no,) = await one.service.published(OfferDeclined)
    assert no.answered_at == NOON
    offers = {o["offer"]: o["status"] for o in one.made(await one.officer.get("/placements/offers"))}
    assert offers[kept["offer"]] == "invited"


async def test_a_decline_takes_a_siblings_accepted_offer_too_but_not_one_that_is_booked(one: Placing) -> None:
    older, younger = await one.child(), await one.child()
    referral, vacancy, other = await one.referral(older, younger), await one.vacancy(2), await one.vacancy(2)
    unbooked = await one.accepted(referral, older, vacancy)
    await one.booked(await one.accepted(referral, older, other))
    for asked in (vacancy, other):
        offer = (await one.invited(referral, younger, asked))["offer"]
        one.made(await one.manager.post(f"/placements/offers/{offer}/decline", json={"reason": "staffing"}))
    (told,) = await one.service.published(OfferWithdrawn)
    assert str(told.offer) == unbooked


async def test_where_siblings_may_live_apart_a_decline_leaves_the_other_alone(one: Placing) -> None:
    older, younger = await one.child(), await one.child()
    referral, vacancy = await one.referral(older, younger, together=False), await one.vacancy(2)
    declined = await one.invited(referral, older, vacancy)
    await one.invited(referral, younger, vacancy)
    one.made(await one.manager.post(f"/placements/offers/{declined['offer']}/decline", json={"reason": "staffing"}))
    assert await one.service.published(OfferWithdrawn) == []


async def test_a_price_above_the_panels_limit_needs_an_approver_who_did_not_ask(one: Placing) -> None:
    child = await one.child()
    referral = await one.referral(child, most_weekly_pence=380_000)
    offer = await one.offered(referral, child, await one.vacancy(), 380_001)
    path = f"/placements/offers/{offer['offer']}/accept"
    refusal = await one.officer.post(path, json={})
    assert "above what the panel allowed" in refused(refusal, 409, "offer")
    assert refusal.json()["code"] == "needs_approval"
    assert one.made(await one.approver.post(path, json={}))["status"] == "accepted"


async def test_who_asked_a_home_cannot_approve_its_price_whatever_their_roles(one: Placing) -> None:
    child = await one.child()
    referral = await one.referral(child, most_weekly_pence=380_000)
    offer = await one.offered(referral, child, await one.vacancy(), 380_001)
    both = one.service.of(NORTHSHIRE, Role.PLACEMENTS_OFFICER, Role.APPROVER)
    refused(await both.post(f"/placements/offers/{offer['offer']}/accept", json={}), 409, "offer")


async def test_at_the_panels_limit_an_officer_may_accept(one: Placing) -> None:
    child = await one.child()
    referral = await one.referral(child, most_weekly_pence=381_000)
    await one.accepted(referral, child, await one.vacancy())


async def test_a_withdrawn_referral_takes_its_offers_and_unstarted_bookings_with_it(one: Placing) -> None:
    child, vacancy = await one.child(), await one.vacancy()
    referral = await one.referral(child)
    offer = await one.accepted(referral, child, vacancy)
    placement = await one.booked(offer)
    state = one.asked_for(referral, child, version=2, status=ReferralStatus.WITHDRAWN).model_dump()
    gone = ReferralWithdrawn(**state, reason=WithdrawalReason.NOT_NEEDED)
    await one.service.hear(gone, times=2)
    (told,) = await one.service.published(OfferWithdrawn)
    (cancelled,) = await one.service.published(PlacementCancelled)
    assert (str(told.offer), str(cancelled.placement)) == (offer, placement["placement"])
    assert cancelled.reason == "referral_withdrawn"
    form = {"referral": str(referral), "child": str(child), "vacancy": str(vacancy["vacancy"])}
    refused(await one.officer.post("/placements/offers", json=form), 409, "referral")


async def test_an_older_word_does_not_bring_a_withdrawn_referral_back(one: Placing) -> None:
    child = await one.child()
    referral = await one.referral(child)
    gone = one.asked_for(referral, child, version=3, status=ReferralStatus.WITHDRAWN).model_dump()
    await one.service.hear(ReferralWithdrawn(**gone), one.asked_for(referral, child, version=2))
    (row,) = await one.service.rows("SELECT open, version FROM referrals")
    assert (row.open, row.version) == (False, 3)


async def test_a_referral_that_closes_because_all_are_placed_leaves_where_they_live_alone(one: Placing) -> None:
    placement = await one.started()
    (row,) = await one.service.rows("SELECT referral FROM referrals")
    state = one.asked_for(row.referral, placement["child"], version=2, status=ReferralStatus.PLACED).model_dump()
    await one.service.hear(ReferralClosed(**state))
    assert await one.service.published(OfferWithdrawn) == []
    assert (await one.look(placement["placement"]))["status"] == "started"


async def test_nobody_is_asked_while_a_referral_waits_for_information(one: Placing) -> None:
    child, vacancy = await one.child(), await one.vacancy()
    referral = await one.referral(child, status=ReferralStatus.INFORMATION_ASKED)
    form = {"referral": str(referral), "child": str(child), "vacancy": str(vacancy["vacancy"])}
    refused(await one.officer.post("/placements/offers", json=form), 409, "referral")


async def test_another_authority_or_provider_finds_no_offer(one: Placing) -> None:
    child = await one.child()
    offer = await one.offered(await one.referral(child), child, await one.vacancy())
    path = f"/placements/offers/{offer['offer']}"
    refused(await one.neighbour.post(f"{path}/accept", json={}), 404, "offer")
    refused(await one.neighbour.post(f"{path}/approve-distance", json={"distance_reason": "safety"}), 404, "offer")
    refused(await one.approver.post(f"{path}/accept", json={"version": 1}), 409, "version")
