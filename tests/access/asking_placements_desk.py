"""What each of the placements desk's pages is asked in the access matrix: all are the authority's own."""

from typing import Any
from urllib.parse import urlencode

from shared.identity.person import Role
from tests.access.cases import FORM, OWN, PLACED, Asked, Case, about, plain, typed
from tests.access.scenes import Scenes, day, nobody
from tests.world import At

DESK = "/placements/desk"
REFERRAL = DESK + "/referrals/{referral:uuid}"
HOLD = DESK + "/offers/{offer:uuid}/hold"
BOOK = DESK + "/offers/{offer:uuid}/book"


async def inviting(scenes: Scenes) -> Asked:
    made = await scenes.asked()
    body = urlencode({"homes": f"{made['child']}.{made['vacancy']}", "hours": "24"}).encode()
    path = f"{DESK}/referrals/{{}}/invite"
    return Asked(path.format(made["referral"]), body, absent_path=path.format(nobody()), absent_form=body, kind=FORM)


async def booking(scenes: Scenes) -> Asked:
    made = await scenes.offered()
    body = urlencode({"starts-day": "1", "starts-month": "4", "starts-year": "2026"}).encode()
    path = f"{DESK}/offers/{{}}/book"
    return Asked(path.format(made["offer"]), body, absent_path=path.format(nobody()), absent_form=body, kind=FORM)


async def searching(_: Scenes) -> Asked:
    return Asked(f"{DESK}/search", urlencode({"reference": "0000-0000"}).encode(), kind=FORM)


async def far_away(scenes: Scenes) -> str:
    """The offer of a home in Hampshire, for which an approver was asked."""
    await scenes.provider()
    home = scenes.home_form(1, area="E10000014")
    opened = await scenes.by(At.HEARTHSIDE, Role.PROVIDER_MANAGER, "POST", "/providers/homes", home)
    named = {"home": opened["home"], "places": [place["place"] for place in opened["places"]]}
    vacancy = await scenes.by(
        At.HEARTHSIDE, Role.PROVIDER_MANAGER, "POST", "/providers/vacancies", scenes.vacancy_form(named)
    )
    asked = await scenes.referral()
    form = {**asked, "vacancy": vacancy["vacancy"]}
    offer = (await scenes.by(At.NORTHSHIRE, Role.PLACEMENTS_OFFICER, "POST", "/placements/offers", form))["offer"]
    price = {"weekly_pence": 381_000, "available_from": day(-30)}
    await scenes.by(At.HEARTHSIDE, Role.PROVIDER_MANAGER, "POST", f"/placements/offers/{offer}/offer", price)
    return str(offer)


async def asked_about(scenes: Scenes) -> str:
    offer = await far_away(scenes)
    officer = scenes.world.client(At.NORTHSHIRE, Role.PLACEMENTS_OFFICER)
    answer = await officer.post(f"{DESK}/offers/{offer}/approval", data={"why": "Near Nan"})
    assert answer.has_redirect_location, answer.text
    return offer


def of_offer(path: str, made: Any, **fields: str) -> Case:
    """A page about an offer that needs an approver, or with fields what it sends."""

    async def scene(scenes: Scenes) -> Asked:
        body = urlencode(fields).encode() if fields else None
        return Asked(
            path.format(await made(scenes)), body, absent_path=path.format(nobody()), absent_form=body, kind=FORM
        )

    return Case(scene, OWN)


def together(**fields: str) -> Case:
    """A home that offered a place for each of two siblings."""

    async def scene(scenes: Scenes) -> Asked:
        vacancy = await scenes.vacancy(places=2)
        children = [{"child": await scenes.child(), "needs": []} for _ in range(2)]
        asked = await scenes.referral(child=children[0]["child"], children=children)
        for child in children:
            form = {"referral": asked["referral"], "child": child["child"], "vacancy": vacancy["vacancy"]}
            told = await scenes.by(At.NORTHSHIRE, Role.PLACEMENTS_OFFICER, "POST", "/placements/offers", form)
            price = {"weekly_pence": 381_000, "available_from": day(-30)}
            path = f"/placements/offers/{told['offer']}/offer"
            await scenes.by(At.HEARTHSIDE, Role.PROVIDER_MANAGER, "POST", path, price)
        path = f"{DESK}/referrals/{{}}/together/{vacancy['home']}"
        body = urlencode(fields).encode() if fields else None
        absent = path.format(nobody())
        return Asked(path.format(asked["referral"]), body, absent_path=absent, absent_form=body, kind=FORM)

    return Case(scene, OWN)


NIGHT = {"starts-day": "1", "starts-month": "4", "starts-year": "2026"}
APPROVALS = "/placements/approvals"
PLACEMENT = DESK + "/placements/{placement:uuid}"
PRICE = {**NIGHT, "element": "social_care", "weekly_pence": "4000"}

DESKS: dict[str, list[Case]] = {
    f"GET {DESK}": [plain(DESK, through=PLACED)],
    f"GET {REFERRAL}": [about(f"{DESK}/referrals/{{}}", "referral", "referral", OWN)],
    f"POST {REFERRAL}/invite": [Case(inviting, OWN)],
    f"GET {REFERRAL}/offers": [about(f"{DESK}/referrals/{{}}/offers", "referral", "invited", OWN)],
    f"GET {BOOK}": [about(f"{DESK}/offers/{{}}/book", "offer", "offered", OWN)],
    f"POST {BOOK}": [Case(booking, OWN)],
    f"GET {HOLD}": [about(f"{DESK}/offers/{{}}/hold", "offer", "offered", OWN)],
    f"POST {HOLD}": [typed(f"{DESK}/offers/{{}}/hold", "offer", "offered", OWN, **NIGHT)],
    f"POST {PLACEMENT}/let-go": [typed(f"{DESK}/placements/{{}}/let-go", "placement", "confirmed", OWN)],
    f"POST {DESK}/search": [Case(searching, PLACED)],
    f"POST {REFERRAL}/owner": [typed(f"{DESK}/referrals/{{}}/owner", "referral", "referral", OWN, owner="")],
    f"GET {REFERRAL}/together/{{home:uuid}}": [together()],
    f"POST {REFERRAL}/together/{{home:uuid}}": [together(**NIGHT)],
    f"POST {DESK}/offers/{{offer:uuid}}/approval": [of_offer(f"{DESK}/offers/{{}}/approval", far_away, why="Near Nan")],
    f"GET {APPROVALS}": [plain(APPROVALS, through=PLACED)],
    f"GET {APPROVALS}/{{offer:uuid}}": [of_offer(f"{APPROVALS}/{{}}", asked_about)],
    f"POST {APPROVALS}/{{offer:uuid}}": [
        of_offer(f"{APPROVALS}/{{}}", asked_about, approved="yes", distance_reason="safety")
    ],
    f"GET {PLACEMENT}/price": [about(f"{DESK}/placements/{{}}/price", "placement", "confirmed", OWN)],
    f"POST {PLACEMENT}/price": [typed(f"{DESK}/placements/{{}}/price", "placement", "confirmed", OWN, **PRICE)],
    f"GET {PLACEMENT}/call-off": [about(f"{DESK}/placements/{{}}/call-off", "placement", "confirmed", OWN)],
    f"POST {PLACEMENT}/call-off": [
        typed(f"{DESK}/placements/{{}}/call-off", "placement", "confirmed", OWN, reason="plan_changed")
    ],
    f"GET {DESK}/placements/{{placement:uuid}}": [
        about(f"{DESK}/placements/{{}}", "placement", "confirmed", OWN),
    ],
}
