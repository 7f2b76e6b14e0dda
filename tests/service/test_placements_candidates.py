"""Candidates from placements' own copies: every hard rule reads its fact, siblings, filters, pages, and nobody else's."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from shared.contracts.providers import (
    ContractAwarded,
    PlaceBooked,
    PlaceHeld,
    PlaceLine,
    PlaceOutOfService,
    PlacesChanged,
    VacancyPosted,
)
from shared.contracts.referrals import ChildLine, ImportantPlace, ImportantPlacesNoted, NeedsAssessed
from shared.contracts.vocabulary import (
    ContractKind,
    Feature,
    ImportantPlaceKind,
    OccupationKind,
    PlacementType,
    Rating,
    ReservedPurpose,
    Sex,
    Urgency,
)
from shared.ids import new_id
from tests.alone import NOON, NORTHSHIRE, refused
from tests.service.placing import FAR, HERE, NEARBY, TODAY, Fresh, Placing, placing

ROOM = (Feature.OWN_BEDROOM,)
BOTH = (Feature.OWN_BEDROOM, Feature.STEP_FREE)


@pytest.fixture
async def one(fresh_database: Fresh) -> AsyncIterator[Placing]:
    async with placing(fresh_database) as made:
        yield made


async def found(one: Placing, referral: UUID, **asked: Any) -> dict[str, Any]:
    return one.made(await one.officer.get(f"/placements/referrals/{referral}/candidates", params=asked))


async def places(one: Placing, vacancy: dict[str, Any], *lines: dict[str, Any]) -> None:
    """A home's places, told anew."""
    told = [
        PlaceLine(
            **{"place": place, "number": number, "features": (), "opens": date(2020, 4, 1), "closes": None} | line
        )
        for number, (place, line) in enumerate(zip(vacancy["places"], lines, strict=True), 1)
    ]
    await one.service.hear(PlacesChanged(home=vacancy["home"], version=2, places=told))


async def vacancy_narrowed(one: Placing, vacancy: dict[str, Any], **more: Any) -> None:
    offered = {"places": vacancy["places"], "available_from": date(2020, 4, 1), "available_until": None}
    whose = {"vacancy": vacancy["vacancy"], "provider": one.provider, "home": vacancy["home"], "version": 2}
    told = {**whose, **offered, "weekly_pence": 381_000, "confirmed_at": NOON, **more}
    await one.service.hear(VacancyPosted(**told))


async def out_of_service(one: Placing, vacancy: dict[str, Any]) -> None:
    where = {"place": vacancy["places"][0], "home": vacancy["home"], "kind": OccupationKind.OUT_OF_SERVICE}
    nights = {"starts": TODAY, "ends": TODAY + timedelta(days=7), "expires_at": None, "released_at": None}
    await one.service.hear(PlaceOutOfService(occupation=new_id(), version=1, reason="repairs", **where, **nights))


async def lived_in(one: Placing, vacancy: dict[str, Any], **assessed: Any) -> UUID:
    """Another child in the home's first place."""
    placed = await one.confirmed(vacancy)
    child = UUID(placed["child"])
    needs = {"needs": (), "solo": False, "not_with": (), **assessed}
    await one.service.hear(
        NeedsAssessed(child=child, authority=NORTHSHIRE, version=1, assessed_on=TODAY, **needs),
        occupied(placed),
    )
    return child


def occupied(placed: dict[str, Any]) -> PlaceBooked:
    """Its nights are kept, and no longer only held."""
    whose = {"placement": UUID(placed["placement"]), "authority": NORTHSHIRE, "occupation": UUID(placed["placement"])}
    where = {"place": UUID(placed["place"]), "home": UUID(placed["home"]), "kind": OccupationKind.BOOKED}
    nights = {"starts": TODAY - timedelta(days=7), "ends": None, "expires_at": None, "released_at": None}
    return PlaceBooked(version=2, **whose, **where, **nights)


