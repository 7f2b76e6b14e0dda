"""Placements with no place of ours: with a relative, in hospital, in custody, far away."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from shared.contracts.placements import (
    CareStarted,
    OfferNotChosen,
    PlacementBooked,
    PlacementConfirmed,
    PlacementStarted,
)
from shared.contracts.vocabulary import Purpose
from shared.ids import new_id
from tests.alone import refused
from tests.service.placing import FAR, HERE, Fresh, Placing, day, placing, refused_whole

DIRECT = "/placements/direct"


@pytest.fixture
async def one(fresh_database: Fresh) -> AsyncIterator[Placing]:
    async with placing(fresh_database) as made:
        yield made


def form(child: UUID, **more: Any) -> dict[str, Any]:
    return {"child": str(child), "type": "U3", "sector": "PR1", "postcode": HERE, "starts": day(-7), **more}


async def test_a_placement_with_a_relative_is_confirmed_at_once_and_starts_when_somebody_says_so(one: Placing) -> None:
    child = await one.child()
    made = one.made(await one.worker.post(DIRECT, json=form(child)), 201)
    assert (made["status"], made["place"], made["location"], made["miles"]) == ("confirmed", None, "in_area", 0.0)
    started = one.made(await one.worker.post(one.path(made, "start"), json={"on": day(-7)}))
    assert started["status"] == "started"
    for kind in (PlacementBooked, PlacementConfirmed, PlacementStarted, CareStarted):
        assert len(await one.service.published(kind)) == 1


async def test_a_child_who_is_there_already_starts_in_the_same_breath(one: Placing) -> None:
    child = await one.child()
    made = one.made(
        await one.worker.post(DIRECT, json=form(child, arrived_on=day(-6), legal_status="C2", weekly_pence=25_000)), 201
    )
    assert (made["status"], made["starts"], made["prices"][0]["starts"]) == ("started", day(-6), day(-6))
    (period,) = (await one.record(child))["periods"]
    assert (period["started"], period["legal_statuses"][0]["status"]) == (day(-6), "C2")


async def test_a_day_of_arrival_that_cannot_be_undoes_the_whole(one: Placing) -> None:
    child = await one.child()
    refused(await one.worker.post(DIRECT, json=form(child, arrived_on=day(1))), 422, "arrived_on")
    refused(await one.worker.post(DIRECT, json=form(child, arrived_on=day(-8))), 422, "arrived_on")
    assert await one.service.count_published() == 0


@pytest.mark.parametrize(
    ("wrong", "status", "field"),
    [
        ({"type": "U9"}, 422, "type"),
        ({"type": "U3", "sector": "PR0"}, 422, "sector"),
        ({"type": "T1", "sector": None}, 422, "purpose"),
        ({"ends": day(-7)}, 422, "ends"),
        ({"postcode": "here"}, 422, "postcode"),
        ({"urn": "12"}, 422, "urn"),
        ({"starts": "31/02/2024"}, 422, "starts"),
        ({"starts": "2001-01-01"}, 422, "starts"),
        ({"provider": str(new_id())}, 404, "provider"),
        ({"referral": str(new_id())}, 404, "referral"),
        ({"purpose": "move", "moves_from": str(new_id())}, 409, "moves_from"),
        ({"home": str(new_id())}, 422, ""),
    ],
)
async def test_what_cannot_be_is_refused_by_field(one: Placing, wrong: dict[str, Any], status: int, field: str) -> None:
    refused_whole(await one.worker.post(DIRECT, json=form(await one.child(), **wrong)), status, field)


async def test_only_the_childs_own_authority_places_the_child(one: Placing) -> None:
    child = await one.child()
    refused(await one.neighbour.post(DIRECT, json=form(child)), 404, "child")
    refused(await one.worker.post(DIRECT, json=form(new_id())), 404, "child")


async def test_far_away_with_a_relative_needs_a_reason_and_a_home_an_approver(one: Placing) -> None:
    child = await one.child()
    far = form(child, postcode=FAR)
    refused(await one.worker.post(DIRECT, json=far), 422, "distance_reason")
    unregistered = {**far, "type": "Z1", "sector": "PR4", "distance_reason": "nothing_nearer"}
    answer = await one.worker.post(DIRECT, json=unregistered)
    refused(answer, 409, "distance_reason")
    assert answer.json()["code"] == "needs_approval"
    made = one.made(await one.worker.post(DIRECT, json={**far, "distance_reason": "with_family"}), 201)
    assert made["location"] == "at_distance"
    other = await one.child()
    allowed = {**unregistered, "child": str(other)}
    assert one.made(await one.approver.post(DIRECT, json=allowed), 201)["distance_reason"] == "nothing_nearer"


async def test_a_temporary_stay_leaves_the_main_placement_and_warns_when_it_is_too_long(one: Placing) -> None:
    main = await one.started()
    stay = form(UUID(main["child"]), type="T4", sector=None, purpose="temporary", starts=day(-5), arrived_on=day(-5))
    made = one.made(await one.worker.post(DIRECT, json=stay), 201)
    assert (made["status"], made["warnings"]) == ("started", [])
    assert (await one.look(main["placement"]))["status"] == "started"
    away = await one.worker.post(one.path(main, "end"), json={"on": day(0), "reason": "CARPL", "planned": True})
    assert "temporary stay" in refused(away, 409, "on")
    one.service.clock.move(timedelta(days=5))
    assert "T4 may last 7 nights" in (await one.look(made["placement"]))["warnings"][0]
    back = {"on": day(3), "reason": "OTHER", "planned": True}
    one.made(await one.worker.post(one.path(made, "end"), json=back))
    told = [e for e in await one.service.published(PlacementStarted) if e.purpose is Purpose.TEMPORARY]
    assert len(told) == 1


async def test_a_temporary_stay_is_away_from_somewhere(one: Placing) -> None:
    stay = form(await one.child(), type="T1", sector=None, purpose="temporary")
    refused(await one.worker.post(DIRECT, json=stay), 409, "purpose")


async def test_a_stay_away_does_not_start_once_the_child_has_left(one: Placing) -> None:
    main = await one.started()
    stay = form(UUID(main["child"]), type="T1", sector=None, purpose="temporary", starts=day(-1))
    made = one.made(await one.worker.post(DIRECT, json=stay), 201)
    one.made(await one.worker.post(one.path(main, "end"), json={"on": day(-1), "reason": "CARPL", "planned": True}))
    refused(await one.worker.post(one.path(made, "start"), json={"on": day(-1)}), 409, "on")


async def test_adoption_by_the_present_carer_is_no_change_of_carer(one: Placing) -> None:
    before = await one.started()
    adopted = form(UUID(before["child"]), type="A5", purpose="move", moves_from=before["placement"], arrived_on=day(-1))
    made = one.made(await one.worker.post(DIRECT, json={**adopted, "starts": day(-1)}), 201)
    assert made["same_carer"] is True
    assert (await one.look(before["placement"]))["ends"] == day(-1)


async def test_a_relative_who_answers_a_referral_passes_over_the_homes_that_were_asked(one: Placing) -> None:
    child = await one.child()
    referral = await one.referral(child)
    offer = await one.invited(referral, child, await one.vacancy())
    made = one.made(await one.worker.post(DIRECT, json=form(child, referral=str(referral))), 201)
    assert made["referral"] == str(referral)
    (told,) = await one.service.published(OfferNotChosen)
    assert str(told.offer) == offer["offer"]


async def test_two_placements_on_the_same_nights_are_refused(one: Placing) -> None:
    child = await one.child()
    one.made(await one.worker.post(DIRECT, json=form(child)), 201)
    refused(await one.worker.post(DIRECT, json=form(child, starts=day(-1))), 409, "purpose")
