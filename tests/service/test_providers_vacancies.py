"""Vacancies many at a time: confirmed in bulk, narrowed, filtered, and uploaded from a spreadsheet."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from services.providers.service import SERVICE
from shared.contracts.providers import VacancyConfirmed, VacancyCorrected, VacancyPosted
from shared.identity.person import Role
from shared.ids import new_id
from tests.alone import NORTHSHIRE, Alone, alone, refused

OPENING: dict[str, Any] = {"postcode": "SW1P 3JR", "youngest": 8, "oldest": 17, "sexes": ["F", "M"], "type": "K2"}
PATH = "/providers/vacancies"
HEADER = "home,places,available_from,available_until,weekly_pounds,youngest,oldest,sexes"


@dataclass
class Setting:
    service: Alone
    manager: httpx.AsyncClient
    other: httpx.AsyncClient
    home: dict[str, Any]
    flat: dict[str, Any]

    async def offers(self, home: dict[str, Any], **changed: Any) -> str:
        form = {"home": home["home"], "places": [place["place"] for place in home["places"]], "weekly_pence": 381_000}
        answer = await self.manager.post(PATH, json=form | {"available_from": "2026-04-01"} | changed)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["vacancy"])

    async def listed(self, **asked: Any) -> list[str]:
        return [one["vacancy"] for one in (await self.manager.get(PATH, params=asked)).json()]

    async def uploads(self, *rows: str, header: str = HEADER, by: httpx.AsyncClient | None = None) -> httpx.Response:
        content = "\r\n".join([header, *rows]).encode()
        return await (by or self.manager).post(f"{PATH}/upload", content=content, headers={"content-type": "text/csv"})


@pytest.fixture
async def setting(fresh_database) -> AsyncIterator[Setting]:
    async with alone(SERVICE, await fresh_database(SERVICE.migrations)) as service:
        commissioner = service.of(NORTHSHIRE, Role.COMMISSIONER)
        registered = await commissioner.post("/providers", json={"name": "Hearthside", "sector": "PR4"})
        manager = await service.of_provider(UUID(registered.json()["provider"]))
        homes = [
            {"name": "Beech House", "urn": "SC123456", "opened": "2024-04-01", "places": [{}, {}]},
            {"name": "The Flat", "type": "K3", "also": ["H5"], "opened": "2024-04-01", "places": [{}]},
        ]
        opened = [(await manager.post("/providers/homes", json=OPENING | home)).json() for home in homes]
        yield Setting(service, manager, await service.of_provider(new_id()), *opened)


async def test_all_of_mine_are_confirmed_at_once_and_nobody_elses(setting: Setting):
    vacancies = [await setting.offers(setting.home), await setting.offers(setting.flat)]
    setting.service.clock.move(timedelta(days=3))
    assert (await setting.other.post(f"{PATH}/confirm", json={})).json() == []
    confirmed = (await setting.manager.post(f"{PATH}/confirm")).json()
    assert sorted(one["vacancy"] for one in confirmed) == sorted(vacancies)
    assert {one["confirmed_at"][:10] for one in confirmed} == {"2026-03-05"}
    told = await setting.service.published(VacancyConfirmed)
    assert sorted((str(one.vacancy), one.version) for one in told) == sorted((one, 2) for one in vacancies)


async def test_named_ones_are_confirmed_all_or_none_and_the_one_in_the_way_is_named(setting: Setting):
    one, two = await setting.offers(setting.home), await setting.offers(setting.flat)
    path = f"{PATH}/confirm"

    def naming(*vacancies: dict[str, Any]) -> dict[str, Any]:
        return {"vacancies": list(vacancies)}

    stale = naming({"vacancy": one}, {"vacancy": two, "version": 9})
    refused(await setting.manager.post(path, json=stale), 409, "vacancies.1.version")
    refused(
        await setting.manager.post(path, json=naming({"vacancy": one}, {"vacancy": str(new_id())})), 404, "vacancies.1"
    )
    refused(await setting.other.post(path, json=naming({"vacancy": one})), 404, "vacancies.0")
    refused(await setting.manager.post(path, json=naming({"vacancy": one}, {"vacancy": one})), 422, "vacancies.1")
    await setting.manager.post(f"{PATH}/{two}/withdraw")
    refused(await setting.manager.post(path, json=naming({"vacancy": one}, {"vacancy": two})), 409, "vacancies.1")
    assert await setting.service.published(VacancyConfirmed) == []
    done = await setting.manager.post(path, json=naming({"vacancy": one, "version": 1}))
    assert [told["version"] for told in done.json()] == [2]


async def test_a_list_is_narrowed_to_a_home_a_type_and_what_is_stale(setting: Setting):
    one, two = await setting.offers(setting.home), await setting.offers(setting.flat)
    assert await setting.listed(home=setting.home["home"]) == [one]
    assert await setting.listed(type="H5") == [two], "what a home is registered as besides counts too"
    setting.service.clock.move(timedelta(days=28, hours=1))
    await setting.manager.post(f"{PATH}/{two}/confirm")
    assert await setting.listed(stale_days=28) == [one]
    assert await setting.listed(stale_days=29) == []
    refused(await setting.manager.get(PATH, params={"stale_days": -1}), 422, "stale_days")


async def test_a_vacancy_is_for_fewer_children_than_its_home_and_never_for_others(setting: Setting):
    narrowed = await setting.offers(setting.home, youngest=10, oldest=12, sexes=["F"])
    (told,) = await setting.service.published(VacancyPosted)
    assert (str(told.vacancy), told.youngest, told.oldest, told.sexes) == (narrowed, 10, 12, ("F",))
    form = {"home": setting.home["home"], "places": [setting.home["places"][0]["place"]], "weekly_pence": 1}
    for wider, field in (
        ({"youngest": 7}, "youngest"),
        ({"oldest": 18}, "oldest"),
        ({"sexes": ["U"]}, "sexes"),
        ({"youngest": 12, "oldest": 11}, "oldest"),
    ):
        answer = await setting.manager.post(PATH, json=form | {"available_from": "2026-04-01"} | wider)
        refused(answer, 422, field)


async def test_a_spreadsheet_is_posted_and_the_same_again_is_confirmed_not_doubled(setting: Setting):
    rows = ('SC123456,1 2,2026-04-01,,"£3,810.00",8,12,F M', "the flat,,2026-05-01,2026-06-01,900,,,", ",,,,,,,")
    answer = await setting.uploads(*rows)
    assert answer.status_code == 201, answer.text
    posted = {str(one.home): one for one in await setting.service.published(VacancyPosted)}
    house, flat = posted[setting.home["home"]], posted[setting.flat["home"]]
    assert (len(house.places), house.weekly_pence, house.youngest, house.sexes) == (2, 381_000, 8, ("F", "M"))
    assert (len(flat.places), flat.weekly_pence, str(flat.available_until), flat.sexes) == (1, 90_000, "2026-06-01", ())
    again = await setting.uploads(rows[0], "The Flat,,2026-05-01,,950,,,")
    assert [one["version"] for one in again.json()] == [2, 2]
    assert sorted(one.weekly_pence for one in await setting.service.published(VacancyCorrected)) == [95_000, 381_000]
    assert len(await setting.listed()) == 2


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ("Nowhere,,2026-04-01,,1,,,", "home"),
        (",,2026-04-01,,1,,,", "home"),
        ("SC123456,3,2026-04-01,,1,,,", "places"),
        ("SC123456,one,2026-04-01,,1,,,", "places"),
        ("SC123456,1,2024-03-01,,1,,,", "places"),
        ("SC123456,,2026-02-31,,1,,,", "available_from"),
        ("SC123456,,31/02/2026,,1,,,", "available_from"),
        ("SC123456,,2026-04-01,2026-04-01,1,,,", "available_until"),
        ("SC123456,,2026-04-01,,much,,,", "weekly_pounds"),
        ("SC123456,,2026-04-01,,1.005,,,", "weekly_pounds"),
        ("SC123456,,2026-04-01,,999999999,,,", "weekly_pounds"),
        ("SC123456,,2026-04-01,,1,7,,", "youngest"),
        ("SC123456,,2026-04-01,,1,,,X", "sexes"),
        ("=cmd(),,2026-04-01,,1,,,", "home"),
        ("SC123456,,2026-04-01,,-1,,,", "weekly_pounds"),
        ("Beech House,1,2026-04-01,,2,,,", "home"),
        ("SC123456,,2026-04-01", ""),
    ],
)
async def test_one_bad_row_refuses_the_whole_spreadsheet_and_is_named(setting: Setting, row: str, field: str):
    answer = await setting.uploads("SC123456,1,2026-04-01,,1,,,", row)
    refused(answer, 422, f"rows.3.{field}")
    assert [(one["row"], one["field"]) for one in answer.json()["problems"]] == [(3, field)]
    assert await setting.listed() == []


async def test_what_is_no_spreadsheet_of_vacancies_is_said_plainly(setting: Setting):
    told = await setting.uploads("x", header="places,weekly_pounds")
    assert (told.status_code, told.json()["missing"]) == (422, ["home", "available_from"])
    refused(await setting.uploads(header=f"{HEADER},colour"), 422)
    refused(await setting.uploads(), 422)
    refused(await setting.uploads('"SC123456'), 422)
    path, kind = f"{PATH}/upload", {"content-type": "text/csv"}
    latin = await setting.manager.post(path, content="home\nCaf\xe9".encode("latin-1"), headers=kind)
    assert (latin.status_code, latin.json()["code"]) == (422, "not_utf8")
    assert (await setting.manager.post(path, json={})).status_code == 415
    refused(await setting.uploads("SC123456,1,2026-04-01,,1,,,", by=setting.other), 422, "rows.2.home")
    assert await setting.service.published(VacancyPosted) == []
