"""What providers' codes, ages and nights are called on pages."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from services.providers.domain import A_WEEK
from services.providers.queries.nights import Night
from shared.clock import LONDON
from shared.contracts.vocabulary import OutOfServiceReason, Sex

SEXES: Mapping[str, str] = {Sex.FEMALE: "Girls", Sex.MALE: "Boys"}
REASONS: Mapping[str, str] = {
    OutOfServiceReason.REPAIRS: "Repairs",
    OutOfServiceReason.STAFFING: "Not enough staff",
    OutOfServiceReason.CARER_BREAK: "The carers have a break",
    OutOfServiceReason.MATCHING: "Kept empty for whoever lives there",
    OutOfServiceReason.SAFEGUARDING: "Safeguarding",
    OutOfServiceReason.NOTICE_FROM_OFSTED: "A notice from Ofsted",
    OutOfServiceReason.OTHER: "Another reason",
}
NIGHTS: Mapping[Night, tuple[str, str]] = {
    Night.OCCUPIED: ("Occupied", "O"),
    Night.HELD: ("Held for a child", "H"),
    Night.VOID: ("Void: empty and paid for", "P"),
    Night.OUT_OF_SERVICE: ("Out of service", "X"),
    Night.VACANT: ("Vacant", "V"),
}
"""Each with the letter that stands in a calendar, so that nobody needs to tell colours apart."""


def age_of(confirmed_at: datetime, now: datetime) -> tuple[str, bool]:
    """When something was last said to be so, in words; and whether it ought to be said again."""
    days = (now.astimezone(LONDON).date() - confirmed_at.astimezone(LONDON).date()).days
    words = "today" if days <= 0 else "yesterday" if days == 1 else f"{days} days ago"
    return words, now - confirmed_at > A_WEEK


def counted(number: int, one: str, several: str = "") -> str:
    """1 place, 2 places."""
    return f"{number} {one if number == 1 else several or one + 's'}"


def listed(words: Sequence[str]) -> str:
    """One, two and three."""
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]])) if words else ""


def ages(youngest: int, oldest: int) -> str:
    """8 to 17."""
    return f"{youngest} to {oldest}"


def for_whom(of: Any, home: Any) -> str:
    """Whom a vacancy is for, where it says so itself or as its home is registered."""
    youngest = home.youngest if of.youngest is None else of.youngest
    oldest = home.oldest if of.oldest is None else of.oldest
    sexes = [SEXES[sex].lower() for sex in (of.sexes or home.sexes) if sex in SEXES]
    return f"{listed(sexes).capitalize() or 'Children'} aged {ages(youngest, oldest)}"


def months_from(first: date, months: int) -> date:
    """The first day of a month so many months away."""
    number = first.year * 12 + first.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)
