"""What providers' routes and pages in placements are asked in the access matrix: of an offer or a stay, its provider's alone."""

from tests.access.cases import OF_HOME, PLACED, Case, about, plain, typed

OFFER = "/placements/offers/{}"
ASKED_AT, STAYS_AT = "/placements/invited", "/placements/stays"
OF_OFFER, OF_STAY = ASKED_AT + "/{offer:uuid}", STAYS_AT + "/{placement:uuid}"
PRICE = {"weekly_pence": "3810", "available_from-day": "1", "available_from-month": "4", "available_from-year": "2026"}
CAME = {"on-day": "2", "on-month": "3", "on-year": "2026"}


def reads(path: str, kind: str, made: str) -> list[Case]:
    return [about(path, kind, made, OF_HOME)]


def sends(path: str, kind: str, made: str, fields: dict[str, str]) -> list[Case]:
    return [typed(path, kind, made, OF_HOME, **fields)]


ANSWERED: dict[str, list[Case]] = {
    f"GET {ASKED_AT}": [plain(ASKED_AT, through=PLACED)],
    f"GET {ASKED_AT}/answered": [plain(f"{ASKED_AT}/answered", through=PLACED)],
    f"GET {OF_OFFER}": reads(f"{ASKED_AT}/{{}}", "offer", "invited"),
    f"GET {OF_OFFER}/offer": reads(f"{ASKED_AT}/{{}}/offer", "offer", "invited"),
    f"POST {OF_OFFER}/offer": sends(f"{ASKED_AT}/{{}}/offer", "offer", "invited", PRICE),
    f"GET {OF_OFFER}/decline": reads(f"{ASKED_AT}/{{}}/decline", "offer", "invited"),
    f"POST {OF_OFFER}/decline": sends(f"{ASKED_AT}/{{}}/decline", "offer", "invited", {"reason": "staffing"}),
    f"GET {OF_OFFER}/take-back": reads(f"{ASKED_AT}/{{}}/take-back", "offer", "offered"),
    f"POST {OF_OFFER}/take-back": sends(f"{ASKED_AT}/{{}}/take-back", "offer", "offered", {"reason": "staffing"}),
}
STAYING: dict[str, list[Case]] = {
    f"GET {STAYS_AT}": [plain(STAYS_AT, through=PLACED)],
    f"GET {OF_STAY}": reads(f"{STAYS_AT}/{{}}", "placement", "confirmed"),
    f"GET {OF_STAY}/say/{{word}}": reads(f"{STAYS_AT}/{{}}/say/arrived", "placement", "confirmed"),
    f"POST {OF_STAY}/say/{{word}}": sends(f"{STAYS_AT}/{{}}/say/arrived", "placement", "confirmed", CAME),
    f"POST {OF_STAY}/take-back": sends(f"{STAYS_AT}/{{}}/take-back", "placement", "confirmed", {}),
}
INVITED: dict[str, list[Case]] = {
    "POST /placements/offers/{offer:uuid}/take-back": [
        about(f"{OFFER}/take-back", "offer", "offered", OF_HOME, {"reason": "staffing"})
    ],
    "PUT /placements/{placement:uuid}/report": [
        about("/placements/{}/report", "placement", "confirmed", OF_HOME, {"report": "arrived", "on": "2026-03-02"})
    ],
    **ANSWERED,
    **STAYING,
}
