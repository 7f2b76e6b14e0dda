"""What people do on the way to a home, each by the public API."""

from datetime import date, timedelta
from typing import Any

from shared.clock import SystemClock
from shared.identity.demonstration import DEMONSTRATION
from tests.installations import Embedded, Team
from tests.waiting import until

OWN_ROOM = ["own_bedroom"]


def today() -> date:
    return SystemClock().today()


async def a_provider(team: Team, person: str = "provider", name: str = "Larch Care") -> None:
    """Somebody who runs homes: registered and invited unless they were, and known to every service."""

    async def known() -> bool:
        return all([(await team[person].get(path)).is_success for path in ("/providers/homes", "/placements/offers")])

    if not await known():
        registered = await team.does("commissioner", "POST", "/providers", {"name": name, "sector": "PR4"})
        # With a token and, where that is how people sign in, by the demonstration.
        for issuer in [f"{team.installation.url}/issuer", *([DEMONSTRATION.url] if _demonstrates(team) else [])]:
            invitation = {"issuer": issuer, "person": person}
            await team.does("administrator", "POST", f"/providers/{registered['provider']}/people", invitation)
        await until(known)


def _demonstrates(team: Team) -> bool:
    return isinstance(team.installation, Embedded)


async def a_vacancy(team: Team, *, places: int = 1, person: str = "provider", **home: Any) -> dict[str, Any]:
    """Open a home and offer all its places."""
    form = {
        "name": "Beech House",
        "type": "K2",
        "area": "E09000033",
        "youngest": 8,
        "oldest": 17,
        "sexes": ["F", "M"],
        "opened": str(today() - timedelta(days=400)),
        "places": [{"features": OWN_ROOM}] * places,
    }
    opened = await team.does(person, "POST", "/providers/homes", form | home)
    offered = {
        "home": opened["home"],
        "places": [place["place"] for place in opened["places"]],
        "available_from": str(today() - timedelta(days=30)),
        "weekly_pence": 381_000,
    }
    vacancy = await team.does(person, "POST", "/providers/vacancies", offered)
    return {"home": opened["home"], "places": offered["places"], "vacancy": vacancy["vacancy"]}


async def a_referral(
    team: Team, *, person: str = "social-worker", born: str = "2012-05-21", urgency: str = "planned"
) -> tuple[str, str]:
    """Register a child and ask for a home from a week ago; answers referral and child."""
    form = {"name": "Robin Ash", "born": born, "sex": "F", "ethnicity": "WBRI", "uasc": False}
    child = (await team.does(person, "POST", "/referrals/children", form))["child"]
    asked = {
        "urgency": urgency,
        "wanted_from": str(today() - timedelta(days=7)),
        "types": ["K2"],
        "children": [{"child": child, "needs": OWN_ROOM}],
    }
    referral = (await team.does(person, "POST", "/referrals", asked))["referral"]
    await team.does(person, "POST", f"/referrals/{referral}/submit", {})
    return referral, child


async def candidates(team: Team, referral: str, vacancy: str | None = None) -> dict[str, Any]:
    """What the officer is shown, once it holds the vacancy asked for."""
    found: dict[str, Any] = {}

    async def shown() -> bool:
        only = {} if vacancy is None else {"vacancy": vacancy}
        answer = await team["placements-officer"].get(f"/placements/referrals/{referral}/candidates", params=only)
        if not answer.is_success:
            return False
        found.update(answer.json())
        judged = [*found["possible"], *found["refused"]]
        # Facts come by different lanes: a child we have not heard of yet is refused for that, not for good.
        arriving = any("have not heard" in word for home in judged for word in home["refusals"])
        return not arriving and (vacancy is None or any(home["vacancy"] == vacancy for home in judged))

    await until(shown)
    return found


async def an_accepted_offer(team: Team, referral: str, child: str, vacancy: str, person: str = "provider") -> str:
    """Invite, offer, accept."""
    form = {"referral": referral, "child": child, "vacancy": vacancy}
    offer: str = (await team.does("placements-officer", "POST", "/placements/offers", form))["offer"]
    price = {"weekly_pence": 381_000, "available_from": str(today() - timedelta(days=7))}
    await team.does(person, "POST", f"/placements/offers/{offer}/offer", price)
    await team.does("placements-officer", "POST", f"/placements/offers/{offer}/accept", {})
    return offer
