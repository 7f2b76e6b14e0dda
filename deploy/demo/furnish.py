"""The demonstration's providers, homes and vacancies, made by their own people through the public API."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from deploy.demo.asking import Asking
from deploy.demo.market import Home, Organisation, market
from shared.clock import SystemClock
from shared.identity.demonstration import DEMONSTRATION, NORTHSHIRE, SOUTHMERE

COMMISSIONERS = {NORTHSHIRE: "commissioner", SOUTHMERE: "southmere-commissioner"}
Report = Callable[[int, int], None]


async def providers_by_name(ask: Asking) -> dict[str, str]:
    """Every provider that one of the authorities can see."""
    seen = [one for person in COMMISSIONERS.values() for one in await ask.get(person, "/providers")]
    return {one["name"]: one["provider"] for one in seen}


async def furnish_market(ask: Asking, issuer: str, report: Report) -> bool:
    """Make every organisation that is not there yet; answers whether any was made."""
    known = await providers_by_name(ask)
    everybody = market()
    missing = [organisation for organisation in everybody if organisation.name not in known]
    for number, organisation in enumerate(missing, 1 + len(everybody) - len(missing)):
        await _open(ask, issuer, organisation)
        report(number, len(everybody))
    return bool(missing)


async def _open(ask: Asking, issuer: str, organisation: Organisation) -> None:
    register = {"name": organisation.name, "sector": organisation.sector}
    vouching = COMMISSIONERS[organisation.owner or NORTHSHIRE]
    provider = (await ask.post(vouching, "/providers", register))["provider"]
    for whose in (issuer, DEMONSTRATION.url):
        invitation = {"issuer": whose, "person": organisation.person}
        await ask.post("administrator", f"/providers/{provider}/people", invitation)
    for home in organisation.homes:
        await _offer(ask, organisation.person, home)


async def _offer(ask: Asking, person: str, home: Home) -> None:
    """Open a home and offer every place in it from a year and a half ago on."""
    opened: dict[str, Any] = await ask.post(person, "/providers/homes", home.form)
    vacancy = {
        "home": opened["home"],
        "places": [place["place"] for place in opened["places"]],
        "available_from": str(SystemClock().today() - timedelta(days=540)),
        "weekly_pence": home.weekly_pence,
    }
    await ask.post(person, "/providers/vacancies", vacancy)
