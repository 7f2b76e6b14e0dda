"""What tests of referrals share: the service alone, two siblings, and what placements says of them."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
import pytest

from services.referrals.service import SERVICE
from shared.contracts import Event
from shared.contracts.placements import OfferNotChosen, PlacementEnded
from shared.identity.person import Role
from shared.ids import new_id
from tests.alone import NOON, NORTHSHIRE, SOUTHMERE, Alone, alone

ROBIN: dict[str, Any] = {
    "name": "Robin Ash",
    "born": "2014-05-21",
    "sex": "F",
    "ethnicity": "WBRI",
    "home_postcode": "ls14ap",
    "local_reference": "C-1042",
}
GOES = {"reason": "family_found"}
PRIVATE = ("Robin", "Ash", "4AP", "C-1042", "very secret")


@dataclass
class Setting:
    """Referrals alone, with two siblings on record and those who act."""

    service: Alone
    worker: httpx.AsyncClient
    stranger: httpx.AsyncClient
    children: list[str]

    @property
    def officer(self) -> httpx.AsyncClient:
        return self.service.of(NORTHSHIRE, Role.PLACEMENTS_OFFICER, person="priya")

    @property
    def approver(self) -> httpx.AsyncClient:
        return self.service.of(NORTHSHIRE, Role.APPROVER, person="alan")

    def asking(self, **changed: Any) -> dict[str, Any]:
        """The form of a referral for both."""
        children = [{"child": child, "needs": ["own_bedroom"]} for child in self.children]
        usual = {"urgency": "planned", "wanted_from": "2026-04-01", "types": ["U6", "K2"], "children": children}
        return usual | {"summary": "very secret"} | changed

    async def drafted(self, **changed: Any) -> str:
        made = await self.worker.post("/referrals", json=self.asking(**changed))
        assert made.status_code == 201, made.text
        return str(made.json()["referral"])

    async def submitted(self, **changed: Any) -> str:
        referral = await self.drafted(**changed)
        assert (await self.worker.post(f"/referrals/{referral}/submit")).status_code == 200
        return referral

    async def told(self, referral: str) -> dict[str, Any]:
        answer: dict[str, Any] = (await self.worker.get(f"/referrals/{referral}")).json()
        return answer

    async def stands(self, referral: str) -> list[str]:
        told = await self.told(referral)
        return [told["status"], *(line["status"] for line in told["children"])]

    def placement(self, kind: type[Event], version: int, referral: str, child: int, id: UUID) -> Event:
        """What placements tells of a placement of one of the children."""
        return kind.model_validate(
            {
                "placement": id,
                "authority": NORTHSHIRE,
                "version": version,
                "status": kind.__name__.removeprefix("Placement").lower(),
                "child": self.children[child],
                "referral": referral,
                "provider": None,
                "home": None,
                "place": None,
                "type": "U6",
                "sector": "PR4",
                "purpose": "first",
                "starts": "2026-04-01",
                "ends": None,
                "reason": "CARPL" if kind is PlacementEnded else "Not needed.",
                "planned": True,
            }
        )


@pytest.fixture
async def referring(fresh_database) -> AsyncIterator[Setting]:
    async with alone(SERVICE, await fresh_database(SERVICE.migrations)) as service:
        worker = service.of(NORTHSHIRE, Role.SOCIAL_WORKER)
        siblings = [ROBIN, ROBIN | {"name": "Jay Ash", "local_reference": None}]
        answers = [await worker.post("/referrals/children", json=child) for child in siblings]
        assert [answer.status_code for answer in answers] == [201, 201]
        stranger = service.of(SOUTHMERE, Role.SOCIAL_WORKER)
        yield Setting(service, worker, stranger, [answer.json()["child"] for answer in answers])


def offer(setting: Setting, kind: type[Event], version: int, referral: str, child: int, id: UUID) -> Event:
    """What placements tells of an offer for one of the children."""
    told = {name: new_id() for name in ("provider", "home", "vacancy")}
    reason = "better_fit" if kind is OfferNotChosen else "staffing"
    extra = {"answer_by": NOON, "weekly_pence": 1, "available_from": "2026-04-01", "reason": reason}
    about = {"offer": id, "authority": NORTHSHIRE, "version": version, "referral": referral}
    return kind.model_validate({**told, **extra, **about, "child": setting.children[child]})
