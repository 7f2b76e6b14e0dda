"""Flows, stability and location on a few made-up children, each answer worked out by hand."""

from datetime import date, timedelta

import pytest

from services.metrics.measures import Figures, compute
from shared.errors import Invalid
from tests.facts import NOON, OURS, THEIRS, Version, a_child, a_period, a_stay, columns_of, told

END = date(2026, 3, 31)
APRIL = date(2025, 4, 1)
LONG_AGO = date(2020, 6, 1)


def figure(*versions: Version, of: str, as_at: date = END, **asked):
    return compute(columns_of([told("coverages", OURS, starts=date(2018, 1, 1)), *versions]), of, OURS, as_at, **asked)


def over(*versions: Version, of: str, **asked) -> tuple[int | None, int | None]:
    found = figure(*versions, of=of, **asked)
    return found.numerator, found.denominator


def a_child_in_care(number: int, since: date = LONG_AGO, until: date | None = None, **more) -> list[Version]:
    return [a_child(number), a_period(number, since, until, **more)]


def moving(child: int, *days: date, **more) -> list[Version]:
    """Stays one after another, the last one open."""
    ends = [*days[1:], None]
    return [
        a_stay(100 * child + n, child, day, end, **more) for n, (day, end) in enumerate(zip(days, ends, strict=True))
    ]


def test_three_placements_count_where_they_touch_the_year_from_1_april():
    # Left the first home on 1 April itself: it was in the year. The second child left a day earlier: two placements.
    first = [*a_child_in_care(1), *moving(1, LONG_AGO, APRIL, date(2025, 9, 1))]
    second = [*a_child_in_care(2), *moving(2, LONG_AGO, APRIL - timedelta(days=1), date(2025, 9, 1))]
    assert over(*first, *second, of="three_plus") == (1, 2)
    assert over(*first, *second, of="three_plus", as_at=END + timedelta(days=1)) == (0, 2)
    assert over(*first, *second, of="three_plus", counts="moves") == (0, 2)


def test_three_moves_are_four_placements():
    four = [*a_child_in_care(1), *moving(1, LONG_AGO, date(2025, 5, 1), date(2025, 6, 1), date(2025, 7, 1))]
    assert over(*four, of="three_plus", counts="moves") == (1, 1)


def test_a_stay_of_less_than_a_day_is_none_and_a_temporary_stay_is_none_of_its_own():
    home = a_stay(1, 1, LONG_AGO)
    day = date(2025, 6, 1)
    short = a_stay(2, 1, day, day)
    away = [a_stay(n, 1, day, day + timedelta(days=7), purpose="temporary", type="T4") for n in (3, 4, 5)]
    annulled = [a_stay(n, 1, day, day + timedelta(days=9), status="annulled") for n in (6, 7)]
    assert over(*a_child_in_care(1), home, short, *away, *annulled, of="three_plus") == (0, 1)


def test_a_change_with_the_same_carer_counts_or_not_as_is_said():
    told_so = [
        a_stay(1, 1, LONG_AGO, date(2025, 5, 1)),
        a_stay(2, 1, date(2025, 5, 1), date(2025, 8, 1), same_carer=True),
    ]
    last = a_stay(3, 1, date(2025, 8, 1))
    child = a_child_in_care(1)
    assert over(*child, *told_so, last, of="three_plus") == (1, 1)
    assert over(*child, *told_so, last, of="three_plus", same_carer_counts="no") == (0, 1)


@pytest.mark.parametrize(("type_", "counted"), [("A3", 0), ("A5", 0), ("A4", 1), ("U4", 1)])
def test_adoption_by_the_present_carer_is_no_move(type_: str, counted: int):
    stays = [*moving(1, LONG_AGO, date(2025, 5, 1))[:1], a_stay(8, 1, date(2025, 5, 1), date(2025, 6, 1))]
    adopted = a_stay(9, 1, date(2025, 6, 1), type=type_)
    assert over(*a_child_in_care(1), *stays, adopted, of="three_plus") == (counted, 1)


def test_short_breaks_are_in_no_figure_of_looked_after_children():
    breaks = [*a_child_in_care(1, status="V4"), *moving(1, LONG_AGO, APRIL, date(2025, 9, 1))]
    other = a_child_in_care(2)
    for measure in ("cla", "three_plus", "in_area", "placement_mix"):
        found = figure(*breaks, *other, of=measure)
        assert (found.denominator or found.numerator) == 1, measure
    assert figure(*breaks, of="bed_nights").numerator == 0


