"""By when a referral should have its home, in words a duty officer would use."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.referrals.deadlines import Deadlines, deadline, overdue
from shared.clock import LONDON, day_in_england
from shared.contracts.vocabulary import Urgency
from shared.working_time import WorkingTime

EMERGENCY, SHORT_NOTICE, PLANNED = Urgency.EMERGENCY, Urgency.SHORT_NOTICE, Urgency.PLANNED
moments = st.integers(0, 20 * 366 * 24 * 3600).map(lambda n: datetime(2015, 1, 1, tzinfo=UTC) + timedelta(seconds=n))


def london(words: str) -> datetime:
    return datetime.strptime(words, "%d %b %Y %H:%M").replace(tzinfo=LONDON)


@pytest.mark.parametrize(
    ("urgency", "asked", "due"),
    [
        (SHORT_NOTICE, "16 Nov 2026 10:00", "19 Nov 2026 17:00"),  # Monday to Thursday
        (SHORT_NOTICE, "16 Nov 2026 17:00", "20 Nov 2026 17:00"),  # closed: it counts as Tuesday's
        (SHORT_NOTICE, "14 Nov 2026 10:00", "19 Nov 2026 17:00"),  # Saturday: it counts as Monday's
        (SHORT_NOTICE, "24 Dec 2026 09:00", "31 Dec 2026 17:00"),  # Friday and Monday are holidays
        (SHORT_NOTICE, "23 Oct 2026 12:00", "28 Oct 2026 17:00"),  # the clocks go back between
        (PLANNED, "16 Nov 2026 10:00", "14 Dec 2026 17:00"),
        (PLANNED, "12 Mar 2027 16:59", "13 Apr 2027 17:00"),  # Easter between, and the clocks go forward
    ],
)
def test_working_days_are_counted_from_the_day_after(urgency: Urgency, asked: str, due: str) -> None:
    assert deadline(london(asked), urgency) == london(due)


@pytest.mark.parametrize("asked", ["16 Nov 2026 10:00", "14 Nov 2026 23:59", "25 Dec 2026 00:00", "29 Mar 2026 00:30"])
def test_an_emergency_has_until_the_end_of_that_day_in_england_whatever_day_it_is(asked: str) -> None:
    due = deadline(london(asked), EMERGENCY)
    assert due.astimezone(LONDON) == datetime.combine(london(asked).date(), time.max, LONDON)


def test_an_authority_may_keep_emergencies_to_working_time() -> None:
    times = Deadlines(emergency_in_working_time=True)
    assert deadline(london("16 Nov 2026 10:00"), EMERGENCY, times=times) == london("16 Nov 2026 17:00")
    assert deadline(london("14 Nov 2026 10:00"), EMERGENCY, times=times) == london("16 Nov 2026 17:00")


def test_an_authority_sets_its_own_days_and_hours() -> None:
    times = Deadlines(short_notice_working_days=1, working_time=WorkingTime(time(8), time(20), frozenset(range(7))))
    assert deadline(london("14 Nov 2026 19:00"), SHORT_NOTICE, times=times) == london("15 Nov 2026 20:00")


@given(moments, st.timedeltas(timedelta(), timedelta(days=9)), st.sampled_from(Urgency), st.booleans())
def test_who_asks_later_is_never_due_earlier_and_nobody_before_asking(
    asked: datetime, later: timedelta, urgency: Urgency, in_working_time: bool
) -> None:
    times = Deadlines(emergency_in_working_time=in_working_time)
    due = deadline(asked, urgency, times=times)
    assert asked <= due <= deadline(asked + later, urgency, times=times)


@given(moments)
def test_the_more_urgent_is_due_first(asked: datetime) -> None:
    emergency, short_notice, planned = (deadline(asked, urgency) for urgency in (EMERGENCY, SHORT_NOTICE, PLANNED))
    assert emergency < short_notice < planned
    assert day_in_england(emergency) == day_in_england(asked)


def test_the_last_moment_is_still_in_time() -> None:
    due = deadline(london("16 Nov 2026 10:00"), PLANNED)
    assert not overdue(due, due)
    assert overdue(due, due + timedelta(microseconds=1))
