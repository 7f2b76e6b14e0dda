"""A first provider, home and vacancy for the demonstration, made by its people through the public API."""

from datetime import timedelta
from typing import Any

import httpx

from shared.clock import SystemClock
from shared.identity.demonstration import DEMONSTRATION, NORTHSHIRE

AGENCY = "Hearthside Fostering"
HOUSEHOLDS = (
    ("The Ashworths", 0, 11, ["F", "M"], [["own_bedroom"], ["own_bedroom", "step_free"]], 51_000),
    ("The Bellamys", 5, 15, ["F", "M"], [["own_bedroom", "autism_experience"]], 58_500),
    ("The Carringtons", 10, 17, ["M"], [["own_bedroom", "no_other_children"]], 64_000),
)


class _Asking:
    """The demonstration's people as clients of the API."""

    def __init__(self, client: httpx.AsyncClient, secret: str) -> None:
        self._client, self._secret = client, secret

    async def as_(self, person: str, method: str, path: str, form: dict[str, Any] | None = None) -> Any:
        """What the API answers to one of them. Raises httpx.HTTPStatusError."""
        asked = {"grant_type": "client_credentials", "client_id": person, "client_secret": self._secret}
        token = (await self._client.post("/issuer/token", data=asked)).raise_for_status().json()["access_token"]
        answer = await self._client.request(method, path, json=form, headers={"Authorization": f"Bearer {token}"})
        return answer.raise_for_status().json()


async def furnish_demonstration(client: httpx.AsyncClient, issuer: str, secret: str) -> None:
    """Make what a newcomer needs to try the journey; does nothing where it was made before."""
    ask = _Asking(client, secret)
    known = await ask.as_("commissioner", "GET", "/providers")
    if any(provider["name"] == AGENCY for provider in known):
        return
    agency = await ask.as_("commissioner", "POST", "/providers", {"name": AGENCY, "sector": "PR4"})
    for whose in (issuer, DEMONSTRATION.url):
        invitation = {"issuer": whose, "person": "provider"}
        await ask.as_("administrator", "POST", f"/providers/{agency['provider']}/people", invitation)
    for household in HOUSEHOLDS:
        await _offer(ask, *household)


async def _offer(
    ask: _Asking, name: str, youngest: int, oldest: int, sexes: list[str], places: list[list[str]], pence: int
) -> None:
    today = SystemClock().today()
    home = {
        "name": name,
        "type": "U6",
        "area": NORTHSHIRE,
        "youngest": youngest,
        "oldest": oldest,
        "sexes": sexes,
        "opened": str(today - timedelta(days=365)),
        "places": [{"features": features} for features in places],
    }
    opened = await ask.as_("provider", "POST", "/providers/homes", home)
    vacancy = {
        "home": opened["home"],
        "places": [place["place"] for place in opened["places"]],
        "available_from": str(today),
        "weekly_pence": pence,
    }
    await ask.as_("provider", "POST", "/providers/vacancies", vacancy)
