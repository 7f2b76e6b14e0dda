"""What a social worker's pages of homes and placements are asked in the access matrix: all are the authority's own."""

from tests.access.cases import OWN, PLACED, Case, about, plain, typed
from tests.access.scenes import TODAY

LIVES = "/placements/lives"
OFFER = LIVES + "/offers/{}"
STAY = LIVES + "/placements/{}"
ON = {"on-day": str(TODAY.day), "on-month": str(TODAY.month), "on-year": str(TODAY.year)}


def of_stay(page: str, made: str, **fields: str) -> dict[str, list[Case]]:
    """A page about one placement, opened and sent."""
    route = f"{LIVES}/placements/{{placement:uuid}}/{page}"
    path = f"{STAY}/{page}"
    return {
        f"GET {route}": [about(path, "placement", made, OWN)],
        f"POST {route}": [typed(path, "placement", made, OWN, **fields)],
    }


SOCIAL: dict[str, list[Case]] = {
    "PUT /placements/offers/{offer:uuid}/opinion": [
        about("/placements/offers/{}/opinion", "offer", "offered", OWN, {"agrees": True})
    ],
    f"GET {LIVES}": [plain(LIVES, through=PLACED)],
    f"GET {LIVES}/{{child:uuid}}": [about(f"{LIVES}/{{}}", "child", "started", OWN)],
    f"GET {LIVES}/referrals/{{referral:uuid}}": [about(f"{LIVES}/referrals/{{}}", "referral", "offered", OWN)],
    f"GET {LIVES}/offers/{{offer:uuid}}": [about(OFFER, "offer", "offered", OWN)],
    f"POST {LIVES}/offers/{{offer:uuid}}": [typed(OFFER, "offer", "offered", OWN, agrees="yes")],
    **of_stay("arrival", "confirmed", **ON, legal_status="V2"),
    **of_stay("did-not-come", "confirmed"),
    **of_stay("ending", "started", **ON, reason="CARPL", planned="yes"),
    **of_stay("fear", "started", fear="education"),
}
