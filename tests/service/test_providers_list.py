"""Ofsted's list by the API: both layouts, twice, changed, and everything that may be wrong with a file."""

import io
import zipfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.providers.ofsted.workbook import MOST_BYTES
from services.providers.service import SERVICE
from shared.contracts.placements import PlacementBooked
from shared.contracts.providers import (
    HomeClosed,
    HomeLocated,
    HomeOpened,
    HomeUpdated,
    PlacesChanged,
    ProviderRegistered,
    RatingChanged,
    VacancyPosted,
)
from shared.identity.person import Role
from shared.ids import new_id
from tests.alone import NORTHSHIRE, SOUTHMERE, Alone, alone, refused
from tests.ofsted import ONE_SHEET, a_home, a_setting, the_list, workbook

SAMPLE = Path(__file__).parents[2] / "deploy" / "samples" / "ofsted-providers.xlsx"
PATH = "/providers/imports/ofsted"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass
class Setting:
    service: Alone
    commissioner: httpx.AsyncClient

    async def sends(self, content: bytes, by: httpx.AsyncClient | None = None) -> httpx.Response:
        return await (by or self.commissioner).post(PATH, content=content, headers={"content-type": XLSX})

    async def takes(self, content: bytes, by: httpx.AsyncClient | None = None) -> dict[str, Any]:
        answer = await self.sends(content, by)
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told

    async def counts(self, content: bytes) -> tuple[int, int, int]:
        told = await self.takes(content)
        return told["new"], told["changed"], told["unchanged"]

    async def homes(self) -> list[dict[str, Any]]:
        told: list[dict[str, Any]] = (await self.commissioner.get("/providers/homes")).json()
        return told


@pytest.fixture
async def setting(fresh_database) -> AsyncIterator[Setting]:
    async with alone(SERVICE, await fresh_database(SERVICE.migrations)) as service:
        yield Setting(service, service.of(NORTHSHIRE, Role.COMMISSIONER))


async def test_the_sample_is_taken_in_and_nothing_doubles_when_it_comes_again(setting: Setting):
    content = SAMPLE.read_bytes()
    assert await setting.counts(content) == (97, 0, 0)
    homes = await setting.homes()
    assert {home["type"] for home in homes} == {"K2", "K3", "S1", "U6"}
    own = [home for home in homes if home["sector"] == "PR1"]
    assert len(own) == 7
    agency = next(home for home in homes if home["urn"] == "SC400001")
    assert (agency["also"], agency["sector"], agency["area"][:3]) == (["U1", "U2", "U3", "U4", "U5"], "PR5", "E09")
    assert len(await setting.service.published(HomeOpened)) == len(await setting.service.published(HomeLocated)) == 97
    places = await setting.service.published(PlacesChanged)
    assert {len(one.places) for one in places} == {4}
    assert {one.owned_by for one in await setting.service.published(ProviderRegistered)} == {None, NORTHSHIRE}
    assert await setting.service.published(VacancyPosted) == []
    before = await setting.service.count_published()
    assert await setting.counts(content) == (0, 0, 97)
    assert await setting.service.count_published() == before
    assert len(await setting.homes()) == 97


async def test_the_two_sheets_of_2025_make_owners_homes_and_settings(setting: Setting):
    homes = [a_home(), a_home(URN="SC400002", Provider_name="Oak House", Overall_effectiveness="Outstanding")]
    agency = a_home(URN="1200000", Placement_code="", Number_of_registered_places=None, Owner_ID="RP9")
    settings = [a_setting(), a_setting(), a_setting(Setting_address_postcode="LS1 4AP")]
    content = the_list([*homes, agency], settings)
    told = await setting.takes(content)
    assert (told["new_providers"], told["new"], told["without_places"]) == (3, 5, 1)
    made = {home["name"]: home for home in await setting.homes()}
    assert (made["Oak House"]["rating"], made["Oak House"]["rated_on"]) == ("outstanding", "2025-06-01")
    assert (made["Next Steps"]["youngest"], made["Next Steps"]["type"]) == (16, "K3")
    providers = [one["name"] for one in (await setting.commissioner.get("/providers")).json()]
    assert providers.count("Hearthside Care Ltd") == 2, "an owner by number: another number is another owner"
    history = await setting.commissioner.get(f"/providers/homes/{made['Beech House']['home']}/ratings")
    assert history.json() == [{"rating": "good", "inspected_on": "2025-06-01"}]
    before = await setting.service.count_published()
    assert await setting.counts(content) == (0, 0, 5)
    assert await setting.service.count_published() == before


