"""On which day in England a recorded moment fell."""

from datetime import date, timedelta
from functools import cache

import numpy as np

from services.metrics.columns import Numbers, microseconds
from services.metrics.domain import FIRST_DAY, NO_END, end_of
from services.metrics.measures.asked import Asked

FIRST, LAST = date(1990, 1, 1), date(2101, 1, 1)
"""No moment of ours falls outside."""


@cache
def _midnights() -> Numbers:
    """When each of those days began, in microseconds."""
    days = range((LAST - FIRST).days)
    return np.array([microseconds(end_of(FIRST + timedelta(days=day - 1))) for day in days], np.int64)


def days_of(moments: Numbers) -> Numbers:
    """Day numbers of moments in microseconds; `NO_END` for a moment that is not there."""
    days = np.searchsorted(_midnights(), moments, side="right") - 1 + (FIRST.toordinal() - FIRST_DAY)
    return np.where(moments < 0, NO_END, days)


def first_days_of_moments(asked: Asked, authorities: Numbers, moments: Numbers) -> Numbers:
    """A table over every word: the day of an authority's earliest moment, or `NO_END` where it has none."""
    table = np.full(len(asked.columns.words) + 1, -1, np.int64)
    there = moments >= 0
    # Compared without a sign, so that what is not there comes last.
    np.minimum.at(table.view(np.uint64), authorities[there], moments[there].view(np.uint64))
    return days_of(table)
