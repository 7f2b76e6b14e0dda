"""Which collection year a file is of: as given, as its name says, or as its dates say. Year Y ends on 31 March Y."""

import re
from collections import Counter
from collections.abc import Iterable
from datetime import date
from pathlib import PurePosixPath

_WHOLE_DATE = re.compile(r"(?<!\d)20\d\d([-_.]?)(?:0[1-9]|1[0-2])\1(?:0[1-9]|[12]\d|3[01])(?!\d)")
_TWO_YEARS = re.compile(r"(?<!\d)(20\d\d)\s?[-_–]\s?(?:20)?(\d\d)(?!\d)")
_ENOUGH = 3
"""Episodes that end in another year: fewer may be slips of the pen, which are told row by row."""
_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")


def year_of(day: date) -> int:
    """The collection year a day falls in."""
    return day.year + (day >= date(day.year, 4, 1))


def first_day(year: int) -> date:
    return date(year - 1, 4, 1)


def last_day(year: int) -> date:
    return date(year, 3, 31)


def named_year(name: str) -> int | None:
    """The year in a file's name, or else in its nearest folder's: 2023, 2022-23 and 2022_2023 are all 2023."""
    for part in reversed(PurePosixPath(name).parts):
        years = set(_years_in(_WHOLE_DATE.sub(" ", part)))
        if len(years) == 1:
            return years.pop()
    return None


def _years_in(part: str) -> Iterable[int]:
    for pair in _TWO_YEARS.finditer(part):
        if (int(pair[1]) + 1) % 100 == int(pair[2]):
            yield int(pair[1]) + 1
            part = part.replace(pair[0], " ")
    yield from (int(year) for year in _YEAR.findall(part))


def ends_tell_another_year(year: int, ends: Iterable[date]) -> int | None:
    """The other year in which most episodes end, if enough do to say that the return is not of the year it is said."""
    ended = Counter(map(year_of, ends))
    other = max(ended, key=lambda one: (ended[one], one), default=year)
    return other if other != year and ended[other] >= _ENOUGH and 2 * ended[other] > ended.total() else None


def dated_year(starts: Iterable[date], ends: Iterable[date]) -> int | None:
    """The year in which most episodes end, or where none ends that of the newest start.

    A return reports only episodes of its own year, so that its ends tell the year whatever one slip of the pen says.
    """
    ended = Counter(map(year_of, ends))
    if ended:
        return max(ended, key=lambda year: (ended[year], year))
    newest = max(starts, default=None)
    return year_of(newest) if newest else None
