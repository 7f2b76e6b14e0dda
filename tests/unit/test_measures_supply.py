"""Capacity, nights, cost and demand on a few made-up homes and referrals, each answer worked out by hand."""

from datetime import UTC, date, datetime, timedelta

from services.metrics.measures import compute
from tests.facts import OURS, Version, a_child, a_period, a_stay, columns_of, told

DAY = date(2026, 3, 31)
AT = datetime(2026, 3, 1, 9, tzinfo=UTC)


def figure(*versions: Version, of: str, as_at: date = DAY, **asked):
    return compute(columns_of(versions), of, OURS, as_at, **asked)


# --- vacancies ---


def a_home(*places: int) -> list[Version]:
    lines = tuple({"place": told("places", place).subject, "opens": date(2020, 1, 1)} for place in places)
    home = told("homes", 1, area=OURS, type="K2", sector="PR4", opened=date(2020, 1, 1))
    return [home, told("places", 1, lines=lines)]


def a_vacancy(number: int, place: int, confirmed: int, version: int = 1, at: datetime = AT, **said) -> Version:
    return told(
        "vacancies",
        number,
        at,
        version,
        **{"status": "posted", "home": 1, "available_from": date(2026, 3, 1), **said},
        confirmed_at=datetime(2026, 3, confirmed, 9, tzinfo=UTC),
        lines=({"place": told("places", place).subject},),
    )


def test_a_place_is_on_offer_while_it_is_posted_and_nobody_has_it():
    later = a_vacancy(3, 3, 1, available_from=date(2026, 4, 9))
    taken = told(
        "occupations", 1, home=1, place=2, kind="booked", starts=date(2026, 3, 30), ends=None, released_at=None
    )
    every = [*a_home(1, 2, 3), a_vacancy(1, 1, 3), a_vacancy(2, 2, 31), later, taken]
    assert figure(*every, of="vacancies").numerator == 2
    assert figure(*every, of="vacancies", available="now").numerator == 1
    withdrawn = a_vacancy(1, 1, 3, version=2, at=datetime(2026, 3, 30, 9, tzinfo=UTC), status="withdrawn")
    assert figure(*every, withdrawn, of="vacancies").numerator == 1
    assert figure(*every, withdrawn, of="vacancies", as_at=date(2026, 3, 29)).numerator == 3


def test_the_age_of_a_vacancy_is_the_days_since_it_was_confirmed():
    every = [*a_home(1, 2, 3), a_vacancy(1, 1, 2), a_vacancy(2, 2, 3), a_vacancy(3, 3, 31)]
    assert figure(*every, of="vacancy_age").value == 28  # of 0, 28 and 29 days
    assert figure(*every, of="vacancy_age", statistic="mean").value == 19
    assert figure(*every, of="vacancy_age", statistic="within").numerator == 2


# --- nights and mix ---


def test_a_night_is_counted_on_the_day_a_stay_begins_and_not_on_the_day_it_ends():
    stay = a_stay(1, 1, date(2026, 3, 1), date(2026, 3, 11))
    assert figure(stay, of="bed_nights").numerator == 10
    assert figure(stay, of="bed_nights", after=date(2026, 3, 1)).numerator == 9
    assert figure(stay, of="bed_nights", as_at=date(2026, 3, 10), window="day").numerator == 1
    away = a_stay(2, 1, date(2026, 3, 2), date(2026, 3, 4), purpose="temporary", type="T3")
    again = a_stay(3, 1, date(2026, 3, 10), date(2026, 3, 13))
    assert figure(stay, away, again, of="bed_nights").numerator == 12


def test_the_in_house_share_is_of_foster_nights_with_or_without_kin():
    nights = [
        a_stay(n, n, date(2026, 3, 1), date(2026, 3, 1) + timedelta(days=days), type=type_, sector=sector)
        for n, (type_, sector, days) in enumerate(
            [("U6", "PR1", 6), ("U4", "PR4", 3), ("U6", "PR5", 1), ("U3", "PR1", 10), ("K2", "PR4", 20)], 1
        )
    ]
    share = figure(*nights, of="in_house_share")
    assert (share.numerator, share.denominator, share.value) == (6, 10, 60)
    assert figure(*nights, of="in_house_share", kinship="in").value == 80


def test_the_mix_is_shares_of_all_children():
    children = [v for n in (1, 2, 3, 4) for v in (a_child(n), a_period(n, date(2026, 1, 1)))]
    stays = [a_stay(n, n, date(2026, 1, 1), type=type_) for n, type_ in ((1, "U6"), (2, "U6"), (3, "K2"))]
    mix = figure(*children, *stays, of="placement_mix")
    assert {name: (cell.numerator, float(cell.value or 0)) for name, cell in mix.cells.items()} == {
        "U6": (2, 50.0),
        "K2": (1, 25.0),
        "unknown": (1, 25.0),
    }
    assert figure(*children, *stays, of="placement_mix", by="kind").cells["fostering"].numerator == 2


# --- cost ---


