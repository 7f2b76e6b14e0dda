"""What placements' routes are asked in the access matrix, and who gets through to which record."""

from typing import Any

from shared.identity.person import Role
from tests.access.cases import AUTHORITIES, BOTH_SIDES, EVERYONE, OF_HOME, OWN, PLACED, Asked, Case, about, plain
from tests.access.scenes import Scenes, day, nobody
from tests.world import AUDIENCES, At

OFFER = "/placements/offers/{}"
PLACEMENT = "/placements/{}"
CARE = "/placements/care/{}"
STARTED = {"version": 3}
"""Booked, confirmed, started."""


async def inviting_an_offer(scenes: Scenes) -> Asked:
    made = await scenes.asked()
    form = {name: made[name] for name in ("referral", "child", "vacancy")}
    return Asked("/placements/offers", form, absent_form={**form, "referral": nobody()})


async def booking(scenes: Scenes) -> Asked:
    form = {"offer": (await scenes.accepted())["offer"], "starts": day(-7)}
    return Asked("/placements/bookings", form, absent_form={**form, "offer": nobody()})


async def holding(scenes: Scenes) -> Asked:
    form = {"offer": (await scenes.offered())["offer"], "starts": day(-7)}
    return Asked("/placements/holds", form, absent_form={**form, "offer": nobody()})


async def booking_together(scenes: Scenes) -> Asked:
    offers = await _two_offers(scenes)
    form = {"offers": offers, "starts": day(-7)}
    return Asked("/placements/bookings/together", form, absent_form={**form, "offers": [nobody(), nobody()]})


async def _two_offers(scenes: Scenes) -> list[str]:
    """Accepted, for two siblings at one home."""
    vacancy = await scenes.vacancy(places=2)
    children = [await scenes.child(), await scenes.child()]
    lines = [{"child": child, "needs": ["own_bedroom"]} for child in children]
    referral = (await scenes.referral(children=lines))["referral"]
    return [
        await _accepted(scenes, {"referral": referral, "child": c, "vacancy": vacancy["vacancy"]}) for c in children
    ]


async def _accepted(scenes: Scenes, form: dict[str, Any]) -> str:
    officer = (At.NORTHSHIRE, Role.PLACEMENTS_OFFICER)
    offer = str((await scenes.by(*officer, "POST", "/placements/offers", form))["offer"])
    price = {"weekly_pence": 381_000, "available_from": day(-30)}
    await scenes.by(At.HEARTHSIDE, Role.PROVIDER_MANAGER, "POST", f"{OFFER.format(offer)}/offer", price)
    await scenes.by(*officer, "POST", f"{OFFER.format(offer)}/accept", {})
    return offer


async def deciding_on_distance(scenes: Scenes) -> Asked:
    """Of an offer that somebody else asked for: nobody decides what they asked."""
    made = await scenes.asked()
    world = scenes.world
    token = world.issuer.token_for("priya", [Role.PLACEMENTS_OFFICER], AUDIENCES[At.NORTHSHIRE])
    form = {name: made[name] for name in ("referral", "child", "vacancy")}
    officer = world.client(At.NORTHSHIRE, Role.PLACEMENTS_OFFICER)
    told = await officer.post("/placements/offers", json=form, headers={"authorization": f"Bearer {token}"})
    path = f"{OFFER}/approve-distance"
    form = {"distance_reason": "safety"}
    return Asked(path.format(told.json()["offer"]), form, absent_path=path.format(nobody()))


async def placing_directly(scenes: Scenes) -> Asked:
    child = await scenes.child()
    await scenes.world.settled()
    form = {"child": child, "type": "U3", "sector": "PR1", "starts": day(-7)}
    return Asked("/placements/direct", form, absent_form={**form, "child": nobody()})


async def commanding(scenes: Scenes) -> Asked:
    """The same as one of many commands."""
    asked = await placing_directly(scenes)
    told, absent = ({"commands": [{"kind": "place_directly", "form": f}]} for f in (asked.form, asked.absent_form))
    return Asked("/placements/commands", told, absent_form=absent)


async def _period(scenes: Scenes, made: dict[str, Any]) -> str:
    path = f"/placements/children/{made['child']}"
    told = await scenes.by(At.NORTHSHIRE, Role.SOCIAL_WORKER, "GET", path)
    return str(told["periods"][0]["period"])