async def test_what_changed_is_told_and_nothing_else(setting: Setting):
    await setting.takes(the_list([a_home(), a_home(URN="SC400002"), a_home(URN="SC400003")]))
    changed = [
        a_home(Provider_name="Birch House", Provider_postcode="LS1 4AP", Number_of_registered_places=5),
        a_home(URN="SC400002", Overall_effectiveness="Inadequate", Date_of_last_full_inspection="2026-02-01"),
        a_home(URN="SC400003", Deregistration_date="2026-02-28"),
    ]
    content = the_list(changed)
    assert await setting.counts(content) == (0, 3, 0)
    (updated,) = await setting.service.published(HomeUpdated)
    assert (updated.name, updated.area, updated.outward, updated.version) == ("Birch House", "E08000035", "LS1", 2)
    (rated,) = await setting.service.published(RatingChanged)
    assert (rated.rating, rated.urn) == ("inadequate", "SC400002")
    (closed,) = await setting.service.published(HomeClosed)
    assert closed.closed == date(2026, 2, 28)
    assert [len(one.places) for one in await setting.service.published(PlacesChanged)][3:] == [5, 3]
    assert (await setting.service.published(HomeLocated))[-1].postcode == "LS1 4AP"
    assert (await setting.counts(content))[1] == 0
    fewer = [a_home(Provider_name="Birch House", Provider_postcode="LS1 4AP", Number_of_registered_places=2)]
    assert await setting.counts(the_list(fewer)) == (0, 1, 0)
    open_places = [place for place in (await setting.service.published(PlacesChanged))[-1].places if not place.closes]
    assert [place.number for place in open_places] == [1, 2]


async def test_a_home_in_which_a_child_is_to_live_stays_open_and_says_so(setting: Setting):
    await setting.takes(the_list([a_home(Number_of_registered_places=1)]))
    (places,) = await setting.service.published(PlacesChanged)
    asked = {"placement": new_id(), "authority": NORTHSHIRE, "version": 1, "status": "booked", "child": new_id()}
    where = {"referral": None, "provider": None, "home": None, "place": places.places[0].place, "type": "K2"}
    when = {"sector": "PR4", "purpose": "first", "starts": "2026-02-01", "ends": None}
    await setting.service.hear(PlacementBooked.model_validate(asked | where | when))
    told = await setting.takes(the_list([a_home(Number_of_registered_places=1, Deregistration_date="2026-02-28")]))
    assert (told["unchanged"], [(one["row"], one["field"]) for one in told["warned"]]) == (1, [(2, "URN")])
    assert await setting.service.published(HomeClosed) == []


async def test_what_its_own_people_said_of_a_home_stands_but_for_its_rating(setting: Setting):
    registered = await setting.commissioner.post("/providers", json={"name": "Hearthside", "sector": "PR4"})
    manager = await setting.service.of_provider(registered.json()["provider"])
    opening = {"name": "Willow", "type": "K2", "postcode": "SW1P 3JR", "youngest": 8, "oldest": 12, "sexes": ["F"]}
    form = opening | {"opened": "2024-04-01", "places": [{}], "urn": "SC400001"}
    assert (await manager.post("/providers/homes", json=form)).status_code == 201
    told = await setting.takes(the_list([a_home(Deregistration_date="2026-02-28")]))
    assert (told["new_providers"], told["new"], told["changed"]) == (0, 0, 1)
    (home,) = await setting.homes()
    assert (home["name"], home["closed"], home["rating"]) == ("Willow", None, "good")


