"""How many points speak against a home that is possible: a table anybody can read, added up and never weighed twice.

Fewer is better. What is not known costs as much as the worst that could be known, so that silence never raises a place.
"""

from enum import StrEnum

from services.placements.matching.facts import Offered, Terms
from shared.contracts.vocabulary import ContractKind, PlacementType, Rating

FRESH_DAYS = 28
REACH_MILES = 20
"""How near school and family are to be where nobody has said."""


class Ground(StrEnum):
    """What points are given for."""

    DISTANCE = "distance"
    REACH = "reach"
    FIT = "fit"
    SECTOR = "sector"
    RATING = "rating"
    CHECKS = "checks"
    PRICE = "price"
    FRESHNESS = "freshness"
    OVER_CAPACITY = "over_capacity"


MOST_FOR_DISTANCE = 60
"""A point a mile from the child's home, and no more than these; also where the miles cannot be told."""
OUT_OF_REACH = 10
"""For each of school and family that is too far away, or that cannot be told."""
SPARE_FEATURE = 4
"""For each thing the place offers that this child does not need and another may."""
MOST_FOR_AGE = 5
"""A point a year from the middle of the ages it takes."""
NO_CONTRACT = 24
FIRST_TIER, NEXT_TIER, LAST_TIER = 8, 2, 16
CONTRACTS = {
    ContractKind.IN_HOUSE: 0,
    ContractKind.BLOCK: 4,
    ContractKind.DPS: 18,
    ContractKind.SPOT: NO_CONTRACT,
}
NOT_RATED = 15
RATINGS = {Rating.OUTSTANDING: 0, Rating.GOOD: 2, Rating.REQUIRES_IMPROVEMENT: 12}
NO_CHECKS = 15
PENCE_A_POINT, MOST_FOR_PRICE = 20_000, 40
ABOVE_LIMIT = 20
DAYS_A_POINT, STALE = 7, 30
OVER_CAPACITY = 10
FOSTERING = frozenset(
    [
        *(PlacementType.FOSTER, PlacementType.FOSTER_LONG_TERM, PlacementType.FOSTER_ADOPTER),
        *(PlacementType.RELATIVE, PlacementType.RELATIVE_LONG_TERM, PlacementType.RELATIVE_ADOPTER),
    ]
)
"""Households, which Ofsted does not rate one by one."""


def rating_points(place: Offered) -> int:
    """What Ofsted's judgement costs."""
    if place.type in FOSTERING:
        return 0
    return NOT_RATED if place.rating is None else RATINGS.get(place.rating, NOT_RATED)


def terms_points(terms: Terms) -> int:
    """What buying on a contract costs: block places are paid for already, then by tier, spot last."""
    if terms.kind is ContractKind.FRAMEWORK:
        return LAST_TIER if terms.tier is None else min(FIRST_TIER + NEXT_TIER * (terms.tier - 1), LAST_TIER)
    return CONTRACTS[terms.kind]
