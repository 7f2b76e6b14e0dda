"""A family's homes by the public API, in both modes: siblings as one, moves, stays away, relatives, an emergency, far away."""

from datetime import timedelta
from typing import Any

from tests.installations import Team
from tests.journey.people import OWN_ROOM, a_provider, a_vacancy, today
from tests.waiting import until

ARRIVAL = today() - timedelta(days=7)
OFFERS = "/placements/offers"


def day(offset: int) -> str:
    return str(today() + timedelta(days=offset))


async def a_child(team: Team, name: str) -> str:
    form = {"name": name, "born": "2013-05-21", "sex": "F", "ethnicity": "WBRI", "uasc": False}
    form |= {"home_postcode": "SW1A 1AA"}
    return str((await team.does("social-worker", "POST", "/referrals/children", form))["child"])


async def asked_for(team: Team, *children: str, **more: Any) -> str:
    """A referral that the officer finds candidates for, each child in a room of her own."""
    lines = [{"child": child, "needs": OWN_ROOM} for child in children]
    form = {"urgency": "planned", "wanted_from": str(ARRIVAL), "types": ["K2"], "children": lines, **more}
    referral = (await team.does("social-worker", "POST", "/referrals", form))["referral"]
    await team.does("social-worker", "POST", f"/referrals/{referral}/submit", {})
    return str(referral)


async def invited(team: Team, referral: str, child: str, vacancy: dict[str, Any]) -> str:
    """Ask for the vacancy once it is shown as possible: facts come by different lanes."""
    where = {"vacancy": vacancy["vacancy"], "child": child}

    async def possible() -> bool:
        path = f"/placements/referrals/{referral}/candidates"
        answer = await team["placements-officer"].get(path, params=where)
        return answer.is_success and bool(answer.json()["possible"])

    await until(possible)
    form = {"referral": referral, **where}
    return str((await team.does("placements-officer", "POST", OFFERS, form))["offer"])


async def accepted(team: Team, referral: str, child: str, vacancy: dict[str, Any]) -> str:
    offer = await invited(team, referral, child, vacancy)
    price = {"weekly_pence": 381_000, "available_from": str(ARRIVAL)}
    await team.does("provider", "POST", f"{OFFERS}/{offer}/offer", price)
    await team.does("placements-officer", "POST", f"{OFFERS}/{offer}/accept", {})
    return offer


async def booked(team: Team, offer: str, **more: Any) -> str:
    """A booking that has its place; its path."""
    form = {"offer": offer, "starts": str(ARRIVAL), **more}
    told = await team.does("placements-officer", "POST", "/placements/bookings", form, status=201)
    assert told["status"] == "confirmed"
    return f"/placements/{told['placement']}"


async def arrived(team: Team, placement: str, on: str, **more: Any) -> dict[str, Any]:
    told: dict[str, Any] = await team.does("social-worker", "POST", f"{placement}/start", {"on": on, **more})
    assert told["status"] == "started"
    return told


async def look(team: Team, placement: str) -> dict[str, Any]:
    told: dict[str, Any] = await team.does("social-worker", "GET", placement)
    return told


async def siblings_at_home(team: Team) -> list[dict[str, Any]]:
    """Two sisters who live in one home since a week ago: their placements."""
    sisters = [await a_child(team, "Robin Ash"), await a_child(team, "Wren Ash")]
    referral, vacancy = await asked_for(team, *sisters), await a_vacancy(team, places=2)
    offers = [await accepted(team, referral, sister, vacancy) for sister in sisters]
    form = {"offers": offers, "starts": str(ARRIVAL)}
    told = await team.does("placements-officer", "POST", "/placements/bookings/together", form, status=201)
    assert [placement["status"] for placement in told] == ["confirmed", "confirmed"]
    assert {placement["place"] for placement in told} == set(vacancy["places"])
    for placement in told:
        await arrived(team, f"/placements/{placement['placement']}", str(ARRIVAL))
    return list(told)


async def test_sisters_are_placed_together_and_one_of_them_moves_as_planned(team: Team) -> None:
    await a_provider(team)
    older, younger = await siblings_at_home(team)
    before = f"/placements/{older['placement']}"
    referral = await asked_for(team, older["child"])
    offer = await accepted(team, referral, older["child"], await a_vacancy(team))
    moved = await booked(team, offer, purpose="move", moves_from=older["placement"], starts=day(-2))
    assert (await look(team, before))["status"] == "started"
    await arrived(team, moved, day(-2), move_reason="CARPL", move_planned=True)
    ended = await look(team, before)
    assert (ended["status"], ended["ends"], ended["reason"], ended["planned"]) == ("ended", day(-2), "CARPL", True)
    assert (await look(team, f"/placements/{younger['placement']}"))["status"] == "started"

    async def free_again() -> bool:
        asked = {"from": day(-1), "to": day(0)}
        answer = await team["provider"].get(f"/providers/homes/{older['home']}/calendar", params=asked)
        return answer.json()[0]["occupied"] == 1

    await until(free_again)


