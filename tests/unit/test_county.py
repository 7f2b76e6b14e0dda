"""Made-up counties: as the councils published, the same for the same seed, and never impossible."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from deploy.county.__main__ import page
from deploy.county.authority import FOLDER, Authority, Unsound, named, read
from deploy.county.calibration import calibrated
from deploy.county.facts import columns_of, rows_of
from deploy.county.lives import Life, lives
from services.metrics.measures import Figures

SEED = 1
SHIPPED = ("hertfordshire", "cambridgeshire")


@pytest.fixture(scope="module")
def hertfordshire() -> Authority:
    return named("hertfordshire")


@pytest.fixture(scope="module")
def children(hertfordshire: Authority) -> list[Life]:
    return lives(hertfordshire, SEED)


@pytest.mark.parametrize(("name", "seed"), [("hertfordshire", 1), ("hertfordshire", 3), ("hertfordshire", 4), ("cambridgeshire", 1)])  # fmt: skip
def test_it_is_as_the_council_published(name: str, seed: int):
    outside = [line for line in calibrated(named(name), seed) if not line.inside]
    assert outside == []


def test_the_page_shipped_with_it_is_what_comes_out(hertfordshire: Authority, children: list[Life]):
    assert (FOLDER / "HERTFORDSHIRE.md").read_text() == page(hertfordshire, children, SEED)


def test_the_same_seed_makes_the_same_children_and_another_others(hertfordshire: Authority, children: list[Life]):
    assert lives(hertfordshire, SEED) == children
    assert lives(hertfordshire, SEED + 1) != children


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


def test_the_stock_balances_every_day(hertfordshire: Authority, children: list[Life]):
    """As the platform's own measures count it."""
    rows = rows_of(hertfordshire, children, SEED, date(2008, 3, 31))
    figures, first = Figures(columns_of(rows), (hertfordshire.code,)), date(2017, 4, 1)

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
        ("under_1 = 0.22", "under_9 = 0.22", "there is no age band under_9"),
        ("[0.0, 0.2, 0.8]", "[0.0, 0.2, 0.9]", "kinds.secure.location: the shares add up to 1.100, not 1"),
        ('else_in = "independent_residential"', 'else_in = "hotels"', "there is no other kind hotels"),
        ("beds = 24\n", "", "beds and else_in go together"),
        ('measure = "long_term"', 'measure = "luck"', "calibration: there is no measure luck"),
        ("secure = 3 } }", "hotels = 3 } }", "calibration: there is no kind of home hotels"),
        ("years = 10", "decades = 1", "decades: Extra inputs are not permitted"),
        ('assumed = ["inflation", "years"]', 'assumed = ["luck"]', "assumed: there is no luck here"),
        ("years = 10", "years = ten", "cannot be read"),
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
