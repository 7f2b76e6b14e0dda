"""Providers by its API: who may register, open, offer and take out of service, and what is told of it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
import pytest

from services.providers.service import SERVICE
from shared.contracts.providers import (
    HomeClosed,
    HomeOpened,
    InvitationEnded,
    PersonInvited,
    PlaceOutOfService,
    PlacesChanged,
    ProviderRegistered,
    VacancyConfirmed,
    VacancyCorrected,
    VacancyPosted,
    VacancyWithdrawn,
)
from shared.identity.person import Role
from shared.ids import new_id
from tests.alone import NORTHSHIRE, SOUTHMERE, Alone, alone, refused

BEECH_HOUSE: dict[str, Any] = {
    "name": "Beech House",
    "type": "K2",
    "area": "E09000033",
    "postcode": "sw1p3jr",
    "youngest": 8,
    "oldest": 17,
    "sexes": ["M", "F"],
    "opened": "2024-04-01",
    "places": [{"features": ["step_free", "own_bedroom"]}, {}],
}


@dataclass
class Setting:
    service: Alone
    commissioner: httpx.AsyncClient
    manager: httpx.AsyncClient
    provider: UUID
    home: dict[str, Any]

    @property
    def places(self) -> list[str]:
        return [place["place"] for place in self.home["places"]]

    def vacancy(self, **changed: Any) -> dict[str, Any]:
        usual = {
            "home": self.home["home"],
            "places": self.places,
            "available_from": "2026-04-01",
            "weekly_pence": 381_000,
        }
        return usual | changed


@pytest.fixture
async def setting(fresh_database) -> AsyncIterator[Setting]:
    async with alone(SERVICE, await fresh_database(SERVICE.migrations)) as service:
        commissioner = service.of(NORTHSHIRE, Role.COMMISSIONER)
        registered = await commissioner.post("/providers", json={"name": "Hearthside", "sector": "PR4"})
        provider = UUID(registered.json()["provider"])
        manager = await service.of_provider(provider)
        opened = await manager.post("/providers/homes", json=BEECH_HOUSE)
        assert opened.status_code == 201, opened.text
        yield Setting(service, commissioner, manager, provider, opened.json())


async def test_a_home_opens_with_its_places_and_only_half_its_postcode_is_told_to_all(setting: Setting):
    (provider,) = await setting.service.published(ProviderRegistered)
    (home,) = await setting.service.published(HomeOpened)
    (places,) = await setting.service.published(PlacesChanged)
    assert (provider.provider, home.provider, provider.owned_by) == (setting.provider, setting.provider, None)
    assert (home.outward, home.sector, home.sexes, home.version) == ("SW1P", "PR4", ("F", "M"), 1)
    assert [(place.number, place.features) for place in places.places] == [(1, ("own_bedroom", "step_free")), (2, ())]
    others = "SELECT body FROM spine.outbox WHERE lane NOT LIKE 'providers.locations.%'"
    assert "3JR" not in str(await setting.service.rows(others))
    assert "3JR" not in (await setting.manager.get(f"/providers/homes/{setting.home['home']}")).text
    assert await setting.service.audited() == ["register provider", "open home"]


async def test_a_home_gets_another_place_and_closes_when_nobody_is_to_live_there(setting: Setting):
    address = f"/providers/homes/{setting.home['home']}"
    added = await setting.manager.post(f"{address}/places", json={"opens": "2026-05-01"})
    assert (added.status_code, added.json()["version"], len(added.json()["places"])) == (201, 2, 3)
    vacancy = (await setting.manager.post("/providers/vacancies", json=setting.vacancy())).json()
    refused(await setting.manager.post(f"{address}/close", json={"on": "2026-06-01", "version": 1}), 409, "version")
    refused(await setting.manager.post(f"{address}/close", json={"on": "2024-04-01", "version": 2}), 422, "on")
    closed = await setting.manager.post(f"{address}/close", json={"on": "2026-06-01", "version": 2})
    assert {place["closes"] for place in closed.json()["places"]} == {"2026-06-01"}
    (told,) = await setting.service.published(HomeClosed)
    assert (told.version, str(told.closed)) == (3, "2026-06-01")
    (cut,) = await setting.service.published(VacancyCorrected)
    assert (str(cut.vacancy), str(cut.available_until)) == (vacancy["vacancy"], "2026-06-01")
    refused(await setting.manager.post(f"{address}/places", json={"opens": "2026-07-01"}), 409)


async def test_a_vacancy_is_posted_confirmed_corrected_and_withdrawn(setting: Setting):
    posted = (await setting.manager.post("/providers/vacancies", json=setting.vacancy())).json()
    address = f"/providers/vacancies/{posted['vacancy']}"
    assert (await setting.manager.post(f"{address}/confirm")).json()["version"] == 2
    refused(await setting.manager.post(f"{address}/confirm", json={"version": 1}), 409, "version")
    corrected = setting.vacancy(weekly_pence=400_000, version=2, places=setting.places[:1])
    del corrected["home"]
    assert (await setting.manager.post(f"{address}/correct", json=corrected)).json()["weekly_pence"] == 400_000
    stale = await setting.manager.post(f"{address}/correct", json=corrected)
    refused(stale, 409, "version")
    assert stale.json()["version"] == 3
    officer = setting.service.of(SOUTHMERE, Role.PLACEMENTS_OFFICER)
    assert [v["vacancy"] for v in (await officer.get("/providers/vacancies")).json()] == [posted["vacancy"]]
    assert (await setting.manager.post(f"{address}/withdraw", json={"version": 3})).status_code == 200
    assert (await officer.get("/providers/vacancies")).json() == []
    refused(await setting.manager.post(f"{address}/confirm"), 409)
    kinds = (VacancyPosted, VacancyConfirmed, VacancyCorrected, VacancyWithdrawn)
    assert [[v.version for v in await setting.service.published(kind)] for kind in kinds] == [[1], [2], [3], [4]]


async def test_a_place_goes_out_of_service_once_and_comes_back(setting: Setting):
    address = f"/providers/places/{setting.places[0]}/out-of-service"
    spell = {"starts": "2026-03-10", "ends": "2026-03-12", "reason": "repairs"}
    taken = await setting.manager.post(address, json=spell)
    assert taken.status_code == 201
    again = await setting.manager.post(address, json=spell | {"starts": "2026-03-11", "ends": None})
    assert "out of service" in refused(again, 409, "starts")
    query = {"from": "2026-03-09", "to": "2026-03-13"}
    calendar = f"/providers/homes/{setting.home['home']}/calendar"
    days = (await setting.manager.get(calendar, params=query)).json()
    assert [(day["out_of_service"], day["vacant"], day["approved"]) for day in days] == [
        (0, 2, 2),
        (1, 1, 2),
        (1, 1, 2),
        (0, 2, 2),
    ]
    release = f"/providers/occupations/{taken.json()['occupation']}/release"
    assert (await setting.manager.post(release)).status_code == 200
    refused(await setting.manager.post(release), 409)
    days = (await setting.manager.get(calendar, params=query)).json()
    assert {day["vacant"] for day in days} == {2}
    out, back = await setting.service.published(PlaceOutOfService)
    assert (out.released_at, back.version, back.reason) == (None, 2, "repairs")
    assert back.released_at is not None


async def test_an_invited_person_belongs_to_one_place_until_the_invitation_ends(setting: Setting):
    people = f"/providers/{setting.provider}/people"
    hannah = {"issuer": "https://login.example.org", "person": "hannah"}
    invited = await setting.commissioner.post(people, json=hannah)
    assert invited.json()["belongs_to_provider"] == str(setting.provider)
    refused(await setting.commissioner.post(people, json=hannah | {"authority": True}), 409, "person")
    invitation = f"{people}/{invited.json()['invitation']}"
    stranger = setting.service.of(SOUTHMERE, Role.COMMISSIONER)
    refused(await stranger.post(people, json=hannah | {"person": "mallory"}), 404)
    refused(await stranger.delete(invitation), 404)
    assert (await setting.commissioner.delete(invitation)).status_code == 200
    refused(await setting.commissioner.delete(invitation), 404)
    again = await setting.commissioner.post(people, json=hannah | {"authority": True})
    assert (again.json()["belongs_to_authority"], again.json()["belongs_to_provider"]) == (NORTHSHIRE, None)
    assert len(await setting.service.published(PersonInvited)) == 2
    (ended,) = await setting.service.published(InvitationEnded)
    assert ended.version == 2


async def test_an_authoritys_own_service_is_seen_and_run_by_that_authority_alone(setting: Setting):
    own = {"name": "Northshire Fostering", "sector": "PR1"}
    refused(await setting.commissioner.post("/providers", json=own | {"owned_by": SOUTHMERE}), 422, "owned_by")
    refused(
        await setting.commissioner.post("/providers", json=own | {"owned_by": NORTHSHIRE, "sector": "PR5"}),
        422,
        "owned_by",
    )
    registered = (await setting.commissioner.post("/providers", json=own)).json()
    assert registered["owned_by"] == NORTHSHIRE
    stranger = setting.service.of(SOUTHMERE, Role.COMMISSIONER)
    home = BEECH_HOUSE | {"provider": registered["provider"]}
    refused(await stranger.post("/providers/homes", json=home), 404, "provider")
    opened = (await setting.commissioner.post("/providers/homes", json=home)).json()
    for address in (f"/providers/{registered['provider']}", f"/providers/homes/{opened['home']}"):
        assert (await setting.commissioner.get(address)).status_code == 200
        refused(await stranger.get(address), 404)
        refused(await setting.manager.get(address), 404)
    assert [row["name"] for row in (await stranger.get("/providers")).json()] == ["Hearthside"]
    assert len((await setting.commissioner.get("/providers/homes")).json()) == 2
    assert len((await stranger.get("/providers/homes")).json()) == 1


async def test_another_providers_people_can_change_nothing(setting: Setting):
    other = await setting.service.of_provider(new_id())
    vacancy = (await setting.manager.post("/providers/vacancies", json=setting.vacancy())).json()["vacancy"]
    spell = {"starts": "2026-03-10", "reason": "repairs"}
    taken = (await setting.manager.post(f"/providers/places/{setting.places[0]}/out-of-service", json=spell)).json()
    before = await setting.service.count_published()
    home, place = f"/providers/homes/{setting.home['home']}", f"/providers/places/{setting.places[1]}"
    correction = {key: told for key, told in setting.vacancy(version=1).items() if key != "home"}
    tries: list[tuple[str, dict[str, Any]]] = [
        ("/providers/vacancies", setting.vacancy()),
        (f"/providers/vacancies/{vacancy}/confirm", {}),
        (f"/providers/vacancies/{vacancy}/withdraw", {}),
        (f"/providers/vacancies/{vacancy}/correct", correction),
        (f"{home}/places", {"opens": "2026-05-01"}),
        (f"{home}/close", {"on": "2026-05-01", "version": 1}),
        (f"{place}/out-of-service", spell),
        (f"/providers/occupations/{taken['occupation']}/release", {}),
    ]
    for address, body in tries:
        refused(await other.post(address, json=body), 404)
    refused(
        await other.post("/providers/homes", json=BEECH_HOUSE | {"provider": str(setting.provider)}), 404, "provider"
    )
    assert (await other.get("/providers/vacancies")).json() == []
    officer = setting.service.of(NORTHSHIRE, Role.PLACEMENTS_OFFICER)
    for reader in (other, officer):
        refused(await reader.get(f"{home}/calendar", params={"from": "2026-03-01", "to": "2026-03-02"}), 404)
    assert await setting.service.count_published() == before


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"oldest": 7}, "oldest"),
        ({"oldest": 26}, "oldest"),
        ({"youngest": "8"}, "youngest"),
        ({"type": "K9"}, "type"),
        ({"sexes": []}, "sexes"),
        ({"sexes": ["M", "X"]}, "sexes.1"),
        ({"opened": "2026-02-30"}, "opened"),
        ({"opened": 1_700_000_000}, "opened"),
        ({"opened": "0001-01-01"}, "opened"),
        ({"postcode": "nowhere"}, "postcode"),
        ({"name": "Beech\u0000House"}, "name"),
        ({"places": []}, "places"),
        ({"places": [{"features": ["step_free"]}, {"features": ["a_pony"]}]}, "places.1.features.0"),
        ({"colour": "blue"}, ""),
    ],
)
async def test_a_home_that_cannot_be_is_refused_by_field(setting: Setting, changed: dict[str, Any], field: str):
    before = await setting.service.count_published()
    answer = await setting.manager.post("/providers/homes", json=BEECH_HOUSE | changed)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert await setting.service.count_published() == before


async def test_impossible_dates_and_strangers_places_are_refused_by_field(setting: Setting):
    post = setting.manager.post
    refused(
        await post("/providers/vacancies", json=setting.vacancy(available_until="2026-04-01")), 422, "available_until"
    )
    stranger = [*setting.places, str(new_id())]
    answer = await post("/providers/vacancies", json=setting.vacancy(places=stranger))
    refused(answer, 422, f"places.{sorted(stranger).index(stranger[2])}")
    refused(await post("/providers/vacancies", json=setting.vacancy(available_from="2024-03-31")), 422, "places.0")
    place = f"/providers/places/{setting.places[0]}/out-of-service"
    refused(await post(place, json={"starts": "2026-03-10", "ends": "2026-03-10", "reason": "repairs"}), 422, "ends")
    early = await post(place, json={"starts": "2024-03-10", "reason": "repairs"})
    assert "not open" in refused(early, 409, "starts")
    home = f"/providers/homes/{setting.home['home']}"
    refused(await post(f"{home}/places", json={"opens": "2026-05-02", "closes": "2026-05-01"}), 422, "closes")
    refused(await post(f"{home}/places", json={"opens": "2024-03-31"}), 422, "opens")
    for until in ("2026-03-01", "2030-01-01"):
        query = {"from": "2026-03-01", "to": until}
        refused(await setting.manager.get(f"{home}/calendar", params=query), 422, "to")


async def test_one_ofsted_number_is_registered_once(setting: Setting):
    hearthside = {"name": "Ash Care", "sector": "PR4", "urn": "SC123456"}
    assert (await setting.commissioner.post("/providers", json=hearthside)).status_code == 201
    refused(await setting.commissioner.post("/providers", json=hearthside), 409, "urn")
    refused(await setting.commissioner.post("/providers", json=hearthside | {"urn": "12"}), 422, "urn")
    refused(await setting.commissioner.post("/providers", json=hearthside | {"sector": "PR0"}), 422, "sector")
