"""A provider's pages, each audited as it is fetched: the desk, posting by wizard and by file, withdrawing, the calendar."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx
import pytest

from services.providers.service import SERVICE
from shared.contracts.placements import PlacementBooked
from shared.contracts.providers import VacancyPosted
from shared.identity.person import Role
from shared.ids import new_id
from tests.alone import NORTHSHIRE, Alone, alone
from tests.visiting import Visited, post, visit

DESK = "/providers/desk"
HOME: dict[str, Any] = {
    "name": "Beech House",
    "postcode": "SW1P 3JR",
    "youngest": 8,
    "oldest": 17,
    "sexes": ["F", "M"],
    "type": "K2",
    "opened": "2024-04-01",
    "urn": "SC123456",
    "places": [{"features": ["own_bedroom"]}, {}],
}


@dataclass
class Setting:
    service: Alone
    provider: UUID
    commissioner: httpx.AsyncClient
    manager: httpx.AsyncClient
    other: httpx.AsyncClient
    home: dict[str, Any] = field(default_factory=dict)

    @property
    def places(self) -> list[str]:
        return [place["place"] for place in self.home["places"]]

    async def does(self, path: str, form: Any) -> Any:
        answer = await self.manager.post(path, json=form, headers={"accept": "*/*"})
        assert answer.is_success, answer.text
        return answer.json()

    async def offers(self, *places: str, **changed: Any) -> str:
        form = {"home": self.home["home"], "places": list(places or self.places), "weekly_pence": 381_000}
        return str(
            (await self.does("/providers/vacancies", form | {"available_from": "2026-03-01"} | changed))["vacancy"]
        )

    async def books(self, place: str, starts: str, authority: str = NORTHSHIRE) -> UUID:
        """Somebody asks for a place from a day on."""
        placement = new_id()
        asked = {"placement": placement, "authority": authority, "version": 1, "status": "booked", "child": new_id()}
        where = {"referral": None, "provider": None, "home": None, "place": place, "type": "K2", "sector": "PR4"}
        when = {"purpose": "first", "starts": starts, "ends": None}
        await self.service.hear(PlacementBooked.model_validate(asked | where | when))
        return placement


@pytest.fixture
async def one(fresh_database) -> AsyncIterator[Setting]:
    async with alone(SERVICE, await fresh_database(SERVICE.migrations)) as service:
        commissioner = service.of(NORTHSHIRE, Role.COMMISSIONER)
        registered = await commissioner.post("/providers", json={"name": "Hearthside", "sector": "PR4"})
        provider = UUID(registered.json()["provider"])
        manager, other = await service.of_provider(provider), await service.of_provider(new_id())
        manager.headers["accept"] = other.headers["accept"] = "text/html"
        setting = Setting(service, provider, commissioner, manager, other)
        setting.home = await setting.does("/providers/homes", HOME)
        yield setting


async def wizard(page: Visited) -> Visited:
    """The answers of a vacancy of one place, from where the home is chosen already."""
    boxes = [one.told["value"] for one in page.page.all("input") if one.told.get("name") == "places"]
    page = await page.send("Save and continue", places=boxes[:1])
    day = {"available_from__day": "1", "available_from__month": "4", "available_from__year": "2026"}
    page = await page.send("Save and continue", **day)
    page = await page.send("Save and continue", weekly_pence="£3,810.50")
    return await page.send("Save and continue", youngest="8", oldest="12", sexes=["F"])


async def test_a_vacancy_is_posted_step_by_step_and_only_once(one: Setting) -> None:
    page = await (await visit(one.manager, DESK)).send("Post a vacancy")
    assert page.heading == "Which places at Beech House are free?"
    page = await wizard(page)
    assert page.heading == "Check your answers"
    for words in ("Beech House", "Place 1: a bedroom of their own", "1 April 2026", "£3,810.50", "8", "12", "Girls"):
        assert words in page.text
    sending = page.path.replace("/check", "/post")
    pages = await asyncio.gather(*(post(one.manager, sending, {}) for _ in range(3)))
    assert {page.heading for page in pages} == {"Vacancy at Beech House"}
    (told,) = await one.service.published(VacancyPosted)
    facts = (told.weekly_pence, str(told.available_from), told.youngest, told.oldest, told.sexes, len(told.places))
    assert facts == (381_050, "2026-04-01", 8, 12, ("F",), 1)
    assert (await visit(one.manager, page.path)).heading == "Vacancy at Beech House", "going back is safe"
    assert "Girls aged 8 to 12" in pages[0].text
    assert "1 place at Beech House" in (await visit(one.manager, DESK)).text
