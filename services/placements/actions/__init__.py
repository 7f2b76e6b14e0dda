"""Everything placements writes on a person's behalf or when it falls due."""

from services.placements.actions.bookings import book_placement, cancel_placement
from services.placements.actions.offers import (
    accept_offer,
    decline_offer,
    invite_offer,
    lapse_offer,
    make_offer,
)
from services.placements.actions.stays import end_placement, reprice_placement, start_placement

__all__ = [
    "accept_offer",
    "book_placement",
    "cancel_placement",
    "decline_offer",
    "end_placement",
    "invite_offer",
    "lapse_offer",
    "make_offer",
    "reprice_placement",
    "start_placement",
]
