"""Working time, beside an oracle that walks minute by minute, and England's bank holidays as they were."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.clock import LONDON
from shared.working_time import WorkingTime, bank_holidays

MINUTE = timedelta(minutes=1)
USUAL = WorkingTime()
TURNS = [
    datetime(2024, 3, 30, 12, tzinfo=UTC),  # clocks go forward on Easter Sunday
    datetime(2025, 10, 25, 12, tzinfo=UTC),  # clocks go back
    datetime(2026, 12, 24, 12, tzinfo=UTC),  # Boxing Day is a Saturday
    datetime(2022, 6, 1, 12, tzinfo=UTC),  # a holiday moved, and one given once
    datetime(2023, 12, 31, 12, tzinfo=UTC),
]
ENGLAND_2022_TO_2024 = """
    2022-01-03 2022-04-15 2022-04-18 2022-05-02 2022-06-02 2022-06-03 2022-08-29 2022-09-19 2022-12-26 2022-12-27
    2023-01-02 2023-04-07 2023-04-10 2023-05-01 2023-05-08 2023-05-29 2023-08-28 2023-12-25 2023-12-26
    2024-01-01 2024-03-29 2024-04-01 2024-05-06 2024-05-27 2024-08-26 2024-12-25 2024-12-26
"""
"""As the government published them, those on weekdays."""

moments = st.builds(
    lambda turn, minutes: turn + minutes * MINUTE, st.sampled_from(TURNS), st.integers(-4 * 24 * 60, 4 * 24 * 60)
)
whole_hours = st.sampled_from([time(hour) for hour in range(24) if hour != 1])
hours = st.lists(whole_hours, min_size=2, max_size=2, unique=True).map(sorted)
working_times = st.one_of(
    st.just(USUAL),
    st.builds(
        lambda between, week, closed: WorkingTime(between[0], between[1], frozenset(week), frozenset(closed)),
        hours,
        st.sets(st.integers(0, 6), min_size=1),
        st.sets(st.sampled_from([date(2026, 12, 29), date(2024, 3, 28)])),
    ),
)


def worked(moment: datetime, by: WorkingTime) -> bool:
    """Whether the minute that begins here is worked, looked at on the clock in London."""
    there = moment.astimezone(LONDON)
    day = there.date()
    free = day in bank_holidays(day.year) or day in by.closed_besides
    return there.weekday() in by.week and not free and by.opens <= there.time() < by.closes


def minutes_worked(start: datetime, end: datetime, by: WorkingTime) -> int:
    return sum(worked(start + n * MINUTE, by) for n in range(max((end - start) // MINUTE, 0)))


@settings(max_examples=40, deadline=None)
@given(moments, st.integers(0, 6 * 24 * 60), working_times)
def test_time_elapsed_is_every_worked_minute(start: datetime, minutes: int, by: WorkingTime) -> None:
    end = start + minutes * MINUTE
    assert by.elapsed(start, end) == minutes_worked(start, end, by) * MINUTE
    assert by.elapsed(end, start) == timedelta()


@settings(max_examples=40, deadline=None)
@given(moments, st.integers(1, 24 * 60), working_times)
def test_after_so_much_work_is_the_first_minute_by_which_it_is_done(
    start: datetime, minutes: int, by: WorkingTime
) -> None:
    reached, done = start, 0
    while done < minutes:
        done += worked(reached, by)
        reached += MINUTE
    assert by.after(start, minutes * MINUTE) == reached


@settings(max_examples=40, deadline=None)
@given(moments, working_times)
def test_what_comes_after_hours_counts_as_received_on_the_next_worked_day(at: datetime, by: WorkingTime) -> None:
    reached = at
    while not worked(reached, by):
        reached += MINUTE
    assert by.received(at) == reached.astimezone(LONDON).date()


@given(moments.map(datetime.date), st.integers(0, 60), working_times)
def test_days_after_and_days_between_undo_each_other(day: date, days: int, by: WorkingTime) -> None:
    reached = by.days_after(day, days)
    assert by.days_between(day, reached) == days
    assert by.days_between(reached, day) == -days
    assert days == 0 or by.works(reached)


@given(moments.map(datetime.date), st.integers(0, 360))
def test_working_days_between_are_the_weekdays_without_the_bank_holidays(start: date, days: int) -> None:
    dates = [start + timedelta(days=n) for n in range(1, days + 1)]
    free = bank_holidays(start.year) | bank_holidays(start.year + 1)
    expected = [day for day in dates if day.isoweekday() <= 5 and day not in free]
    assert USUAL.days_between(start, start + timedelta(days=days)) == len(expected)


def test_bank_holidays_are_those_england_had() -> None:
    had = {date.fromisoformat(day) for day in ENGLAND_2022_TO_2024.split()}
    kept = {day for year in (2022, 2023, 2024) for day in bank_holidays(year) if day.isoweekday() <= 5}
    assert kept == had


def test_scotlands_holidays_are_not_englands() -> None:
    assert USUAL.works(date(2026, 1, 2))
    assert USUAL.works(date(2026, 11, 30))


def test_opening_is_nine_in_london_in_winter_and_summer() -> None:
    assert USUAL.opening(date(2026, 1, 5)) == datetime(2026, 1, 5, 9, tzinfo=UTC)
    assert USUAL.opening(date(2026, 7, 6)) == datetime(2026, 7, 6, 8, tzinfo=UTC)


def test_hours_that_close_before_they_open_and_weeks_without_a_day_are_refused() -> None:
    with pytest.raises(ValueError, match="open before they close"):
        WorkingTime(time(17), time(9))
    with pytest.raises(ValueError, match="one day of the week"):
        WorkingTime(week=frozenset())
