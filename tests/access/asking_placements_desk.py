"""What each of the placements desk's pages is asked in the access matrix: all are the authority's own."""

from urllib.parse import urlencode

from tests.access.cases import FORM, OWN, PLACED, Asked, Case, about, plain
from tests.access.scenes import Scenes, nobody

DESK = "/placements/desk"
REFERRAL = DESK + "/referrals/{referral:uuid}"
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


DESKS: dict[str, list[Case]] = {
    f"GET {DESK}": [plain(DESK, through=PLACED)],
    f"GET {REFERRAL}": [about(f"{DESK}/referrals/{{}}", "referral", "referral", OWN)],
    f"POST {REFERRAL}/invite": [Case(inviting, OWN)],
    f"GET {REFERRAL}/offers": [about(f"{DESK}/referrals/{{}}/offers", "referral", "invited", OWN)],
    f"GET {BOOK}": [about(f"{DESK}/offers/{{}}/book", "offer", "offered", OWN)],
    f"POST {BOOK}": [Case(booking, OWN)],
    f"GET {DESK}/placements/{{placement:uuid}}": [
        about(f"{DESK}/placements/{{}}", "placement", "confirmed", OWN),
    ],
}
