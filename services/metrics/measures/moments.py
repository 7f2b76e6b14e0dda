"""On which day in England a recorded moment fell."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise

import numpy as np

from services.metrics.columns import Numbers, microseconds
from services.metrics.domain import NO_END, end_of
from services.metrics.measures.asked import Asked

YEARS = range(1972, 2101)
"""Summer time as it has been since; no moment of ours falls outside."""
HOUR, DAY = 3_600_000_000, 86_400_000_000
"""In microseconds."""


@cache
def _changes() -> Numbers:
    """When clocks went forward and back, in turn."""
    days = (date(year, 1, 1) + timedelta(days=n) for year in YEARS for n in range(366))
    offsets = ((day, end_of(day).utcoffset()) for day in days)
    changed = [after for (_, was), (after, now) in pairwise(offsets) if was != now]
    return np.array([microseconds(datetime.combine(day, time(1), UTC)) for day in changed], np.int64)


def days_of(moments: Numbers) -> Numbers:
    """Day numbers of moments in microseconds; `NO_END` for a moment that is not there."""
    summer = np.searchsorted(_changes(), moments, side="right") % 2
    return np.where(moments < 0, NO_END, (moments + summer * HOUR) // DAY)


def first_days_of_moments(asked: Asked, authorities: Numbers, moments: Numbers) -> Numbers:
    """A table over every word: the day of an authority's earliest moment, or `NO_END` where it has none."""
    table = np.full(len(asked.columns.words) + 1, -1, np.int64)
    there = moments >= 0
    # Compared without a sign, so that what is not there comes last.
    np.minimum.at(table.view(np.uint64), authorities[there], moments[there].view(np.uint64))
    return days_of(table)
