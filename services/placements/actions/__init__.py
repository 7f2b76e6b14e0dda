"""Everything placements writes on a person's behalf or when it falls due."""

from services.placements.actions.bookings import book_placement, book_together, cancel_placement, hold_place
from services.placements.actions.care import annul_care, change_legal_status, correct_care
from services.placements.actions.corrections import annul_placement, correct_placement, match_long_term, raise_fear
from services.placements.actions.coverage import declare_own_coverage
from services.placements.actions.direct import place_directly
from services.placements.actions.offers import (
    accept_offer,
    approve_distance,
    decline_offer,
    invite_offer,
    lapse_offer,
    let_lapse,
    make_offer,
    take_back_offer,
)
from services.placements.actions.stays import end_placement, not_arrived, reprice_placement, start_placement

__all__ = [
    "accept_offer",
    "annul_care",
    "annul_placement",
    "approve_distance",
    "book_placement",
    "book_together",
    "cancel_placement",
    "change_legal_status",
    "correct_care",
    "correct_placement",
    "declare_own_coverage",
    "decline_offer",
    "end_placement",
    "hold_place",
    "invite_offer",
    "lapse_offer",
    "let_lapse",
    "make_offer",
    "match_long_term",
    "not_arrived",
    "place_directly",
    "raise_fear",
    "reprice_placement",
    "start_placement",
    "take_back_offer",
]
