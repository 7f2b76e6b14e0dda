"""The rules of bookings, prices and dates."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.placements.domain import AFTER, Stay, must_fit, must_follow, overlap, priced
from shared.clock import age_on
from shared.contracts.placements import PriceLine
from shared.contracts.vocabulary import PlacementStatus, PriceElement, Purpose
from shared.errors import Refused

DAY = date(2026, 1, 1)
days = st.integers(0, 40).map(lambda n: DAY + timedelta(days=n))
runs = st.tuples(days, st.none() | days).filter(lambda run: run[1] is None or run[1] > run[0])


def nights(start: date, end: date | None) -> set[int]:
    return set(range((start - DAY).days, 60 if end is None else (end - DAY).days))


@given(runs, runs)
def test_two_runs_overlap_when_they_share_a_night(
    one: tuple[date, date | None], other: tuple[date, date | None]
) -> None:
    assert overlap(*one, *other) == bool(nights(*one) & nights(*other))


@given(st.lists(st.tuples(runs, st.integers(0, 5)), min_size=1, max_size=8))
def test_the_latest_price_is_in_force_on_its_nights_and_no_night_has_two(
    agreed: list[tuple[tuple[date, date | None], int]],
) -> None:
    lines: tuple[PriceLine, ...] = ()
    expected: dict[int, int] = {}
    for (start, end), pence in agreed:
        line = PriceLine(element=PriceElement.HEALTH, starts=start, ends=end, weekly_pence=pence)
        lines = priced(lines, line)
        expected |= dict.fromkeys(nights(start, end), pence)
    in_force = [(night, line.weekly_pence) for line in lines for night in nights(line.starts, line.ends)]
    assert dict(in_force) == expected
    assert len(in_force) == len(expected)


def test_a_price_for_one_element_leaves_the_others_alone() -> None:
    health = PriceLine(element=PriceElement.HEALTH, starts=DAY, ends=None, weekly_pence=1)
    school = PriceLine(element=PriceElement.EDUCATION, starts=DAY, ends=None, weekly_pence=2)
    assert priced([health], school) == (school, health)


def a_stay(status: PlacementStatus = PlacementStatus.STARTED, purpose: Purpose = Purpose.FIRST) -> Stay:
    return Stay("here", status, purpose, DAY, None)


@pytest.mark.parametrize("status", [PlacementStatus.BOOKED, PlacementStatus.CONFIRMED, PlacementStatus.STARTED])
def test_a_second_booking_over_the_same_nights_is_refused(status: PlacementStatus) -> None:
    with pytest.raises(Refused) as refused:
        must_fit(Purpose.FIRST, None, DAY + timedelta(days=3), None, [a_stay(status)])
    assert refused.value.field == "purpose"


@pytest.mark.parametrize("status", [PlacementStatus.ENDED, PlacementStatus.CANCELLED])
def test_what_is_over_stands_in_nobodys_way(status: PlacementStatus) -> None:
    must_fit(Purpose.FIRST, None, DAY, None, [a_stay(status)])


def test_a_move_names_the_started_placement_it_ends() -> None:
    must_fit(Purpose.MOVE, "here", DAY + timedelta(days=3), None, [a_stay()])
    for stays, names in (([a_stay()], "elsewhere"), ([a_stay(PlacementStatus.CONFIRMED)], "here"), ([], "here")):
        with pytest.raises(Refused) as refused:
            must_fit(Purpose.MOVE, names, DAY + timedelta(days=3), None, stays)
        assert refused.value.field == "moves_from"


def test_a_move_cannot_be_booked_twice() -> None:
    booked = Stay("there", PlacementStatus.BOOKED, Purpose.MOVE, DAY + timedelta(days=3), None)
    with pytest.raises(Refused):
        must_fit(Purpose.MOVE, "here", DAY + timedelta(days=5), None, [a_stay(), booked])


def test_a_temporary_stay_is_away_from_a_started_placement() -> None:
    must_fit(Purpose.TEMPORARY, None, DAY, DAY + timedelta(days=3), [a_stay()])
    with pytest.raises(Refused):
        must_fit(Purpose.TEMPORARY, None, DAY, DAY + timedelta(days=3), [])
    away = Stay("away", PlacementStatus.CONFIRMED, Purpose.TEMPORARY, DAY, DAY + timedelta(days=3))
    with pytest.raises(Refused):
        must_fit(Purpose.TEMPORARY, None, DAY, DAY + timedelta(days=2), [a_stay(), away])


@pytest.mark.parametrize("now", PlacementStatus)
@pytest.mark.parametrize("then", PlacementStatus)
def test_a_placement_goes_only_forward(now: PlacementStatus, then: PlacementStatus) -> None:
    if then in AFTER[now]:
        must_follow(now, then)
    else:
        with pytest.raises(Refused):
            must_follow(now, then)


def test_an_age_counts_birthdays() -> None:
    assert age_on(date(2010, 6, 15), date(2026, 6, 14)) == 15
    assert age_on(date(2010, 6, 15), date(2026, 6, 15)) == 16
    assert age_on(date(2008, 2, 29), date(2026, 2, 28)) == 17
