"""Providers alone: a provider with a home, its people, and people of authorities who ask it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx

from services.providers.service import SERVICE
from shared.contracts.placements import PlacementBooked, PlacementConfirmed, PlacementStarted
from shared.identity.person import Role
from shared.ids import new_id
from tests.alone import NORTHSHIRE, Alone, alone

Fresh = Callable[[Path], Awaitable[str]]

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
        await self.service.hear(PlacementBooked.model_validate(_stay(placement, place, starts, authority)))
        return placement

    async def confirms(self, placement: UUID, place: str, starts: str, authority: str = NORTHSHIRE) -> None:
        """The booking is confirmed; told twice, as events may be."""
        stay = _stay(placement, place, starts, authority) | {"version": 2, "status": "confirmed"}
        await self.service.hear(PlacementConfirmed.model_validate(stay), times=2)

    async def starts(self, placement: UUID, place: str, starts: str) -> None:
        """The child has arrived."""
        stay = _stay(placement, place, starts, NORTHSHIRE) | {"version": 3, "status": "started"}
        await self.service.hear(PlacementStarted.model_validate(stay))

    def officer(self, authority: str, *roles: Role) -> httpx.AsyncClient:
        """Somebody of an authority, in a browser."""
        client = self.service.of(authority, *(roles or (Role.PLACEMENTS_OFFICER,)))
        client.headers["accept"] = "text/html"
        return client


def _stay(placement: UUID, place: str, starts: str, authority: str) -> dict[str, Any]:
    asked = {"placement": placement, "authority": authority, "version": 1, "status": "booked", "child": new_id()}
    where = {"referral": None, "provider": None, "home": None, "place": place, "type": "K2", "sector": "PR4"}
    return asked | where | {"purpose": "first", "starts": starts, "ends": None}


@asynccontextmanager
async def providing(fresh_database: Fresh) -> AsyncIterator[Setting]:
    """A provider that Northshire registered, with one home of two places."""
    async with alone(SERVICE, await fresh_database(SERVICE.migrations)) as service:
        commissioner = service.of(NORTHSHIRE, Role.COMMISSIONER)
        registered = await commissioner.post("/providers", json={"name": "Hearthside", "sector": "PR4"})
        provider = UUID(registered.json()["provider"])
        manager, other = await service.of_provider(provider), await service.of_provider(new_id())
        manager.headers["accept"] = other.headers["accept"] = "text/html"
        setting = Setting(service, provider, commissioner, manager, other)
        setting.home = await setting.does("/providers/homes", HOME)
        yield setting
