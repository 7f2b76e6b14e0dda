"""A small made-up authority is told to a running installation: what the platform computes is what was made up."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from random import Random
from typing import Any

import pytest

from deploy.county.authority import Authority, named
from deploy.county.facts import columns_of, rows_of
from deploy.county.lives import Life, first_day, lives
from deploy.county.market import Area
from deploy.county.people import home_keeper_of, teller_of
from deploy.county.play import AHEAD, County, latest_anchor, moved, play, windows_of
from deploy.county.statements import by_age, flow, months_to
from deploy.demo.asking import Asking
from deploy.people import DEMONSTRATION_SECRET
from services.metrics.measures import Figures
from shared.clock import FixedClock, SystemClock
from tests.installations import Team

SEED = 5
SCALE = 0.06
"""Of the authority's size, so that a test can tell of it."""
EXACT = ("cla", "three_plus", "long_term", "in_area", "bordering", "at_distance", "weekly_cost")


def small() -> Authority:
    """Cambridgeshire's children in small, two years to the latest 31 March."""
    authority = moved(named("cambridgeshire"), latest_anchor(SystemClock().today()), years=2)
    entries = authority.entries
    fewer = {"by_age": tuple(rate * SCALE for rate in entries.by_age), "uasc": entries.uasc * SCALE}
    return authority.model_copy(update={"entries": entries.model_copy(update=fewer)})


@pytest.fixture(scope="module")
def authority() -> Authority:
    return small()


@pytest.fixture(scope="module")
def made_up(authority: Authority) -> list[Life]:
    return lives(authority, SEED, AHEAD)


@pytest.fixture(scope="module")
async def ask(undisturbed: Team, authority: Authority, made_up: list[Life]) -> Asking:
    """Everything has been told up to a fortnight after the anchor; told again, nothing; then another week is lived."""
    asking, clock = Asking(undisturbed["administrator"], DEMONSTRATION_SECRET), FixedClock(a_morning(authority, 15))
    issuer = f"{undisturbed.installation.url}/issuer"
    told = await play(County(asking, authority, SEED, clock, issuer), asking, lambda *_: None)
    assert told["children"] == sum(life.started <= authority.anchor + timedelta(days=14) for life in made_up)
    assert told["events"] > told["commands"] > told["children"] > 30
    assert told["places"] > 10
    restarted = County(asking, authority, SEED, clock, issuer)
    again = await play(restarted, asking, lambda *_: None)
    assert (again["commands"], again["events"]) == (told["commands"], 0), "what was told before adds nothing"
    clock.at = a_morning(authority, 22)
    await restarted.live()
    assert restarted.told_to == authority.anchor + timedelta(days=21)
    assert restarted.children == sum(life.started <= restarted.told_to for life in made_up)
    return asking


def a_morning(authority: Authority, days: int) -> datetime:
    """So many days after the anchor."""
    return datetime.combine(authority.anchor + timedelta(days=days), time(9), UTC)


@pytest.fixture(scope="module")
def expected(authority: Authority, made_up: list[Life]) -> Figures:
    """The same measures over the facts as the model made them, with no platform between."""
    rows = rows_of(authority, made_up, SEED, first_day(authority))
    return Figures(columns_of(rows), (authority.code,))


async def figure(ask: Asking, authority: Authority, measure: str, **asked: Any) -> dict[str, Any]:
    answer: dict[str, Any] = await ask.get(teller_of(authority), f"/metrics/measures/{measure}", **asked)
    return answer


@pytest.mark.parametrize("months_before", [0, 6, 12])
async def test_figures_are_those_of_the_lives_that_were_made_up(
    ask: Asking, authority: Authority, expected: Figures, months_before: int
) -> None:
    on = months_to(authority.anchor, months_before + 1)[0]
    for measure in EXACT:
        ours, made = await figure(ask, authority, measure, as_at=str(on)), expected.figure(measure, on)
        assert (ours["numerator"], ours["denominator"]) == (made.numerator, made.denominator), measure


async def test_who_was_there_and_who_came_and_who_left_balance_every_day(ask: Asking, authority: Authority) -> None:
    window = {"from": str(authority.anchor - timedelta(days=400)), "to": str(authority.anchor), "every": "day"}
    stock, came, left = [
        [step["value"] for step in (await figure(ask, authority, measure, **window))["series"]]
        for measure in ("cla", "cla_started", "cla_ceased")
    ]
    assert len(stock) >= 400
    assert sum(came) > 0 < sum(left)
    assert [after - before for before, after in pairwise(stock)] == [
        c - gone for c, gone in zip(came[1:], left[1:], strict=True)
    ]


