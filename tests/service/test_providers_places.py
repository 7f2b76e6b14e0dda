"""Homes and places as they change: corrected, kept for something, beyond what is approved, solo, closed, out of service."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
import pytest

from services.providers.service import SERVICE
from shared.contracts.placements import PlacementBooked
from shared.contracts.providers import (
    HoldRefused,
    HomeLocated,
    HomeUpdated,
    PlaceHeld,
    PlaceOutOfService,
    PlacesChanged,
    VacancyCorrected,
    VacancyWithdrawn,
)
from shared.identity.person import Role
from shared.ids import new_id
from tests.alone import NORTHSHIRE, Alone, alone, refused

FACTS: dict[str, Any] = {
    "name": "Beech House",
    "postcode": "SW1P 3JR",
    "youngest": 8,
    "oldest": 17,
    "sexes": ["F", "M"],
}
OPENING = {"type": "K2", "opened": "2024-04-01", "places": [{}, {}]}
SPELL = {"starts": "2026-03-10", "ends": "2026-03-20", "reason": "repairs"}


@dataclass
class Setting:
    service: Alone
    manager: httpx.AsyncClient
    other: httpx.AsyncClient
    home: dict[str, Any]

    @property
    def address(self) -> str:
        return f"/providers/homes/{self.home['home']}"

    @property
    def places(self) -> list[str]:
        return [place["place"] for place in self.home["places"]]

    async def does(self, path: str, form: Any) -> Any:
        answer = await self.manager.post(path, json=form)
        assert answer.is_success, answer.text
        return answer.json()

    async def books(self, place: str, starts: str = "2026-04-01") -> None:
        """Somebody asks for a place from a day on."""
        asked = {"placement": new_id(), "authority": NORTHSHIRE, "version": 1, "status": "booked", "child": new_id()}
        where = {"referral": None, "provider": None, "home": None, "place": place, "type": "K2", "sector": "PR4"}
        when = {"purpose": "first", "starts": starts, "ends": None}
        await self.service.hear(PlacementBooked.model_validate(asked | where | when))

    async def refusals(self) -> list[str]:
        return [told.code for told in await self.service.published(HoldRefused)]


@pytest.fixture
async def setting(fresh_database) -> AsyncIterator[Setting]:
    async with alone(SERVICE, await fresh_database(SERVICE.migrations)) as service:
        commissioner = service.of(NORTHSHIRE, Role.COMMISSIONER)
        registered = await commissioner.post("/providers", json={"name": "Hearthside", "sector": "PR4"})
        manager = await service.of_provider(UUID(registered.json()["provider"]))
        opened = await manager.post("/providers/homes", json=FACTS | OPENING)
        assert opened.status_code == 201, opened.text
        yield Setting(service, manager, await service.of_provider(new_id()), opened.json())


async def test_a_home_stands_in_its_postcodes_authority_and_only_placements_hears_where(setting: Setting):
    assert (setting.home["area"], setting.home["outward"]) == ("E09000033", "SW1P")
    (located,) = await setting.service.published(HomeLocated)
    assert (str(located.home), located.postcode, located.version) == (setting.home["home"], "SW1P 3JR", 1)
    for changed, field in (
        ({"postcode": "ZE2 9ZQ"}, "postcode"),
        ({"postcode": None}, "postcode"),
        ({"area": "E09000020"}, "area"),
    ):
        refused(await setting.manager.post("/providers/homes", json=FACTS | OPENING | changed), 422, field)
    nowhere = FACTS | OPENING | {"postcode": None, "area": "E09000020"}
    told = await setting.does("/providers/homes", nowhere)
    assert (told["area"], told["outward"]) == ("E09000020", "")
    assert len(await setting.service.published(HomeLocated)) == 1


async def test_a_homes_facts_are_corrected_by_its_own_people(setting: Setting):
    form = FACTS | {"name": "Birch House", "postcode": "LS1 4AP", "also": ["K3"], "urn": "SC123456", "version": 1}
    path = f"{setting.address}/correct"
    refused(await setting.other.post(path, json=form), 404)
    told = await setting.does(path, form)
    assert (told["name"], told["area"], told["outward"], told["also"]) == ("Birch House", "E08000035", "LS1", ["K3"])
    refused(await setting.manager.post(path, json=form), 409, "version")
    unmoved = {name: said for name, said in form.items() if name != "postcode"} | {"version": 2, "oldest": 16}
    assert (await setting.does(path, unmoved))["outward"] == "LS1", "where nothing is said of it, it stays where it is"
    updates = await setting.service.published(HomeUpdated)
    assert [(one.version, one.urn, one.oldest, one.area) for one in updates] == [
        (2, "SC123456", 17, "E08000035"),
        (3, "SC123456", 16, "E08000035"),
    ]
    assert [one.postcode for one in await setting.service.published(HomeLocated)] == ["SW1P 3JR", "LS1 4AP"]
    refused(await setting.manager.post("/providers/homes", json=FACTS | OPENING | {"urn": "SC123456"}), 409, "urn")


async def test_a_place_says_what_it_offers_and_what_it_is_kept_for(setting: Setting):
    path = f"/providers/places/{setting.places[0]}/correct"
    form = {"features": ["step_free"], "reserved_for": "remand", "emergency": True, "version": 1}
    told = await setting.does(path, form)
    assert (told["version"], told["places"][0]["features"], told["places"][1]["features"]) == (2, ["step_free"], [])
    refused(await setting.manager.post(path, json=form), 409, "version")
    refused(await setting.other.post(path, json=form | {"version": 2}), 404)
    refused(await setting.manager.post(path, json=form | {"features": ["a_pony"]}), 422, "features.0")
    line = (await setting.service.published(PlacesChanged))[-1].places[0]
    assert (line.features, line.reserved_for, line.emergency, line.beyond_approved) == (
        ("step_free",),
        "remand",
        True,
        False,
    )


async def test_a_place_beyond_what_is_approved_has_a_reason_and_an_end(setting: Setting):
    path = f"{setting.address}/places"
    refused(await setting.manager.post(path, json={"opens": "2026-03-05", "beyond": "staying_put"}), 422, "beyond")
    extra = {"opens": "2026-03-05", "closes": "2026-03-07", "beyond": "staying_put", "reserved_for": "staying_put"}
    assert (await setting.does(path, extra))["places"][2]["beyond"] == "staying_put"
    line = (await setting.service.published(PlacesChanged))[-1].places[2]
    assert (line.beyond_approved, line.reserved_for) == (True, "staying_put")
    days = await setting.manager.get(f"{setting.address}/calendar", params={"from": "2026-03-04", "to": "2026-03-08"})
    assert [(day["approved"], day["vacant"]) for day in days.json()] == [(2, 2), (3, 3), (3, 3), (2, 2)]


async def test_a_place_closes_with_what_is_offered_in_it_but_not_under_a_child(setting: Setting):
    one, two = setting.places
    offered = {"home": setting.home["home"], "available_from": "2026-04-01", "weekly_pence": 1}
    both = await setting.does("/providers/vacancies", offered | {"places": [one, two]})
    alone_ = await setting.does("/providers/vacancies", offered | {"places": [one], "available_from": "2026-06-01"})
    await setting.does(f"/providers/places/{one}/out-of-service", {"starts": "2026-04-20", "reason": "repairs"})
    await setting.books(two)
    form = {"on": "2026-05-01", "version": 1}
    code = (await setting.manager.post(f"/providers/places/{two}/close", json=form)).json()["code"]
    assert code == "home_still_needed"
    refused(await setting.other.post(f"/providers/places/{one}/close", json=form), 404)
    closed = await setting.does(f"/providers/places/{one}/close", form)
    assert [place["closes"] for place in closed["places"]] == ["2026-05-01", None]
    refused(await setting.manager.post(f"/providers/places/{one}/close", json=form | {"version": 2}), 409, "on")
    (corrected,) = await setting.service.published(VacancyCorrected)
    assert ([str(place) for place in corrected.places], str(corrected.vacancy)) == ([two], both["vacancy"])
    assert [str(v.vacancy) for v in await setting.service.published(VacancyWithdrawn)] == [alone_["vacancy"]]
    spell = (await setting.service.published(PlaceOutOfService))[-1]
    assert (str(spell.starts), str(spell.ends)) == ("2026-04-20", "2026-05-01")


async def test_a_solo_home_takes_one_child_at_a_time_whatever_its_places(setting: Setting):
    await setting.does(f"{setting.address}/correct", FACTS | {"solo": True, "version": 1})
    one, two = setting.places
    await setting.does(f"/providers/places/{two}/out-of-service", SPELL)
    await setting.books(one, "2026-03-12")
    await setting.books(two, "2026-04-01")
    assert await setting.refusals() == ["home_is_solo"]
    assert (await setting.service.published(HoldRefused))[0].reason.startswith("The home takes one child at a time")
    setting.service.clock.move(setting.service.clock.now().replace(day=5) - setting.service.clock.now())
    await setting.books(two, "2026-04-01")
    assert await setting.refusals() == ["home_is_solo"], "a hold that has expired in another place gives way"
    assert len(await setting.service.published(PlaceHeld)) == 2


async def test_a_home_where_two_children_live_cannot_be_said_to_be_solo(setting: Setting):
    for place in setting.places:
        await setting.books(place)
    answer = await setting.manager.post(f"{setting.address}/correct", json=FACTS | {"solo": True, "version": 1})
    refused(answer, 409, "solo")
    assert answer.json()["code"] == "home_is_solo"
    assert (await setting.manager.get(setting.address)).json()["version"] == 1


async def test_the_database_itself_refuses_a_second_child_in_a_solo_home(setting: Setting):
    rule = "SELECT pg_get_constraintdef(oid) AS is FROM pg_constraint WHERE conname = 'a_solo_home_has_one_child'"
    (found,) = await setting.service.rows(rule)
    assert found["is"].startswith("EXCLUDE USING gist (home WITH =, during WITH &&) WHERE")


async def test_a_spell_out_of_service_ends_when_it_turns_out_to(setting: Setting):
    place = setting.places[0]
    spell = await setting.does(f"/providers/places/{place}/out-of-service", SPELL)
    path = f"/providers/occupations/{spell['occupation']}"
    listed = (await setting.manager.get(f"{setting.address}/out-of-service")).json()
    assert [(one["occupation"], one["reason"]) for one in listed] == [(spell["occupation"], "repairs")]
    refused(await setting.other.get(f"{setting.address}/out-of-service"), 404)
    longer = SPELL | {"ends": "2026-03-25", "reason": "staffing", "version": 1}
    refused(await setting.other.post(f"{path}/correct", json=longer), 404)
    assert (await setting.does(f"{path}/correct", longer))["ends"] == "2026-03-25"
    refused(await setting.manager.post(f"{path}/correct", json=longer), 409, "version")
    await setting.books(place)
    assert "child" in refused(
        await setting.manager.post(f"{path}/correct", json=longer | {"ends": "2026-04-02", "version": 2}), 409, "starts"
    )
    later = {"starts": "2026-03-26", "ends": "2026-03-30", "reason": "repairs"}
    await setting.does(f"/providers/places/{place}/out-of-service", later)
    over = await setting.manager.post(f"{path}/correct", json=longer | {"ends": "2026-03-27", "version": 2})
    assert "out of service" in refused(over, 409, "starts")
    early = await setting.manager.post(f"{path}/correct", json=longer | {"starts": "2024-03-01", "version": 2})
    assert "not open" in refused(early, 409, "starts")
    assert (await setting.manager.post(f"{path}/release")).is_success
    refused(await setting.manager.post(f"{path}/correct", json=longer | {"version": 3}), 409)
    assert len((await setting.manager.get(f"{setting.address}/out-of-service")).json()) == 1
    told = [one for one in await setting.service.published(PlaceOutOfService) if str(one.occupation) in path]
    assert [(one.version, one.reason) for one in told] == [(1, "repairs"), (2, "staffing"), (3, "staffing")]


async def test_two_who_want_two_places_of_a_solo_home_at_once_are_not_both_given_one(setting: Setting):
    """Two children of one sibling group, say: each asks for a place of its own."""
    solo = await setting.does("/providers/homes", FACTS | OPENING | {"solo": True})
    for place in solo["places"]:
        await setting.books(place["place"])
    assert len(await setting.service.published(PlaceHeld)) == 1
    assert await setting.refusals() == ["home_is_solo"]
