"""What placements is asked and what it answers, with examples."""

from services.placements.forms.bookings import Book, Cancel, PlacementShown, PriceShown
from services.placements.forms.candidates import Candidate, Candidates
from services.placements.forms.offers import Choose, Decline, Invite, MakeOffer, OfferShown
from services.placements.forms.stays import End, Price, Start

__all__ = [
    "Book",
    "Cancel",
    "Candidate",
    "Candidates",
    "Choose",
    "Decline",
    "End",
    "Invite",
    "MakeOffer",
    "OfferShown",
    "PlacementShown",
    "Price",
    "PriceShown",
    "Start",
]
