"""Made-up counties: as the councils published, the same for the same seed, and never impossible."""

import re
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from random import Random

import pytest

from deploy.county.__main__ import page
from deploy.county.authority import FOLDER, Authority, Unsound, named, read
from deploy.county.calibration import Line, calibrated
from deploy.county.facts import Rows, columns_of, rows_of
from deploy.county.lives import Life, first_day, lives
from deploy.county.postcodes import Postcodes
from deploy.county.telling import living
from services.metrics.measures import Figures
from services.placements.domain import MOST_NIGHTS
from shared.geography.authorities import FIRST_DAY
from shared.geography.kept import the_map
from shared.settings import Settings

SEED = 1
SHIPPED = ("hertfordshire", "cambridgeshire")


@pytest.fixture(scope="module")
def hertfordshire() -> Authority:
    return named("hertfordshire")


@pytest.fixture(scope="module")
def children(hertfordshire: Authority) -> list[Life]:
    return lives(hertfordshire, SEED)


@cache
def lines_of(name: str, seed: int) -> list[Line]:
    """Each is seconds of arithmetic."""
    return calibrated(named(name), seed)


@pytest.mark.parametrize(("name", "seed"), [("hertfordshire", 1), ("hertfordshire", 2), ("hertfordshire", 3), ("cambridgeshire", 1)])  # fmt: skip
def test_it_is_as_the_council_published(name: str, seed: int):
    outside = [line for line in lines_of(name, seed) if not line.inside]
    assert outside == []


@pytest.mark.soak
def test_over_many_seeds_no_more_is_outside_than_chance_explains():
    """One line in a hundred; the days of one table move together, so twice that is not yet strange."""
    lines = [line for seed in range(1, 25) for line in calibrated(named("hertfordshire"), seed)]
    assert 0 < sum(not line.inside for line in lines) <= 0.02 * len(lines)


def test_brothers_and_sisters_come_on_one_day_and_are_of_different_ages(hertfordshire: Authority, children: list[Life]):
    families: dict[str, list[Life]] = {}
    for life in children:
        families.setdefault(life.family, []).append(life)
    together = [those for those in families.values() if len(those) > 1]
    assert {len({life.started for life in those}) for those in together} == {1}
    assert all(len({life.born for life in those}) == len(those) for those in together)
    alone = [life for life in children if not life.uasc]
    share = sum(map(len, together)) / len(alone)
    # Of those who were in care when the years began, brothers and sisters who had left already are not told of.
    assert hertfordshire.entries.with_siblings - 0.05 < share < hertfordshire.entries.with_siblings + 0.02


def test_nights_away_are_within_a_stay_and_no_longer_than_the_return_lets_them(children: list[Life]):
    away = [(life, one) for life in children for one in life.away]
    assert len(away) > 100
    for life, one in away:
        stay = next(stay for stay in life.stays if stay.starts < one.starts and (stay.ends or date.max) > one.starts)
        assert one.ends is None or (one.ends < (stay.ends or date.max) and (one.ends - one.starts).days <= MOST_NIGHTS[one.type])  # fmt: skip


def test_years_that_are_still_to_come_change_nothing_of_those_that_were(hertfordshire: Authority):
    """An installation that goes on living has about as many children, and grows at the rate that the TOML says."""
    ahead = lives(hertfordshire, SEED, ahead=2)
    later = hertfordshire.anchor + timedelta(days=700)
    there = sum(life.started <= later and (life.ended or date.max) > later for life in ahead)
    assert 800 < there < 1010


def test_the_page_shipped_with_it_is_what_comes_out(hertfordshire: Authority, children: list[Life]):
    assert (FOLDER / "HERTFORDSHIRE.md").read_text() == page(
        hertfordshire, children, SEED, lines_of("hertfordshire", SEED)
    )


