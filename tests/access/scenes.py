"""Records for tests to ask about: each made anew by those whose they are, through the public API."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from shared.identity.person import Role
from tests.unit.test_pictures import a_picture
from tests.waiting import until
from tests.world import NOON, At, World

TODAY = NOON.date()
OWN_ROOM = ["own_bedroom"]


def day(offset: int) -> str:
    """A date so many days from today."""
    return str(TODAY + timedelta(days=offset))


def birthday(years: int) -> str:
    return str(date(TODAY.year - years, 1, 15))


class Scenes:
    """Makes records in a world; the providers and their people are made once."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.providers: dict[At, str] = {}
        self._kept: dict[str, dict[str, Any]] = {}

    async def by(self, at: At, role: Role, method: str, path: str, form: Any = None) -> Any:
        return await self.world.does(at, role, method, path, form)

    async def provider(self, at: At = At.HEARTHSIDE) -> str:
        """An agency with its manager, known to every service."""
        if at not in self.providers:
            form = {"name": at.title(), "sector": "PR4"}
            told = await self.by(At.NORTHSHIRE, Role.COMMISSIONER, "POST", "/providers", form)
            self.providers[at] = told["provider"]
            await self.invitation(told["provider"], at.value)
            await self.world.settled()
        return self.providers[at]

    async def invitation(self, provider: str, person: str) -> str:
        form = {"issuer": self.world.issuer.url, "person": person}
        path = f"/providers/{provider}/people"
        told = await self.by(At.NORTHSHIRE, Role.COMMISSIONER, "POST", path, form)
        return str(told["invitation"])

    async def own_service(self) -> str:
        """A provider that is Northshire's own."""
        form = {"name": "Northshire Fostering", "sector": "PR1", "owned_by": "E09000033"}
        return str((await self.by(At.NORTHSHIRE, Role.COMMISSIONER, "POST", "/providers", form))["provider"])

    def home_form(self, beds: int = 1, **more: Any) -> dict[str, Any]:
        return {
            "name": "Beech House",
            "type": "K2",
            "area": "E09000033",
            "youngest": 8,
            "oldest": 17,
            "sexes": ["F", "M"],
            "opened": day(-400),
            "places": [{"features": OWN_ROOM}] * beds,
        } | more

    async def home(self, at: At = At.HEARTHSIDE, places: int = 1) -> dict[str, Any]:
        """`home` and `places`."""
        await self.provider(at)
        told = await self.by(at, Role.PROVIDER_MANAGER, "POST", "/providers/homes", self.home_form(places))
        return {"home": told["home"], "places": [place["place"] for place in told["places"]], "version": 1}

    def vacancy_form(self, home: dict[str, Any], **more: Any) -> dict[str, Any]:
        offered = {"available_from": day(-30), "weekly_pence": 381_000}
        return {"home": home["home"], "places": home["places"], **offered, **more}

    async def vacancy(self, at: At = At.HEARTHSIDE, places: int = 1) -> dict[str, Any]:
        """`vacancy`, `home` and `places`."""
        home = await self.home(at, places)
        told = await self.by(at, Role.PROVIDER_MANAGER, "POST", "/providers/vacancies", self.vacancy_form(home))
        return {**home, "vacancy": told["vacancy"]}

    def child_form(self, **more: Any) -> dict[str, Any]:
        known = {"name": "Robin Ash", "born": birthday(13), "sex": "F", "ethnicity": "WBRI", "uasc": False}
        return known | more

    async def child(self, at: At = At.NORTHSHIRE, **more: Any) -> str:
        form = self.child_form(**more)
        return str((await self.by(at, Role.SOCIAL_WORKER, "POST", "/referrals/children", form))["child"])

    def referral_form(self, child: str, **more: Any) -> dict[str, Any]:
        asked = {"urgency": "planned", "wanted_from": day(-7), "types": ["K2"]}
        return asked | {"children": [{"child": child, "needs": OWN_ROOM}]} | more

    async def draft(self, at: At = At.NORTHSHIRE, child: str | None = None, **more: Any) -> dict[str, str]:
        """`referral` and `child`."""
        child = child or await self.child(at)
        told = await self.by(at, Role.SOCIAL_WORKER, "POST", "/referrals", self.referral_form(child, **more))
        return {"referral": told["referral"], "child": child}

    async def referral(self, at: At = At.NORTHSHIRE, **more: Any) -> dict[str, str]:
        """A submitted one, which placements has heard of."""
        made = await self.draft(at, **more)
        await self.by(at, Role.SOCIAL_WORKER, "POST", f"/referrals/{made['referral']}/submit", {})
        await self.world.settled()
        return made

    async def page_draft(self) -> dict[str, str]:
        """A draft begun on our pages, ready to be sent: `draft`, its `child`, and the reference of an `other`."""
        worker = self.world.client(At.NORTHSHIRE, Role.SOCIAL_WORKER)
        child, other = await self.child(), await self.child()
        begun = (await worker.post("/referrals/desk/drafts")).headers["location"].removesuffix("/children")
        answers = {
            "children": {"reference": child[-8:]},
            "urgency": {"urgency": "planned"},
            "wanted-from": {"wanted_from-day": "1", "wanted_from-month": "4", "wanted_from-year": "2026"},
            "types": {"types": "K2"},
            "needs-panel": {"needs_panel": "no"},
        }
        for page, typed in answers.items():
            assert (await worker.post(f"{begun}/{page}", data=typed)).has_redirect_location
        return {"draft": begun.rpartition("/")[2], "child": child, "other": other[-8:]}

    async def important_place(self) -> dict[str, str]:
        """`child` and `place`."""
        child = await self.child()
        form = {"kind": "school", "postcode": "LS1 4AP"}
        path = f"/referrals/children/{child}/important-places"
        told = await self.by(At.NORTHSHIRE, Role.SOCIAL_WORKER, "POST", path, form)
        return {"child": child, "place": told["places"][0]["important_place"]}

    async def questioned(self) -> dict[str, str]:
        """A referral about which something was asked."""
        made = await self.referral()
        form = {"about": "risks", "words": "Which?"}
        await self.by(At.NORTHSHIRE, Role.PLACEMENTS_OFFICER, "POST", f"/referrals/{made['referral']}/questions", form)
        return made

    async def before_panel(self) -> dict[str, str]:
        """A submitted referral that a panel has to decide."""
        return await self.referral(needs_panel=True)

    async def approved(self) -> dict[str, str]:
        """And that it has approved."""
        made = await self.before_panel()
        form = {"version": 2, "decision": "approved", "decided_on": day(0)}
        await self.by(At.NORTHSHIRE, Role.APPROVER, "POST", f"/referrals/{made['referral']}/decide", form)
        return made

    async def asked(self, at: At = At.NORTHSHIRE, home: At = At.HEARTHSIDE, child: str | None = None) -> dict[str, Any]:
        """A vacancy and a referral for it, which all have heard of."""
        vacancy = await self.vacancy(home)
        return {**vacancy, **await self.referral(at, child=child)}

    async def invited(
        self, at: At = At.NORTHSHIRE, home: At = At.HEARTHSIDE, child: str | None = None
    ) -> dict[str, Any]:
        """And the provider asked: `offer`."""
        made = await self.asked(at, home, child)
        form = {name: made[name] for name in ("referral", "child", "vacancy")}
        told = await self.by(at, Role.PLACEMENTS_OFFICER, "POST", "/placements/offers", form)
        return {**made, "offer": told["offer"]}

    async def offered(
        self, at: At = At.NORTHSHIRE, home: At = At.HEARTHSIDE, child: str | None = None
    ) -> dict[str, Any]:
        made = await self.invited(at, home, child)
        form = {"weekly_pence": 381_000, "available_from": day(-30)}
        await self.by(home, Role.PROVIDER_MANAGER, "POST", f"/placements/offers/{made['offer']}/offer", form)
        return made

    async def accepted(
        self, at: At = At.NORTHSHIRE, home: At = At.HEARTHSIDE, child: str | None = None
    ) -> dict[str, Any]:
        made = await self.offered(at, home, child)
        await self.by(at, Role.PLACEMENTS_OFFICER, "POST", f"/placements/offers/{made['offer']}/accept", {})
        return made

    async def confirmed(
        self, at: At = At.NORTHSHIRE, home: At = At.HEARTHSIDE, child: str | None = None
    ) -> dict[str, Any]:
        """A placement that is booked and has its place: `placement`."""
        return await self._booked(await self.accepted(at, home, child), at)

    async def _booked(self, made: dict[str, Any], at: At) -> dict[str, Any]:
        form = {"offer": made["offer"], "starts": day(-7)}
        told = await self.by(at, Role.PLACEMENTS_OFFICER, "POST", "/placements/bookings", form)
        placement = f"/placements/{told['placement']}"

        async def held() -> bool:
            return bool((await self.by(at, Role.SOCIAL_WORKER, "GET", placement))["status"] == "confirmed")

        await until(held)
        return {**made, "placement": told["placement"]}

    async def started(
        self, at: At = At.NORTHSHIRE, home: At = At.HEARTHSIDE, child: str | None = None
    ) -> dict[str, Any]:
        made = await self.confirmed(at, home, child)
        await self.by(at, Role.SOCIAL_WORKER, "POST", f"/placements/{made['placement']}/start", {"on": day(-7)})
        return made

    async def kept(self, made: str) -> dict[str, Any]:
        """What one of the others makes, made once: for those who will be refused."""
        if made not in self._kept:
            self._kept[made] = await getattr(self, made)()
        return self._kept[made]

    async def out_of_service(self) -> str:
        """An occupation."""
        home = await self.home()
        form = {"starts": day(1), "ends": day(8), "reason": "repairs"}
        path = f"/providers/places/{home['places'][0]}/out-of-service"
        return str((await self.by(At.HEARTHSIDE, Role.PROVIDER_MANAGER, "POST", path, form))["occupation"])

    async def contract(self) -> str:
        """Northshire's, with Hearthside."""
        form = self.contract_form(await self.provider())
        return str((await self.by(At.NORTHSHIRE, Role.COMMISSIONER, "POST", "/providers/contracts", form))["contract"])

    async def kept_contract(self) -> str:
        """The same, made once."""
        if "contract" not in self._kept:
            self._kept["contract"] = {"contract": await self.contract()}
        return str(self._kept["contract"]["contract"])

    async def vacancy_draft(self) -> str:
        """A vacancy of one home that is begun on our pages and ready to be posted."""
        manager, home = self.world.client(At.HEARTHSIDE, Role.PROVIDER_MANAGER), await self.home()
        begun = (await manager.post("/providers/desk/drafts", data={"home": home["home"]})).headers["location"]
        first = dict(zip(("year", "month", "day"), day(1).split("-"), strict=True))
        answers = {
            "places": {"places": home["places"]},
            "when": {f"available_from-{part}": said for part, said in first.items()},
            "price": {"weekly_pence": "3810"},
        }
        for page, typed in answers.items():
            assert (await manager.post(f"{begun}/{page}", data=typed)).has_redirect_location
        return begun.rpartition("/")[2]

    async def welcoming_home(self) -> dict[str, Any]:
        """A home that says something to a child who comes."""
        home = await self.home()
        await self._says_hello(home)
        return home

    async def _says_hello(self, home: dict[str, Any]) -> None:
        manager, path = self.world.client(At.HEARTHSIDE, Role.PROVIDER_MANAGER), f"/providers/desk/homes/{home['home']}"
        assert (await manager.post(f"{path}/welcome", data={"hello": "Hello!"})).has_redirect_location

    async def pictured_home(self) -> dict[str, Any]:
        """And shows a `picture`."""
        home = await self.welcoming_home()
        manager = self.world.client(At.HEARTHSIDE, Role.PROVIDER_MANAGER)
        sent = {"home": home["home"], "shows": "The kitchen"}
        files = {"picture": ("kitchen.jpg", a_picture(size=(9, 9)), "image/jpeg")}
        assert (await manager.post("/providers/desk/pictures", data=sent, files=files)).has_redirect_location
        (row,) = await self.world.ask("providers", "SELECT picture FROM welcome_picture WHERE home = $1", home["home"])
        return {**home, "picture": str(row.picture)}

    async def welcomed(self) -> dict[str, Any]:
        """A confirmed `placement` whose child was given what the home says."""
        made = await self.accepted()
        await self._says_hello(made)
        booked = await self._booked(made, At.NORTHSHIRE)
        await self.world.settled()
        return booked

    def contract_form(self, provider: str) -> dict[str, Any]:
        return {"provider": provider, "kind": "spot", "types": ["K2"], "starts": day(-30)}


@pytest.fixture(scope="session")
def scenes(world: World) -> Scenes:
    return Scenes(world)


def nobody() -> str:
    """An identifier that nothing has."""
    return str(uuid4())
