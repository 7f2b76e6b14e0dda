"""What an invitation, an answer and a stay are called on a provider's pages, without saying who the child is."""

from collections.abc import Mapping
from datetime import date, timedelta
from math import ceil
from typing import Any

from services.placements.pages.called import LEFT
from services.placements.pages.words import DECLINED, NOT_CHOSEN, reference_of
from shared.clock import age_on
from shared.contracts.vocabulary import (
    Feature,
    NotChosenReason,
    OfferStatus,
    PlaceChange,
    PlacementStatus,
    ReferralStatus,
    Sex,
    StayReport,
)
from shared.store.session import Row
from shared.web.called import URGENCIES, kind_of
from shared.web.pages import day, pounds


def upper(words: str) -> str:
    """The first letter a capital, and names and months left as they are."""
    return words[:1].upper() + words[1:]


SEXES = {Sex.FEMALE: "girl", Sex.MALE: "boy"}
REASONS: Mapping[str, str] = {code: upper(words) for code, words in DECLINED.items()}
WHY_NOT: Mapping[str, str] = {
    **{code: words[0].lower() + words[1:] for code, words in NOT_CHOSEN.items()},
    NotChosenReason.FOUND_FIRST: "a home was found before you answered",
}
STANDS: Mapping[str, tuple[str, str]] = {
    OfferStatus.INVITED: ("Answer it", "red"),
    OfferStatus.OFFERED: ("The authority is choosing", "blue"),
    OfferStatus.ACCEPTED: ("Your home was chosen", "green"),
    OfferStatus.DECLINED: ("You said no", "grey"),
    OfferStatus.LAPSED: ("Not answered in time", "orange"),
    OfferStatus.NOT_CHOSEN: ("Another home was chosen", "grey"),
    OfferStatus.WITHDRAWN: ("No longer asked", "grey"),
}
NOTICE_REASONS: Mapping[str, str] = {
    PlaceChange.CARER_BEHAVIOUR: "We cannot go on, because of the child’s behaviour",
    PlaceChange.CARER_OTHER: "We cannot go on, for another reason",
    PlaceChange.CLOSURE: "The home closes",
    PlaceChange.OTHER: "Another reason",
}
LEFT_REASONS: Mapping[str, str] = {code: words for code, words in LEFT.items() if code != PlaceChange.STATUS_ONLY}
LIVES: Mapping[str, tuple[str, str]] = {
    PlacementStatus.BOOKED: ("Not confirmed yet", "blue"),
    PlacementStatus.CONFIRMED: ("Expected", "blue"),
    PlacementStatus.STARTED: ("Lives there", "green"),
    PlacementStatus.ENDED: ("Left", "grey"),
    PlacementStatus.CANCELLED: ("Will not come", "grey"),
    PlacementStatus.ANNULLED: ("Recorded in error", "grey"),
}

REPORTED: Mapping[str, tuple[StayReport, ...]] = {
    PlacementStatus.CONFIRMED: (StayReport.ARRIVED, StayReport.NOT_ARRIVED),
    PlacementStatus.STARTED: (StayReport.NOTICE, StayReport.LEFT),
}
"""What a home may have said that the authority has not recorded yet."""


def child_in_words(row: Row, on: date) -> str:
    """Of what age and sex, and no more."""
    who = SEXES.get(row.sex, "child")
    return f"{who} aged {age_on(row.born, on)}" if row.born else f"{who} of an age we have not heard yet"


def needs_in_words(row: Row) -> str:
    """What the child needs of a home."""
    needs = [Feature(need).replace("_", " ") for need in row.needs or ()]
    if row.solo:
        needs.append("to be the only child there")
    return ", ".join(needs) or "no particular needs"


def nights_in_words(row: Row) -> str:
    """When a home is wanted."""
    until = f" until {day(row.wanted_until)}" if row.wanted_until else ""
    return f"from {day(row.wanted_from)}{until}"


def about(row: Row, asked_by: str) -> list[tuple[str, str]]:
    """What a provider may know of a referral before its offer is accepted."""
    told = [
        ("Child", upper(child_in_words(row, row.wanted_from))),
        ("Needs", upper(needs_in_words(row))),
        ("Wanted", upper(nights_in_words(row))),
        ("How soon", URGENCIES[row.urgency]),
        ("Kind of home", ", ".join(kind_of(code) for code in row.types)),
        ("Asked by", asked_by),
        ("Your home", row.name or "A home we have not heard of yet"),
    ]
    if row.posted_pence is not None:
        told.append(("You posted it at", f"{pounds(row.posted_pence)} a week"))
    return told


def answer_in_words(row: Row) -> list[tuple[str, str]]:
    """What the provider has answered."""
    told = []
    if row.weekly_pence is not None:
        told.append(("Price a week", pounds(row.weekly_pence)))
        told.append(("Can take the child from", day(row.available_from)))
    if row.conditions:
        told.append(("Conditions", row.conditions))
    if row.decline_reason:
        told.append(("Reason", REASONS[row.decline_reason]))
    if row.note:
        told.append(("Note", row.note))
    return told


def why(row: Row) -> str:
    """Why an invitation came to nothing, as far as it is known here."""
    if row.status == OfferStatus.DECLINED:
        return REASONS.get(row.decline_reason or "", "")
    if row.status == OfferStatus.LAPSED:
        return "Nobody answered before the time was over."
    if row.status == OfferStatus.NOT_CHOSEN:
        chosen = "The authority chose another home for this child"
        why_not = WHY_NOT.get(row.not_chosen_reason or "")
        return f"{chosen}: {why_not}." if why_not else f"{chosen}."
    if row.status == OfferStatus.WITHDRAWN and row.decline_reason:
        return f"You took it back: {DECLINED[row.decline_reason]}."
    if row.status == OfferStatus.WITHDRAWN:
        return GONE.get(row.referral_status, "It is no longer asked, or a brother’s or sister’s offer there fell.")
    return ""


GONE: Mapping[str, str] = {
    ReferralStatus.WITHDRAWN: "The social worker withdrew the referral.",
    ReferralStatus.CLOSED_UNPLACED: "The referral was closed without a home.",
    ReferralStatus.PLACED: "The child has a home.",
}


def report_in_words(row: Row) -> str:
    """The home's newest word on a stay."""
    if row.report is None:
        return ""
    on = day(row.said_of)
    words = {
        StayReport.ARRIVED: f"You said that the child came on {on}.",
        StayReport.NOT_ARRIVED: f"You said that the child did not come on {on}.",
        StayReport.NOTICE: f"You gave notice: the child is to leave by {on}.",
        StayReport.LEFT: f"You said that the child left on {on}.",
    }
    return words[row.report]


def span(taken: timedelta | None) -> str:
    """Within how long an answer came, in whole hours or days."""
    if taken is None:
        return "no answer yet"
    hours = max(ceil(taken / timedelta(hours=1)), 1)
    return f"{hours} hour{'' if hours == 1 else 's'}" if hours <= 72 else f"{ceil(hours / 24)} days"


def line(row: Row, asked_by: str) -> dict[str, Any]:
    """What every list says of an invitation."""
    state, colour = STANDS[row.status]
    return {
        "offer": row.offer,
        "reference": reference_of(row.referral),
        "child": child_in_words(row, row.wanted_from),
        "home": row.name or "a home we have not heard of yet",
        "state": state,
        "colour": colour,
        "urgency": URGENCIES[row.urgency],
        "nights": nights_in_words(row),
        "needs": needs_in_words(row),
        "children": row.children if row.together else 1,
        "authority": asked_by,
    }
