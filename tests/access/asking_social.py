"""What a social worker's pages of homes and placements are asked in the access matrix: all are the authority's own."""

from tests.access.cases import OWN, Case, about

OFFER = "/placements/offers/{}/opinion"

SOCIAL: dict[str, list[Case]] = {
    "PUT /placements/offers/{offer:uuid}/opinion": [about(OFFER, "offer", "offered", OWN, {"agrees": True})],
}
