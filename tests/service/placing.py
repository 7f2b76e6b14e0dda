"""Placements alone: what referrals and providers would have told it, and people who ask it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx

from services.placements.service import SERVICE
from shared.contracts.placements import PlacementBooked
from shared.contracts.providers import (
    HoldRefused,
    HomeLocated,
    HomeOpened,
    PlaceHeld,
    PlaceLine,
    PlaceReleased,
    PlacesChanged,
    ProviderRegistered,
    VacancyPosted,
)
from shared.contracts.referrals import ChildLine, ChildRegistered, ReferralSubmitted, StatutoryDetailsNoted
from shared.contracts.vocabulary import OccupationKind, PlacementType, ReferralStatus, Sector, Sex, Urgency
from shared.identity.person import Role
from shared.ids import new_id
from tests.alone import NOON, NORTHSHIRE, SOUTHMERE, Alone, alone, refused

Fresh = Callable[[Path], Awaitable[str]]
TODAY = NOON.date()
HERE, NEARBY, FAR = "SW1A 1AA", "W8 7NX", "SO16 5ZU"
"""In the authority, in one that borders it, and seventy miles away."""


def day(offset: int) -> str:
    """A date so many days from today."""
    return str(TODAY + timedelta(days=offset))


@dataclass
class Placing:
    """The service, with a provider, and what has been made so far."""

    service: Alone
    provider: UUID = field(default_factory=new_id)
    worker: httpx.AsyncClient = field(init=False)
    officer: httpx.AsyncClient = field(init=False)
    approver: httpx.AsyncClient = field(init=False)
    manager: httpx.AsyncClient = field(init=False)
    neighbour: httpx.AsyncClient = field(init=False)

    async def begin(self) -> None:
        """People of two authorities and of one provider."""
        of = self.service.of
        self.worker, self.officer = of(NORTHSHIRE, Role.SOCIAL_WORKER), of(NORTHSHIRE, Role.PLACEMENTS_OFFICER)
        self.approver = of(NORTHSHIRE, Role.APPROVER, person="alex")
        self.neighbour = of(SOUTHMERE, Role.SOCIAL_WORKER, Role.PLACEMENTS_OFFICER, Role.APPROVER, Role.COMMISSIONER)
        self.manager = await self.service.of_provider(self.provider)
        await self.service.hear(self.registered())

    def registered(self, **more: Any) -> ProviderRegistered:
        known = {"name": "Larch Care", "sector": Sector.PRIVATE, "owned_by": None}
        return ProviderRegistered(**{"provider": self.provider, "version": 1, **known, **more})

    async def child(self, home_postcode: str | None = HERE, *, uasc: bool = False) -> UUID:
        """A child of Northshire, aged twelve."""
        child = new_id()
        whose = {"child": child, "authority": NORTHSHIRE, "version": 1}
        born = date(2013, 5, 21)
        details = StatutoryDetailsNoted(**whose, reference=None, upn=None, home_postcode=home_postcode)
        known = ChildRegistered(**whose, born=born, sex=Sex.FEMALE, ethnicity="WBRI", uasc=uasc)
        await self.service.hear(known, details)
        return child

    async def referral(self, *children: UUID, **more: Any) -> UUID:
        """Wanted from a month ago, in a children's home."""
        referral = new_id()
        await self.service.hear(self.asked_for(referral, *children, **more))
        return referral

    def asked_for(self, referral: UUID, *children: UUID, **more: Any) -> ReferralSubmitted:
        asked = {"status": ReferralStatus.SEARCHING, "urgency": Urgency.PLANNED, "submitted_at": NOON}
        asked |= {"wanted_from": TODAY - timedelta(days=30), "wanted_until": None}
        lines = [ChildLine(child=child) for child in children]
        asked |= {"types": [PlacementType.CHILDRENS_HOME], "children": lines}
        return ReferralSubmitted(**{"referral": referral, "authority": NORTHSHIRE, "version": 1, **asked, **more})

    async def vacancy(self, places: int = 1, postcode: str = HERE, **home: Any) -> dict[str, Any]:
        """A home with places that are all on offer: `home`, `places`, `vacancy`."""
        made: dict[str, Any] = {"home": new_id(), "vacancy": new_id()}
        made["places"] = [new_id() for _ in range(places)]
        opened = date(2020, 4, 1)
        facts = {
            "name": "Beech House",
            "type": PlacementType.CHILDRENS_HOME,
            "sector": Sector.PRIVATE,
            "opened": opened,
        }
        facts |= {"area": NORTHSHIRE, "outward": "SW1A", "youngest": 8, "oldest": 17, "sexes": [Sex.FEMALE]}
        state = {"home": made["home"], "provider": self.provider, "version": 1, "closed": None, **facts, **home}
        lines = [
            PlaceLine(place=place, number=number, features=(), opens=opened, closes=None)
            for number, place in enumerate(made["places"], 1)
        ]
        offered = {"places": made["places"], "available_from": opened, "available_until": None, "weekly_pence": 381_000}
        whose = {"vacancy": made["vacancy"], "provider": self.provider, "home": made["home"], "version": 1}
        await self.service.hear(
            HomeOpened(**state),
            HomeLocated(home=made["home"], version=1, postcode=postcode),
            PlacesChanged(home=made["home"], version=1, places=lines),
            VacancyPosted(**whose, **offered, confirmed_at=NOON),
        )
        return made

    async def invited(self, referral: UUID, child: UUID, vacancy: dict[str, Any]) -> dict[str, Any]:
        form = {"referral": str(referral), "child": str(child), "vacancy": str(vacancy["vacancy"])}
        return self.made(await self.officer.post("/placements/offers", json=form), 201)

    async def offered(
        self, referral: UUID, child: UUID, vacancy: dict[str, Any], weekly_pence: int = 381_000
    ) -> dict[str, Any]:
        offer = await self.invited(referral, child, vacancy)
        form = {"weekly_pence": weekly_pence, "available_from": day(-30)}
        return self.made(await self.manager.post(f"/placements/offers/{offer['offer']}/offer", json=form))

    async def accepted(self, referral: UUID, child: UUID, vacancy: dict[str, Any]) -> str:
        offer = await self.offered(referral, child, vacancy)
        return str(self.made(await self.officer.post(f"/placements/offers/{offer['offer']}/accept", json={}))["offer"])

    async def booked(self, offer: str, **more: Any) -> dict[str, Any]:
        """Asked for; providers has not answered yet."""
        form = {"offer": offer, "starts": day(-7), **more}
        return self.made(await self.officer.post("/placements/bookings", json=form), 202)

    async def confirmed(self, vacancy: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
        """A new child's placement whose place is held."""
        child = await self.child()
        vacancy = vacancy or await self.vacancy()
        offer = await self.accepted(await self.referral(child), child, vacancy)
        placement = await self.booked(offer, **more)
        await self.hold(placement["placement"])
        return await self.look(placement["placement"])

    async def started(self, **more: Any) -> dict[str, Any]:
        placement = await self.confirmed(**more)
        return self.made(await self.worker.post(self.path(placement, "start"), json={"on": day(-7)}))

    async def hold(self, placement: str, until: datetime = NOON) -> None:
        """Providers keeps the place that was last asked for."""
        asked = [event for event in await self.service.published(PlacementBooked) if str(event.placement) == placement]
        last = asked[-1]
        nights = {"kind": OccupationKind.HELD, "starts": last.starts, "ends": last.ends}
        whose = {"placement": last.placement, "authority": last.authority, "place": last.place, "home": last.home}
        held = PlaceHeld(occupation=last.placement, version=1, **whose, **nights, expires_at=until, released_at=None)
        await self.service.hear(held, times=2)

    async def release(self, placement: dict[str, Any]) -> None:
        """Providers frees the nights of a placement."""
        nights = {"kind": OccupationKind.HELD, "starts": TODAY, "ends": None, "expires_at": None, "released_at": NOON}
        whose = {"placement": UUID(placement["placement"]), "authority": NORTHSHIRE}
        where = {"place": UUID(placement["place"]), "home": UUID(placement["home"])}
        occupation = {"occupation": UUID(placement["placement"]), "version": 2}
        await self.service.hear(PlaceReleased(**occupation, **whose, **where, **nights), times=2)

    async def refuse(self, placement: str, place: UUID | str) -> None:
        """Providers says that somebody else has the place."""
        whose = {"placement": UUID(placement), "authority": NORTHSHIRE, "place": UUID(str(place))}
        await self.service.hear(HoldRefused(**whose, reason="Taken.", code="taken"), times=2)

    async def look(self, placement: str) -> dict[str, Any]:
        return self.made(await self.worker.get(f"/placements/{placement}"))

    async def record(self, child: UUID | str) -> dict[str, Any]:
        return self.made(await self.worker.get(f"/placements/children/{child}"))

    @staticmethod
    def path(placement: dict[str, Any], action: str) -> str:
        return f"/placements/{placement['placement']}/{action}"

    @staticmethod
    def made(answer: httpx.Response, status: int = 200) -> Any:
        assert answer.status_code == status, answer.text
        return answer.json()


def refused_whole(answer: httpx.Response, status: int, field: str) -> None:
    """`refused`, also where it is not one field that is wrong but the form."""
    if field:
        refused(answer, status, field)
    else:
        assert answer.status_code == status, answer.text
        assert [error["field"] for error in answer.json()["errors"]] == [""]


@asynccontextmanager
async def placing(fresh_database: Fresh) -> AsyncIterator[Placing]:
    """Nobody waits for providers here: a booking is answered at once, and its hold is told by the test."""
    async with alone(SERVICE, await fresh_database(SERVICE.migrations)) as service:
        service.running.settings = service.running.settings.model_copy(update={"booking_wait_seconds": 0})
        one = Placing(service)
        await one.begin()
        yield one