Change = Callable[[Placing, dict[str, Any], UUID], Awaitable[Any]]


async def avoid_here(one: Placing, _: dict[str, Any], child: UUID) -> None:
    spot = ImportantPlace(kind=ImportantPlaceKind.AVOID, postcode=HERE, within_miles=1)
    await one.service.hear(ImportantPlacesNoted(child=child, authority=NORTHSHIRE, version=1, places=(spot,)))


async def assess(one: Placing, child: UUID, **needs: Any) -> None:
    told = {"needs": (), "solo": False, "not_with": (), **needs}
    await one.service.hear(NeedsAssessed(child=child, authority=NORTHSHIRE, version=1, assessed_on=TODAY, **told))


async def never_with_the_one_there(one: Placing, home: dict[str, Any], child: UUID) -> None:
    await assess(one, child, not_with=(await lived_in(one, home),))


async def alone_where_another_is(one: Placing, home: dict[str, Any], child: UUID) -> None:
    await lived_in(one, home)
    await assess(one, child, solo=True)


async def with_one_who_is_to_be_alone(one: Placing, home: dict[str, Any], child: UUID) -> None:
    await lived_in(one, home, solo=True)


async def checks_run_out(one: Placing, *_: Any) -> None:
    await one.service.hear(one.registered(version=2, checked_until=TODAY - timedelta(days=1)))


BROKEN: dict[str, Change] = {
    "reserved": lambda one, home, _: places(one, home, *[{"reserved_for": ReservedPurpose.REMAND}] * 2),
    "emergency": lambda one, home, _: places(one, home, *[{"emergency": True}] * 2),
    "age": lambda one, home, _: vacancy_narrowed(one, home, oldest=11),
    "sex": lambda one, home, _: vacancy_narrowed(one, home, sexes=(Sex.MALE,)),
    "free_until": lambda one, home, _: vacancy_narrowed(one, home, available_until=TODAY + timedelta(days=3)),
    "free_from": lambda one, home, _: vacancy_narrowed(one, home, available_from=TODAY),
    "taken": lambda one, home, _: out_of_service(one, home),
    "solo": alone_where_another_is,
    "not_with": never_with_the_one_there,
    "avoid": avoid_here,
    "due_diligence": checks_run_out,
}


@pytest.mark.parametrize("rule", BROKEN)
async def test_each_hard_rule_reads_its_fact(one: Placing, rule: str) -> None:
    home, child = await one.vacancy(2), await one.child()
    referral = await one.referral(child)
    before = await found(one, referral)
    assert (before["possible_in_all"], before["refused_by"]) == (2, {})
    await BROKEN[rule](one, home, child)
    after = await found(one, referral)
    broken = [candidate for candidate in after["refused"] if rule in candidate["rules"]]
    assert len(broken) == after["refused_by"][rule] >= 1
    assert all(candidate["refusals"] for candidate in broken)
    assert after["possible_in_all"] + after["refused_in_all"] == 2


async def test_another_who_is_to_be_alone_keeps_a_child_out_too(one: Placing) -> None:
    home, referral = await one.vacancy(2), await one.referral(await one.child())
    await lived_in(one, home, solo=True)
    assert (await found(one, referral))["refused_by"] == {"solo": 2, "taken": 1}


async def test_a_home_of_two_with_one_child_is_half_free(one: Placing) -> None:
    home, referral = await one.vacancy(2), await one.referral(await one.child())
    await lived_in(one, home)
    answer = await found(one, referral)
    assert [candidate["place"] for candidate in answer["possible"]] == [str(home["places"][1])]
    assert answer["refused_by"] == {"taken": 1}


