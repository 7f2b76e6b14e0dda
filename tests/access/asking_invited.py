"""What providers' routes and pages in placements are asked in the access matrix: of an offer or a stay, its provider's alone."""

from tests.access.cases import OF_HOME, Case, about

OFFER = "/placements/offers/{}"

INVITED: dict[str, list[Case]] = {
    "POST /placements/offers/{offer:uuid}/take-back": [
        about(f"{OFFER}/take-back", "offer", "offered", OF_HOME, {"reason": "staffing"})
    ],
    "PUT /placements/{placement:uuid}/report": [
        about("/placements/{}/report", "placement", "confirmed", OF_HOME, {"report": "arrived", "on": "2026-03-02"})
    ],
}
