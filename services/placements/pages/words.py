"""What placements' codes, clocks and records are called on pages."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from services.placements.matching import Rule
from services.placements.queries.desk import Stage
from shared.contracts.vocabulary import (
    DeclineReason,
    DistanceReason,
    NotChosenReason,
    OfferStatus,
    PlacementStatus,
    PriceElement,
)
from shared.store.session import Row
from shared.web import called

STAGES: Mapping[str, tuple[str, str]] = {
    Stage.CHOOSE: ("Offers to compare", "orange"),
    Stage.ASK: ("No home asked yet", "red"),
    Stage.ANSWERS: ("Waiting for answers", "blue"),
    Stage.BOOK: ("Chosen: book it", "orange"),
    Stage.NOT_YET: ("Not to be searched yet", "grey"),
    Stage.FOUND: ("Home booked", "green"),
}
CLOSED = ("Closed", "grey")
OFFERS: Mapping[str, tuple[str, str]] = {
    OfferStatus.INVITED: ("Asked", "blue"),
    OfferStatus.OFFERED: ("Offered", "orange"),
    OfferStatus.ACCEPTED: ("Chosen", "green"),
    OfferStatus.DECLINED: ("Declined", "grey"),
    OfferStatus.LAPSED: ("No answer in time", "grey"),
    OfferStatus.NOT_CHOSEN: ("Not chosen", "grey"),
    OfferStatus.WITHDRAWN: ("Taken back", "grey"),
}
BOOKED: Mapping[str, tuple[str, str]] = {
    PlacementStatus.BOOKED: ("Asked for", "blue"),
    PlacementStatus.CONFIRMED: ("Confirmed", "green"),
    PlacementStatus.STARTED: ("Lives there", "green"),
    PlacementStatus.ENDED: ("Ended", "grey"),
    PlacementStatus.CANCELLED: ("Will not start", "grey"),
    PlacementStatus.ANNULLED: ("Recorded in error", "grey"),
}
DECLINED: Mapping[str, str] = {
    DeclineReason.NO_VACANCY: "no room any more",
    DeclineReason.MATCHING_WITH_RESIDENTS: "not a good match with those who live there",
    DeclineReason.NEEDS_NOT_MET: "it cannot meet the needs",
    DeclineReason.STAFFING: "not staff enough",
    DeclineReason.TOO_FAR: "too far",
    DeclineReason.TOO_SOON: "too soon",
    DeclineReason.PRICE: "the price",
    DeclineReason.OTHER: "another reason",
}
NOT_CHOSEN: Mapping[str, str] = {
    NotChosenReason.BETTER_FIT: "Another home suits the child better",
    NotChosenReason.NEARER: "Another home is nearer",
    NotChosenReason.PRICE: "The price",
    NotChosenReason.SOONER: "Another home could take the child sooner",
    NotChosenReason.SIBLINGS: "Another home takes brothers and sisters together",
    NotChosenReason.CHILDS_WISH: "The child would rather live elsewhere",
    NotChosenReason.OBJECTION: "The social worker objected",
    NotChosenReason.OTHER: "Another reason",
    NotChosenReason.FOUND_FIRST: "A home was found before it answered",
}
"""What is chosen from, and last what nobody chooses: it follows."""
FAR_AWAY: Mapping[str, str] = {
    DistanceReason.NEEDS_MET_ONLY_THERE: "The needs are met only there",
    DistanceReason.WITH_FAMILY: "To be with family",
    DistanceReason.WITH_SIBLINGS: "To be with brothers or sisters",
    DistanceReason.SAFETY: "To be safe",
    DistanceReason.COURT: "A court decided it",
    DistanceReason.CARERS_MOVED: "The carers moved",
    DistanceReason.NOTHING_NEARER: "There is nothing nearer",
    DistanceReason.OTHER: "Another reason",
}
PRICED: Mapping[str, str] = {
    PriceElement.SOCIAL_CARE: "Social care",
    PriceElement.EDUCATION: "Education",
    PriceElement.HEALTH: "Health",
}
CALLED_OFF: Mapping[str, str] = {
    "plan_changed": "The plan for the child changed",
    "child_not_arriving": "The child will not come",
    "home_withdrew": "The home can no longer take the child",
    "booked_in_error": "It was booked in error",
}
RATINGS = called.RATINGS
RULES: Mapping[str, str] = {
    Rule.REGISTRATION: "Not a kind of home that is asked for",
    Rule.RESERVED: "Kept for other children",
    Rule.EMERGENCY: "Kept for emergencies",
    Rule.AGE: "Another age",
    Rule.SEX: "Another sex",
    Rule.FREE_FROM: "Not free yet on the first night",
    Rule.FREE_UNTIL: "Not free for long enough",
    Rule.TAKEN: "Taken on some of these nights",
    Rule.NEEDS: "Does not have what is needed",
    Rule.SOLO_HOME: "Takes one child at a time",
    Rule.SOLO: "Somebody there, or the child, is to be the only one",
    Rule.NOT_WITH: "A child who must not live with this one",
    Rule.AVOID: "Near a place to stay away from",
    Rule.DUE_DILIGENCE: "The provider’s checks ran out",
    Rule.RATING: "Found inadequate by Ofsted",
    Rule.TOGETHER: "Not a place for each of the children",
}
LIVED_IN = (PlacementStatus.STARTED, PlacementStatus.ENDED)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def reference_of(record: UUID) -> str:
    """What is said where nobody needs to know a name: the identifier's last eight digits."""
    digits = record.hex[-8:].upper()
    return f"{digits[:4]}-{digits[4:]}"


def welcome_to(row: Row) -> str:
    """Where providers shows what the child of a placement in one of its homes was given to read; empty where nothing can be."""
    given = row.place is not None and row.status in (*LIVED_IN, PlacementStatus.CONFIRMED)
    return f"/providers/welcome/{row.placement}" if given else ""


def clock(due_at: datetime | None, now: datetime) -> tuple[str, bool]:
    """How long there is, or how late it is, in words; and whether it is late."""
    if due_at is None:
        return "no deadline yet", False
    left = due_at - now
    return (f"overdue by {_long(-left)}", True) if now > due_at else (f"due in {_long(left)}", False)


def _long(span: timedelta) -> str:
    for unit, name in ((DAY, "day"), (HOUR, "hour")):
        if span >= unit:
            return f"{span // unit} {name}{'' if span // unit == 1 else 's'}"
    minutes = span // MINUTE
    return f"{minutes} minute{'' if minutes == 1 else 's'}" if minutes else "less than a minute"
