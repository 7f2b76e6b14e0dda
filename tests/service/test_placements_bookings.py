"""Bookings: siblings as one, homes far away, on what terms, and children who do not come."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from shared.contracts.placements import PlacementBooked, PlacementCancelled, PlacementConfirmed
from shared.contracts.providers import ContractAwarded
from shared.contracts.vocabulary import ContractKind, Location, PlacementType
from shared.ids import new_id
from tests.alone import NORTHSHIRE, SOUTHMERE, refused
from tests.service.placing import FAR, NEARBY, Fresh, Placing, day, placing

TOGETHER = "/placements/bookings/together"


@pytest.fixture
async def one(fresh_database: Fresh) -> AsyncIterator[Placing]:
    async with placing(fresh_database) as made:
        yield made


async def siblings(one: Placing, places: int = 2, **home: Any) -> tuple[list[str], dict[str, Any]]:
    """Two accepted offers at one home."""
    children = [await one.child(), await one.child()]
    referral, vacancy = await one.referral(*children), await one.vacancy(places, **home)
    return [await one.accepted(referral, child, vacancy) for child in children], vacancy


async def together(one: Placing, offers: list[str]) -> list[dict[str, Any]]:
    booked: list[dict[str, Any]] = one.made(
        await one.officer.post(TOGETHER, json={"offers": offers, "starts": day(-7)}), 202
    )
    return booked


async def test_siblings_have_different_places_and_are_confirmed_only_when_both_are_held(one: Placing) -> None:
    offers, vacancy = await siblings(one)
    first, second = await together(one, offers)
    assert {first["place"], second["place"]} == {str(place) for place in vacancy["places"]}
    assert first["group"] == second["group"] is not None
    await one.hold(first["placement"])
    assert (await one.look(first["placement"]))["status"] == "booked"
    await one.hold(second["placement"])
    told = await one.service.published(PlacementConfirmed)
    assert {str(event.placement) for event in told} == {first["placement"], second["placement"]}
    assert len(told) == 2
    assert {str(event.group) for event in told} == {first["group"]}


async def test_a_sibling_without_a_place_gives_up_the_other_too(one: Placing) -> None:
    offers, _ = await siblings(one)
    first, second = await together(one, offers)
    await one.hold(first["placement"])
    await one.refuse(second["placement"], second["place"])
    told = await one.service.published(PlacementCancelled)
    assert {str(event.placement) for event in told} == {first["placement"], second["placement"]}
    assert {o["status"] for o in one.made(await one.officer.get("/placements/offers"))} == {"offered"}


async def test_a_sibling_whose_place_was_taken_tries_one_that_no_sibling_has(one: Placing) -> None:
    offers, vacancy = await siblings(one, places=3)
    first, second = await together(one, offers)
    await one.hold(first["placement"])
    await one.refuse(second["placement"], second["place"])
    again = await one.look(second["placement"])
    assert again["status"] == "booked"
    (left,) = {str(p) for p in vacancy["places"]} - {first["place"], second["place"]}
    assert again["place"] == left
    await one.hold(second["placement"])
    assert [(await one.look(p["placement"]))["status"] for p in (first, second)] == ["confirmed"] * 2


async def test_without_a_place_for_each_nobody_is_booked(one: Placing) -> None:
    offers, _ = await siblings(one, places=1)
    answer = await one.officer.post(TOGETHER, json={"offers": offers, "starts": day(-7)})
    refused(answer, 409, "offers")
    assert await one.service.published(PlacementBooked) == []


async def test_siblings_do_not_go_together_to_a_home_for_one(one: Placing) -> None:
    offers, _ = await siblings(one, solo=True)
    answer = await one.officer.post(TOGETHER, json={"offers": offers, "starts": day(-7)})
    assert "one child at a time" in refused(answer, 409, "offers")


async def test_a_group_is_of_one_home_each_once_and_all_accepted(one: Placing) -> None:
    offers, _ = await siblings(one)
    elsewhere, _ = await siblings(one)
    for form, status, field in (
        ([offers[0], elsewhere[0]], 409, "offers"),
        ([offers[0], offers[0]], 422, "offers"),
        ([offers[0]], 422, "offers"),
        ([offers[0], str(new_id())], 404, "offers.1"),
    ):
        answer = await one.officer.post(TOGETHER, json={"offers": form, "starts": day(-7)})
        refused(answer, status, field)
    refused(await one.neighbour.post(TOGETHER, json={"offers": offers, "starts": day(0)}), 404, "offers.0")
    assert await one.service.published(PlacementBooked) == []


async def far_away(one: Placing, **child: Any) -> str:
    known = await one.child(**child)
    home = await one.vacancy(postcode=FAR, area="E06000045", outward="SO16")
    return await one.accepted(await one.referral(known), known, home)


async def test_a_home_far_away_is_booked_only_once_an_approver_has_decided(one: Placing) -> None:
    offer = await far_away(one)
    form = {"offer": offer, "starts": day(-7)}
    answer = await one.officer.post("/placements/bookings", json=form)
    refused(answer, 409, "distance_reason")
    assert answer.json()["code"] == "needs_approval"
    decided = await one.approver.post(
        f"/placements/offers/{offer}/approve-distance", json={"distance_reason": "needs_met_only_there"}
    )
    assert one.made(decided)["distance_reason"] == "needs_met_only_there"
    booked = await one.booked(offer)
    assert (booked["location"], booked["distance_reason"]) == ("at_distance", "needs_met_only_there")
    assert 60 < booked["miles"] < 80
    (told,) = await one.service.published(PlacementBooked)
    assert (told.location, told.outward) == (Location.AT_DISTANCE, "SO16")
    assert told.miles_tenths == round(booked["miles"] * 10)


async def test_an_approver_who_books_a_home_far_away_says_why(one: Placing) -> None:
    form = {"offer": await far_away(one), "starts": day(-7)}
    refused(await one.approver.post("/placements/bookings", json=form), 422, "distance_reason")
    booked = await one.approver.post("/placements/bookings", json={**form, "distance_reason": "safety"})
    assert one.made(booked, 202)["distance_reason"] == "safety"


async def test_an_unaccompanied_child_has_no_miles_but_a_location(one: Placing) -> None:
    form = {"offer": await far_away(one, uasc=True), "starts": day(-7), "distance_reason": "safety"}
    booked = one.made(await one.approver.post("/placements/bookings", json=form), 202)
    assert (booked["miles"], booked["location"]) == (None, "at_distance")


async def test_a_home_in_a_bordering_area_needs_nobodys_approval(one: Placing) -> None:
    child = await one.child()
    home = await one.vacancy(postcode=NEARBY, area=SOUTHMERE)
    booked = await one.booked(await one.accepted(await one.referral(child), child, home))
    assert (booked["location"], booked["distance_reason"]) == ("bordering", None)
    assert booked["miles"] < 20


async def test_where_only_the_area_of_a_home_is_known_it_says_where_the_child_is(one: Placing) -> None:
    placement = await one.confirmed(await one.vacancy(postcode="ZZ99 9ZZ", outward="ZZ99"))
    assert (placement["location"], placement["miles"], placement["outward"]) == ("in_area", None, "ZZ99")


async def test_the_terms_are_those_of_the_newest_contract_in_force(one: Placing) -> None:
    def contract(kind: ContractKind, starts: date, ends: date | None = None, *types: PlacementType) -> ContractAwarded:
        facts = {"tier": None, "lot": None, "weekly_pence": None, "block_places": None}
        whose = {"contract": new_id(), "provider": one.provider, "authority": NORTHSHIRE, "version": 1}
        return ContractAwarded(**whose, **facts, kind=kind, starts=starts, ends=ends, types=types)

    assert (await one.confirmed())["contract"] == "spot"
    await one.service.hear(
        contract(ContractKind.FRAMEWORK, date(2024, 4, 1)),
        contract(ContractKind.DPS, date(2025, 4, 1), None, PlacementType.FOSTER),
        contract(ContractKind.BLOCK, date(2025, 6, 1), date(2026, 1, 1)),
    )
    assert (await one.confirmed())["contract"] == "framework"
    await one.service.hear(one.registered(version=2, owned_by=NORTHSHIRE))
    assert (await one.confirmed())["contract"] == "in_house"


async def test_a_child_who_does_not_arrive_frees_the_place(one: Placing) -> None:
    placement = await one.confirmed()
    path = one.path(placement, "not-arrived")
    refused(await one.worker.post(path, json={"version": 1}), 409, "version")
    refused(await one.neighbour.post(path, json={}), 404, "placement")
    assert one.made(await one.worker.post(path, json={}))["status"] == "cancelled"
    (told,) = await one.service.published(PlacementCancelled)
    assert told.reason == "child_not_arriving"
    refused(await one.worker.post(path, json={}), 409)
    offer = one.made(await one.officer.get(f"/placements/offers/{placement['offer']}"))
    assert offer["status"] == "offered"


async def test_a_child_who_is_not_expected_yet_cannot_fail_to_arrive(one: Placing) -> None:
    placement = await one.confirmed(starts=day(3))
    refused(await one.worker.post(one.path(placement, "not-arrived"), json={}), 409, "placement")


async def test_a_move_ends_the_placement_before_it_and_keeps_the_carer_within_a_household(one: Placing) -> None:
    before = await one.started()
    child = UUID(before["child"])
    offer = await one.accepted(await one.referral(child), child, await one.vacancy())
    move = {"purpose": "move", "moves_from": before["placement"], "starts": day(-2)}
    moved = await one.booked(offer, **move)
    assert moved["same_carer"] is False
    await one.hold(moved["placement"])
    left = {"on": day(-2), "move_reason": "CREQB", "move_planned": False}
    one.made(await one.worker.post(one.path(moved, "start"), json=left))
    ended = await one.look(before["placement"])
    assert (ended["status"], ended["ends"], ended["reason"], ended["planned"]) == ("ended", day(-2), "CREQB", False)


async def test_an_emergency_is_booked_for_the_same_day(one: Placing) -> None:
    child = await one.child()
    offer = await one.accepted(await one.referral(child, urgency="emergency"), child, await one.vacancy())
    booked = await one.booked(offer, starts=day(0))
    await one.hold(booked["placement"])
    started = await one.worker.post(one.path(booked, "start"), json={"on": day(0), "legal_status": "L1"})
    assert one.made(started)["status"] == "started"
    (period,) = (await one.record(child))["periods"]
    assert period["legal_statuses"] == [{"status": "L1", "starts": day(0)}]


async def test_nothing_is_booked_after_the_last_day_the_panel_allowed(one: Placing) -> None:
    child, vacancy = await one.child(), await one.vacancy()
    for ended, status in ((True, 409), (False, 202)):
        referral = await one.referral(child, approved_until=date(2026, 3, 1 if ended else 2))
        offer = await one.accepted(referral, child, vacancy)
        answer = await one.officer.post("/placements/bookings", json={"offer": offer, "starts": day(-7)})
        assert answer.status_code == status
    assert await one.service.published(PlacementBooked)
