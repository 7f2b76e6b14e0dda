"""What placements is asked and what it answers, with examples."""

from services.placements.forms.bookings import (
    Book,
    BookTogether,
    Cancel,
    Hold,
    NotArrived,
    PlacementShown,
    PriceShown,
)
from services.placements.forms.candidates import Candidate, Candidates, Narrow, Placing, Unplaced
from services.placements.forms.care import (
    AnnulCare,
    CareShown,
    ChangeLegalStatus,
    CorrectCare,
    CoverageShown,
    DeclareCoverage,
    LegalStatusShown,
    RecordShown,
)
from services.placements.forms.direct import PlaceDirectly
from services.placements.forms.offers import ApproveDistance, Choose, Decline, Invite, MakeOffer, OfferShown, TakeBack
from services.placements.forms.stays import (
    Annul,
    Arrival,
    Correct,
    End,
    FearFor,
    MatchLongTerm,
    Price,
    Start,
)

__all__ = [
    "Annul",
    "AnnulCare",
    "ApproveDistance",
    "Arrival",
    "Book",
    "BookTogether",
    "Cancel",
    "Candidate",
    "Candidates",
    "CareShown",
    "ChangeLegalStatus",
    "Choose",
    "Correct",
    "CorrectCare",
    "CoverageShown",
    "DeclareCoverage",
    "Decline",
    "End",
    "FearFor",
    "Hold",
    "Invite",
    "LegalStatusShown",
    "MakeOffer",
    "MatchLongTerm",
    "Narrow",
    "NotArrived",
    "OfferShown",
    "PlaceDirectly",
    "PlacementShown",
    "Placing",
    "Price",
    "PriceShown",
    "RecordShown",
    "Start",
    "TakeBack",
    "Unplaced",
]