@pytest.mark.parametrize(
    ("home", "rule"),
    [({"solo": True}, "solo_home"), ({"rating": Rating.INADEQUATE}, "rating"), ({"type": "U6"}, "registration")],
)
async def test_a_homes_own_facts_refuse(one: Placing, home: dict[str, Any], rule: str) -> None:
    vacancy, referral = await one.vacancy(1, **home), await one.referral(await one.child(), await one.child())
    answer = await found(one, referral)
    assert answer["refused_by"][rule] == 1
    assert answer["refused"][0]["vacancy"] == str(vacancy["vacancy"])


async def test_a_home_registered_for_both_kinds_is_shown_for_either(one: Placing) -> None:
    await one.vacancy(1, type=PlacementType.FOSTER, also=(PlacementType.CHILDRENS_HOME,))
    assert (await found(one, await one.referral(await one.child())))["possible_in_all"] == 1


async def test_an_emergency_may_have_what_is_kept_for_one(one: Placing) -> None:
    home, child = await one.vacancy(1), await one.child()
    await places(one, home, {"emergency": True})
    assert (await found(one, await one.referral(child, urgency=Urgency.EMERGENCY)))["possible_in_all"] == 1


async def test_two_needs_on_two_places_is_no_match(one: Placing) -> None:
    home, child = await one.vacancy(2), await one.child()
    await places(one, home, {"features": BOTH[:1]}, {"features": BOTH[1:]})
    answer = await found(one, await one.referral(child, children=[ChildLine(child=child, needs=BOTH)]))
    assert (answer["possible"], answer["refused_by"]) == ([], {"needs": 2})


async def test_siblings_see_homes_with_a_place_for_each_and_who_cannot_be_placed(one: Placing) -> None:
    big, small = await one.vacancy(2), await one.vacancy(1)
    children = [await one.child(), await one.child()]
    answer = await found(one, await one.referral(*children))
    assert answer["child"] is None
    assert answer["children"] == sorted(map(str, children))
    (home,) = answer["possible"]
    assert {placing["place"] for placing in home["placing"]} == set(map(str, big["places"]))
    assert {placing["child"] for placing in home["placing"]} == set(map(str, children))
    assert home["weekly_pence"] == 2 * 381_000
    (no,) = answer["refused"]
    assert (no["home"], no["rules"]) == (str(small["home"]), ["together"])
    assert {who["child"] for who in no["unplaced"]} == set(map(str, children))


async def test_a_sibling_is_not_shown_a_place_that_leaves_the_other_without(one: Placing) -> None:
    home, first, second = await one.vacancy(2), await one.child(), await one.child()
    await places(one, home, {"features": ROOM}, {})
    lines = [ChildLine(child=first, needs=ROOM), ChildLine(child=second)]
    referral = await one.referral(first, second, children=lines)
    shown = [(await found(one, referral, child=child))["possible"] for child in (first, second)]
    assert [[candidate["place"] for candidate in each] for each in shown] == [[str(p)] for p in home["places"]]


async def test_children_who_may_live_apart_are_searched_one_by_one(one: Placing) -> None:
    await one.vacancy(1)
    first, second = await one.child(), await one.child()
    referral = await one.referral(first, second, together=False)
    for child in (first, second):
        assert (await found(one, referral, child=child))["possible_in_all"] == 1
    answer = await one.officer.get(f"/placements/referrals/{referral}/candidates")
    assert "say for which" in refused(answer, 422, "child")
    refused(await one.officer.get(f"/placements/referrals/{referral}/candidates?child={new_id()}"), 404, "child")


async def test_the_nearest_home_on_the_best_terms_comes_first_and_says_why(one: Placing) -> None:
    far, near = await one.vacancy(1, FAR, area="E06000045"), await one.vacancy(1, NEARBY)
    terms = {"kind": ContractKind.FRAMEWORK, "tier": 1, "lot": None, "types": (PlacementType.CHILDRENS_HOME,)}
    whose = {"contract": new_id(), "provider": one.provider, "authority": NORTHSHIRE, "version": 1}
    nights = {"starts": date(2025, 4, 1), "ends": None, "weekly_pence": None, "block_places": None}
    await one.service.hear(ContractAwarded(**whose, **terms, **nights))
    first, second = (await found(one, await one.referral(await one.child())))["possible"]
    assert [first["home"], second["home"]] == [str(near["home"]), str(far["home"])]
    assert "Under a framework contract, tier 1" in first["reasons_for"]
    assert first["miles"] < 20 < second["miles"]
    assert f"{second['miles']} miles from the child's home" in second["reasons_against"]
    assert any("an approver has to decide" in said for said in second["reasons_against"])
    assert sum(first["grounds"].values()) == first["points"] < second["points"]


