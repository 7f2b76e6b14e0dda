"""What time it is: UTC moments, and today as England has it; injected, so that tests can move it."""

from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def day_in_england(moment: datetime) -> date:
    """The Europe/London date of an aware moment."""
    return moment.astimezone(LONDON).date()


def age_on(born: date, day: date) -> int:
    """Whole years; somebody born on 29 February is a year older on 1 March."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


class Clock(Protocol):
    """Where every action gets the time from."""

    def now(self) -> datetime: ...

    def today(self) -> date: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def today(self) -> date:
        return day_in_england(self.now())


class FixedClock:
    """A clock that stands still until it is moved."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def today(self) -> date:
        return day_in_england(self.at)

    def move(self, by: timedelta) -> None:
        """Let this much time pass."""
        self.at += by