def test_short_breaks_that_become_care_start_it_that_day():
    lines = ({"status": "V4", "starts": LONG_AGO}, {"status": "C2", "starts": date(2025, 12, 1)})
    period = [*a_child_in_care(1), told("legal_statuses", 1001, lines=lines)]
    assert figure(*period, of="cla", as_at=date(2025, 11, 30)).numerator == 0
    assert figure(*period, of="cla").numerator == 1
    assert figure(*period, of="cla_started", window="quarter", as_at=date(2026, 2, 28)).numerator == 1
    assert figure(*period, of="cla", by="legal_status").cells.keys() == {"C2"}


def test_flows_are_those_within_the_window_its_first_day_aside():
    stays = [*a_child_in_care(1, date(2026, 2, 28)), *a_child_in_care(2, date(2026, 3, 1), END, reason="E4A")]
    assert figure(*stays, of="cla_started", window="month").numerator == 1
    assert figure(*stays, of="cla_started", after=date(2026, 2, 27)).numerator == 2
    ceased = figure(*stays, of="cla_ceased", window="month", by="reason")
    assert (ceased.numerator, ceased.cells.keys(), ceased.after) == (1, {"E4A"}, date(2026, 2, 28))
    assert figure(*stays, of="cla").numerator == 1


def test_a_third_placement_is_reached_on_the_day_it_starts_and_once():
    days = (LONG_AGO, date(2025, 11, 1), date(2026, 3, 10), date(2026, 3, 20))
    child = [*a_child_in_care(1), *moving(1, *days)]
    assert figure(*child, of="third_placement_reached").numerator == 1
    assert figure(*child, of="third_placement_reached", as_at=date(2026, 3, 9)).numerator == 0
    assert figure(*child, of="third_placement_reached", after=date(2026, 3, 10)).numerator == 0


def test_long_term_is_two_years_with_a_carer_of_two_and_a_half_in_care():
    since = date(2023, 9, 30)  # 30 months before
    settled = [*a_child_in_care(1, since), a_stay(1, 1, since, date(2024, 3, 31)), a_stay(2, 1, date(2024, 3, 31))]
    moved = [*a_child_in_care(2, since), a_stay(3, 2, since, date(2024, 4, 1)), a_stay(4, 2, date(2024, 4, 1))]
    newer = [*a_child_in_care(3, since + timedelta(days=1)), a_stay(5, 3, since + timedelta(days=1))]
    older = [a_child(4, born=date(2010, 3, 31)), a_period(4, since), a_stay(6, 4, since)]
    every = [*settled, *moved, *newer, *older]
    assert over(*every, of="long_term") == (1, 2)
    assert over(*every, of="long_term", under_16="no") == (2, 3)
    assert figure(*every, of="long_term").value == 50


def test_years_with_one_carer_are_counted_through_a_change_of_status_and_into_adoption():
    since, change = date(2022, 1, 1), date(2025, 6, 1)
    status = [*a_child_in_care(1, since), a_stay(1, 1, since, change), a_stay(2, 1, change, same_carer=True)]
    adopted = [*a_child_in_care(2, since), a_stay(3, 2, since, change), a_stay(4, 2, change, type="A6")]
    moved = [*a_child_in_care(3, since), a_stay(5, 3, since, change), a_stay(6, 3, change)]
    assert over(*status, *adopted, *moved, of="long_term") == (2, 3)
    assert over(*status, *adopted, *moved, of="long_term", same_carer_counts="yes") == (1, 3)


def test_what_looks_back_past_coverage_or_past_a_known_start_is_incomplete():
    child = [*a_child_in_care(1, date(2024, 1, 1)), a_stay(1, 1, date(2024, 1, 1))]
    unknown = [*a_child_in_care(2, date(2025, 1, 1), start_known=False), a_stay(2, 2, date(2025, 1, 1))]
    assert not figure(*child, of="long_term").incomplete
    found = figure(*child, *unknown, of="long_term")
    assert found.incomplete
    assert found.note == "Incomplete: 1 children were in care before the first day that is known of them."
    later = told("coverages", OURS, version=2, starts=date(2025, 4, 2))
    assert figure(*child, later, of="three_plus").incomplete
    assert not figure(*child, later, of="three_plus", as_at=date(2026, 4, 1)).incomplete
    assert figure(*child, later, of="three_plus", as_at=date(2025, 4, 1)).note == "No data before 2 April 2025."


