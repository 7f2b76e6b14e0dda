"""Corrections, annulments, fears and long-term matches of placements that have started."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest

from shared.contracts.placements import (
    FragilityRaised,
    LongTermMatched,
    PlacementAnnulled,
    PlacementCorrected,
    PlacementRepriced,
)
from shared.contracts.providers import PlaceOccupied
from shared.contracts.vocabulary import Fragility, OccupationKind, PlacementStatus
from shared.ids import new_id
from tests.alone import NORTHSHIRE, refused
from tests.service.placing import FAR, TODAY, Fresh, Placing, day, placing, refused_whole


@pytest.fixture
async def one(fresh_database: Fresh) -> AsyncIterator[Placing]:
    async with placing(fresh_database) as made:
        yield made


async def correct(one: Placing, placement: dict[str, Any], **form: Any) -> Any:
    return await one.worker.post(one.path(placement, "correct"), json={"version": placement["version"], **form})


async def end(one: Placing, placement: dict[str, Any], on: str = day(0)) -> dict[str, Any]:
    form = {"on": on, "reason": "CARPL", "planned": True}
    ended: dict[str, Any] = one.made(await one.worker.post(one.path(placement, "end"), json=form))
    return ended


async def test_a_later_first_night_is_put_right_with_its_price(one: Placing) -> None:
    placement = await one.started()
    corrected = one.made(await correct(one, placement, starts=day(-5)))
    assert (corrected["starts"], corrected["prices"][0]["starts"]) == (day(-5), day(-5))
    (told,) = await one.service.published(PlacementCorrected)
    assert (str(told.starts), told.status, told.reason) == (day(-5), PlacementStatus.STARTED, None)
    assert str((await one.service.published(PlacementRepriced))[-1].prices[0].starts) == day(-5)


async def test_an_end_is_put_right_or_taken_back(one: Placing) -> None:
    ended = await end(one, await one.started())
    corrected = one.made(await correct(one, ended, ends=day(-1), reason="CREQB", planned=False))
    assert (corrected["ends"], corrected["reason"], corrected["planned"]) == (day(-1), "CREQB", False)
    open_again = one.made(await correct(one, corrected, ends=None))
    assert (open_again["status"], open_again["ends"], open_again["reason"]) == ("started", None, None)
    told = (await one.service.published(PlacementCorrected))[-1]
    assert (told.status, told.ends, told.reason, told.planned) == (PlacementStatus.STARTED, None, None, None)


@pytest.mark.parametrize(
    ("form", "status", "field"),
    [
        ({}, 422, ""),
        ({"starts": None}, 422, ""),
        ({"starts": day(1)}, 422, "starts"),
        ({"starts": day(-3), "ends": day(-4)}, 422, "ends"),
        ({"reason": "CARPL"}, 422, "reason"),
        ({"ends": day(0)}, 422, "ends"),
        ({"starts": day(-8)}, 409, "starts"),
        ({"version": 1, "starts": day(-6)}, 409, "version"),
        ({"postcode": FAR}, 409, "postcode"),
        ({"type": "K9"}, 422, "type"),
    ],
)
async def test_what_cannot_have_been_is_refused_by_field(
    one: Placing, form: dict[str, Any], status: int, field: str
) -> None:
    """A first night before care began is refused too: the period of care is put right first."""
    refused_whole(await correct(one, await one.started(), **form), status, field)
    assert await one.service.published(PlacementCorrected) == []


async def test_a_correction_may_not_run_into_the_placement_before(one: Placing) -> None:
    before = await one.started()
    child = UUID(before["child"])
    offer = await one.accepted(await one.referral(child), child, await one.vacancy())
    moved = await one.booked(offer, purpose="move", moves_from=before["placement"], starts=day(-3))
    await one.hold(moved["placement"])
    after = one.made(await one.worker.post(one.path(moved, "start"), json={"on": day(-3)}))
    assert "already lives somewhere" in refused(await correct(one, after, starts=day(-4)), 409, "starts")
    first = await one.look(before["placement"])
    shorter = one.made(await correct(one, first, ends=day(-4)))
    assert shorter["ends"] == day(-4)
    assert one.made(await correct(one, after, starts=day(-4)))["starts"] == day(-4)


async def test_nights_that_were_somebody_elses_are_refused(one: Placing) -> None:
    placement = await one.started()
    nights = {"kind": OccupationKind.OCCUPIED, "starts": TODAY.replace(day=1), "ends": TODAY, "expires_at": None}
    place = {"place": UUID(placement["place"]), "home": UUID(placement["home"]), "released_at": None}
    other = {"occupation": new_id(), "version": 1, "placement": new_id(), "authority": NORTHSHIRE}
    await one.service.hear(PlaceOccupied(**other, **nights, **place))
    refused(await correct(one, placement, starts=day(-6)), 409, "starts")


async def test_only_a_placement_that_started_is_corrected_or_annulled(one: Placing) -> None:
    placement = await one.confirmed()
    refused(await correct(one, placement, starts=day(-6)), 409, "placement")
    refused(await one.worker.post(one.path(placement, "annul"), json={"version": placement["version"]}), 409)


async def test_an_annulled_placement_frees_the_childs_nights_and_its_offer(one: Placing) -> None:
    placement = await one.started()
    path = one.path(placement, "annul")
    refused(await one.neighbour.post(path, json={"version": placement["version"]}), 404, "placement")
    refused(await one.worker.post(path, json={}), 422, "version")
    refused(await one.worker.post(path, json={"version": 1}), 409, "version")
    gone = one.made(await one.worker.post(path, json={"version": placement["version"]}))
    assert gone["status"] == "annulled"
    (told,) = await one.service.published(PlacementAnnulled)
    assert str(told.place) == placement["place"]
    await one.release(placement)
    again = await one.booked(placement["offer"])
    await one.hold(again["placement"])
    one.made(await one.worker.post(one.path(again, "start"), json={"on": day(-7)}))


async def test_a_provider_reads_of_its_own_notice_and_of_no_other_fear(one: Placing) -> None:
    placement = await one.started()
    for fear, told in (("exploitation", None), ("notice_given", "notice_given")):
        one.made(await one.worker.post(one.path(placement, "fragility"), json={"fear": fear}))
        assert (await one.look(placement["placement"]))["fear"] == fear
        shown = one.made(await one.manager.get(f"/placements/{placement['placement']}"))
        (listed,) = one.made(await one.manager.get("/placements"))
        assert [shown["fear"], listed["fear"]] == [told, told]
        assert len(one.made(await one.manager.get("/placements", params={"fragile": True}))) == (told is not None)
        assert len(one.made(await one.manager.get("/placements", params={"fragile": False}))) == (told is None)


async def test_a_match_meant_to_last_and_a_fear_are_told_and_taken_back(one: Placing) -> None:
    placement = await one.started()
    matched = one.made(await one.worker.post(one.path(placement, "long-term-match"), json={}))
    assert matched["long_term_match"] is True
    afraid = await one.worker.post(one.path(placement, "fragility"), json={"fear": "notice_given"})
    assert one.made(afraid)["fear"] == "notice_given"
    (found,) = one.made(await one.officer.get("/placements", params={"fragile": True}))
    assert found["placement"] == placement["placement"]
    one.made(await one.worker.post(one.path(placement, "fragility"), json={"fear": None}))
    assert one.made(await one.officer.get("/placements", params={"fragile": True})) == []
    told = await one.service.published(FragilityRaised)
    assert [(e.fragile, e.fear) for e in told] == [(True, Fragility.NOTICE_GIVEN), (False, None)]
    assert [e.long_term_match for e in await one.service.published(LongTermMatched)] == [True]
    refused(await one.worker.post(one.path(placement, "fragility"), json={"fear": "bored"}), 422, "fear")
    refused(await one.neighbour.post(one.path(placement, "fragility"), json={"fear": None}), 404, "placement")


async def test_placements_are_listed_by_child_home_and_day(one: Placing) -> None:
    first, second = await end(one, await one.started(), day(-1)), await one.started()

    async def listed(**asked: Any) -> set[str]:
        return {p["placement"] for p in one.made(await one.officer.get("/placements", params=asked))}

    both = {first["placement"], second["placement"]}
    assert await listed() == both
    assert await listed(child=first["child"]) == {first["placement"]}
    assert await listed(home=second["home"]) == {second["placement"]}
    assert await listed(status="ended") == {first["placement"]}
    assert await listed(as_at=day(-2)) == both
    assert await listed(as_at=day(-1)) == {second["placement"]}
    assert await listed(as_at=day(-8)) == set()
    refused(await one.officer.get("/placements", params={"as_at": "31/02/2024"}), 422, "as_at")
