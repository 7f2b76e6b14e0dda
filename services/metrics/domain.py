"""Rules that figures share: how they are rounded, and how days, windows and series are counted."""

from calendar import monthrange
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from shared.clock import LONDON

FIRST_DAY = date(1970, 1, 1).toordinal()
NO_END = 2**31 - 1
"""The number of a day that is not there: after every day, so that what ends then has not and what starts then never."""

MOST_TARGET = 100
"""Of a percentage."""


def day_number(day: date) -> int:
    """Days since 1 January 1970, as columns hold them."""
    return day.toordinal() - FIRST_DAY


def half_up(numerator: int, denominator: int, decimals: int) -> Decimal:
    """A quotient to so many decimals, a half going away from zero: the one rounding of every published figure.

    Exact, because nothing is rounded twice. Raises ZeroDivisionError where there is no denominator.
    """
    doubled = 2 * abs(numerator) * 10**decimals + abs(denominator)
    rounded = doubled // (2 * abs(denominator))
    sign = -1 if (numerator < 0) != (denominator < 0) else 1
    return Decimal(sign * rounded).scaleb(-decimals)


def months_back(day: date, months: int) -> date:
    """The same day so many months before, or that month's last."""
    year, month = divmod(max(day.year * 12 + day.month - 1 - months, 12), 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def financial_year_of(day: date) -> date:
    """The 1 April on or before a day."""
    return date(day.year if day.month > 3 else day.year - 1, 4, 1)


WINDOWS: Mapping[str, Callable[[date], date]] = {
    "year": lambda day: months_back(day, 12),
    "quarter": lambda day: months_back(day, 3),
    "month": lambda day: months_back(day, 1),
    "week": lambda day: day - timedelta(days=7),
    "day": lambda day: day - timedelta(days=1),
    "financial_year": lambda day: financial_year_of(day) - timedelta(days=1),
}
"""The windows a measure may be asked for by name: each ends with a day, and begins after the day answered here."""
STEPS: Mapping[str, Callable[[date, int], date]] = {
    "day": lambda day, count: day - timedelta(days=count),
    "month": months_back,
    "quarter": lambda day, count: months_back(day, 3 * count),
    "year": lambda day, count: months_back(day, 12 * count),
}
"""How a series steps back from its last day."""


def steps(every: str, first: date, last: date, most: int) -> list[date]:
    """The days of a series in order, `last` among them; one more than `most` where there are more."""
    days: list[date] = []
    while len(days) <= most and (day := STEPS[every](last, len(days))) >= first:
        days.append(day)
    return days[::-1]


def end_of(day: date) -> datetime:
    """The moment a day ends in England."""
    return datetime.combine(day + timedelta(days=1), time(), LONDON)