def prices(placement: int, *lines: tuple[date, date | None, int]) -> Version:
    told_lines = tuple(
        {"element": "social_care", "starts": starts, "ends": ends, "weekly_pence": pence}
        for starts, ends, pence in lines
    )
    return told("prices", placement, lines=told_lines)


def test_a_temporary_stay_beside_a_kept_home_is_not_two_nights():
    begun = date(2026, 3, 1)
    kept, away = a_stay(1, 1, begun), a_stay(2, 1, begun, purpose="temporary", type="T3")
    cost = figure(kept, away, prices(1, (begun, None, 70_000)), prices(2, (begun, None, 7_000)), of="weekly_cost")
    assert (cost.numerator, cost.denominator, cost.parts["nights"]) == (77_000, 1, 1)


def test_committed_spend_is_what_was_spent_and_what_open_placements_still_cost():
    # 2025-26: 10 nights at £70 a week, then 20 at £140 until today, 10 March; 21 more until 31 March.
    begun, today = date(2026, 2, 9), date(2026, 3, 10)
    priced = prices(1, (begun, date(2026, 2, 19), 7_000), (date(2026, 2, 19), None, 14_000))
    child = a_child(1)
    spend = figure(child, a_stay(1, 1, begun), priced, of="committed_spend", as_at=today)
    assert (spend.parts, spend.value) == ({"spent_pence": 50_000, "to_come_pence": 42_000}, 92_000)
    nearly_grown = a_child(1, born=date(2008, 3, 15))  # four more nights: 11 to 14 March
    spend = figure(nearly_grown, a_stay(1, 1, begun), priced, of="committed_spend", as_at=today)
    assert spend.parts["to_come_pence"] == 8_000
    leaving = a_stay(1, 1, begun, date(2026, 3, 12), status="started")  # one more night
    assert figure(child, leaving, priced, of="committed_spend", as_at=today).parts["to_come_pence"] == 2_000


# --- demand ---


def a_referral(number: int, *children: int, version: int = 1, at: datetime = AT, **said) -> Version:
    usual = {"status": "searching", "urgency": "planned", "type": "U6", "submitted_at": AT, "due_at": None}
    lines = tuple({"child": a_child(child).subject} for child in children)
    return told("referrals", number, at, version, **{**usual, **said}, lines=lines)


def an_offer(number: int, referral: int, child: int, status: str, day: int | None, **said) -> Version:
    answered = None if day is None else datetime(2026, 3, day, 23, 30, tzinfo=UTC)
    return told(
        "offers", number, referral=referral, child=child, status=status, invited_at=AT, answered_at=answered, **said
    )


def test_a_referral_is_open_until_it_is_placed_as_it_stood_that_day():
    closed = a_referral(1, 1, 2, version=2, at=datetime(2026, 3, 20, 9, tzinfo=UTC), status="placed")
    late = a_referral(2, 3, due_at=datetime(2026, 3, 30, 17, tzinfo=UTC))
    every = [a_referral(1, 1, 2), closed, late]
    assert figure(*every, of="open_referrals").numerator == 1
    assert figure(*every, of="open_referrals", as_at=date(2026, 3, 19)).numerator == 2
    assert figure(*every, of="open_referrals", as_at=date(2026, 3, 19), count="children").numerator == 3
    assert figure(*every, of="open_referrals", by="overdue").cells.keys() == {"overdue"}
    assert figure(*every, of="open_referrals", as_at=date(2026, 2, 28)).note == "No data before 1 March 2026."


def test_days_to_an_offer_are_each_childs_to_the_first_by_the_calendar_in_england():
    # 23.30 UTC is still that day in March, and after the clocks went forward on the 29th it is the next.
    offers = [
        an_offer(1, 1, 1, "declined", 2, reason="staffing"),
        an_offer(2, 1, 1, "not_chosen", 9),
        an_offer(3, 1, 1, "accepted", 12),
        an_offer(4, 1, 2, "offered", 29),
        an_offer(5, 2, 3, "lapsed", None),
    ]
    every = [a_referral(1, 1, 2, due_at=datetime(2026, 3, 20, tzinfo=UTC)), a_referral(2, 3), *offers]
    found = figure(*every, of="time_to_first_offer", statistic="mean")
    assert (found.numerator, found.denominator, float(found.value or 0)) == (8 + 29, 2, 18.5)
    assert figure(*every, of="time_to_first_offer", statistic="within").numerator == 1
    declined = figure(*every, of="decline_reasons")
    assert (declined.numerator, declined.denominator, declined.value) == (1, 4, 25)
    assert declined.cells["staffing"].numerator == 1


def test_days_to_a_placement_end_with_the_arrival():
    stays = [
        a_stay(1, 1, date(2026, 3, 6), referral=1),
        a_stay(2, 2, date(2026, 3, 8), referral=1, status="confirmed"),
        a_stay(3, 3, date(2026, 3, 12)),
    ]
    referral = a_referral(1, 1, 2, due_at=datetime(2026, 3, 5, 17, tzinfo=UTC))
    found = figure(referral, *stays, of="time_to_place")
    assert (found.denominator, found.value) == (1, 5)
    assert figure(referral, *stays, of="time_to_place", statistic="within").numerator == 0