WHERE = {1: ("in_area", 10), 2: ("bordering", 200), 3: ("at_distance", 201), 4: ("in_area", 300), 5: (None, None)}


def placed_here_and_there() -> list[Version]:
    return [
        version
        for child, (location, miles) in WHERE.items()
        for version in (*a_child_in_care(child), a_stay(child, child, LONG_AGO, location=location, miles_tenths=miles))
    ]


def test_where_children_live_and_how_far():
    every = placed_here_and_there()
    assert over(*every, of="in_area") == (2, 5)
    assert over(*every, of="bordering") == (1, 5)
    assert over(*every, of="at_distance") == (1, 5)
    assert figure(*every, of="in_area").parts == {"not_known": 1}
    assert over(*every, of="within_20_miles") == (2, 4)
    assert over(*every, of="over_20_and_outside") == (1, 5)


def test_a_distance_is_a_distribution():
    every = placed_here_and_there()  # 1.0, 20.0, 20.1 and 30.0 miles
    assert str(figure(*every, of="distance").value) == "20.1"  # 20.05
    assert str(figure(*every, of="distance", statistic="mean").value) == "17.8"  # 71.1 / 4
    assert str(figure(*every, of="distance", statistic="ninetieth").value) == "30.0"
    within = figure(*every, of="distance", statistic="within")
    assert (within.numerator, within.denominator, str(within.value), within.unit) == (2, 4, "50.0", "%")
    bands = figure(*every, of="distance", by="miles").cells
    assert {name: cell.denominator for name, cell in bands.items()} == {
        "up to 5": 1,
        "over 10 to 20": 1,
        "over 20 to 50": 2,
    }


def test_while_away_a_child_lives_where_the_placement_goes_on():
    away = a_stay(9, 1, date(2026, 3, 1), purpose="temporary", location="at_distance", miles_tenths=900)
    every = [*a_child_in_care(1), a_stay(1, 1, LONG_AGO, location="in_area", miles_tenths=5), away]
    assert over(*every, of="in_area") == (1, 1)
    assert over(*every, of="over_20_and_outside") == (0, 1)


def test_a_region_is_the_union_and_names_who_has_no_data():
    ours = placed_here_and_there()
    theirs = [a_stay(50, 9, LONG_AGO, location="in_area", miles_tenths=31), *a_child_in_care(9)]
    theirs = [Version(v.kind, v.subject, 1, NOON, {**v.told, "authority": THEIRS}) for v in theirs]
    columns = columns_of([*ours, *theirs])
    both = Figures(columns, (OURS, THEIRS))
    assert str(both.figure("distance", END).value) == "20.0"  # of 1.0, 3.1, 20.0, 20.1 and 30.0
    by = both.figure("in_area", END, by="authority")
    assert (by.numerator, by.denominator, by.cells[THEIRS].numerator) == (3, 6, 1)
    missing = Figures(columns, (OURS, "E10000001")).figure("cla", END)
    assert (missing.numerator, missing.incomplete) == (5, True)
    assert missing.note == "Incomplete: there is no data of E10000001."


def test_a_series_steps_back_from_its_last_day_and_its_windows_meet():
    columns = columns_of([*a_child_in_care(1, date(2026, 1, 31)), *a_child_in_care(2, date(2026, 2, 28))])
    figures = Figures(columns, (OURS,))
    points = list(figures.series("cla_started", date(2026, 1, 31), END, "month"))
    assert [(point.after, point.as_at) for point in points] == [
        (date(2025, 12, 31), date(2026, 1, 31)),
        (date(2026, 1, 31), date(2026, 2, 28)),
        (date(2026, 2, 28), END),
    ]
    assert [point.numerator for point in points] == [1, 1, 0]
    with pytest.raises(Invalid) as refused:
        list(figures.series("cla", date(2010, 1, 1), END, "day"))
    assert refused.value.field == "every"
