"""By when a referral should have its home: each urgency's time, counted from the moment of asking."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, time

from shared.clock import LONDON, day_in_england
from shared.contracts.vocabulary import Urgency
from shared.working_time import WorkingTime


@dataclass(frozen=True, slots=True)
class Deadlines:
    """An authority's times. Working days follow the day on which the asking counts as received, and end at closing.

    An emergency has the day it was made on, weekend or not, to its end: the child needs a bed tonight. With
    `emergency_in_working_time` it has the worked day on which it counts as received.
    """

    short_notice_working_days: int = 3
    planned_working_days: int = 20
    emergency_in_working_time: bool = False
    working_time: WorkingTime = field(default_factory=WorkingTime)


USUAL = Deadlines()
"""No law gives these numbers: each authority sets its own, and a figure that uses them prints them."""


def deadline(submitted_at: datetime, urgency: Urgency, *, times: Deadlines = USUAL) -> datetime:
    """The last moment (UTC) that is still in time."""
    if urgency is Urgency.EMERGENCY and not times.emergency_in_working_time:
        return datetime.combine(day_in_england(submitted_at), time.max, LONDON).astimezone(UTC)
    return times.working_time.closing(
        times.working_time.days_after(times.working_time.received(submitted_at), _working_days(urgency, times))
    )


def _working_days(urgency: Urgency, times: Deadlines) -> int:
    return {
        Urgency.EMERGENCY: 0,
        Urgency.SHORT_NOTICE: times.short_notice_working_days,
        Urgency.PLANNED: times.planned_working_days,
    }[urgency]


def overdue(due_at: datetime, now: datetime) -> bool:
    """Whether a deadline has passed: in the last moment itself it has not."""
    return now > due_at