async def test_the_flow_statement_of_half_a_year_balances_with_and_without_those_who_seek_asylum(
    ask: Asking, authority: Authority
) -> None:
    after, to = date(authority.anchor.year - 1, 9, 30), authority.anchor
    told = await flow(ask, teller_of(authority), after, to)
    for each in told.values():
        assert each["at last"] == each["at first"] + each["came"] - each["left"]
    all_, without, only = told.values()
    assert all_ == {name: without[name] + only[name] for name in all_}
    assert all_["came"] > 0


async def test_the_table_by_age_adds_up_in_each_of_eight_months(ask: Asking, authority: Authority) -> None:
    table = await by_age(ask, teller_of(authority), months_to(authority.anchor, 8))
    total = table.pop("sum")
    assert [sum(month) for month in zip(*table.values(), strict=True)] == total
    assert len(total) == 8
    assert min(total) > 0


async def test_simulated_time_is_when_facts_were_known(ask: Asking, authority: Authority) -> None:
    """As known a year before the anchor, nothing that happened since was known."""
    then = authority.anchor - timedelta(days=365)
    known = {"as_at": str(authority.anchor), "known_at": f"{then}T23:00:00Z"}
    later = await figure(ask, authority, "cla_started", **{"from": str(then), "to": str(authority.anchor)})
    before = await figure(
        ask, authority, "cla_started", **{"from": str(then), "to": str(authority.anchor), "known_at": known["known_at"]}
    )
    assert later["value"] > 0 == before["value"]


async def test_whoever_waited_for_a_home_on_a_day_came_soon_after(
    ask: Asking, authority: Authority, made_up: list[Life]
) -> None:
    """What services answer each other in a made-up past happened then: no referral stays open until it is told."""
    area = Area(authority, windows_of(authority), Random(f"homes {SEED}"))
    starts, longest = [one.stay.starts for one in area.found(made_up)], timedelta(days=authority.homes.planned_days[1])
    waiting = 0
    for weeks in range(50):
        day = authority.anchor - timedelta(weeks=weeks)
        told = await figure(ask, authority, "open_referrals", as_at=str(day), count="children")
        assert told["value"] <= sum(day < start <= day + longest for start in starts), day
        waiting += told["value"]
    assert waiting > 0


async def test_places_add_up_on_every_day_of_the_year(ask: Asking, authority: Authority, made_up: list[Life]) -> None:
    """And whoever the model has live in a home that was found by a referral sleeps there on the platform."""
    homes = [
        home
        for home in await ask.get(teller_of(authority), "/providers/homes")
        if home["area"] == authority.code and home["name"].startswith("Made-up home-")
    ]
    window = {"from": str(authority.anchor - timedelta(days=365)), "to": str(authority.anchor + timedelta(days=1))}
    occupied: Counter[str] = Counter()
    for home in homes:
        keeper = home_keeper_of(authority, home["sector"])
        for night in await ask.get(keeper, f"/providers/homes/{home['home']}/calendar", **window):
            uses = ("occupied", "held", "void", "out_of_service", "vacant")
            assert night["approved"] == sum(night[use] for use in uses), night
            occupied[night["day"]] += night["occupied"]
    windows = windows_of(authority)
    found = Area(authority, windows, Random(f"homes {SEED}")).found(made_up)
    for days_before in (0, 1, 30, 200, 364):
        day = authority.anchor - timedelta(days=days_before)
        there = sum(one.stay.starts <= day < (one.stay.ends or date.max) for one in found)
        assert occupied[str(day)] == there > 10


async def test_homes_are_judged_asked_refuse_and_close(ask: Asking, authority: Authority) -> None:
    """What people do besides placing a child: not every invitation is answered, or with yes."""
    homes = [
        home for home in await ask.get(teller_of(authority), "/providers/homes") if home["name"].startswith("Made-up")
    ]
    assert {home["rating"] for home in homes} >= {None, "good"}
    year = {"from": str(authority.anchor - timedelta(days=365)), "to": str(authority.anchor)}
    for measure in ("decline_reasons", "time_to_first_offer", "time_to_place"):
        told = await figure(ask, authority, measure, **year)
        assert told["denominator"] > 0, measure
