"""The world a bench works on, made through the public API: one home full of started placements to reprice."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx

from tests.bench.load import Commands
from tests.waiting import until

PLACES = 48
AT_ONCE = 6
AREA = "E09000033"


@dataclass(frozen=True)
class World:
    """Started placements, and the officer's and the analyst's tokens."""

    placements: list[str]
    starts: date
    officer: str
    analyst: str

    def reprice(self, port: int) -> Commands:
        """Commands that give one placement after another a new price, straight at a port of placements."""
        paths = [f"/placements/{placement}/prices" for placement in self.placements]
        body = f'{{"starts":"{self.starts}","weekly_pence":%d}}'
        return Commands(port, paths, body, {"Authorization": f"Bearer {self.officer}"})


class _Asking:
    """The demonstration's people as clients of the API."""

    def __init__(self, client: httpx.AsyncClient, token: Callable[[str], str]) -> None:
        self._client, self._token = client, token
        self._known: dict[str, str] = {}

    def token(self, person: str) -> str:
        """A person's token, asked for once."""
        if person not in self._known:
            self._known[person] = self._token(person)
        return self._known[person]

    async def as_(self, person: str, method: str, path: str, form: Any = None) -> Any:
        """What the API answers to one of them. Raises RuntimeError when it refuses."""
        headers = {"Authorization": f"Bearer {self.token(person)}"}
        answer = await self._client.request(method, path, json=form, headers=headers)
        if answer.is_error:
            raise RuntimeError(f"{method} {path} as {person}: {answer.status_code} {answer.text}")
        return answer.json()


def build(url: str, token: Callable[[str], str], issuer: str) -> World:
    """Make it; some hundred requests."""
    return asyncio.run(_build(url, token, issuer))


async def _build(url: str, token: Callable[[str], str], issuer: str) -> World:
    async with httpx.AsyncClient(base_url=url, timeout=30, trust_env=False) as client:
        ask = _Asking(client, token)
        await _provider(ask, issuer)
        today = datetime.now(UTC).date()
        vacancy = await _vacancy(ask, today - timedelta(days=1))
        few = asyncio.Semaphore(AT_ONCE)

        async def one(number: int) -> str:
            async with few:
                return await _placement(ask, vacancy, number, today - timedelta(days=1))

        placements = await asyncio.gather(*map(one, range(PLACES)))
        return World(placements, today, ask.token("placements-officer"), ask.token("analyst"))


async def _provider(ask: _Asking, issuer: str) -> None:
    """The provider to which the demonstration's manager belongs; embedded mode furnishes one itself."""
    if await ask.as_("commissioner", "GET", "/providers"):
        return
    agency = await ask.as_("commissioner", "POST", "/providers", {"name": "Hearthside Fostering", "sector": "PR4"})
    invitation = {"issuer": issuer, "person": "provider"}
    await ask.as_("administrator", "POST", f"/providers/{agency['provider']}/people", invitation)


async def _vacancy(ask: _Asking, since: date) -> dict[str, str]:
    home = {"name": "Bench House", "type": "U6", "area": AREA, "youngest": 0, "oldest": 17, "sexes": ["F", "M"]}
    places: list[dict[str, list[str]]] = [{"features": []} for _ in range(PLACES)]
    opened = await ask.as_(
        "provider", "POST", "/providers/homes", home | {"opened": str(since - timedelta(days=365)), "places": places}
    )
    vacancy = {
        "home": opened["home"],
        "places": [place["place"] for place in opened["places"]],
        "available_from": str(since),
        "weekly_pence": 100_000,
    }
    posted: dict[str, str] = await ask.as_("provider", "POST", "/providers/vacancies", vacancy)
    return posted


async def _placement(ask: _Asking, vacancy: dict[str, str], number: int, since: date) -> str:
    """A child placed: referral, offer, booking, arrival."""
    officer = "placements-officer"
    child = {"name": f"Child {number}", "born": "2014-05-21", "sex": "F", "ethnicity": "WBRI"}
    known = await ask.as_(officer, "POST", "/referrals/children", child)
    asked = {"urgency": "planned", "wanted_from": str(since), "types": ["U6"], "children": [{"child": known["child"]}]}
    referral = (await ask.as_(officer, "POST", "/referrals", asked))["referral"]
    await ask.as_(officer, "POST", f"/referrals/{referral}/submit")

    async def on_offer() -> bool:
        """Placements has heard of the child, the vacancy and, since that came before both, the invitation."""
        only = f"?vacancy={vacancy['vacancy']}"
        found = await ask.as_(officer, "GET", f"/placements/referrals/{referral}/candidates{only}")
        return any(candidate["vacancy"] == vacancy["vacancy"] for candidate in found["possible"])

    await until(on_offer, seconds=30)
    invited = {"referral": referral, "child": known["child"], "vacancy": vacancy["vacancy"]}
    offer = (await ask.as_(officer, "POST", "/placements/offers", invited))["offer"]
    price = {"weekly_pence": 100_000, "available_from": str(since)}
    await ask.as_("provider", "POST", f"/placements/offers/{offer}/offer", price)
    await ask.as_(officer, "POST", f"/placements/offers/{offer}/accept", {})
    booking = await ask.as_(officer, "POST", "/placements/bookings", {"offer": offer, "starts": str(since)})
    placement = str(booking["placement"])

    async def confirmed() -> bool:
        return bool((await ask.as_(officer, "GET", f"/placements/{placement}"))["status"] == "confirmed")

    await until(confirmed, seconds=30)
    await ask.as_(officer, "POST", f"/placements/{placement}/start", {"on": str(since)})
    return placement
