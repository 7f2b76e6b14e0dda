"""When England works: its hours, its days, and its bank holidays, read offline from a kept package."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache

from holidays import country_holidays

from shared.clock import LONDON

MONDAY_TO_FRIDAY = frozenset(range(5))
A_DAY = timedelta(days=1)


@cache
def bank_holidays(year: int) -> frozenset[date]:
    """England's, with those given once. One that is proclaimed later is known when the package is renewed."""
    return frozenset(country_holidays("GB", subdiv="ENG", years=year))


@dataclass(frozen=True, slots=True)
class WorkingTime:
    """Hours by the clock in London, days of the week (Monday is 0), and days on which this authority is closed besides.

    Hours that begin or end between one and two at night mean nothing on two Sundays a year; nobody keeps any.
    """

    opens: time = time(9)
    closes: time = time(17)
    week: frozenset[int] = MONDAY_TO_FRIDAY
    closed_besides: frozenset[date] = field(default=frozenset())

    def __post_init__(self) -> None:
        if self.opens >= self.closes:
            raise ValueError("Working hours open before they close, on one day")
        if not self.week:
            raise ValueError("At least one day of the week is worked")

    def works(self, day: date) -> bool:
        """Whether a day is worked."""
        return day.weekday() in self.week and day not in bank_holidays(day.year) and day not in self.closed_besides

    def opening(self, day: date) -> datetime:
        """The moment (UTC) at which a day's hours begin."""
        return datetime.combine(day, self.opens, LONDON).astimezone(UTC)

    def closing(self, day: date) -> datetime:
        """The moment (UTC) at which a day's hours end."""
        return datetime.combine(day, self.closes, LONDON).astimezone(UTC)

    def days_from(self, day: date) -> Iterator[date]:
        """Worked days without end, beginning with this day if it is worked."""
        while True:
            if self.works(day):
                yield day
            day += A_DAY

    def received(self, at: datetime) -> date:
        """The worked day on which something counts as having come: after hours it is the next."""
        day = at.astimezone(LONDON).date()
        return next(self.days_from(day if at < self.closing(day) else day + A_DAY))

    def days_after(self, day: date, days: int) -> date:
        """The worked day that is so many worked days after a day; for none, the day itself."""
        coming = self.days_from(day + A_DAY)
        for _ in range(days):
            day = next(coming)
        return day

    def days_between(self, start: date, end: date) -> int:
        """Worked days after `start`, up to and with `end`: the next worked day is one. Negative where it lies before."""
        if end < start:
            return -self.days_between(end, start)
        return sum(self.works(start + n * A_DAY) for n in range(1, (end - start).days + 1))

    def elapsed(self, start: datetime, end: datetime) -> timedelta:
        """Time worked between two moments, none if the second is the earlier."""
        day, worked = start.astimezone(LONDON).date(), timedelta()
        while self.opening(day) < end:
            if self.works(day):
                worked += max(min(end, self.closing(day)) - max(start, self.opening(day)), timedelta())
            day += A_DAY
        return worked

    def after(self, start: datetime, worked: timedelta) -> datetime:
        """The first moment (UTC) by which so much time has been worked."""
        for day in self.days_from(start.astimezone(LONDON).date()):
            begin = max(start, self.opening(day))
            until = begin + worked
            if until <= self.closing(day):
                return until.astimezone(UTC)
            worked -= max(self.closing(day) - begin, timedelta())
        raise AssertionError("days do not end")
