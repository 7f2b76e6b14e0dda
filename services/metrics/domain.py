"""Rules that figures share: how they are rounded, and how days are counted."""

from datetime import date
from decimal import Decimal

FIRST_DAY = date(1970, 1, 1).toordinal()
NO_END = 2**31 - 1
"""The number of a day that is not there: after every day, so that what ends then has not and what starts then never."""


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
