"""What one cell says: text, a date, a whole number, a code. None where it is empty."""

import re
from datetime import date, datetime
from typing import Any

from shared.contracts.vocabulary import PlacementType, Rating, Sector
from shared.web.fields import tidy_postcode

URN = re.compile(r"SC[0-9]{6}|[0-9]{7}")
DATE = re.compile(
    r"(?P<year>[12][0-9]{3})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})|"
    r"(?P<day2>[0-9]{2})/(?P<month2>[0-9]{2})/(?P<year2>[12][0-9]{3})"
)
RATINGS = {
    "outstanding": Rating.OUTSTANDING,
    "good": Rating.GOOD,
    "requires improvement": Rating.REQUIRES_IMPROVEMENT,
    "requires improvement to be good": Rating.REQUIRES_IMPROVEMENT,
    "inadequate": Rating.INADEQUATE,
    "not yet inspected": Rating.NOT_YET_INSPECTED,
}
SECTORS = {
    "local authority": Sector.OWN,
    "health authority": Sector.OTHER_PUBLIC,
    "private": Sector.PRIVATE,
    "voluntary": Sector.VOLUNTARY,
}
MOST_TEXT, MOST_PLACES = 200, 1_000


def text(cell: Any) -> str | None:
    """Words on one line. Raises ValueError."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    words = " ".join(str(cell).split())
    if words.startswith("="):
        raise ValueError("This begins as a formula does.")
    if len(words) > MOST_TEXT:
        raise ValueError(f"This is longer than {MOST_TEXT} characters.")
    if not words.isprintable():
        raise ValueError("There are characters here that nobody can read.")
    return words or None


def urn(cell: Any) -> str | None:
    told = text(cell)
    if told is not None and not URN.fullmatch(told := told.upper()):
        raise ValueError("Ofsted's number is SC and 6 digits, or 7 digits.")
    return told


def day(cell: Any) -> date | None:
    """A date cell, or 2015-01-31, or 31/01/2015."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    told = text(cell)
    if told is None:
        return None
    found = DATE.fullmatch(told)
    try:
        if found is not None:
            return date(*(int(found[name] or found[f"{name}2"]) for name in ("year", "month", "day")))
    except ValueError:
        pass
    raise ValueError("This is no date, such as 31/01/2015.")


def count(cell: Any) -> int | None:
    """How many places."""
    told = text(cell)
    if told is None:
        return None
    if not told.isascii() or not told.isdigit() or int(told) > MOST_PLACES:
        raise ValueError(f"This is no number of places from 0 to {MOST_PLACES}.")
    return int(told)


def codes(cell: Any) -> tuple[PlacementType, ...]:
    """SSDA903 placement codes, parted by commas."""
    told = (text(cell) or "").upper().replace(",", " ").split()
    unknown = [code for code in told if code not in set(PlacementType)]
    if unknown:
        raise ValueError("There is a code here that is no SSDA903 placement type.")
    return tuple(PlacementType(code) for code in dict.fromkeys(told))


def sector(cell: Any) -> Sector:
    """An SSDA903 provider code, or the words that stand for one."""
    told = text(cell) or ""
    known = SECTORS.get(told.casefold()) or (Sector(told) if told in set(Sector) else None)
    if known is None or known == Sector.PARENT:
        raise ValueError("This is no kind of provider we know, such as PR4 or Private.")
    return known


def postcode(cell: Any) -> str | None:
    told = text(cell)
    return told and tidy_postcode(told)


def rating(cell: Any) -> Rating | None:
    """None where Ofsted's words are no overall judgement."""
    return RATINGS.get((text(cell) or "").casefold())
