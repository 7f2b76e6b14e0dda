"""The order of what is possible: total, the same however it is asked, explained in points, never raised by silence."""

from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.placements.matching import Grid, Ground, Offered, Rule, Spot, Terms, Wanted, judge, market_of, search
from shared.contracts.vocabulary import ContractKind, ImportantPlaceKind, PlacementType, Rating, Sector
from tests.unit.offering import DAY, NOW, a_place, markets, patiently, places, questions, wanted

HOME = Spot(None, Grid(400_000, 300_000))
SCHOOL = Spot(ImportantPlaceKind.SCHOOL, Grid(400_000, 300_000))
NEAR, FAR = Grid(401_000, 300_000), Grid(480_000, 300_000)
BEST = a_place(
    sector=Sector.OWN,
    rating=Rating.OUTSTANDING,
    grid=NEAR,
    checked_until=DAY + timedelta(days=300),
    features=wanted().needs,
    weekly_pence=0,
)
ASKED = wanted(near=(HOME, SCHOOL), most_weekly_pence=450_000)


def points(place: Offered, asked: Wanted = ASKED) -> int:
    judged = judge(place, asked, NOW)
    assert judged.possible, judged.refusals
    return sum(judged.points.values())


@patiently
@given(markets, questions, st.integers(0, 99))
def test_the_order_is_total_and_the_same_however_the_places_come(
    offered: list[Offered], asked: Wanted, seed: int
) -> None:
    shuffled = Random(seed).sample(offered, len(offered))
    for rows in ("possible", "ruled_out"):
        one, other = (search(market_of(order), asked, NOW) for order in (offered, shuffled))
        assert [one.market.places[row].place for row in getattr(one, rows)] == [
            other.market.places[row].place for row in getattr(other, rows)
        ]


@patiently
@given(markets, questions)
def test_the_points_explain_the_order(offered: list[Offered], asked: Wanted) -> None:
    found = search(market_of(offered), asked, NOW)
    judged = [found.judgement(row) for row in found.possible.tolist()]
    against = [sum(one.points.values()) for one in judged]
    assert against == sorted(against)
    assert all(count > 0 for one in judged for count in one.points.values())


@patiently
@given(places, questions)
def test_silence_never_raises_a_place(place: Offered, asked: Wanted) -> None:
    known = judge(place, asked, NOW)
    if not known.possible:
        return
    for silent in (
        {"grid": None},
        {"rating": None},
        {"checked_until": None},
        {"terms": ()},
        {"confirmed_at": NOW - timedelta(days=400)},
    ):
        less = judge(replace(place, **silent), asked, NOW)
        assert not less.possible or sum(less.points.values()) >= sum(known.points.values()), silent


@patiently
@given(places, questions)
def test_not_knowing_where_the_child_comes_from_raises_no_place(place: Offered, asked: Wanted) -> None:
    known, less = judge(place, asked, NOW), judge(place, replace(asked, near=()), NOW)
    assert less.points.get(Ground.DISTANCE, 0) >= known.points.get(Ground.DISTANCE, 0)


WORSE: list[tuple[Ground, dict[str, object]]] = [
    (Ground.DISTANCE, {"grid": Grid(410_000, 300_000)}),
    (Ground.REACH, {"grid": FAR}),
    (Ground.FIT, {"features": BEST.features | a_place().features}),
    (Ground.SECTOR, {"sector": Sector.PRIVATE}),
    (Ground.RATING, {"rating": Rating.REQUIRES_IMPROVEMENT}),
    (Ground.CHECKS, {"sector": Sector.PRIVATE, "checked_until": None}),
    (Ground.PRICE, {"weekly_pence": 500_000}),
    (Ground.FRESHNESS, {"confirmed_at": NOW - timedelta(days=29)}),
    (Ground.OVER_CAPACITY, {"beyond_approved": True}),
]


@pytest.mark.parametrize(("ground", "changes"), WORSE, ids=[ground for ground, _ in WORSE])
def test_each_ground_costs_points_and_is_said(ground: Ground, changes: dict[str, object]) -> None:
    worse = replace(BEST, **changes)  # type: ignore[arg-type]
    best, judged = judge(BEST, ASKED, NOW), judge(worse, ASKED, NOW)
    assert judged.points[ground] > best.points.get(ground, 0)
    assert len(judged.reasons_against) > len(best.reasons_against) or ground is Ground.DISTANCE
    assert points(worse) > points(BEST)


def test_own_comes_before_contracts_by_tier_and_spot_is_last() -> None:
    def under(kind: ContractKind, tier: int | None = None, **rest: object) -> Offered:
        terms = Terms(kind, tier, frozenset(), date(2025, 1, 1), None)
        return replace(BEST, sector=Sector.PRIVATE, terms=(terms,), **rest)  # type: ignore[arg-type]

    frameworks = [under(ContractKind.FRAMEWORK, tier) for tier in (1, 2, 3)]
    order = [BEST, under(ContractKind.BLOCK), *frameworks, under(ContractKind.DPS), under(ContractKind.SPOT)]
    against = [points(place) for place in order]
    assert against == sorted(set(against))
    assert points(replace(BEST, sector=Sector.PRIVATE)) == against[-1]


def test_a_contract_counts_on_the_first_night_and_for_its_kinds_of_home() -> None:
    def bought(**terms: object) -> str:
        line = replace(Terms(ContractKind.FRAMEWORK, 2, frozenset(), date(2025, 1, 1), None), **terms)  # type: ignore[arg-type]
        return judge(replace(BEST, sector=Sector.PRIVATE, terms=(line,)), ASKED, NOW).reasons_for[-2]

    assert bought() == "Under a framework contract, tier 2"
    for void in ({"ends": DAY}, {"starts": DAY + timedelta(days=1)}, {"types": frozenset({PlacementType.FOSTER})}):
        assert not bought(**void).startswith("Under")


def test_a_price_above_the_panels_limit_speaks_against_a_home_and_does_not_refuse_it() -> None:
    judged = judge(replace(BEST, weekly_pence=463_050), ASKED, NOW)
    assert judged.possible
    assert "£4,630.50 a week is £130.50 more than the panel allows" in judged.reasons_against


def test_miles_are_told_both_ways() -> None:
    near, far = (judge(replace(BEST, grid=grid), ASKED, NOW) for grid in (NEAR, FAR))
    assert near.miles == 0.6
    assert "0.6 miles from the child's home" in near.reasons_for
    assert "49.7 miles from the child's school" in far.reasons_against


def test_the_failing_rule_is_counted_over_the_whole_market() -> None:
    offered = [a_place(1), a_place(2, oldest=11), a_place(3, oldest=11, features=frozenset())]
    found = search(market_of(offered), wanted(), NOW)
    assert found.counts() == {Rule.AGE: 2, Rule.NEEDS: 1}
    assert [found.market.places[row].number for row in found.ruled_out] == [2, 3], "the nearest to possible first"


def test_an_empty_market_has_an_answer() -> None:
    found = search(market_of([]), wanted(), NOW)
    assert (len(found.possible), len(found.ruled_out), found.counts()) == (0, 0, {})