async def test_what_was_long_ago_is_told_as_it_can_be_kept(hertfordshire: Authority, children: list[Life]):
    """Whoever came in before anybody knew where areas were, or before there were returns to keep facts of."""
    places, on = await the_map(Settings().map_folder), hertfordshire.anchor
    postcodes = Postcodes(places, hertfordshire.code, on, Random(SEED), hertfordshire.homes.furthest_miles)
    told = living(hertfordshire, children, SEED, postcodes, on)
    early = [one for one in told if one.kind == "place_directly" and one.on < FIRST_DAY]
    assert {one.form.get("purpose") == "temporary" for one in early} == {True, False}
    assert all("distance_reason" in one.form for one in early)
    assert min(one.form["year"] for one in told if one.kind in ("record_health", "record_previous_permanence")) >= 2000
    scores = [one.form["sdq_score"] for one in told if "sdq_score" in one.form]
    assert abs(sum(scores) / len(scores) - hertfordshire.needs.score) < 1
    assert min(scores) >= 0
    assert max(scores) <= 40


def test_the_same_seed_makes_the_same_children_and_another_others(hertfordshire: Authority):
    short = hertfordshire.model_copy(update={"years": 1})
    assert lives(short, SEED) == lives(short, SEED) != lives(short, SEED + 1)


def test_who_lives_where_joins_up_from_the_first_night_to_the_last(children: list[Life], hertfordshire: Authority):
    for life in children:
        assert life.born <= life.started <= hertfordshire.anchor
        assert life.stays[0].starts == life.started
        assert life.stays[-1].ends == life.ended
        assert all(one.ends == next_one.starts for one, next_one in zip(life.stays, life.stays[1:], strict=False))
        assert all(one.ends is None or one.ends > one.starts for one in life.stays)
        assert (life.why is None) == (life.ended is None)
        assert life.statuses[0][1] == life.started
        assert [on for _, on in life.statuses] == sorted(on for _, on in life.statuses)


def test_nobody_grows_up_in_care(children: list[Life]):
    grown = [
        life for life in children if (life.ended or date(2018, 3, 31)) > life.born + timedelta(days=18 * 365.25 + 1)
    ]
    assert grown == []


def test_there_are_never_more_children_in_a_kind_of_home_than_beds(hertfordshire: Authority, children: list[Life]):
    inside = [stay for life in children for stay in life.stays if stay.kind == "in_house_residential"]
    changes = sorted(
        [(stay.starts, 1) for stay in inside] + [(stay.ends, -1) for stay in inside if stay.ends], key=lambda one: one
    )
    there, most = 0, 0
    for _, change in changes:
        there += change
        most = max(most, there)
    assert most == hertfordshire.kinds["in_house_residential"].beds