async def test_filters_narrow_what_is_seen_and_not_what_is_counted(one: Placing) -> None:
    await one.vacancy(2, NEARBY)
    await one.vacancy(1, FAR)
    await one.vacancy(1, NEARBY, youngest=15)
    referral = await one.referral(await one.child())
    for asked, seen in (
        ({}, (3, 1)),
        ({"within": 20}, (2, 1)),
        ({"type": "U6"}, (0, 0)),
        ({"rule": "age"}, (3, 1)),
        ({"rule": "sex"}, (3, 0)),
    ):
        answer = await found(one, referral, **asked)
        assert (answer["possible_in_all"], answer["refused_in_all"]) == seen, asked
        assert answer["refused_by"] == {"age": 1}
    misspelt = await one.officer.get(f"/placements/referrals/{referral}/candidates?typo=1")
    assert misspelt.status_code == 422


async def test_pages_follow_each_other_and_keep_what_was_asked(one: Placing) -> None:
    await one.vacancy(5)
    referral = await one.referral(await one.child())
    page = await found(one, referral, per_page=2, type="K2")
    seen = [candidate["place"] for candidate in page["possible"]]
    while page["next"]:
        assert "type=K2" in page["next"]
        page = one.made(await one.officer.get(page["next"]))
        seen += [candidate["place"] for candidate in page["possible"]]
    assert len(seen) == len(set(seen)) == page["possible_in_all"] == 5


async def test_what_is_booked_and_not_held_yet_is_not_shown_to_a_child_who_must_be_apart(one: Placing) -> None:
    home, first, second = await one.vacancy(2), await one.child(), await one.child()
    await one.booked(await one.accepted(await one.referral(first), first, home))
    await assess(one, second, not_with=(first,))
    assert (await found(one, await one.referral(second)))["refused_by"] == {"not_with": 2}


async def test_a_hold_that_expires_frees_its_nights_though_nobody_says_so(one: Placing) -> None:
    home, referral = await one.vacancy(1), await one.referral(await one.child())
    placed = await one.confirmed(home)
    nights = {"starts": TODAY - timedelta(days=7), "ends": None, "released_at": None, "kind": OccupationKind.HELD}
    whose = {"placement": UUID(placed["placement"]), "authority": NORTHSHIRE, "occupation": UUID(placed["placement"])}
    where = {"place": UUID(placed["place"]), "home": UUID(placed["home"])}
    await one.service.hear(PlaceHeld(version=2, **whose, **where, **nights, expires_at=NOON + timedelta(hours=1)))
    assert (await found(one, referral))["refused_by"] == {"taken": 1}
    one.service.clock.move(timedelta(hours=1))
    assert (await found(one, referral))["refused_by"] == {}


async def test_a_home_that_must_be_avoided_cannot_be_booked_either(one: Placing) -> None:
    home, child = await one.vacancy(1), await one.child()
    offer = await one.accepted(await one.referral(child), child, home)
    await avoid_here(one, home, child)
    answer = await one.officer.post("/placements/bookings", json={"offer": offer, "starts": str(TODAY)})
    assert answer.status_code == 409, answer.text


async def test_looking_for_siblings_is_written_down_for_each(one: Placing) -> None:
    await found(one, await one.referral(await one.child(), await one.child()))
    assert (await one.service.audited())[-2:] == ["read candidates"] * 2