def about_care(action: str, form: dict[str, Any], *, annulled: bool = False) -> Case:
    """A period of care of a child who lives somewhere, or whose placement was annulled."""

    async def scene(scenes: Scenes) -> Asked:
        made = await scenes.started()
        if annulled:
            path = f"/placements/{made['placement']}/annul"
            await scenes.by(At.NORTHSHIRE, Role.SOCIAL_WORKER, "POST", path, STARTED)
        path = f"{CARE}/{action}"
        return Asked(
            path.format(await _period(scenes, made)), {"version": 1, **form}, absent_path=path.format(nobody())
        )

    return Case(scene, OWN)


async def declaring_coverage(_: Scenes) -> Asked:
    return Asked("/placements/coverage", {"starts": day(-900)})


def of_placement(action: str, made: str, form: dict[str, Any]) -> list[Case]:
    """A route under one placement that only its authority may use."""
    return [about(f"{PLACEMENT}/{action}", "placement", made, OWN, form)]


BOOKED: dict[str, list[Case]] = {
    "POST /placements/bookings": [Case(booking, OWN)],
    "POST /placements/holds": [Case(holding, OWN)],
    "POST /placements/bookings/together": [Case(booking_together, OWN)],
    "POST /placements/direct": [Case(placing_directly, OWN)],
    "POST /placements/commands": [Case(commanding, OWN, {At.HEARTHSIDE: 403, At.LARCH: 403})],
    "GET /placements": [plain("/placements", through=PLACED)],
    "GET /placements/{placement:uuid}": [about(PLACEMENT, "placement", "confirmed", BOTH_SIDES)],
    "POST /placements/{placement:uuid}/start": of_placement("start", "confirmed", {"on": day(-7)}),
    "POST /placements/{placement:uuid}/not-arrived": of_placement("not-arrived", "confirmed", {}),
    "POST /placements/{placement:uuid}/prices": of_placement(
        "prices", "started", {"starts": day(-1), "weekly_pence": 400_000}
    ),
    "POST /placements/{placement:uuid}/end": of_placement(
        "end", "started", {"on": day(0), "reason": "CARPL", "planned": True}
    ),
    "POST /placements/{placement:uuid}/cancel": of_placement("cancel", "confirmed", {"reason": "plan_changed"}),
    "POST /placements/{placement:uuid}/correct": of_placement("correct", "started", STARTED | {"starts": day(-6)}),
    "POST /placements/{placement:uuid}/annul": of_placement("annul", "started", STARTED),
    "POST /placements/{placement:uuid}/long-term-match": of_placement("long-term-match", "started", {}),
    "POST /placements/{placement:uuid}/fragility": of_placement("fragility", "started", {"fear": "education"}),
}
CARED_FOR: dict[str, list[Case]] = {
    "GET /placements/children/{child:uuid}": [about("/placements/children/{}", "child", "started", OWN)],
    "POST /placements/care/{period:uuid}/legal-status": [
        about_care("legal-status", {"status": "C1", "starts": day(-3)})
    ],
    "POST /placements/care/{period:uuid}/correct": [about_care("correct", {"started": day(-8)})],
    "POST /placements/care/{period:uuid}/annul": [about_care("annul", {}, annulled=True)],
    "POST /placements/coverage": [Case(declaring_coverage, AUTHORITIES, dict.fromkeys(EVERYONE - AUTHORITIES, 403))],
}
OFFERED: dict[str, list[Case]] = {
    "GET /placements/referrals/{referral:uuid}/candidates": [
        about("/placements/referrals/{}/candidates", "referral", "referral", OWN)
    ],
    "POST /placements/offers": [Case(inviting_an_offer, OWN)],
    "GET /placements/offers": [plain("/placements/offers", through=PLACED)],
    "GET /placements/offers/{offer:uuid}": [about(OFFER, "offer", "invited", BOTH_SIDES)],
    "POST /placements/offers/{offer:uuid}/offer": [
        about(f"{OFFER}/offer", "offer", "invited", OF_HOME, {"weekly_pence": 1, "available_from": day(0)})
    ],
    "POST /placements/offers/{offer:uuid}/decline": [
        about(f"{OFFER}/decline", "offer", "invited", OF_HOME, {"reason": "staffing"})
    ],
    "POST /placements/offers/{offer:uuid}/accept": [about(f"{OFFER}/accept", "offer", "offered", OWN, {})],
    "POST /placements/offers/{offer:uuid}/approve-distance": [Case(deciding_on_distance, OWN)],
}
PLACEMENTS: dict[str, list[Case]] = BOOKED | CARED_FOR | OFFERED