@pytest.mark.parametrize("region", [("hertfordshire",), SHIPPED])
def test_the_stock_of_a_region_balances_every_day(region: tuple[str, ...]):
    """As the platform's own measures count it, of one authority and of several together."""
    authorities = [named(name) for name in region]
    rows: Rows = {}
    for authority in authorities:
        for table, those in rows_of(authority, lives(authority, SEED), SEED, first_day(authority)).items():
            rows.setdefault(table, []).extend(those)
    figures, first = Figures(columns_of(rows), tuple(one.code for one in authorities)), date(2017, 4, 1)

    def count(measure: str, day: date) -> int:
        since = {} if measure == "cla" else {"after": day - timedelta(days=1), "window": "given"}
        return figures.figure(measure, day, **since).numerator or 0  # type: ignore[arg-type]

    before = count("cla", first - timedelta(days=1))
    for day in (first + timedelta(days=number) for number in range(365)):
        now = count("cla", day)
        assert now == before + count("cla_started", day) - count("cla_ceased", day)
        before = now


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("girls = 0.47", "girls = 1.47", "entries.girls: Input should be less than or equal to 1"),
        ("uasc = 74", "uasc = -1", "entries.uasc: Input should be greater than or equal to 0"),
        ('type = "K1"', 'type = "K9"', "kinds.secure.type: Input should be 'A3'"),
        ("N1 = 0.62", "N1 = 0.92", "entries.need: the shares add up to 1.300, not 1"),
        ("{ 16_and_over = 0.71 }", "{ 16_and_over = 0.99 }", "kinds: shares of 16_and_over add up to"),
        ("under_1 = 0.16 }", "under_9 = 0.16 }", "there is no age band under_9"),
        ("[0.0, 0.2, 0.8]", "[0.0, 0.2, 0.9]", "kinds.secure.location: the shares add up to 1.100, not 1"),
        ('else_in = "independent_residential"', 'else_in = "hotels"', "there is no other kind hotels"),
        ("beds = 24\n", "", "beds and else_in go together"),
        ('measure = "long_term"', 'measure = "luck"', "calibration: there is no measure luck"),
        ("secure = 3 } }", "hotels = 3 } }", "calibration: there is no kind of home hotels"),
        ("years = 10", "decades = 1", "decades: Extra inputs are not permitted"),
        ('assumed = ["inflation", "years"]', 'assumed = ["luck"]', "assumed: there is no luck here"),
        ("years = 10", "years = ten", "cannot be read"),
        ("ordered_after_days = [150, 300]", "ordered_after_days = [300, 150]", "300 to 150 is no range"),
        ("[[1, 2.0], [3, 1.1], [6, 0.72]", "[[3, 1.1], [1, 2.0], [6, 0.72]", "moving.rates: the months rise"),
        ("[[3, 1.10], [6, 0.60]", "[[-3, 1.10], [6, 0.60]", "leaving.rates: the months rise from more than 0"),
        ("rates = [[1, 2.0], [3, 1.1], [6, 0.72], [12, 0.46], [24, 0.28], [48, 0.18], [240, 0.13]]", "rates = []", "moving.rates: at least one rate is needed"),
        ("count = 108, of = 901", "count = 108, of = 0", "of: Input should be greater than 0"),
        ("count = 108, of = 901", "count = 908, of = 901", "908 of 901 is more than all of them"),
        ("count = 108, of = 901", "count = -1, of = 901", "count: Input should be greater than or equal to 0"),
        ("percent = 67.2", "percent = 167.2", "percent: Input should be less than or equal to 100"),
        ("all = 903, uasc = 88", "all = 88, uasc = 903", "903 who seek asylum are more than all 88"),
        ("of = 930, kinds", "of = 90, kinds", "the kinds add up to 930, more than 90"),
        ("anchor = 2018-03-31", "anchor = 0001-03-31", "anchor: Input should be greater than or equal to 1990-01-01"),
        ("anchor = 2018-03-31", "anchor = 2017-03-31", "calibration: 2017-08-31 is after the anchor, 2017-03-31"),
        ("uasc_ages = { 14 = 0.04", "uasc_ages = { 30 = 0.04", "nobody comes into care at the age of 30"),
        ("T3 = [2, 14]", "T3 = [2, 40]", "40 nights are more than a T3 may last: 21"),
        ("T3 = 0.20", "T2 = 0.20", "a_year and nights are of the same kinds of stay"),
        ("own_bedroom = {", "a_pony = {", "needs.shares.a_pony"),
        ("U6 = [1, 2]", "U6 = [2, 1]", "sizes of U6: 2 to 1 is no range"),
        ("U6 = [1, 2]", "Q9 = [1, 2]", "sizes: there is no kind of home Q9"),
        ("late = 0.12", "late = 0.92", "declines and late add up to 1.40, more than 1"),
        ("good = 0.62", "good = 0.92", "homes.ratings: the shares add up to 1.300, not 1"),
    ],
)  # fmt: skip
def test_a_county_that_cannot_be_is_refused_in_one_line(tmp_path: Path, before: str, after: str, said: str):
    text = (FOLDER / "hertfordshire.toml").read_text()
    assert before in text
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(text.replace(before, after, 1))
    with pytest.raises(Unsound, match=re.escape(said)) as refused:
        read(wrong)
    assert len(str(refused.value).splitlines()) == 1
    assert str(refused.value).startswith("wrong.toml")


@pytest.mark.parametrize("name", SHIPPED)
def test_every_number_that_no_paper_gives_says_so(name: str):
    assert {"entries.by_age", "moving.rates", "leaving.rates", "inflation"} <= set(named(name).assumptions())