async def test_sisters_have_both_places_or_neither(team: Team) -> None:
    await a_provider(team)
    sisters = [await a_child(team, "Robin Ash"), await a_child(team, "Wren Ash")]
    referral, vacancy = await asked_for(team, *sisters), await a_vacancy(team, places=2)
    offers = [await accepted(team, referral, sister, vacancy) for sister in sisters]
    spell = {"starts": day(-7), "reason": "repairs"}
    await team.does("provider", "POST", f"/providers/places/{vacancy['places'][1]}/out-of-service", spell)
    form = {"offers": offers, "starts": str(ARRIVAL)}
    told = await team.does("placements-officer", "POST", "/placements/bookings/together", form, status=409)
    assert told["code"] == "taken"
    for sister in sisters:
        found = await team.does("social-worker", "GET", f"/placements?child={sister}")
        assert {placement["status"] for placement in found} <= {"cancelled"}


async def test_a_no_for_one_sister_releases_the_other(team: Team) -> None:
    await a_provider(team)
    sisters = [await a_child(team, "Robin Ash"), await a_child(team, "Wren Ash")]
    referral, vacancy = await asked_for(team, *sisters), await a_vacancy(team, places=2)
    declined, released = [await invited(team, referral, sister, vacancy) for sister in sisters]
    await team.does("provider", "POST", f"{OFFERS}/{declined}/decline", {"reason": "matching_with_residents"})
    assert (await team.does("provider", "GET", f"{OFFERS}/{released}"))["status"] == "withdrawn"


async def test_a_child_is_away_for_a_while_and_comes_back(team: Team) -> None:
    await a_provider(team)
    (placement, _) = await siblings_at_home(team)
    stay = {"child": placement["child"], "type": "T1", "purpose": "temporary", "starts": day(-3), "arrived_on": day(-3)}
    away = await team.does("social-worker", "POST", "/placements/direct", stay, status=201)
    assert (away["status"], away["place"]) == ("started", None)
    assert (await look(team, f"/placements/{placement['placement']}"))["status"] == "started"
    back = {"on": day(-1), "reason": "OTHER", "planned": True}
    assert (await team.does("social-worker", "POST", f"/placements/{away['placement']}/end", back))["status"] == "ended"
    record = await team.does("social-worker", "GET", f"/placements/children/{placement['child']}")
    assert [p["type"] for p in record["placements"]] == ["K2", "T1"]
    assert [period["ended"] for period in record["periods"]] == [None]


async def test_a_child_lives_with_a_relative_without_a_place_of_ours(team: Team) -> None:
    child = await a_child(team, "Robin Ash")
    referral = await asked_for(team, child)
    form = {
        "child": child,
        "type": "U3",
        "sector": "PR1",
        "postcode": "W8 7NX",
        "starts": day(-2),
        "referral": referral,
    }

    async def known() -> bool:
        return (await team["social-worker"].get(f"/placements/children/{child}")).is_success

    await until(known)
    path = f"/placements/referrals/{referral}/candidates"

    async def asked() -> bool:
        return (await team["placements-officer"].get(path)).is_success

    await until(asked)
    made = await team.does("social-worker", "POST", "/placements/direct", form, status=201)
    assert (made["status"], made["place"], made["location"]) == ("confirmed", None, "bordering")
    await arrived(team, f"/placements/{made['placement']}", day(-2), legal_status="C1")

    async def placed() -> bool:
        return bool((await team.does("social-worker", "GET", f"/referrals/{referral}"))["status"] == "placed")

    await until(placed)


async def test_a_child_is_placed_on_the_day_of_an_emergency(team: Team) -> None:
    await a_provider(team)
    child = await a_child(team, "Robin Ash")
    referral = await asked_for(team, child, urgency="emergency", wanted_from=day(0))
    placement = await booked(team, await accepted(team, referral, child, await a_vacancy(team)), starts=day(0))
    await arrived(team, placement, day(0), legal_status="L1")
    record = await team.does("social-worker", "GET", f"/placements/children/{child}")
    assert [line["status"] for line in record["periods"][0]["legal_statuses"]] == ["L1"]


async def test_a_home_out_of_the_area_is_booked_once_an_approver_has_decided(team: Team) -> None:
    await a_provider(team)
    child = await a_child(team, "Robin Ash")
    far = await a_vacancy(team, postcode="SO16 5ZU", area=None)
    offer = await accepted(team, await asked_for(team, child), child, far)
    form = {"offer": offer, "starts": str(ARRIVAL)}
    refused = await team.does("placements-officer", "POST", "/placements/bookings", form, status=409)
    assert refused["code"] == "needs_approval"
    decision = {"distance_reason": "needs_met_only_there"}
    await team.does("approver", "POST", f"{OFFERS}/{offer}/approve-distance", decision)
    placement = await look(team, await booked(team, offer))
    assert (placement["location"], placement["distance_reason"]) == ("at_distance", "needs_met_only_there")
    assert 60 < placement["miles"] < 80