async def test_an_authoritys_own_service_is_made_by_that_authority_alone(setting: Setting):
    stranger = setting.service.of(SOUTHMERE, Role.COMMISSIONER)
    content = the_list([a_home(Placement_provider_code="PR1", Owner_ID="LA1", Owner_name="Westminster City Council")])
    await setting.takes(content, stranger)
    (provider,) = await setting.service.published(ProviderRegistered)
    assert (provider.sector, provider.owned_by) == ("PR2", None)
    other = a_home(URN="SC400002", Placement_provider_code="PR1", Owner_ID="LA2")
    await setting.takes(the_list([other]))
    provider = (await setting.service.published(ProviderRegistered))[-1]
    assert (provider.sector, provider.owned_by) == ("PR1", NORTHSHIRE)
    renamed = {**other, "Provider name": "Taken Over", "Deregistration date": "2026-01-01"}
    assert (await setting.takes(the_list([renamed]), stranger))["changed"] == 0


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"URN": "12"}, "URN"),
        ({"URN": None}, "URN"),
        ({"Provider name": "=HYPERLINK(1)"}, "Provider name"),
        ({"Registration date": "31/02/2024"}, "Registration date"),
        ({"Placement code": "K9"}, "Placement code"),
        ({"Number of registered places": "many"}, "Number of registered places"),
        ({"Number of registered places": 2.5}, "Number of registered places"),
        ({"Placement provider code": "PR9"}, "Placement provider code"),
        ({"Provider postcode": "nowhere"}, "Provider postcode"),
        ({"Provider postcode": None, "Local authority": "Nowhereshire"}, "Local authority"),
        ({"URN": "SC400009"}, "URN"),
    ],
)
async def test_one_bad_row_refuses_the_whole_list_and_is_named(setting: Setting, changed: dict[str, Any], field: str):
    rows = [a_home(URN=f"SC40000{number}") for number in range(3, 10)]
    answer = await setting.sends(the_list([*rows, a_home() | changed]))
    refused(answer, 422, f"Providers.9.{field}")
    (problem,) = answer.json()["problems"]
    assert (problem["sheet"], problem["row"], problem["field"]) == ("Providers", 9, field)
    assert await setting.homes() == []
    assert await setting.service.count_published() == 0


async def test_a_postcode_newer_than_our_map_is_taken_in_by_its_authoritys_name(setting: Setting):
    told = await setting.takes(the_list([a_home(Provider_postcode="ZE2 9ZQ")]))
    assert [(one["row"], one["field"]) for one in told["warned"]] == [(2, "Provider postcode")]
    (home,) = await setting.homes()
    assert (home["area"], home["outward"]) == (NORTHSHIRE, "")


async def test_an_unknown_layout_names_what_is_missing(setting: Setting):
    columns = [column for column in ONE_SHEET.sheets[0].columns.values() if column not in ("URN", "Placement code")]
    answer = await setting.sends(workbook({"Providers": [columns]}))
    assert answer.json()["missing"] == ["Providers: URN", "Providers: Placement code"]
    assert "Providers: URN" in refused(answer, 422)
    answer = await setting.sends(workbook({"Sheet1": [["A"], ["B"]]}))
    assert len(answer.json()["missing"]) == len(ONE_SHEET.sheets[0].columns)


def _bomb() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 70_000_000)
    return content.getvalue()


def _far_cell() -> bytes:
    far = '<worksheet><sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
    return workbook({"Providers": [["URN"]]}, parts={"xl/worksheets/sheet1.xml": far.encode()})


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 422, "empty"),
        (b"URN,Name\n1,2\n", 422, "not_a_workbook"),
        (SAMPLE.read_bytes()[:5_000], 422, "not_a_workbook"),
        (_bomb(), 422, "too_large_unpacked"),
        (_far_cell(), 422, "sheet_too_large"),
        (the_list([]), 422, "empty"),
        (the_list([a_home(Provider_name=("=1+1",))]), 422, "list_refused"),
        (b"PK" + b"0" * MOST_BYTES, 413, "too_large"),
    ],
    ids=["nothing", "csv", "cut", "bomb", "far cell", "nobody", "formula", "oversize"],
)
async def test_what_is_no_list_is_said_plainly(setting: Setting, content: bytes, status: int, code: str):
    answer = await setting.sends(content)
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert await setting.service.count_published() == 0


async def test_only_who_may_import_can_and_only_a_workbook_is_taken(setting: Setting):
    officer = setting.service.of(NORTHSHIRE, Role.PLACEMENTS_OFFICER)
    assert (await setting.sends(SAMPLE.read_bytes(), officer)).status_code == 403
    answer = await setting.commissioner.post(PATH, json={})
    assert (answer.status_code, answer.json()["code"]) == (415, "wrong_kind")
