"""Who providers are and how sound, what Ofsted says of their homes, and on what terms an authority buys from them."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from services.providers.service import SERVICE
from shared.contracts.providers import ContractAwarded, ContractEnded, ProviderUpdated, RatingChanged
from shared.identity.person import Role
from shared.ids import new_id
from tests.alone import NORTHSHIRE, SOUTHMERE, Alone, alone, refused

HOME = {
    "name": "Beech House",
    "type": "K2",
    "postcode": "SW1P 3JR",
    "youngest": 8,
    "oldest": 17,
    "sexes": ["F", "M"],
    "opened": "2024-04-01",
    "places": [{}],
}
PRICE = {"type": "K2", "youngest": 8, "oldest": 12, "weekly_pence": 400_000, "starts": "2026-04-01"}


@dataclass
class Setting:
    service: Alone
    commissioner: httpx.AsyncClient
    stranger: httpx.AsyncClient
    manager: httpx.AsyncClient
    provider: str
    home: str

    def contract(self, **changed: Any) -> dict[str, Any]:
        usual = {"provider": self.provider, "kind": "framework", "tier": 1, "types": ["K2"], "starts": "2026-04-01"}
        return {name: told for name, told in (usual | changed).items() if told is not None}

    async def posts(self, by: httpx.AsyncClient, path: str, form: Any) -> Any:
        answer = await by.post(path, json=form)
        assert answer.is_success, answer.text
        return answer.json()


@pytest.fixture
async def setting(fresh_database) -> AsyncIterator[Setting]:
    async with alone(SERVICE, await fresh_database(SERVICE.migrations)) as service:
        commissioner = service.of(NORTHSHIRE, Role.COMMISSIONER)
        registered = await commissioner.post("/providers", json={"name": "Hearthside", "sector": "PR4"})
        provider = registered.json()["provider"]
        manager = await service.of_provider(provider)
        home = (await manager.post("/providers/homes", json=HOME)).json()["home"]
        yield Setting(service, commissioner, service.of(SOUTHMERE, Role.COMMISSIONER), manager, provider, home)


async def test_a_providers_name_and_urn_are_corrected_by_who_registered_it(setting: Setting):
    path, form = f"/providers/{setting.provider}/correct", {"name": "Hearthside Care", "urn": "SC123456", "version": 1}
    refused(await setting.stranger.post(path, json=form), 404)
    told = await setting.posts(setting.commissioner, path, form)
    assert (told["name"], told["urn"], told["version"]) == ("Hearthside Care", "SC123456", 2)
    refused(await setting.commissioner.post(path, json=form), 409, "version")
    other = await setting.posts(setting.commissioner, "/providers", {"name": "Ash Care", "sector": "PR5"})
    twice = await setting.commissioner.post(f"/providers/{other['provider']}/correct", json={**form, "version": 1})
    refused(twice, 409, "urn")
    (updated,) = await setting.service.published(ProviderUpdated)
    assert (updated.name, updated.urn, updated.version) == ("Hearthside Care", "SC123456", 2)


async def test_due_diligence_holds_until_its_day_and_is_listed_when_it_runs_out(setting: Setting):
    path = f"/providers/{setting.provider}/due-diligence"

    async def standing(asked: str) -> int:
        answer = await setting.commissioner.get("/providers", params={"due_diligence": asked})
        return len(answer.json())

    assert [await standing(how) for how in ("missing", "sound", "expiring", "expired")] == [1, 0, 0, 0]
    for until, expected in (("2026-03-01", "expired"), ("2026-03-02", "expiring"), ("2026-09-01", "sound")):
        form = {"checked_on": "2026-02-01", "checked_until": until}
        told = await setting.posts(setting.commissioner, path, form)
        assert (told["due_diligence"], told["checked_until"]) == (expected, until)
        assert await standing(expected) == 1
    older = {"checked_on": "2025-01-01", "checked_until": "2025-12-31"}
    assert (await setting.posts(setting.commissioner, path, older))["checked_until"] == "2026-09-01"
    refused(await setting.stranger.post(path, json=older), 404)
    refused(await setting.commissioner.post(path, json={**older, "checked_on": "2026-03-03"}), 422, "checked_until")
    tomorrow = {"checked_on": "2026-03-03", "checked_until": "2027-03-03"}
    refused(await setting.commissioner.post(path, json=tomorrow), 422, "checked_on")
    assert [str(one.checked_until) for one in await setting.service.published(ProviderUpdated)][-1] == "2026-09-01"
    rows = await setting.service.rows("SELECT checked_by FROM due_diligence")
    assert len(rows) == 4
    assert all(row.checked_by for row in rows)


async def test_a_home_is_what_its_latest_inspection_says_and_the_others_are_kept(setting: Setting):
    path = f"/providers/homes/{setting.home}/rating"
    for rating, on in (("good", "2025-06-01"), ("outstanding", "2024-06-01"), ("inadequate", "2026-02-01")):
        await setting.posts(setting.commissioner, path, {"rating": rating, "inspected_on": on})
    told = (await setting.manager.get(f"/providers/homes/{setting.home}")).json()
    assert (told["rating"], told["rated_on"], told["version"]) == ("inadequate", "2026-02-01", 3)
    history = (await setting.manager.get(f"/providers/homes/{setting.home}/ratings")).json()
    assert [one["rating"] for one in history] == ["inadequate", "good", "outstanding"]
    changes = await setting.service.published(RatingChanged)
    assert [(one.rating, one.version, one.outward, one.name) for one in changes] == [
        ("good", 2, "SW1P", "Beech House"),
        ("inadequate", 3, "SW1P", "Beech House"),
    ]
    form = {"rating": "good", "inspected_on": "2026-03-03"}
    refused(await setting.commissioner.post(path, json=form), 422, "inspected_on")
    refused(await setting.commissioner.post(path, json=form | {"rating": "splendid"}), 422, "rating")
    form["inspected_on"] = "2026-03-01"
    refused(await setting.stranger.post(path, json=form), 404)
    assert (await setting.manager.post(path, json=form)).status_code == 403, "nobody rates themselves"


async def test_a_contract_is_its_authoritys_and_its_providers_and_nobody_elses(setting: Setting):
    awarded = await setting.posts(setting.commissioner, "/providers/contracts", setting.contract(prices=[PRICE]))
    theirs = await setting.posts(setting.stranger, "/providers/contracts", setting.contract(kind="spot", tier=None))
    assert (awarded["authority"], awarded["prices"]) == (NORTHSHIRE, [PRICE])
    other = await setting.service.of_provider(new_id())
    listed = {
        who: {one["contract"] for one in (await client.get("/providers/contracts")).json()}
        for who, client in {
            "ours": setting.commissioner,
            "theirs": setting.stranger,
            "provider": setting.manager,
            "other": other,
        }.items()
    }
    ours, their = awarded["contract"], theirs["contract"]
    assert listed == {"ours": {ours}, "theirs": {their}, "provider": {ours, their}, "other": set()}
    end = {"on": "2027-01-01", "version": 1}
    refused(await setting.stranger.post(f"/providers/contracts/{ours}/end", json=end), 404)
    more = {"prices": [PRICE | {"starts": "2027-04-01"}], "version": 1}
    refused(await setting.stranger.post(f"/providers/contracts/{ours}/prices", json=more), 404)
    told = await setting.service.published(ContractAwarded)
    assert [(one.authority, one.kind, one.tier) for one in told] == [
        (NORTHSHIRE, "framework", 1),
        (SOUTHMERE, "spot", None),
    ]


async def test_a_schedule_grows_and_a_contract_ends(setting: Setting):
    made = await setting.posts(setting.commissioner, "/providers/contracts", setting.contract(prices=[PRICE]))
    path = f"/providers/contracts/{made['contract']}"
    later = PRICE | {"starts": "2027-04-01", "weekly_pence": 410_000}
    grown = await setting.posts(setting.commissioner, f"{path}/prices", {"prices": [later], "version": 1})
    assert ([line["weekly_pence"] for line in grown["prices"]], grown["version"]) == ([400_000, 410_000], 2)
    twice = {"prices": [later | {"youngest": 12, "oldest": 15}], "version": 2}
    refused(await setting.commissioner.post(f"{path}/prices", json=twice), 409, "prices")
    refused(await setting.commissioner.post(f"{path}/prices", json=twice | {"version": 1}), 409, "version")
    refused(await setting.commissioner.post(f"{path}/end", json={"on": "2026-04-01", "version": 2}), 422, "on")
    ended = await setting.posts(setting.commissioner, f"{path}/end", {"on": "2028-04-01", "version": 2})
    assert (ended["ends"], ended["version"]) == ("2028-04-01", 3)
    again = {"on": "2029-04-01", "version": 3}
    refused(await setting.commissioner.post(f"{path}/end", json=again), 409, "on")
    (told,) = await setting.service.published(ContractEnded)
    assert (told.authority, str(told.ends)) == (NORTHSHIRE, "2028-04-01")


@pytest.mark.parametrize(
    ("changed", "status", "field"),
    [
        ({"tier": None}, 422, "tier"),
        ({"kind": "spot"}, 422, "tier"),
        ({"kind": "block", "tier": None, "block_places": 2}, 422, "weekly_pence"),
        ({"kind": "in_house", "tier": None}, 422, "kind"),
        ({"types": []}, 422, "types"),
        ({"ends": "2026-04-01"}, 422, "ends"),
        ({"provider": str(new_id())}, 404, "provider"),
        ({"prices": [PRICE, PRICE]}, 409, "prices"),
        ({"prices": [PRICE | {"oldest": 7}]}, 422, "prices.0.oldest"),
        ({"lot": "=cmd()", "kind": "dps", "tier": None}, 422, "lot"),
    ],
)
async def test_a_contract_that_cannot_be_is_refused(setting: Setting, changed: dict[str, Any], status: int, field: str):
    before = await setting.service.count_published()
    answer = await setting.commissioner.post("/providers/contracts", json=setting.contract(**changed))
    assert answer.status_code == status, answer.text
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert await setting.service.count_published() == before
    assert (await setting.commissioner.get("/providers/contracts")).json() == []
